"""`score_once`: each distinct pair scored once, or served from the store."""

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
    unique = {pair: row for row, pair in enumerate(dict.fromkeys(check_pairs(pairs)))}
    distinct = list(unique)
    texts = {text: text_key(text) for text in {text for pair in distinct for text in pair}}

    def compute(positions: list[int]) -> Batches:
        for part, scores in batches([distinct[i] for i in positions]):
            yield [positions[i] for i in part], scores

    keys = [pair_key(texts[query], texts[document]) for query, document in distinct]
    scores: Scores = model.complete("pair", keys, compute).astype(np.float64).reshape(-1)
    if len(distinct) == len(pairs):
        return scores
    return scores[[unique[query, document] for query, document in pairs]]


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
