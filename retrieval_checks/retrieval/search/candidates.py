"""`Candidates`: the documents that may still be among the k best, while blocks of them are seen."""

from typing import NamedTuple

import numpy as np

from retrieval_checks.data.postings import FloatArray, IntArray
from retrieval_checks.encoding.inference import Vectors


class Hits(NamedTuple):
    """Pairs of a query and a document, by their rows, and their rough scores."""

    queries: IntArray  # int64 (n,)
    documents: IntArray  # int64 (n,)
    scores: Vectors  # float32 (n,)


def largest(scores: Vectors, floor: FloatArray, k: int, error: float) -> Hits:
    """What may be among the k best, of rough scores that are off by at most the error.

    Args:
        scores: float32 (n_queries, n_documents).
        floor: float64 (n_queries,), no score below it is of interest.
        k: documents a query.
        error: of each score.

    >>> scores = np.array([[0.1, 0.5, 0.9, 0.8]], np.float32)
    >>> largest(scores, np.array([-np.inf]), 2, 0.2).documents.tolist()
    [1, 2, 3]
    """
    columns = scores.shape[1]
    if columns > k and np.isneginf(floor).any():
        kth = np.partition(scores, columns - k, axis=1)[:, columns - k]
        floor = np.maximum(floor, kth - 2 * error)
    limit = np.nextafter(floor.astype(np.float32), np.float32(-np.inf))  # rounded down
    flat = np.flatnonzero(scores >= limit[:, None])
    return Hits(*np.divmod(flat, columns), scores.ravel()[flat])


class Candidates:
    """Every document that may be among the k best of a query, as far as documents were seen.

    A rough score is off by at most its document's error. What lies below the k-th best of the lower
    bounds, even with its error added, cannot be among the k best.

    Args:
        n: queries.
        k: documents a query.
        errors: of each document's rough score, float64.

    >>> seen = Candidates(1, 1, errors=np.array([0.1, 0.1, 0.1]))
    >>> row = np.zeros(3, np.int64)
    >>> seen.add(Hits(row, np.arange(3), np.array([0.5, 0.9, 0.8], np.float32)))
    >>> [positions.tolist() for positions in seen.positions()]
    [[1, 2]]
    """

    def __init__(self, n: int, k: int, *, errors: FloatArray) -> None:
        self.floor = np.full(n, -np.inf)  # float64 (n,), no k-th best score is below it
        self._k, self._errors = k, errors
        self._parts: list[Hits] = []
        self._new = 0

    def add(self, hits: Hits) -> None:
        """Take these documents, none of which was seen before, into account."""
        self._parts.append(hits)
        self._new += len(hits.scores)
        if self._new >= self._k * len(self.floor):
            self._prune()

    def positions(self) -> list[IntArray]:
        """The candidates of each query, in no particular order."""
        edges, hits = self._prune()
        pairs = zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
        return [hits.documents[start:stop] for start, stop in pairs]

    def _prune(self) -> tuple[IntArray, Hits]:
        """Raise the floors and drop what lies below them; what is left, by query."""
        queries, documents, scores = (np.concatenate(c) for c in zip(*self._parts, strict=True))
        order = np.argsort(queries, kind="stable")
        queries, documents, scores = queries[order], documents[order], scores[order]
        errors = self._errors[documents]
        self._raise_floors(
            np.searchsorted(queries, np.arange(len(self.floor) + 1)), scores - errors
        )
        kept = scores + errors >= self.floor[queries]
        hits = Hits(queries[kept], documents[kept], scores[kept])
        self._parts, self._new = [hits], 0
        return np.searchsorted(hits.queries, np.arange(len(self.floor) + 1)), hits

    def _raise_floors(self, edges: IntArray, lower: FloatArray) -> None:
        for row in np.flatnonzero(np.diff(edges) >= self._k).tolist():
            bounds = lower[edges[row] : edges[row + 1]]
            least = np.partition(bounds, len(bounds) - self._k)[len(bounds) - self._k]
            self.floor[row] = least  # never below the last: what made that up is still here
