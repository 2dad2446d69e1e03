"""`JudgedRanks`: the rank and grade of every judged document that was retrieved."""

from dataclasses import dataclass, replace

import numpy as np

from retrieval_checks.data.postings import FloatArray, IntArray, row_numbers, take_rows
from retrieval_checks.data.subtopics import Subtopics
from retrieval_checks.metrics.ranked import RankedRelevance, SubtopicGrades


@dataclass(frozen=True, slots=True, eq=False)
class JudgedRanks:
    """What metrics need of a run and its judgements, one row a query, in judgement order."""

    indptr: IntArray  # int64 (n + 1,), of ranks and entries
    ranks: IntArray  # int64 (m,), 1-based, ascending within a row
    entries: IntArray  # int64 (m,), which judgement it is: a position in judged_grades
    retrieved: IntArray  # int64 (n,), documents in the ranking
    judged_indptr: IntArray  # int64 (n + 1,), of judged_grades
    judged_grades: FloatArray  # float64 (judgements,), as the judgements have them
    subtopics: Subtopics | None = None  # one row a judgement

    def __len__(self) -> int:
        return len(self.retrieved)

    def widest(self) -> int:
        """The most cells that a query takes up in a block: judgements, by subtopics if there are.

        The most judgements and the most subtopics may be those of two queries: a block has both.
        """
        judged = int(np.diff(self.judged_indptr).max(initial=0))
        if self.subtopics is None:
            return judged
        return judged * max(1, self.subtopics.most(self.judged_indptr))

    def moved(self, sequence: IntArray, ranks: IntArray) -> "JudgedRanks":
        """The same documents at other ranks: those at `sequence`, row by row, at `ranks`."""
        rows = row_numbers(self.indptr)
        order = np.lexsort((ranks, rows[sequence]))
        return replace(self, ranks=ranks[order], entries=self.entries[sequence][order])

    def take(self, rows: IntArray) -> "JudgedRanks":
        """Some of the queries, in this order; one may be taken more than once."""
        indptr, found = take_rows(self.indptr, rows)
        judged_indptr, judged = take_rows(self.judged_indptr, rows)
        own = row_numbers(indptr)
        shift = judged_indptr[own] - self.judged_indptr[rows[own]]
        return JudgedRanks(
            indptr,
            self.ranks[found],
            self.entries[found] + shift,
            self.retrieved[rows],
            judged_indptr,
            self.judged_grades[judged],
            None if self.subtopics is None else self.subtopics.take(judged),
        )

    def with_judged(self, rows: IntArray, ranks: IntArray, grade: float) -> "JudgedRanks":
        """As if the documents of these queries at these ranks were judged too, with this grade.

        Which subtopics they would cover is not known, so the result has none.
        """
        n_judged = len(self.judged_grades)
        judged_rows = np.concatenate([row_numbers(self.judged_indptr), rows])
        by_row = np.argsort(judged_rows, kind="stable")
        position = np.empty(len(by_row), np.int64)
        position[by_row] = np.arange(len(by_row))
        found_rows = np.concatenate([row_numbers(self.indptr), rows])
        found_ranks = np.concatenate([self.ranks, ranks])
        order = np.lexsort((found_ranks, found_rows))
        entries = np.concatenate([position[self.entries], position[n_judged:]])
        grades = np.concatenate([self.judged_grades, np.full(len(rows), grade)])
        return JudgedRanks(
            np.searchsorted(found_rows[order], np.arange(len(self) + 1)),
            found_ranks[order],
            entries[order],
            self.retrieved,
            np.searchsorted(judged_rows[by_row], np.arange(len(self) + 1)),
            grades[by_row],
        )

    def block(self, start: int, stop: int, *, relevance_level: float) -> RankedRelevance:
        """The queries `start:stop` as matrices."""
        own = slice(int(self.indptr[start]), int(self.indptr[stop]))
        judged = slice(int(self.judged_indptr[start]), int(self.judged_indptr[stop]))
        found, known = self.indptr[start : stop + 1], self.judged_indptr[start : stop + 1]
        ranks, grades = padded(found, self.ranks[own], self.judged_grades[self.entries[own]])
        (judged_grades,) = padded(known, self.judged_grades[judged])
        ranks[np.isnan(ranks)] = np.inf
        return RankedRelevance(
            ranks=ranks,
            grades=grades,
            retrieved=self.retrieved[start:stop],
            judged_grades=-np.sort(-judged_grades, axis=1),
            relevance_level=relevance_level,
            subtopics=self._subtopics(start, stop),
        )

    def _subtopics(self, start: int, stop: int) -> SubtopicGrades | None:
        if self.subtopics is None:
            return None
        own, judged = self.indptr[start : stop + 1], self.judged_indptr[start : stop + 1]
        grades = self.subtopics.matrix(judged)
        ranked = grades[self.entries[own[0] : own[-1]] - judged[0]]
        return SubtopicGrades(*padded(own, ranked), *padded(judged, grades))


def padded(indptr: IntArray, *columns: IntArray | FloatArray) -> list[FloatArray]:
    """The rows of each column side by side, float64 (n, longest row, ...), NaN after the end.

    The columns begin with the first row, wherever its pointer begins.
    """
    lengths = np.diff(indptr)
    longest = int(lengths.max(initial=0))
    inside = np.arange(longest) < lengths[:, None]
    blocks = [np.full((len(lengths), longest, *column.shape[1:]), np.nan) for column in columns]
    for block, column in zip(blocks, columns, strict=True):
        block[inside] = column
    return blocks
