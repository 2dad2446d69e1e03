"""Folders of tables."""

import re
from pathlib import Path

import pandas as pd
import pytest

from retrieval_checks.data.formats.beir import read_beir, write_beir
from retrieval_checks.data.formats.tables.folders import is_table_folder, read_table_folder
from retrieval_checks.errors import DataError
from tests.data.formats.conftest import MakeFile
from tests.data.formats.example import FOLDER, assert_is_example, judgements, rows

CORPUS = "id,text\nd1,Cats purr.\n"
QUERIES = "id\ttext\nq1\twho purrs?\n"
QRELS = "query_id,doc_id,grade\nq1,d1,1\n"


@pytest.fixture
def folder(make_file: MakeFile) -> Path:
    make_file("cats/corpus.csv", CORPUS)
    make_file("cats/queries.tsv", QUERIES)
    return make_file("cats/qrels/test.csv", QRELS).parents[1]


def test_each_part_may_have_another_format(folder: Path) -> None:
    assert is_table_folder(folder, "test")
    found = read_table_folder(folder)
    assert (found.name, found.corpus["d1"].text, found.queries["q1"]) == (
        "cats",
        "Cats purr.",
        "who purrs?",
    )
    assert found.qrels.to_dict() == {"q1": {"d1": 1.0}}


def test_the_example_is_the_same_from_parquet(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    pd.DataFrame(rows("corpus.jsonl")).to_parquet(tmp_path / "corpus.parquet")
    (tmp_path / "queries.jsonl").write_bytes((FOLDER / "queries.jsonl").read_bytes())
    pd.DataFrame(judgements()).to_parquet(tmp_path / "qrels" / "test.parquet")
    assert_is_example(read_table_folder(tmp_path))


def test_one_table_of_judgements_beside_the_others_is_enough(folder: Path) -> None:
    (folder / "qrels" / "test.csv").rename(folder / "qrels.csv")
    assert read_table_folder(folder).qrels.to_dict() == {"q1": {"d1": 1.0}}


def test_documents_alone_are_a_collection_without_questions(make_file: MakeFile) -> None:
    found = read_table_folder(make_file("a/corpus.csv", CORPUS).parent)
    assert (found.corpus.doc_ids, len(found.queries), len(found.qrels)) == (("d1",), 0, 0)


def test_a_beir_folder_is_none(tmp_path: Path) -> None:
    write_beir(read_beir(FOLDER), tmp_path)
    assert not is_table_folder(tmp_path, "test")
    (tmp_path / "qrels" / "dev.csv").write_text(QRELS)
    assert not is_table_folder(tmp_path, "test")
    assert is_table_folder(tmp_path, "dev")


def test_what_is_missing_is_named_with_the_splits_that_are_there(folder: Path) -> None:
    (folder / "queries.tsv").unlink()
    with pytest.raises(DataError, match=r"cats: missing: queries; each a file in \.parquet, \.csv"):
        read_table_folder(folder)
    (folder / "queries.tsv").write_text(QUERIES)
    with pytest.raises(DataError, match=r"missing: qrels/dev; .*\.jsonl; splits there: test$"):
        read_table_folder(folder, split="dev")


def test_two_files_for_one_part_are_refused(folder: Path) -> None:
    (folder / "corpus.csv.gz").write_bytes(b"the plain one counts")
    read_table_folder(folder)
    (folder / "corpus.jsonl").write_text("")
    message = re.escape("cats: both corpus.csv and corpus.csv.gz and corpus.jsonl are there; keep")
    with pytest.raises(DataError, match=message):
        read_table_folder(folder)


def test_judgements_of_unknown_queries_are_refused(folder: Path) -> None:
    (folder / "qrels" / "test.csv").write_text(f"{QRELS}q9,d1,1\n")
    with pytest.raises(
        DataError, match=r"test\.csv: 1 judged query is not in .*queries\.tsv: 'q9'"
    ):
        read_table_folder(folder)
