"""`RankedRelevance`: where each query's judged documents stand, all that a metric asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from retrieval_checks.data.postings import BoolArray, FloatArray, IntArray, read_only


@dataclass(frozen=True, slots=True, eq=False)
class SubtopicGrades:
    """Grades by subtopic of each query's judged documents; NaN where there is none."""

    ranked: FloatArray  # float64 (n, columns of RankedRelevance.ranks, subtopics)
    judged: FloatArray  # float64 (n, most judged, subtopics), retrieved or not, larger ids first


@dataclass(frozen=True, slots=True, eq=False)
class RankedRelevance:
    """Some queries' judged documents: the ranks of those retrieved, and the grades of all.

    Unjudged documents gain nothing, so none is here: they show in the ranks that they take up. The
    arrays are read-only, since every metric of an evaluation is given the same ones.
    Column j of `ranks` and `grades` is a query's j-th judged document from the top.
    """

    ranks: FloatArray  # float64 (n, most retrieved and judged), 1-based, ascending; inf after
    grades: FloatArray  # float64, the same shape; NaN after the last
    retrieved: IntArray  # int64 (n,), documents in the ranking
    judged_grades: FloatArray  # float64 (n, most judged), retrieved or not, best first, NaN after
    relevance_level: float = 1.0
    subtopics: SubtopicGrades | None = None  # where the judgements have them

    def __post_init__(self) -> None:
        for array in (self.ranks, self.grades, self.retrieved, self.judged_grades):
            read_only(array)

    @classmethod
    def of(
        cls, ranking: Sequence[str], grades: Mapping[str, float], *, relevance_level: float = 1.0
    ) -> "RankedRelevance":
        """One query's, (1, ...): ids best first and `{doc_id: grade}`, to try a formula on.

        >>> RankedRelevance.of(["x", "a"], {"a": 2, "b": 0}).ranks
        array([[2.]])
        """
        known = [(rank, grades[d]) for rank, d in enumerate(ranking, start=1) if d in grades]
        columns = np.array(known, np.float64).reshape(-1, 2)
        return cls(
            ranks=columns[None, :, 0],
            grades=columns[None, :, 1],
            retrieved=np.array([len(ranking)]),
            judged_grades=np.array([sorted(grades.values(), reverse=True)], np.float64),
            relevance_level=relevance_level,
        )

    def __len__(self) -> int:
        return len(self.ranks)

    def within(self, k: int | None) -> BoolArray:
        """Which columns hold a judged document of the first k ranks, shape of `ranks`."""
        return self.ranks <= (np.finfo(np.float64).max if k is None else k)

    def hits(self, k: int | None) -> BoolArray:
        """Which columns hold a relevant document of the first k ranks, shape of `ranks`."""
        return (self.grades >= self.relevance_level) & self.within(k)

    @property
    def relevant(self) -> FloatArray:
        """R, the number of relevant documents of each query, retrieved or not, (n,)."""
        return row_sums(self.judged_grades >= self.relevance_level)

    def by_rank(self, k: int) -> FloatArray:
        """The grade at each of the first k ranks, (n, k); NaN where unjudged or not retrieved."""
        matrix = np.full((len(self), k), np.nan)
        rows, columns = np.nonzero(self.within(k))
        matrix[rows, self.ranks[rows, columns].astype(np.int64) - 1] = self.grades[rows, columns]
        return matrix

    def at_level(self, relevance_level: float) -> "RankedRelevance":
        """The same rankings with another grade counting as relevant."""
        return replace(self, relevance_level=relevance_level)

    def cut(self, k: int) -> "RankedRelevance":
        """The same rankings as far as rank k; what is judged, and how much was retrieved, stays."""
        below = ~self.within(k)
        return replace(
            self,
            ranks=np.where(below, np.inf, self.ranks),
            grades=np.where(below, np.nan, self.grades),
        )

    def condensed(self) -> "RankedRelevance":
        """The same rankings without their unjudged documents (Sakai 2007, SIGIR).

        A document with a negative grade is judged and stays; trec_eval drops it.
        """
        judged = self.within(None)
        ranks = np.where(judged, judged.cumsum(axis=1, dtype=np.float64), np.inf)
        return replace(self, ranks=ranks, retrieved=judged.sum(axis=1))


def row_sums(matrix: BoolArray | FloatArray) -> FloatArray:
    """The sum of each row, float64 (n,), the same bits whatever zeros follow in the row.

    Added from left to right: numpy's own sum groups by the row's width, which depends on the other
    queries in the block, and puts an ideal ranking a bit above 1.
    """
    if matrix.dtype == np.bool_ or not matrix.shape[1]:
        return np.asarray(matrix.sum(axis=1), np.float64)
    return np.asarray(matrix.cumsum(axis=1)[:, -1], np.float64)


def ratio(numerator: FloatArray | IntArray, denominator: FloatArray | IntArray) -> FloatArray:
    """The quotient, 0 where the denominator is 0."""
    quotient = np.zeros(len(numerator))
    np.divide(numerator, denominator, out=quotient, where=denominator > 0)
    return quotient
