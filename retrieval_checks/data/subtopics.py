"""`Subtopics`: which aspects of its query each judged document covers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from retrieval_checks.data.postings import (
    FloatArray,
    IntArray,
    read_only,
    row_numbers,
    take_rows,
    vector,
)
from retrieval_checks.errors import DataError


@dataclass(frozen=True, slots=True, eq=False)
class Subtopics:
    """Grades by subtopic, one row a judgement: a document may serve several aspects of a query.

    Raises:
        DataError: arrays that do not fit together, a grade that is not finite.
    """

    names: tuple[str, ...]  # the vocabulary of subtopics
    indptr: IntArray  # int64 (judgements + 1,)
    topics: IntArray  # int64 (m,), positions in `names`
    grades: FloatArray  # float64 (m,)

    def __post_init__(self) -> None:
        indptr = vector(self.indptr, "subtopics: indptr").astype(np.int64)
        topics = vector(self.topics, "subtopics: topics").astype(np.int64)
        grades = vector(self.grades, "subtopics: grades", kinds="iufb").astype(np.float64)
        fits = len(indptr) and indptr[0] == 0 and indptr[-1] == len(topics) == len(grades)
        if not fits or (np.diff(indptr) < 0).any():
            raise DataError("subtopics: indptr, topics and grades do not fit together")
        if len(topics) and not 0 <= topics.min() <= topics.max() < len(self.names):
            raise DataError(f"subtopics: topics must lie in 0..{len(self.names) - 1}")
        if not np.isfinite(grades).all():
            raise DataError("subtopics: a grade is not finite")
        object.__setattr__(self, "indptr", read_only(indptr))
        object.__setattr__(self, "topics", read_only(topics))
        object.__setattr__(self, "grades", read_only(grades))

    @classmethod
    def from_rows(cls, rows: Sequence[Mapping[str, float]]) -> Self:
        """Subtopics from one `{subtopic: grade}` a judgement; their names sorted.

        The order decides in which order gains are added up, and must not hang on other queries.
        """
        names = sorted({name for row in rows for name in row})
        position = {name: at for at, name in enumerate(names)}
        return cls(
            tuple(names),
            np.cumsum([0, *map(len, rows)]),
            np.array([position[name] for row in rows for name in row], np.int64),
            np.array([grade for row in rows for grade in row.values()], np.float64),
        )

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def __reduce__(self) -> tuple[type["Subtopics"], tuple[object, ...]]:
        return Subtopics, (self.names, self.indptr, self.topics, self.grades)

    def take(self, judgements: IntArray) -> "Subtopics":
        """Those of some judgements, in this order."""
        indptr, entries = take_rows(self.indptr, judgements)
        return Subtopics(self.names, indptr, self.topics[entries], self.grades[entries])

    def rows(self) -> Iterator[dict[str, float]]:
        """`{subtopic: grade}` of each judgement, as `from_rows` takes them."""
        names = [self.names[topic] for topic in self.topics.tolist()]
        grades = self.grades.tolist()
        for start, stop in pairwise(self.indptr.tolist()):
            yield dict(zip(names[start:stop], grades[start:stop], strict=True))

    def most(self, queries: IntArray) -> int:
        """The largest number of subtopics of one query; `queries` as in `matrix`."""
        return self._columns(queries)[1]

    def matrix(self, queries: IntArray) -> FloatArray:
        """Grades of some queries' judgements, (judgements, most topics of one); NaN where none.

        Each query has its own columns, from 0, in the order of `names`: two queries seldom share
        a subtopic, and a column for each subtopic of a block would be as wide as the block is long.

        Args:
            queries: their row pointers into the judgements, (n_queries + 1,).
        """
        start, stop = int(queries[0]), int(queries[-1])
        columns, width = self._columns(queries)
        table = np.full((stop - start, width), np.nan)
        indptr = self.indptr[start : stop + 1]
        table[row_numbers(indptr), columns] = self.grades[indptr[0] : indptr[-1]]
        return table

    def _columns(self, queries: IntArray) -> tuple[IntArray, int]:
        """Each entry's column among those of its query, and how many columns there are."""
        edges = self.indptr[queries]
        query = row_numbers(edges)
        pairs = query * len(self.names) + self.topics[edges[0] : edges[-1]]
        used, which = np.unique(pairs, return_inverse=True)
        firsts = np.searchsorted(used, np.arange(len(edges)) * len(self.names))
        return which - firsts[query], int(np.diff(firsts).max(initial=0))
