"""`Table`s from whatever people have: files by their suffix, objects by their type."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval_checks.data.formats.lines import without_gzip
from retrieval_checks.data.formats.tables.delimited import read_delimited
from retrieval_checks.data.formats.tables.parquet import read_parquet
from retrieval_checks.data.formats.tables.table import Table
from retrieval_checks.errors import DataError, printable

if TYPE_CHECKING:
    import pyarrow as pa

TABLE_SUFFIXES = (".parquet", ".csv", ".tsv")
_OTHERS = {
    ".jsonl": "JSONL, which read_jsonl_corpus, read_jsonl_queries, read_jsonl_qrels and"
    " read_jsonl_run read",
    ".trec": "TREC, which read_trec_run and read_trec_qrels read",
}


def as_table(source: object) -> Table:
    """The table in a file (.parquet, .csv, .tsv, the last two also .gz) or in an object.

    Objects are a pandas DataFrame, a `datasets.Dataset`, and every table with Arrow's
    `__arrow_c_stream__`, such as pyarrow's and Polars'.

    Raises:
        DataError: another suffix or type; file missing or damaged.

    >>> import pyarrow as pa
    >>> as_table(pa.table({"doc_id": ["d1"], "text": ["Cats purr."]})).columns
    ('doc_id', 'text')
    """
    if isinstance(source, str | os.PathLike):
        return _from_file(Path(source))
    if _is(source, "pandas", "DataFrame"):
        return _from_frame(source)
    if _is(source, "datasets", "Dataset"):
        return _from_dataset(source)
    if hasattr(source, "__arrow_c_stream__"):
        return _from_arrow(source)
    raise DataError(_no_table(source))


def _from_file(path: Path) -> Table:
    suffix = without_gzip(path).suffix.lower()
    if suffix == ".parquet":
        return read_parquet(path)
    if suffix in TABLE_SUFFIXES:
        return read_delimited(path)
    what = _OTHERS.get(suffix, f"{suffix!r}" if suffix else "without a suffix")
    raise DataError(f"{path}: a table is a file in {', '.join(TABLE_SUFFIXES)}; this is {what}")


def _is(source: object, module: str, name: str) -> bool:
    """Whether this is an object of a library, which then is imported already."""
    found = getattr(sys.modules.get(module), name, None)
    return isinstance(found, type) and isinstance(source, found)


def _from_frame(frame: Any) -> Table:
    import pyarrow as pa

    def column(name: str) -> "pa.ChunkedArray":
        values = pa.array(frame[name], from_pandas=True)
        return values if isinstance(values, pa.ChunkedArray) else pa.chunked_array([values])

    return Table("the DataFrame", _names(frame.columns, "the DataFrame"), column)


def _from_dataset(dataset: Any) -> Table:
    def column(name: str) -> "pa.ChunkedArray":
        values: pa.ChunkedArray = dataset.select_columns([name]).with_format("arrow")[:][name]
        return values

    return Table("the Dataset", _names(dataset.column_names, "the Dataset"), column)


def _from_arrow(source: Any) -> Table:
    import pyarrow as pa

    table = pa.table(source)
    return Table("the table", tuple(table.column_names), table.column)


def _names(columns: Any, what: str) -> tuple[str, ...]:
    names = tuple(columns)
    odd = [name for name in names if not isinstance(name, str)]
    if odd:
        raise DataError(f"{what} has a column {odd[0]!r}; names of columns are strings")
    return names


def _no_table(source: object) -> str:
    if _is(source, "datasets", "DatasetDict"):
        splits = ", ".join(map(printable, source))  # type: ignore[call-overload]  # it is a dict
        return f"a DatasetDict has one table a split; give one of them: {splits}"
    if _is(source, "datasets", "IterableDataset"):
        return "an IterableDataset is no table; Dataset.from_list(list(stream)) makes one"
    return (
        f"a table is the path of a file in {', '.join(TABLE_SUFFIXES)}, a DataFrame, a"
        f" datasets.Dataset or an Arrow table, got {type(source).__name__}"
    )
