"""`Run`: what a retriever returned, one ranking a query, in the one order that everything uses."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from retrieval_checks.data.postings import (
    DocArray,
    FloatArray,
    IntArray,
    check_id,
    check_ids,
    check_rows,
    first_duplicate,
    frame_to_dict,
    intern,
    rank_order,
    read_only,
    row_blocks,
    row_numbers,
    take_rows,
    unstacked,
    vector,
)
from retrieval_checks.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Rankings of documents, one a query, ordered by score descending, then document id descending.

    The order is trec_eval's: float64 scores, ties broken by code point of the document id, never by
    input order. It is applied here, once, and everything downstream relies on it. +-inf is a score,
    NaN is not. Rows are query ids as given; an empty ranking is allowed.

    Raises:
        DataError: NaN score, duplicate document in a ranking, empty or non-string id, bad shapes.

    >>> run = Run.from_dict({"q1": {"d9": 1.0, "d10": 1.0, "a": 2.0}})
    >>> run.ranking("q1")
    ('a', 'd9', 'd10')
    """

    query_ids: tuple[str, ...]
    doc_ids: tuple[str, ...]  # the vocabulary, unique; positions in `docs` point into it
    indptr: IntArray  # int64 (n_queries + 1,)
    docs: DocArray  # int32 (nnz,), in rank order within a row
    scores: FloatArray  # float64 (nnz,), not increasing within a row
    name: str = "run"
    _rows: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        query_ids = check_ids(self.query_ids, "query")
        doc_ids = check_ids(self.doc_ids, "document")
        indptr = vector(self.indptr, "ranking: indptr").astype(np.int64)
        positions = vector(self.docs, "ranking: docs")
        scores = vector(self.scores, "ranking: scores", kinds="iufb").astype(np.float64)
        if positions.shape != scores.shape:
            raise DataError(
                f"{len(positions)} documents but {len(scores)} scores in run {self.name!r}"
            )
        check_rows(query_ids, doc_ids, indptr, positions, what="ranking")
        docs = positions.astype(np.int32)
        object.__setattr__(self, "query_ids", query_ids)
        object.__setattr__(self, "doc_ids", doc_ids)
        for entry in np.flatnonzero(np.isnan(scores))[:1].tolist():
            row = int(np.searchsorted(indptr, entry, side="right")) - 1
            raise DataError(
                f"NaN score in ranking of {query_ids[row]!r} for document"
                f" {doc_ids[docs[entry]]!r}; a score is a number, +-inf included"
            )
        for start, stop in row_blocks(np.diff(indptr)):
            edges = indptr[start : stop + 1]
            own = slice(edges[0], edges[-1])
            order = rank_order(doc_ids, edges - edges[0], docs[own], scores[own])
            if order is not None:
                docs[own], scores[own] = docs[own][order], scores[own][order]
        object.__setattr__(self, "indptr", read_only(indptr))
        object.__setattr__(self, "docs", read_only(docs))
        object.__setattr__(self, "scores", read_only(scores))
        object.__setattr__(self, "_rows", {q: i for i, q in enumerate(query_ids)})

    @classmethod
    def from_dict(cls, scores: Mapping[str, Mapping[str, float]], *, name: str = "run") -> Self:
        """A run from `{query_id: {doc_id: score}}`; the order of the dicts means nothing.

        >>> Run.from_dict({"q1": {"d1": 1, "d2": 2}}).ranking("q1")
        ('d2', 'd1')
        """
        return cls(*intern(scores, "ranking"), name=name)

    @classmethod
    def from_ids(cls, rankings: Mapping[str, Sequence[str]], *, name: str = "run") -> Self:
        """A run from `{query_id: [doc_id, ...]}`, best first; the score of rank r is 1 / r.

        >>> Run.from_ids({"q1": ["b", "a"]}).to_dict()
        {'q1': {'b': 1.0, 'a': 0.5}}
        """
        table: dict[str, dict[str, float]] = {}
        if not isinstance(rankings, Mapping):
            raise DataError(
                "rankings must be a mapping of query ids to lists of document ids,"
                f" got {type(rankings).__name__}"
            )
        for query_id, ranking in rankings.items():
            no_order = isinstance(ranking, str | bytes | Mapping | Set)
            if no_order or not isinstance(ranking, Iterable):
                raise DataError(
                    f"ranking of {query_id!r} is a {type(ranking).__name__};"
                    " give a list of document ids, best first"
                )
            ids = [check_id(d, "document", f"in ranking of {query_id!r}") for d in ranking]
            table[query_id] = {doc_id: 1.0 / rank for rank, doc_id in enumerate(ids, start=1)}
            if len(table[query_id]) != len(ids):
                raise DataError(
                    f"duplicate document {first_duplicate(ids)!r} in ranking of {query_id!r};"
                    " a document stands once per query"
                )
        return cls.from_dict(table, name=name)

    @classmethod
    def from_arrays(
        cls,
        query_ids: Sequence[str],
        doc_ids: Sequence[str],
        docs: Any,
        scores: Any,
        *,
        name: str = "run",
    ) -> Self:
        """A run from matrices, as searches return them.

        Args:
            query_ids: n_q ids.
            doc_ids: the vocabulary.
            docs: integers, (n_q, k), positions into `doc_ids`; -1 means "no document here".
            scores: numbers, (n_q, k); ignored where `docs` is -1.
            name: what reports call this run.

        >>> run = Run.from_arrays(["q1"], ["a", "b", "c"], [[2, 0, -1]], [[0.9, 0.5, 0.0]])
        >>> run.ranking("q1")
        ('c', 'a')
        """
        checked = check_ids(doc_ids, "document")
        columns = unstacked(query_ids, checked, docs, scores, what="scores")
        return cls(tuple(query_ids), checked, *columns, name=name)

    @classmethod
    def from_frame(
        cls,
        frame: "pd.DataFrame",
        *,
        query_id: str = "query_id",
        doc_id: str = "doc_id",
        score: str = "score",
        name: str = "run",
    ) -> Self:
        """A run from a DataFrame with one row per (query, document)."""
        table = frame_to_dict(frame, query_id, doc_id, value=score, what="ranking")
        return cls.from_dict(table, name=name)

    def __reduce__(self) -> tuple[type["Run"], tuple[object, ...]]:
        # Through the constructor: arrays that are merely unpickled can be written to.
        columns = (self.query_ids, self.doc_ids, self.indptr, self.docs, self.scores, self.name)
        return Run, columns

    def __len__(self) -> int:
        return len(self.query_ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self.query_ids)

    def __contains__(self, query_id: object) -> bool:
        return query_id in self._rows

    def __getitem__(self, query_id: str) -> dict[str, float]:
        """`{doc_id: score}` of one query, best first."""
        entries = self._slice(query_id)
        ids = (self.doc_ids[doc] for doc in self.docs[entries])
        return dict(zip(ids, self.scores[entries].tolist(), strict=True))

    def ranking(self, query_id: str, *, k: int | None = None) -> tuple[str, ...]:
        """Document ids of one query, best first, at most `k`."""
        _check_cutoff(k)
        return tuple(self.doc_ids[doc] for doc in self.docs[self._slice(query_id)][:k])

    def rank(self, query_id: str, doc_id: str) -> int | None:
        """The 1-based rank of a document for a query, or None where it was not retrieved."""
        ranking = self.ranking(query_id)
        return ranking.index(doc_id) + 1 if doc_id in ranking else None

    def rows(self, query_ids: Sequence[str]) -> IntArray:
        """The row of each query, (n,), -1 where the run lacks it."""
        return np.fromiter(map(self._rows.get, query_ids, repeat(-1)), np.int64, len(query_ids))

    def select(self, query_ids: Sequence[str]) -> "Run":
        """The same run with these queries only, in this order; every one must be in it."""
        indptr, entries = take_rows(self.indptr, [self._row(q) for q in query_ids])
        docs, scores = self.docs[entries], self.scores[entries]
        return replace(self, query_ids=tuple(query_ids), indptr=indptr, docs=docs, scores=scores)

    def top(self, k: int) -> "Run":
        """The same run cut to its `k` best documents per query."""
        _check_cutoff(k)
        position = np.arange(len(self.docs)) - self.indptr[row_numbers(self.indptr)]
        keep = position < k
        indptr = np.concatenate([[0], np.cumsum(np.minimum(np.diff(self.indptr), k))])
        return replace(self, indptr=indptr, docs=self.docs[keep], scores=self.scores[keep])

    def renamed(self, name: str) -> "Run":
        """The same rankings under another name."""
        return replace(self, name=name)

    def to_dict(self) -> dict[str, dict[str, float]]:
        """`{query_id: {doc_id: score}}`, best first."""
        return {query_id: self[query_id] for query_id in self.query_ids}

    def to_frame(self) -> "pd.DataFrame":
        """A DataFrame with columns query_id, doc_id, rank (1-based) and score, in rank order."""
        import pandas as pd

        rows = row_numbers(self.indptr)
        return pd.DataFrame(
            {
                "query_id": [self.query_ids[row] for row in rows],
                "doc_id": [self.doc_ids[doc] for doc in self.docs],
                "rank": np.arange(len(self.docs)) - self.indptr[rows] + 1,
                "score": np.array(self.scores),
            }
        )

    def _row(self, query_id: str) -> int:
        try:
            return self._rows[query_id]
        except KeyError:
            raise DataError(f"query {query_id!r} is not in run {self.name!r}") from None

    def _slice(self, query_id: str) -> slice:
        row = self._row(query_id)
        return slice(int(self.indptr[row]), int(self.indptr[row + 1]))


def _check_cutoff(k: int | None) -> None:
    if k is None:
        return
    if not isinstance(k, int | np.integer) or isinstance(k, bool):
        raise DataError(f"k is {k!r}; a cut-off is a whole number")
    if k < 0:
        raise DataError(f"k is {k}; a cut-off is at least 0")
