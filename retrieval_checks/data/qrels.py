"""`Qrels`: relevance judgements, one row a query."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np

from retrieval_checks.data.postings import (
    DocArray,
    FloatArray,
    IntArray,
    as_number,
    check_id,
    check_ids,
    check_rows,
    frame_to_dict,
    intern,
    rank_order,
    read_only,
    row_numbers,
    take_rows,
    unstacked,
    vector,
)
from retrieval_checks.data.subtopics import Subtopics
from retrieval_checks.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Qrels:
    """Relevance judgements: a finite grade for each judged (query, document).

    A grade of at least the relevance level (1 unless said otherwise) is relevant; a negative grade
    is judged and not relevant. Documents that do not stand here are unjudged.

    Raises:
        DataError: grade not finite, duplicate judgement, empty or non-string id, bad shapes.

    >>> qrels = Qrels.from_dict({"q1": {"d1": 2, "d2": 0}})
    >>> qrels["q1"]
    {'d1': 2.0, 'd2': 0.0}
    >>> qrels.relevant("q1")
    ('d1',)
    """

    query_ids: tuple[str, ...]
    doc_ids: tuple[str, ...]  # the vocabulary, unique; positions in `docs` point into it
    indptr: IntArray  # int64 (n_queries + 1,)
    docs: DocArray  # int32 (nnz,)
    grades: FloatArray  # float64 (nnz,)
    subtopics: Subtopics | None = None  # one row a judgement, for metrics of diversity
    _rows: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        query_ids = check_ids(self.query_ids, "query")
        doc_ids = check_ids(self.doc_ids, "document")
        indptr = vector(self.indptr, "judgements: indptr").astype(np.int64)
        positions = vector(self.docs, "judgements: docs")
        grades = vector(self.grades, "judgements: grades", kinds="iufb").astype(np.float64)
        if positions.shape != grades.shape:
            raise DataError(f"{len(positions)} documents but {len(grades)} grades")
        check_rows(query_ids, doc_ids, indptr, positions, what="judgements")
        docs = positions.astype(np.int32)
        for entry in np.flatnonzero(~np.isfinite(grades))[:1].tolist():
            row = int(np.searchsorted(indptr, entry, side="right")) - 1
            raise DataError(_not_finite(grades[entry], doc_ids[docs[entry]], query_ids[row]))
        if self.subtopics is not None:
            if len(self.subtopics) != len(grades):
                n_topics = len(self.subtopics)
                raise DataError(f"{len(grades)} judgements, but {n_topics} with subtopics")
            # Larger ids first: among equals that is the order of everything, of an ideal too.
            order = rank_order(doc_ids, indptr, docs, np.zeros(len(docs)))
            if order is not None:
                docs, grades = docs[order], grades[order]
                object.__setattr__(self, "subtopics", self.subtopics.take(order))
        object.__setattr__(self, "query_ids", query_ids)
        object.__setattr__(self, "doc_ids", doc_ids)
        object.__setattr__(self, "indptr", read_only(indptr))
        object.__setattr__(self, "docs", read_only(docs))
        object.__setattr__(self, "grades", read_only(grades))
        object.__setattr__(self, "_rows", {q: i for i, q in enumerate(query_ids)})

    @classmethod
    def from_dict(cls, grades: Mapping[str, Mapping[str, float]]) -> Self:
        """Judgements from `{query_id: {doc_id: grade}}`."""
        return cls(*intern(grades, "judgements"))

    @classmethod
    def from_subtopics(cls, grades: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Self:
        """Judgements from `{query_id: {subtopic: {doc_id: grade}}}`, as for diversity.

        A document's own grade is the highest that it has for any subtopic. Documents stand in
        descending order of their ids, which settles ties in an ideal ranking.

        >>> qrels = Qrels.from_subtopics({"q1": {"price": {"d1": 1}, "care": {"d1": 2, "d2": 0}}})
        >>> qrels["q1"]
        {'d2': 0.0, 'd1': 2.0}
        """
        by_pair: dict[str, dict[str, dict[str, float]]] = {}
        for query_id, subtopics in _mapping(grades, "judgements").items():
            pairs = by_pair.setdefault(query_id, {})
            for subtopic, judged in _mapping(subtopics, f"judgements of {query_id!r}").items():
                check_id(subtopic, "subtopic", f"of query {query_id!r}")
                for doc_id, grade in _mapping(judged, f"subtopic {subtopic!r}").items():
                    number = as_number(grade, doc_id, query_id, "judgements")
                    if not isfinite(number):
                        raise DataError(_not_finite(number, doc_id, query_id))
                    pairs.setdefault(doc_id, {})[subtopic] = number
        highest = {
            q: {d: max(own.values()) for d, own in row.items()} for q, row in by_pair.items()
        }
        rows = [own for row in by_pair.values() for own in row.values()]
        return cls(*intern(highest, "judgements"), Subtopics.from_rows(rows))

    @classmethod
    def from_arrays(
        cls, query_ids: Sequence[str], doc_ids: Sequence[str], docs: Any, grades: Any
    ) -> Self:
        """Judgements from matrices, the counterpart of `Run.from_arrays`.

        Args:
            query_ids: n_q ids.
            doc_ids: the vocabulary.
            docs: integers, (n_q, k), positions into `doc_ids`; -1 means "no document here".
            grades: finite numbers, (n_q, k); ignored where `docs` is -1.

        >>> qrels = Qrels.from_arrays(["q1"], ["a", "b", "c"], [[2, 0, -1]], [[1, 0, 0]])
        >>> qrels.to_dict()
        {'q1': {'c': 1.0, 'a': 0.0}}
        """
        checked = check_ids(doc_ids, "document")
        columns = unstacked(query_ids, checked, docs, grades, what="grades")
        return cls(tuple(query_ids), checked, *columns)

    @classmethod
    def from_frame(
        cls,
        frame: "pd.DataFrame",
        *,
        query_id: str = "query_id",
        doc_id: str = "doc_id",
        grade: str = "grade",
    ) -> Self:
        """Judgements from a DataFrame with one row per (query, document)."""
        table = frame_to_dict(frame, query_id, doc_id, value=grade, what="judgements")
        return cls.from_dict(table)

    def __reduce__(self) -> tuple[type["Qrels"], tuple[object, ...]]:
        # Through the constructor: arrays that are merely unpickled can be written to.
        columns = (self.query_ids, self.doc_ids, self.indptr, self.docs, self.grades)
        return Qrels, (*columns, self.subtopics)

    def __len__(self) -> int:
        return len(self.query_ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self.query_ids)

    def __contains__(self, query_id: object) -> bool:
        return query_id in self._rows

    def __getitem__(self, query_id: str) -> dict[str, float]:
        """`{doc_id: grade}` of one query."""
        row = self._row(query_id)
        entries = slice(int(self.indptr[row]), int(self.indptr[row + 1]))
        ids = (self.doc_ids[doc] for doc in self.docs[entries])
        return dict(zip(ids, self.grades[entries].tolist(), strict=True))

    def relevant(self, query_id: str, *, relevance_level: float = 1) -> tuple[str, ...]:
        """Documents of one query with `grade >= relevance_level`, best grade first."""
        grades = self[query_id]
        relevant = (d for d in grades if grades[d] >= relevance_level)
        return tuple(sorted(relevant, key=lambda doc_id: (-grades[doc_id], doc_id)))

    def select(self, query_ids: Sequence[str]) -> "Qrels":
        """The same judgements for these queries only, in this order; every one must be judged."""
        indptr, entries = take_rows(self.indptr, [self._row(q) for q in query_ids])
        return Qrels(
            tuple(query_ids),
            self.doc_ids,
            indptr,
            self.docs[entries],
            self.grades[entries],
            None if self.subtopics is None else self.subtopics.take(entries),
        )

    def to_dict(self) -> dict[str, dict[str, float]]:
        """`{query_id: {doc_id: grade}}`."""
        return {query_id: self[query_id] for query_id in self.query_ids}

    def to_frame(self) -> "pd.DataFrame":
        """A DataFrame with columns query_id, doc_id and grade."""
        import pandas as pd

        return pd.DataFrame(
            {
                "query_id": [self.query_ids[row] for row in row_numbers(self.indptr)],
                "doc_id": [self.doc_ids[doc] for doc in self.docs],
                "grade": np.array(self.grades),
            }
        )

    def _row(self, query_id: str) -> int:
        try:
            return self._rows[query_id]
        except KeyError:
            raise DataError(f"query {query_id!r} has no judgements") from None


def _mapping(value: Mapping[str, T], what: str) -> Mapping[str, T]:
    if isinstance(value, Mapping):
        return value
    raise DataError(
        f"{what}: expected a mapping, {{query id: {{subtopic: {{document id: grade}}}}}} in all,"
        f" got {type(value).__name__}"
    )


def _not_finite(grade: float, doc_id: str, query_id: str) -> str:
    return f"grade {grade} of document {doc_id!r} for query {query_id!r} is not finite"
