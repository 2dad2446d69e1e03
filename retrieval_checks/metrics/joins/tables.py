"""Judged documents found in plain dicts of scores.

Only judged documents are looked up, and a rank is a count of larger scores: the other ids are
never read, but for those that share a judged document's score.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise, repeat
from math import nan

import numpy as np

from retrieval_checks.data.postings import (
    BoolArray,
    FloatArray,
    IntArray,
    check_id,
    packed,
    row_numbers,
)
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.errors import DataError
from retrieval_checks.metrics.joins.judged_ranks import JudgedRanks

Table = Mapping[str, float]

_BLOCK_QUERIES = 256  # whose scores are held as an array at once
_NOTHING: Table = {}


def join_tables(scores: Mapping[str, Table], qrels: Qrels) -> JudgedRanks:
    """The judged documents in `{query_id: {doc_id: score}}`, in judgement order.

    Raises:
        DataError: a ranking that is no mapping, a score that is no number or NaN; an id that is
            empty or no string, of those that are read: the first of each ranking, and tied ones.
    """
    tables = [_checked(query_id, scores.get(query_id, _NOTHING)) for query_id in qrels.query_ids]
    wanted = list(map(qrels.doc_ids.__getitem__, qrels.docs.tolist()))
    ranks = np.zeros(len(wanted), np.int64)
    for start in range(0, len(tables), _BLOCK_QUERIES):
        stop = min(start + _BLOCK_QUERIES, len(tables))
        indptr = qrels.indptr[start : stop + 1]
        own = slice(int(indptr[0]), int(indptr[-1]))
        block = _Block(qrels.query_ids[start:stop], tables[start:stop])
        ranks[own] = block.ranks(wanted[own], indptr - own.start)
    rows = row_numbers(qrels.indptr)
    order = np.lexsort((ranks, rows))
    entries = order[ranks[order] > 0]
    return JudgedRanks(
        np.concatenate([[0], np.cumsum(np.bincount(rows[entries], minlength=len(tables)))]),
        ranks[entries],
        entries,
        np.fromiter(map(len, tables), np.int64, len(tables)),
        qrels.indptr,
        qrels.grades,
        qrels.subtopics,
    )


class _Block:
    """The scores of some queries as one array, each query's from the highest down."""

    def __init__(self, query_ids: Sequence[str], tables: Sequence[Table]) -> None:
        self._tables = tables
        self._indptr = np.cumsum([0, *map(len, tables)])
        scores = b"".join(map(packed, tables, query_ids, repeat("ranking")))
        self._as_given: FloatArray = np.frombuffer(scores, np.float64)
        for at in np.flatnonzero(np.isnan(self._as_given))[:1].tolist():
            row = int(np.searchsorted(self._indptr, at, side="right")) - 1
            doc_id = list(tables[row])[at - int(self._indptr[row])]
            raise DataError(
                f"NaN score in ranking of {query_ids[row]!r} for document {doc_id!r};"
                " a score is a number, +-inf included"
            )
        self._scores = self._descending()

    def ranks(self, wanted: Sequence[str], indptr: IntArray) -> IntArray:
        """The 1-based rank of each wanted document of each query, 0 where it was not retrieved."""
        scores: list[float] = []
        for table, (start, stop) in zip(self._tables, pairwise(indptr.tolist()), strict=True):
            scores += map(table.get, wanted[start:stop], repeat(nan))
        values = np.array(scores, np.float64)
        found = np.flatnonzero(values == values)
        rows, values = row_numbers(indptr)[found], values[found]
        above = self._count_above(rows, values)
        ranks = np.zeros(len(wanted), np.int64)
        ranks[found] = above + 1
        groups: dict[tuple[int, float], list[str]] = {}
        for tied in np.flatnonzero(self._is_tied(rows, values, above)).tolist():
            entry, key = int(found[tied]), (int(rows[tied]), float(values[tied]))
            if key not in groups:
                groups[key] = self._equal(*key)
            ranks[entry] += len(groups[key]) - bisect_right(groups[key], wanted[entry])
        return ranks

    def _descending(self) -> FloatArray:
        """The scores with each row in order; rankings mostly come so."""
        rises = self._as_given[1:] > self._as_given[:-1]
        starts = self._indptr[(self._indptr > 0) & (self._indptr < len(self._as_given))]
        rises[starts - 1] = False
        at = np.flatnonzero(rises)
        if not len(at):
            return self._as_given
        scores = self._as_given.copy()
        for row in np.unique(np.searchsorted(self._indptr, at, side="right") - 1).tolist():
            own = scores[self._indptr[row] : self._indptr[row + 1]]
            own[:] = -np.sort(-own)
        return scores

    def _count_above(self, rows: IntArray, values: FloatArray) -> IntArray:
        """How many scores of its row exceed each value: all binary searches at once."""
        starts, stops = self._indptr[rows], self._indptr[rows + 1]
        count = np.zeros(len(rows), np.int64)
        longest = int(np.diff(self._indptr).max(initial=0))
        for bit in reversed(range(longest.bit_length())):
            at = starts + count + ((1 << bit) - 1)
            larger = at < stops
            larger &= self._scores[np.where(larger, at, 0)] > values
            count += larger.astype(np.int64) << bit
        return count

    def _is_tied(self, rows: IntArray, values: FloatArray, above: IntArray) -> BoolArray:
        """Whether another document of the row has the same score."""
        second = self._indptr[rows] + above + 1
        inside: BoolArray = second < self._indptr[rows + 1]
        inside &= self._scores[np.where(inside, second, 0)] == values
        return inside

    def _equal(self, row: int, score: float) -> list[str]:
        """The documents of a query with this score, ascending."""
        ids = list(self._tables[row])
        own = self._as_given[self._indptr[row] : self._indptr[row + 1]]
        return sorted(check_id(ids[at], "document") for at in np.flatnonzero(own == score).tolist())


def _checked(query_id: str, table: object) -> Table:
    """The ranking of a query; ids of a wrong type are mostly all wrong, so the first tells."""
    if not isinstance(table, Mapping):
        raise DataError(
            f"ranking of {query_id!r} must map document ids to numbers, got {type(table).__name__}"
        )
    for first in table:
        check_id(first, "document", f"in ranking of {query_id!r}")
        break
    return table
