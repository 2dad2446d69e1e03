"""Test sets of ragas, as rows, objects and files."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from retrieval_checks.data.corpus import Corpus
from retrieval_checks.data.formats.foreign.ragas import read_ragas
from retrieval_checks.errors import DataError
from tests.data.formats.conftest import MakeFile
from tests.data.formats.example import example

CATS = Corpus.from_dict({"d1": "Cats purr.", "d2": "Dogs bark."})
ROWS: list[dict[str, Any]] = [
    {
        "user_input": "who purrs?",
        "reference_context_ids": ["d1"],
        "reference_contexts": ["Cats purr."],
        "reference": "Cats.",
    },
    {
        "user_input": 'who "barks", or purrs?',
        "reference_context_ids": ["d2", "d1"],
        "reference_contexts": ["Dogs bark.", "Cats purr."],
        "reference": "Dogs and cats.",
    },
]
GRADES = {"q1": {"d1": 1.0}, "q2": {"d2": 1.0, "d1": 1.0}}


class Testset:
    """What its Testset and EvaluationDataset have in common."""

    __test__ = False

    def to_list(self) -> list[dict[str, Any]]:
        return ROWS


def jsonl(folder: Path) -> Path:
    """As its `to_jsonl` writes."""
    path = folder / "set.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS))
    return path


def table(folder: Path) -> Path:
    """As its `to_csv` writes: lists as Python shows them."""
    path = folder / "set.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=ROWS[0].keys())
        writer.writeheader()
        writer.writerows(ROWS)
    return path


@pytest.mark.parametrize("source", [lambda _: ROWS, lambda _: Testset(), jsonl, table])
def test_rows_objects_and_files_are_the_same(source: Any, tmp_path: Path) -> None:
    found = read_ragas(source(tmp_path))
    assert found.qrels.to_dict() == GRADES
    assert found.queries.texts == ("who purrs?", 'who "barks", or purrs?')
    assert {doc_id: found.corpus[doc_id].text for doc_id in found.corpus} == {
        "d1": "Cats purr.",
        "d2": "Dogs bark.",
    }


@pytest.mark.parametrize("key", ["reference_context_ids", "reference_contexts"])
def test_ids_or_texts_alone_need_the_corpus(key: str) -> None:
    rows = [{"user_input": row["user_input"], key: row[key]} for row in ROWS]
    assert read_ragas(rows, corpus=CATS).qrels.to_dict() == GRADES
    with pytest.raises(
        DataError, match=r"row 1: its documents have .*; give the documents: corpus="
    ):
        read_ragas(rows)


def test_ids_of_rows_count_and_numbers_become_strings() -> None:
    row = {"id": 7, "user_input": "?!", "reference_context_ids": [1], "reference_contexts": ["x"]}
    assert read_ragas([row]).qrels.to_dict() == {"7": {"1": 1.0}}


def test_the_example_is_the_same_with_grades_of_one() -> None:
    whole = example()
    rows = [
        {"id": q, "user_input": whole.queries[q], "reference_context_ids": list(whole.qrels[q])}
        for q in whole.qrels
    ]
    found = read_ragas(rows, corpus=whole.corpus)
    assert {q: list(found.qrels[q]) for q in found.qrels} == {
        q: list(whole.qrels[q]) for q in whole.qrels
    }
    assert found.stale_judgements == ()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"user_input": None}, "row 1: the question is None; write its text"),
        ({"user_input": [{}, {}]}, "row 1: a conversation of 2 turns is not one question"),
        (
            {"user_input": "a?"},
            "row 1: no document for question 'q1'; name what its answer rests on",
        ),
        ({"id": 1.5, "user_input": "a?"}, "row 1: query id 1.5 in 'id' is a float, often made"),
        ("a?", "row 1: is a str; give a mapping, as to_list() does"),
        (
            {"user_input": "a?", "reference_context_ids": [1.0]},
            "row 1: document id 1.0 in 'reference_context_ids' is a float",
        ),
        (
            {"user_input": "a?", "reference_context_ids": ["d1"], "reference_contexts": ["", "b"]},
            "row 1: 1 ids of documents but 2 texts",
        ),
    ],
)
def test_a_row_without_a_meaning_is_refused(row: Any, message: str) -> None:
    with pytest.raises(DataError, match=re.escape(message)):
        read_ragas([row])


def test_a_bad_row_of_a_file_is_named_by_its_line(make_file: MakeFile) -> None:
    path = make_file("a.jsonl", '\n{"user_input": " "}\n')
    with pytest.raises(DataError, match=r"a\.jsonl:2: the question is ' '; write its text"):
        read_ragas(path)
    path = make_file("a.csv", "user_input,reference_context_ids\nwho?,d1\n")
    message = r"a\.csv:2: 'reference_context_ids' is 'd1'; write a list: \['d1', 'd2'\]"
    with pytest.raises(DataError, match=message):
        read_ragas(path)
    with pytest.raises(
        DataError, match=r"a\.xlsx: ragas writes \.jsonl and \.csv, this is '\.xlsx'"
    ):
        read_ragas("a.xlsx")


def test_another_object_is_refused() -> None:
    with pytest.raises(DataError, match=r"a test set of ragas is a Testset, .*, got int"):
        read_ragas(7)
