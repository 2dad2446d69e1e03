"""Files of a corpus: found, refused, read in parts, in the words of the local reader."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from retrieval_checks.data.formats.jsonl import read_jsonl_corpus
from retrieval_checks.errors import DataError, SettingsError
from retrieval_checks.retrieval.cluster import files
from retrieval_checks.retrieval.cluster.files import CorpusFiles, read_rows

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

ROWS: list[dict[str, object]] = [
    {"_id": "d1", "title": "Cats", "text": "purr"},
    {"_id": "d2", "text": "Dogs bark."},
    {"_id": "d3", "title": None, "text": "", "metadata": {"a": 1}},
]
CONTENTS = {"d1": "Cats purr", "d2": "Dogs bark.", "d3": ""}


def lines(rows: list[dict[str, object]]) -> bytes:
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


def contents(file: Path) -> dict[str, str]:
    tables = list(read_rows(str(file)))
    return {row["doc_id"]: row["text"] for table in tables for row in table.to_pylist()}


def test_jsonl_is_read_as_locally(tmp_path: Path) -> None:
    file = tmp_path / "corpus.jsonl"
    file.write_bytes(lines(ROWS))
    local = read_jsonl_corpus(file)
    assert contents(file) == dict(zip(local.doc_ids, local.contents, strict=True)) == CONTENTS


def test_gzip_is_read(tmp_path: Path) -> None:
    file = tmp_path / "corpus.jsonl.gz"
    file.write_bytes(gzip.compress(lines(ROWS)))
    assert contents(file) == CONTENTS


@pytest.mark.parametrize("name", ["_id", "id", "doc_id"])
@pytest.mark.parametrize("with_titles", [True, False])
def test_parquet_is_read(tmp_path: Path, name: str, with_titles: bool) -> None:
    columns = {name: ["d1", "d2"], "text": ["purr", "bark"], "other": [1, 2]}
    titles = {"title": ["Cats", None]} if with_titles else {}
    parquet.write_table(pa.table(columns | titles), tmp_path / "corpus.parquet")
    expected = {"d1": "Cats purr" if with_titles else "purr", "d2": "bark"}
    assert contents(tmp_path / "corpus.parquet") == expected


def test_rows_come_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_ROWS", 2)
    (tmp_path / "a.jsonl").write_bytes(lines(ROWS))
    parquet.write_table(
        pa.table({"id": ["a", "b", "c"], "text": ["", "", ""]}), tmp_path / "b.parquet"
    )
    for name in ("a.jsonl", "b.parquet"):
        assert [len(table) for table in read_rows(str(tmp_path / name))] == [2, 1]


def test_a_folder_stands_for_its_files(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl.gz", "c.parquet", "queries.tsv", "readme.txt"):
        (tmp_path / name).write_bytes(b"")
    found = CorpusFiles([tmp_path, tmp_path / "b.jsonl"]).files
    assert [Path(file).name for file in found] == ["a.jsonl.gz", "b.jsonl", "c.parquet"]
    assert all(Path(file).is_absolute() for file in found)


def test_parquet_elsewhere_is_left_to_pyarrow() -> None:
    assert CorpusFiles("s3://bucket/corpus.parquet").files == ("s3://bucket/corpus.parquet",)


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        ("corpas.jsonl", DataError, "corpas.jsonl: no such file; near names.*corpus.jsonl"),
        ("corpus.csv", SettingsError, r"corpus\.csv: a corpus is read from \.jsonl"),
        ("s3://bucket/corpus.jsonl", SettingsError, "jsonl.gz files that all machines see"),
        ("empty", DataError, r"empty: no \.jsonl or \.parquet file in this folder"),
    ],
)
def test_what_is_no_corpus_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    error: type[Exception],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    for name in ("corpus.jsonl", "corpus.csv"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(error, match=message):
        CorpusFiles(path)


def test_no_path_is_no_corpus() -> None:
    with pytest.raises(DataError, match="a corpus needs at least one file"):
        CorpusFiles([])


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "corpus.jsonl"
    file.write_bytes(lines([*ROWS, {"_id": 4, "text": ""}]))
    with pytest.raises(DataError, match=r"corpus.jsonl:4: document id is 4; ids are strings"):
        contents(file)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"name": ["d1"], "text": ["a"]}, "the columns are name, text; a corpus has one of _id"),
        ({"id": ["d1"], "body": ["a"]}, "the columns are id, body; a corpus has one of"),
        ({"id": [1], "text": ["a"]}, "document id 1 in .*corpus.parquet is of type int"),
        ({"id": ["d1"], "text": [None]}, "corpus.parquet: text of document 'd1' is None"),
    ],
)
def test_a_bad_parquet_file_is_named(
    tmp_path: Path, columns: Mapping[str, object], message: str
) -> None:
    parquet.write_table(pa.table(columns), tmp_path / "corpus.parquet")
    with pytest.raises(DataError, match=message):
        contents(tmp_path / "corpus.parquet")


def test_a_file_that_is_no_parquet_is_named(tmp_path: Path) -> None:
    file = tmp_path / "corpus.parquet"
    file.write_bytes(b"not parquet")
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        contents(file)
