"""`Entries`: what a file says about pairs, line by line, on its way to a `Run` or `Qrels`."""

import os
from array import array
from typing import Literal, NamedTuple

import numpy as np

from retrieval_checks.data.formats.lines import FilePath
from retrieval_checks.data.postings import DocArray, FloatArray, IntArray, check_id
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError


class Ids(dict[str | bytes, int]):
    """Positions of ids in order of first appearance; looking up a new id adds it.

    Keys are kept as they stand in the file: comparing bytes is cheaper than decoding every line.
    """

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self.names: list[str] = []

    def __missing__(self, key: str | bytes) -> int:
        name = _decoded(key, self.kind) if isinstance(key, bytes) else key
        self.names.append(check_id(name, self.kind))
        self[key] = position = len(self)
        return position


class Columns(NamedTuple):
    """What `Run` and `Qrels` are built of, in the order of their arguments."""

    query_ids: tuple[str, ...]
    doc_ids: tuple[str, ...]
    indptr: IntArray  # int64 (n_queries + 1,)
    docs: DocArray  # int32 (nnz,)
    values: FloatArray  # float64 (nnz,)


class Entries:
    """Columns of (query, document, number, line), filled one line of a file at a time.

    Lines of one query need not stand together. Nothing is checked for the pair as such until
    `run()` or `qrels()` is called, which do it for all at once. Where a file has no lines, messages
    speak of its rows: `unit` says which.
    """

    def __init__(self, path: FilePath, *, unit: Literal["line", "row"] = "line") -> None:
        self.path = os.fspath(path)
        self.unit = unit
        self.queries = Ids("query")
        self.documents = Ids("document")
        self.rows = array("q")
        self.docs = array("i")
        self.values = array("d")
        self.lines = array("q")
        self._empty: dict[int, int] = {}  # row of a query stated to have no documents -> line

    def add(self, line: int, query_id: str | bytes, doc_id: str | bytes, value: float) -> None:
        """Take in one pair; `DataError` for an id that is empty, no string or not UTF-8."""
        try:
            row, doc = self.queries[query_id], self.documents[doc_id]
        except DataError as error:
            raise DataError(f"{self.place(line)}: {error}") from None
        self.rows.append(row)
        self.docs.append(doc)
        self.values.append(value)
        self.lines.append(line)

    def place(self, line: int) -> str:
        """File and line, or row, as messages give them."""
        return f"{self.path}:{line}" if self.unit == "line" else f"{self.path}: row {line}"

    def add_empty(self, line: int, query_id: str) -> None:
        """Take in a query that retrieved nothing; `DataError` where that was said before."""
        first = self._empty.setdefault(self.queries[query_id], line)
        if first != line:
            raise DataError(
                f"{self.place(line)}: query {query_id!r} is stated to have an empty ranking in"
                f" {self.unit} {first} already; drop one of the {self.unit}s"
            )

    def run(self, name: str) -> Run:
        """The `Run`; `DataError` with file and line for a NaN score or a document twice."""
        scores = np.array(self.values)
        for entry in np.flatnonzero(np.isnan(scores))[:1].tolist():
            raise DataError(
                f"{self._at(entry)}score 'nan' of {self._pair(entry)} is not a number;"
                f" fix the run or drop the {self.unit}"
            )
        self._refuse_repeats(scores, "is in the ranking already", "score")
        for row in sorted(self._empty.keys() & set(self.rows) if self._empty else ()):
            raise DataError(
                f"{self.path}:{self._empty[row]}: query {self.queries.names[row]!r} is stated to"
                " have an empty ranking, but other lines give it documents; drop the line"
            )
        return Run(*self._columns(scores), name=name)

    def qrels(self) -> Qrels:
        """The `Qrels`; `DataError` with file and line for a grade not finite or a pair twice."""
        if not self.values:
            raise DataError(f"{self.path}: no judgements; give at least one (query, document)")
        grades = np.array(self.values)
        for entry in np.flatnonzero(~np.isfinite(grades))[:1].tolist():
            raise DataError(
                f"{self._at(entry)}grade {str(grades[entry])!r} of {self._pair(entry)}"
                " is not finite; a grade is a finite number"
            )
        self._refuse_repeats(grades, "is judged already", "grade")
        return Qrels(*self._columns(grades))

    def _columns(self, values: FloatArray) -> Columns:
        rows, docs = np.array(self.rows), np.array(self.docs, np.int32)
        grid = grouped(rows, docs, values, n_rows=len(self.queries))
        return Columns(tuple(self.queries.names), tuple(self.documents.names), *grid)

    def _refuse_repeats(self, values: FloatArray, problem: str, what: str) -> None:
        keys = np.array(self.rows) * max(len(self.documents), 1) + np.array(self.docs)
        order = np.argsort(keys, kind="stable")
        repeated = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
        if not len(repeated):
            return
        earliest = repeated[np.argmin(order[repeated + 1])]  # as the file has it
        first, second = order[earliest : earliest + 2].tolist()
        raise DataError(
            f"{self._at(second)}{self._pair(second)} {problem}, in {self.unit} {self.lines[first]}"
            f" ({what} {values[first]:g} there, {values[second]:g} here); drop one of the"
            f" {self.unit}s"
        )

    def _at(self, entry: int) -> str:
        return f"{self.place(self.lines[entry])}: "

    def _pair(self, entry: int) -> str:
        document = self.documents.names[self.docs[entry]]
        return f"document {document!r} for query {self.queries.names[self.rows[entry]]!r}"


def grouped(
    rows: IntArray | DocArray, docs: DocArray, values: FloatArray, *, n_rows: int
) -> tuple[IntArray, DocArray, FloatArray]:
    """Row pointers, (n_rows + 1,), and the entries row after row, each row in the order given."""
    if (rows[1:] < rows[:-1]).any():
        order = np.argsort(rows, kind="stable")
        rows, docs, values = rows[order], docs[order], values[order]
    indptr = np.searchsorted(rows, np.arange(n_rows + 1, dtype=rows.dtype)).astype(np.int64)
    return indptr, docs, values


def whole_or_not(value: float) -> int | float:
    """The number as files have it: an `int` for a whole one, so that no decimal point is written.

    >>> whole_or_not(2.0), whole_or_not(0.5)
    (2, 0.5)
    """
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def number_in(text: bytes) -> float:
    """The float64 that a column holds; `ValueError` for anything else."""
    if b"_" in text:  # Python reads 1_000, no other tool does
        raise ValueError("not a number")
    return float(text)


def _decoded(key: bytes, kind: str) -> str:
    try:
        return key.decode("utf-8")
    except UnicodeDecodeError:
        raise DataError(f"{kind} id {key!r} is not UTF-8; save the file as UTF-8") from None
