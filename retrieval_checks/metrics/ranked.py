"""`RankedRelevance`: each query's grades in rank order, from which every metric is computed."""

from dataclasses import dataclass

import numpy as np

from retrieval_checks.data.postings import BoolArray, FloatArray, IntArray, row_numbers, take_rows
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run


@dataclass(frozen=True, slots=True, eq=False)
class RankedRelevance:
    """Some queries' rankings as grades, and what an ideal ranking would hold.

    `depth` is the deepest rank that a metric asks for; what lies below counts in `retrieved` only.
    """

    grades: FloatArray  # float64 (n, depth); NaN where unjudged or where the ranking has ended
    retrieved: IntArray  # int64 (n,), documents in the ranking
    judged_grades: FloatArray  # float64 (n, most judged), all judged grades, best first, NaN after
    relevance_level: float = 1.0

    def __len__(self) -> int:
        return len(self.grades)

    def hits(self, k: int | None) -> BoolArray:
        """Which of the first k ranks hold a relevant document, (n, min(k, depth))."""
        return self.grades[:, :k] >= self.relevance_level

    @property
    def relevant(self) -> FloatArray:
        """R, the number of relevant documents of each query, (n,)."""
        return row_sums(self.judged_grades >= self.relevance_level)

    def at_level(self, relevance_level: float) -> "RankedRelevance":
        """The same rankings with another grade counting as relevant."""
        return RankedRelevance(self.grades, self.retrieved, self.judged_grades, relevance_level)


def row_sums(matrix: BoolArray | FloatArray) -> FloatArray:
    """The sum of each row, float64 (n,), the same bits whatever zeros follow in the row.

    Added from left to right: numpy's own sum groups by the row's width, which depends on the other
    queries in the block, and puts an ideal ranking a bit above 1.
    """
    if matrix.dtype == np.bool_ or not matrix.shape[1]:
        return np.asarray(matrix.sum(axis=1), np.float64)
    return np.asarray(matrix.cumsum(axis=1)[:, -1], np.float64)


class Join:
    """A run laid against judgements: made once, then read in blocks of queries."""

    def __init__(self, run: Run, qrels: Qrels) -> None:
        self._run = run
        self._qrels = qrels
        self._run_rows = run.rows(qrels.query_ids)
        self._doc_positions = _positions(qrels.doc_ids, run.doc_ids)

    def deepest(self) -> int:
        """The length of the longest ranking."""
        return int(np.diff(self._run.indptr).max(initial=0))

    def block(
        self, start: int, stop: int, *, depth: int, relevance_level: float
    ) -> RankedRelevance:
        """The judged queries `start:stop`, in the order of the judgements, down to `depth`."""
        n = stop - start
        indptr, entries = take_rows(self._qrels.indptr, np.arange(start, stop))
        judged_rows, grades = row_numbers(indptr), self._qrels.grades[entries]
        positions = self._doc_positions[self._qrels.docs[entries]]
        rows, ranks, docs, retrieved = self._top(start, stop, depth)
        ranked = np.full((n, depth), np.nan)
        width = len(self._run.doc_ids)
        ranked[rows, ranks] = _look_up(
            judged_rows[positions >= 0] * width + positions[positions >= 0],
            grades[positions >= 0],
            rows * width + docs,
        )
        return RankedRelevance(
            ranked, retrieved, _best_first(indptr, judged_rows, grades), relevance_level
        )

    def _top(
        self, start: int, stop: int, depth: int
    ) -> tuple[IntArray, IntArray, IntArray, IntArray]:
        """Row, 0-based rank and document of the first `depth` results; the rankings' lengths."""
        run_rows = self._run_rows[start:stop]
        present = np.flatnonzero(run_rows >= 0)
        indptr, entries = take_rows(self._run.indptr, run_rows[present])
        local = row_numbers(indptr)
        ranks = np.arange(len(entries)) - indptr[local]
        keep = ranks < depth
        retrieved = np.zeros(stop - start, np.int64)
        retrieved[present] = np.diff(indptr)
        docs = self._run.docs[entries[keep]].astype(np.int64)
        return present[local[keep]], ranks[keep], docs, retrieved


def _positions(doc_ids: tuple[str, ...], vocabulary: tuple[str, ...]) -> IntArray:
    """Where each id stands in the vocabulary, -1 where it does not."""
    if doc_ids is vocabulary:
        return np.arange(len(doc_ids), dtype=np.int64)
    index = {doc_id: i for i, doc_id in enumerate(vocabulary)}
    return np.fromiter((index.get(d, -1) for d in doc_ids), np.int64, len(doc_ids))


def _look_up(keys: IntArray, values: FloatArray, wanted: IntArray) -> FloatArray:
    """The value of each wanted key, NaN where there is none."""
    found = np.full(len(wanted), np.nan)
    if len(keys):
        order = np.argsort(keys)
        keys, values = keys[order], values[order]
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        there = keys[at] == wanted
        found[there] = values[at[there]]
    return found


def _best_first(indptr: IntArray, rows: IntArray, grades: FloatArray) -> FloatArray:
    """Each row's grades in descending order, (n, longest row), NaN after its end."""
    matrix = np.full((len(indptr) - 1, int(np.diff(indptr).max(initial=0))), np.nan)
    order = np.lexsort((-grades, rows))
    matrix[rows, np.arange(len(rows)) - indptr[rows]] = grades[order]
    return matrix
