"""How much each query token counts: by how few documents of the corpus have it, or all alike."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.encoding.inference import Scores
from retrieval_checks.encoding.maxsim import TokenIds
from retrieval_checks.encoding.storage.ragged import Ragged
from retrieval_checks.errors import ModelError

Weights = NDArray[np.float64]  # (n_query_tokens,), sum 1


@dataclass(frozen=True, slots=True, eq=False)
class DocumentFrequencies:
    """In how many documents of a corpus each token is.

    >>> documents = Ragged.of([np.array([7, 8], np.int32), np.array([8], np.int32)])
    >>> known = DocumentFrequencies.of(documents)
    >>> [round(known.idf(token), 4) for token in (7, 8, 9)]  # ln of 3 / 1.5, 3 / 2.5, 3 / .5
    [0.6931, 0.1823, 1.7918]
    """

    counts: NDArray[np.int64]  # (highest token id + 1,)
    n_documents: int

    @classmethod
    def of(cls, documents: Ragged) -> "DocumentFrequencies":
        """Those of documents given as the ids of their tokens, each id once a document."""
        return cls(np.bincount(documents.rows.astype(np.int64).ravel()), len(documents))

    def idf(self, token: int) -> float:
        """ln((N + 1) / (df + 1/2)) of a token that df of N documents have; always above 0."""
        frequency = int(self.counts[token]) if token < len(self.counts) else 0
        return math.log((self.n_documents + 1) / (frequency + 0.5))

    def weights(self, tokens: TokenIds) -> Weights:
        """The idf of each token of a query, as shares of their sum."""
        values = np.array([self.idf(token) for token in tokens.tolist()])
        return values / values.sum() if len(values) else values


def summed(best: Ragged, *, mean: bool = False) -> Scores:
    """The sum of each pair's similarities, (n_pairs,); their mean if asked for; 0 of none.

    >>> summed(Ragged.of([np.array([0.5, 1.0]), np.array([])])).tolist()
    [1.5, 0.0]
    """
    # one pair at a time: what a sum is rounded to must not depend on the pairs beside it
    sums = np.array([row.astype(np.float64).sum() for row in best])
    return sums / np.maximum(best.counts, 1) if mean else sums


def weighted_means(best: Ragged, weights: Sequence[Weights], *, name: str) -> Scores:
    """The mean of each pair's similarities under its query's weights, (n_pairs,); 0 of none.

    Raises:
        ModelError: a query that has not one token a vector.

    >>> best, weights = Ragged.of([np.array([0.5, 1.0])]), [np.array([0.25, 0.75])]
    >>> weighted_means(best, weights, name="mine").tolist()
    [0.875]
    """
    for row, shares in zip(best, weights, strict=True):
        if len(row) != len(shares):
            raise ModelError(
                f"model {name!r} has {len(shares)} tokens and {len(row)} vectors of one query: idf"
                " cannot weigh them; set token_weights='uniform'"
            )
    return np.array([float((row * each).sum()) for row, each in zip(best, weights, strict=True)])
