"""Parquet files: tables out of them, judgements and runs into them."""

import os
from typing import TYPE_CHECKING

import numpy as np

from retrieval_checks.data.formats.lines import FilePath, near_files, replacing
from retrieval_checks.data.formats.tables.table import Table
from retrieval_checks.data.formats.trec import check_no_empty_row, check_no_subtopics
from retrieval_checks.data.postings import row_numbers
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa


def read_parquet(path: FilePath) -> Table:
    """The table in a Parquet file; of its columns only those that are asked for are read.

    Raises:
        DataError: file missing, or no Parquet.
    """
    import pyarrow as pa
    from pyarrow import parquet

    name = os.fspath(path)
    if not os.path.isfile(name):
        raise DataError(f"{name}: no such file{near_files(path)}")

    def column(wanted: str) -> "pa.ChunkedArray":
        values = parquet.read_table(name, columns=[wanted], partitioning=None)[wanted]
        if len(values) != about.num_rows:  # a part is damaged so that Arrow passes over it
            raise pa.ArrowInvalid(f"{len(values)} rows, and the file has {about.num_rows}")
        return values

    try:
        about = parquet.read_metadata(name)
        return Table(name, tuple(about.schema.to_arrow_schema().names), column)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise DataError(f"{name}: cannot be read as Parquet: {error}") from None


def write_parquet_run(run: Run, path: FilePath) -> None:
    """Write a run as Parquet with the columns query_id, doc_id, rank (1-based) and score.

    Rows stand in rank order. `read_table_run` gives the same rankings with the same scores, bit
    for bit.

    Raises:
        DataError: a query with an empty ranking, which rows cannot express; the file cannot be
            written.

    >>> import tempfile, pathlib
    >>> from retrieval_checks.data.formats.tables.reading import read_table_run
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name) / "bm25.parquet"
    >>> write_parquet_run(Run.from_dict({"q1": {"d1": 0.5, "d2": 2.0}}), path)
    >>> read_table_run(path).to_dict()
    {'q1': {'d2': 2.0, 'd1': 0.5}}
    >>> folder.cleanup()
    """
    check_no_empty_row(run, "an empty ranking")
    ranks = np.arange(len(run.docs)) - run.indptr[row_numbers(run.indptr)] + 1
    _write(path, {**_pairs(run), "rank": ranks, "score": run.scores})


def write_parquet_qrels(qrels: Qrels, path: FilePath) -> None:
    """Write judgements as Parquet with the columns query_id, doc_id and grade.

    Raises:
        DataError: a query without judgements or judgements with subtopics, which rows cannot
            express; the file cannot be written.

    >>> import tempfile, pathlib
    >>> from retrieval_checks.data.formats.tables.reading import read_table_qrels
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name) / "test.parquet"
    >>> write_parquet_qrels(Qrels.from_dict({"q1": {"d1": 2}}), path)
    >>> read_table_qrels(path).to_dict()
    {'q1': {'d1': 2.0}}
    >>> folder.cleanup()
    """
    check_no_subtopics(qrels, "a Parquet file")
    check_no_empty_row(qrels, "no judgements")
    _write(path, {**_pairs(qrels), "grade": qrels.grades})


def _pairs(table: Run | Qrels) -> dict[str, "pa.Array"]:
    import pyarrow as pa

    rows, docs = row_numbers(table.indptr).astype(np.int32), table.docs
    return {
        name: pa.DictionaryArray.from_arrays(places, pa.array(ids, pa.string())).cast(pa.string())
        for name, places, ids in (
            ("query_id", rows, table.query_ids),
            ("doc_id", docs, table.doc_ids),
        )
    }


def _write(path: FilePath, columns: dict[str, object]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    with replacing(path) as file:
        parquet.write_table(pa.table(columns), file)
