"""`Table`: columns of a file or an object, read or refused with the place of each row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval_checks.data.formats.entries import number_in
from retrieval_checks.data.postings import FLOAT_ID, FloatArray, first_duplicate
from retrieval_checks.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

Columns = Mapping[str, str]  # {role: column}, as callers give it

_WORDS = {"true": 1.0, "false": 0.0}


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose columns are loaded when they are asked for, as Arrow arrays.

    Every method raises `DataError` for a value of the wrong type, with file and line of its row
    where the file has lines, and with its row, the first being 1, where it has not.
    """

    name: str  # the file, or what a message calls the object
    columns: tuple[str, ...]
    column: Callable[[str], "pa.ChunkedArray"]
    lines: Sequence[int] = ()  # where each row starts in a text file

    def place(self, row: int) -> str:
        """Where a row stands, the first being 0."""
        return f"{self.name}:{self.lines[row]}" if self.lines else f"{self.name}: row {row + 1}"

    def ids(self, column: str, kind: str) -> "pa.ChunkedArray":
        """Non-empty strings; whole numbers become their digits."""
        import pyarrow as pa
        from pyarrow import compute

        values = self._present(column, f"{kind} id")
        if pa.types.is_floating(values.type):
            raise DataError(
                f"{self.name}: the {kind} ids in column {column!r} are {FLOAT_ID}; convert them to"
                " strings or whole numbers"
            )
        if not pa.types.is_integer(values.type) and not is_text(values.type):
            raise DataError(
                f"{self.name}: the {kind} ids in column {column!r} are of type {values.type};"
                " convert them to strings"
            )
        texts = values.cast(pa.large_string())
        empty = compute.equal(texts, "").to_numpy()
        for row in np.flatnonzero(empty)[:1].tolist():
            raise DataError(
                f"{self.place(row)}: empty {kind} id in column {column!r}; ids are non-empty"
                " strings"
            )
        return texts

    def unique_ids(self, column: str, kind: str) -> list[str]:
        """The ids of a column in which each occurs once."""
        ids: list[str] = self.ids(column, kind).to_pylist()
        if len(set(ids)) != len(ids):
            twice = first_duplicate(ids)
            first, second = [row for row, value in enumerate(ids) if value == twice][:2]
            raise DataError(
                f"{self.place(second)}: {kind} {twice!r} stands in {self._row(first)} already; drop"
                " one of the rows"
            )
        return ids

    def texts(self, column: str, what: str, *, missing: str | None = None) -> list[str]:
        """Strings; `missing`, if given, where there is none."""
        values = self._present(column, what) if missing is None else self._loaded(column)
        if not is_text(values.type) and len(values) != values.null_count:
            raise DataError(
                f"{self.name}: the {what}s in column {column!r} are of type {values.type}, not"
                " strings"
            )
        texts: list[str | None] = values.to_pylist()
        return [missing or "" if text is None else text for text in texts]

    def numbers(self, column: str, what: str) -> FloatArray:
        """Numbers as float64; in a text file also true and false."""
        import pyarrow as pa

        values = self._present(column, what)
        if is_text(values.type):
            return np.array(
                [self._number(text, row, what) for row, text in enumerate(values.to_pylist())],
                np.float64,
            )
        try:
            # A boolean is cast by way of an integer, which is all that Arrow knows.
            numbers = values.cast(pa.int8()) if pa.types.is_boolean(values.type) else values
            return np.asarray(numbers.cast(pa.float64()).to_numpy(), np.float64)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise DataError(
                f"{self.name}: the {what}s in column {column!r} are of type {values.type}, not"
                " numbers that a float64 holds"
            ) from None

    def objects(self, column: str, what: str) -> list[Any]:
        """What a column of lists or mappings holds, row by row; None where there is nothing."""
        values = self._loaded(column)
        if len(values) == values.null_count or not is_text(values.type):
            return list(values.to_pylist())
        raise DataError(
            f"{self.name}: the {what} in column {column!r} are strings; a text file cannot hold"
            " them: rename the column, or keep them in Parquet or JSONL"
        )

    def _number(self, text: str, row: int, what: str) -> float:
        word = text.strip().lower()
        try:
            return _WORDS[word] if word in _WORDS else number_in(word.encode())
        except ValueError:
            raise DataError(
                f"{self.place(row)}: {what} {text!r} is not a number; fix it or drop the row"
            ) from None

    def _present(self, column: str, what: str) -> "pa.ChunkedArray":
        values = self._loaded(column)
        if values.null_count:
            row = int(np.flatnonzero(values.is_null().to_numpy())[0])
            raise DataError(
                f"{self.place(row)}: no {what} in column {column!r}; give one or drop the row"
            )
        return values

    def _loaded(self, column: str) -> "pa.ChunkedArray":
        import pyarrow as pa

        try:
            values = self.column(column)
            values.validate(full=True)  # a damaged file may have any bytes for a string
        except (pa.ArrowException, OSError, TypeError) as error:
            raise DataError(f"{self.name}: column {column!r} cannot be read: {error}") from None
        coded = pa.types.is_dictionary(values.type)
        return values.cast(values.type.value_type) if coded else values

    def _row(self, row: int) -> str:
        return f"line {self.lines[row]}" if self.lines else f"row {row + 1}"


def is_text(kind: "pa.DataType") -> bool:
    """Whether an Arrow type is one of its types of strings."""
    import pyarrow as pa

    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )
