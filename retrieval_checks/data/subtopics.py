"""`Subtopics`: which aspects of its query each judged document covers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from retrieval_checks.data.postings import FloatArray, IntArray, read_only, take_rows, vector
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

    def matrix(self, start: int, stop: int) -> FloatArray:
        """Grades of the judgements `start:stop`, (stop - start, topics used); NaN where none.

        Columns are the subtopics that any of them has, so only few.
        """
        own = slice(int(self.indptr[start]), int(self.indptr[stop]))
        used, columns = np.unique(self.topics[own], return_inverse=True)
        table = np.full((stop - start, len(used)), np.nan)
        rows = np.repeat(np.arange(stop - start), np.diff(self.indptr[start : stop + 1]))
        table[rows, columns] = self.grades[own]
        return table
