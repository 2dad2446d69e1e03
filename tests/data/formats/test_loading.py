"""Which reader a path or a name is given to."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval_checks.data.formats.beir import read_beir
from retrieval_checks.data.formats.loading import is_named, load_collection
from retrieval_checks.errors import DataError
from tests.data.formats.conftest import MakeFile
from tests.data.formats.example import FOLDER, assert_is_example


def test_a_beir_folder_is_read_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    assert_is_example(load_collection(FOLDER))
    monkeypatch.chdir(FOLDER.parent)
    assert load_collection("ai_act").name == load_collection(Path("ai_act")).name == "ai_act"


def test_a_beir_folder_loads_no_reader_of_another_format() -> None:
    code = (
        "import sys; from retrieval_checks import load_collection\n"
        f"load_collection({str(FOLDER)!r})\n"
        "print([name for name in sys.modules if 'tables' in name or name == 'pyarrow'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['retrieval_checks.data.postings.tables']\n"


def test_a_folder_of_tables_is_read(make_file: MakeFile) -> None:
    make_file("a/corpus.csv", "id,text\nd1,Cats purr.\n")
    make_file("a/queries.csv", "id,text\nq1,who purrs?\n")
    folder = make_file("a/qrels/dev.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t1\n").parents[1]
    assert load_collection(folder, split="dev").qrels.to_dict() == {"q1": {"d1": 1.0}}


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("ir-datasets:beir/scifact/test", True),
        ("hf:mteb/scifact", True),
        (Path("hf:mteb/scifact"), True),
        ("hf", False),
        ("C:/data", False),
        ("data/hf:x", False),
    ],
)
def test_a_name_is_told_from_a_path(source: str | Path, named: bool) -> None:
    assert is_named(source) == named


def test_a_name_may_come_as_a_path(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no/such: no such folder; nor is a dataset of that id in"):
        load_collection(Path("hf:no/such"))


def test_a_csv_file_says_which_call_reads_it(make_file: MakeFile) -> None:
    path = make_file("labels.csv", "passage_id,passage,relevant\n0,x,1\n")
    message = f"is read by read_labelled_csv({str(path)!r}, query=...), which needs the query's te"
    with pytest.raises(DataError, match=re.escape(message)):
        load_collection(path)


def test_another_file_is_no_collection(make_file: MakeFile) -> None:
    path = make_file("corpus.jsonl", "")
    message = r"corpus\.jsonl: a collection is a folder with .* this is a file; give the folder"
    with pytest.raises(DataError, match=message):
        load_collection(path)


def test_a_folder_of_documents_alone_is_a_collection_without_questions(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text('{"_id": "d1", "text": "cats"}\n')
    found = load_collection(tmp_path)
    assert (found.corpus.doc_ids, len(found.queries), len(found.qrels)) == (("d1",), 0, 0)
    with pytest.raises(DataError, match=r"missing: queries\.jsonl, qrels/"):
        read_beir(tmp_path)
