"""Parquet files: what other tools read in them, and what is read back."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from retrieval_checks.data.fingerprint import fingerprint
from retrieval_checks.data.formats.tables.parquet import (
    read_parquet,
    write_parquet_qrels,
    write_parquet_run,
)
from retrieval_checks.data.formats.tables.reading import read_table_qrels, read_table_run
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.strategies import qrels, runs
from tests.data.formats.conftest import MakeFile

ANY_FOLDER = settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def test_pandas_reads_a_run_in_rank_order(tmp_path: Path) -> None:
    run = Run.from_dict({"q2": {"a": 0.5, "b": 2.0}, "q1": {"b": float("-inf")}})
    write_parquet_run(run, tmp_path / "bm25.parquet")
    assert pd.read_parquet(tmp_path / "bm25.parquet").to_dict("list") == {
        "query_id": ["q2", "q2", "q1"],
        "doc_id": ["b", "a", "b"],
        "rank": [1, 2, 1],
        "score": [2.0, 0.5, float("-inf")],
    }


def test_pandas_reads_judgements(tmp_path: Path) -> None:
    write_parquet_qrels(Qrels.from_dict({"q1": {"d1": 2, "d2": 0.5}}), tmp_path / "q.parquet")
    assert pd.read_parquet(tmp_path / "q.parquet").to_dict("list") == {
        "query_id": ["q1", "q1"],
        "doc_id": ["d1", "d2"],
        "grade": [2.0, 0.5],
    }


@ANY_FOLDER
@given(run=runs(min_depth=1))
def test_a_run_is_read_back_equal(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "mine.parquet"
    write_parquet_run(run, path)
    back = read_table_run(path)
    assert fingerprint(back) == fingerprint(run)
    assert back.name == "mine"


@ANY_FOLDER
@given(judged=qrels())
def test_judgements_are_read_back_equal(tmp_path: Path, judged: Qrels) -> None:
    write_parquet_qrels(judged, tmp_path / "q.parquet")
    assert fingerprint(read_table_qrels(tmp_path / "q.parquet")) == fingerprint(judged)


def test_what_rows_cannot_express_is_refused_before_writing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="query 'q1' has an empty ranking, which a file with one"):
        write_parquet_run(Run.from_ids({"q1": []}), tmp_path / "a.parquet")
    with pytest.raises(DataError, match="query 'q1' has no judgements, which a file with one line"):
        write_parquet_qrels(Qrels.from_dict({"q1": {}}), tmp_path / "a.parquet")
    subtopics = Qrels.from_subtopics({"q1": {"s": {"d1": 1}}})
    with pytest.raises(DataError, match="have subtopics, which a Parquet file cannot hold"):
        write_parquet_qrels(subtopics, tmp_path / "a.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    run = Run.from_ids({"q1": ["d1"]})
    with pytest.raises(DataError, match="cannot be written: No such file or directory"):
        write_parquet_run(run, tmp_path / "no" / "a.parquet")
    (tmp_path / "taken.parquet").mkdir()
    with pytest.raises(DataError, match=r"taken\.parquet: cannot be written: Is a directory"):
        write_parquet_run(run, tmp_path / "taken.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["taken.parquet"]


def test_columns_that_nobody_asks_for_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"doc_id": ["d1"], "vector": [[0.5] * 4]}), path)
    table = read_parquet(path)
    assert table.columns == ("doc_id", "vector")
    assert table.column("doc_id").to_pylist() == ["d1"]


def test_another_file_and_none_are_said_to_be(make_file: MakeFile) -> None:
    path = make_file("cats.parquet", "no parquet at all")
    with pytest.raises(DataError, match=r"cats\.parquet: cannot be read as Parquet: "):
        read_parquet(path)
    with pytest.raises(DataError, match=r"cat\.parquet: no such file; near names .*cats\.parquet"):
        read_parquet(path.with_name("cat.parquet"))
