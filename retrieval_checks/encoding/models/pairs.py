"""`DistinctPairs`: (query, document) pairs, each to be scored once, or served from the store."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.encoding.handle import ModelHandle
from retrieval_checks.encoding.inference import Pair, Scores
from retrieval_checks.encoding.store import pair_key, text_key
from retrieval_checks.errors import DataError

Batches = Iterable[tuple[list[int], Scores]]


class ScoreBatches(Protocol):
    """Scores pairs batch by batch."""

    def __call__(self, pairs: list[Pair], /) -> Batches:
        """(positions, scores (n,)) of the pairs."""


@dataclass(frozen=True, slots=True, eq=False)
class DistinctPairs:
    """Pairs without repetition, and where each given pair is among them.

    >>> asked = DistinctPairs.of([("q", "a"), ("q", "b"), ("q", "a")])
    >>> asked.pairs, asked.rows.tolist()
    ([('q', 'a'), ('q', 'b')], [0, 1, 0])
    """

    pairs: list[Pair]
    rows: NDArray[np.int64]  # (n_given,)

    @classmethod
    def of(cls, given: Sequence[Pair]) -> "DistinctPairs":
        """The distinct ones of these, in the order of their first time.

        Raises:
            DataError: something other than pairs of strings.
        """
        checked = check_pairs(given)
        unique = {pair: row for row, pair in enumerate(dict.fromkeys(checked))}
        rows = np.fromiter((unique[pair] for pair in checked), np.int64, len(checked))
        return cls(list(unique), rows)

    @property
    def keys(self) -> list[bytes]:
        """What the store knows each of them by."""
        texts = {text: text_key(text) for text in {text for pair in self.pairs for text in pair}}
        return [pair_key(texts[query], texts[document]) for query, document in self.pairs]


def score_once(model: ModelHandle, pairs: Sequence[Pair], batches: ScoreBatches) -> Scores:
    """The score of each pair, float64 (n_pairs,); the distinct ones that are not stored are scored.

    Raises:
        DataError: something other than pairs of strings.
    """
    asked = DistinctPairs.of(pairs)

    def compute(positions: list[int]) -> Batches:
        for part, scores in batches([asked.pairs[i] for i in positions]):
            yield [positions[i] for i in part], scores

    scores: Scores = model.complete("pair", asked.keys, compute).astype(np.float64).reshape(-1)
    return scores[asked.rows]


def check_pairs(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs as a list of tuples.

    Raises:
        DataError: something other than a query text and a document text.
    """
    checked = []
    for position, pair in enumerate(pairs):
        if len(pair) != 2 or not all(isinstance(text, str) for text in pair):
            raise DataError(f"pair {position} is {pair!r}; a pair is (query text, document text)")
        checked.append((pair[0], pair[1]))
    return checked
