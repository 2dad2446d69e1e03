"""What is a table, and what is not."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from retrieval_checks.data.formats.tables.sources import as_table
from retrieval_checks.errors import DataError

COLUMNS = {"doc_id": ["d2", "d1"], "text": ["Dogs bark.", None]}


class Stream:
    """A table of some other library, such as Polars."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return pa.table(COLUMNS).__arrow_c_stream__(requested_schema)


def datasets_of(columns: Any) -> Any:
    datasets = pytest.importorskip("datasets")
    turned = {name: values[::-1] for name, values in columns.items()}
    return datasets.Dataset.from_dict(turned).select([1, 0])  # by indices, into another table


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (pd.DataFrame, "the DataFrame"),
        (pa.table, "the table"),
        (lambda columns: Stream(), "the table"),
        (datasets_of, "the Dataset"),
    ],
    ids=["pandas", "pyarrow", "stream", "datasets"],
)
def test_every_kind_of_table_has_the_same_columns(make: Any, name: str) -> None:
    table = as_table(make(COLUMNS))
    assert (table.name, table.columns) == (name, ("doc_id", "text"))
    assert {column: table.column(column).to_pylist() for column in table.columns} == COLUMNS


def test_a_mixed_column_matters_only_where_it_is_asked_for() -> None:
    table = as_table(pd.DataFrame({"doc_id": ["d1", "d2"], "odd": ["x", 1]}))
    assert table.ids("doc_id", "document").to_pylist() == ["d1", "d2"]
    with pytest.raises(DataError, match="the DataFrame: column 'odd' cannot be read: "):
        table.texts("odd", "text")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "a.jsonl.gz",
            "a.jsonl.gz: a table is a file in .parquet, .csv, .tsv; this is JSONL, which",
        ),
        (
            Path("a.trec"),
            "a.trec: a table is a file in .parquet, .csv, .tsv; this is TREC, which re",
        ),
        ("a.xlsx", "a table is a file in .parquet, .csv, .tsv; this is '.xlsx'"),
        ("corpus", "corpus: a table is a file in .parquet, .csv, .tsv; this is without a suffix"),
        ({"d1": "x"}, "a datasets.Dataset or an Arrow table, got dict"),
        (pd.DataFrame({1: ["x"]}), "the DataFrame has a column 1; names of columns are strings"),
    ],
)
def test_anything_else_is_refused_with_what_reads_it(source: object, message: str) -> None:
    with pytest.raises(DataError, match=re.escape(message)):
        as_table(source)


def test_several_splits_and_streams_are_no_table() -> None:
    datasets = pytest.importorskip("datasets")
    rows = datasets.Dataset.from_dict(COLUMNS)
    splits = datasets.DatasetDict({"train": rows, "test": rows})
    with pytest.raises(DataError, match="has one table a split; give one of them: train, test"):
        as_table(splits)
    with pytest.raises(DataError, match=r"an IterableDataset is no table; Dataset\.from_list\(lis"):
        as_table(rows.to_iterable_dataset())
