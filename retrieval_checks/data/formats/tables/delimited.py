"""CSV and TSV files as tables of strings, plain or gzip."""

import csv
import os
from collections.abc import Iterator

from retrieval_checks.data.formats.lines import FilePath, numbered_lines, without_gzip
from retrieval_checks.data.formats.tables.table import Table
from retrieval_checks.errors import DataError


def read_delimited(path: FilePath) -> Table:
    r"""The table in a CSV or TSV file, whose first line has the names of the columns.

    CSV is quoted as Python's `csv` module reads it; in TSV a tab always separates, a line end
    always ends the row, and quotes mean nothing. Every value is a string: `007` keeps its zeros.

    Raises:
        DataError: with file and line: a row of another length than the header, a name twice,
            broken quoting, text that is not UTF-8; file missing or damaged.

    >>> import tempfile, pathlib
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name) / "queries.csv"
    >>> _ = path.write_text("id,question\n007,who purrs?\n")
    >>> read_delimited(path).ids("id", "query").to_pylist()
    ['007']
    >>> folder.cleanup()
    """
    import pyarrow as pa

    name = os.fspath(path)
    rows = _rows(path)
    _, header = next(rows, (0, []))
    if not header:
        raise DataError(f"{name}: empty; the first line has the names of the columns")
    lines: list[int] = []
    columns: list[list[str]] = [[] for _ in header]
    for line, row in rows:
        if len(row) != len(header):
            raise DataError(
                f"{name}:{line}: {len(row)} columns, the header has {len(header)}; fix the file"
            )
        lines.append(line)
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    names = tuple(cell.strip() for cell in header)
    arrays = {
        name: pa.chunked_array([values], pa.large_string())
        for name, values in zip(names, columns, strict=True)
    }
    return Table(name, names, arrays.__getitem__, lines)


def _rows(path: FilePath) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, and the line where it starts: a quoted field may span lines."""
    if without_gzip(path).suffix.lower() == ".tsv":
        for number, text in enumerate(_texts(path), 1):
            if text.strip():
                yield number, text.rstrip("\r\n").split("\t")
        return
    reader = csv.reader(_texts(path), strict=True)
    line = 1
    try:
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):
            raise DataError(
                f"{os.fspath(path)}:{line}: a field is longer than {csv.field_size_limit()}"
                " characters, the most that Python's csv module reads; keep it in Parquet or JSONL"
            ) from None
        raise DataError(f"{os.fspath(path)}:{line}: not CSV: {error}; fix the file") from None


def _texts(path: FilePath) -> Iterator[str]:
    for number, line in numbered_lines(path):
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            raise DataError(f"{os.fspath(path)}:{number}: not UTF-8; fix the file") from None
