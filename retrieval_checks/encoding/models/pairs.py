"""(query, document) pairs: checked, named for the store, each scored once."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np

from retrieval_checks.encoding.handle import ModelHandle
from retrieval_checks.encoding.inference import Pair, Scores
from retrieval_checks.encoding.store import pair_key, text_key
from retrieval_checks.errors import DataError

Batches = Iterable[tuple[list[int], Scores]]


class ScoreBatches(Protocol):
    """Scores pairs batch by batch."""

    def __call__(self, pairs: list[Pair], /) -> Batches:
        """(positions, scores (n,)) of the pairs."""


def score_once(model: ModelHandle, pairs: Sequence[Pair], batches: ScoreBatches) -> Scores:
    """The score of each pair, float64 (n_pairs,); the distinct ones that are not stored are scored.

    Raises:
        DataError: something other than pairs of strings.
    """
    checked = check_pairs(pairs)

    def compute(positions: list[int]) -> Batches:
        for part, scores in batches([checked[i] for i in positions]):
            yield [positions[i] for i in part], scores

    scores: Scores = model.complete("pair", pair_keys(checked), compute).astype(np.float64)
    return scores.reshape(-1)


def pair_keys(pairs: Sequence[Pair]) -> list[bytes]:
    """What the store knows each of these pairs by."""
    texts = {text: text_key(text) for text in {text for pair in pairs for text in pair}}
    return [pair_key(texts[query], texts[document]) for query, document in pairs]


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
