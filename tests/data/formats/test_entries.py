"""Columns of pairs from a file: interned ids, stable rows, errors that name the line."""

import pytest

from retrieval_checks.data.formats.entries import Entries, Ids, number_in
from retrieval_checks.errors import DataError


def test_ids_are_numbered_by_first_appearance() -> None:
    ids = Ids("document")
    assert [ids[b"b"], ids[b"a"], ids[b"b"]] == [0, 1, 0]
    assert ids.names == ["b", "a"]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (b"", "empty document id"),
        (b"\xff", r"document id b'\\xff' is not UTF-8"),
        ("", "empty document id"),
    ],
)
def test_an_id_that_is_none_is_refused_and_not_kept(key: str | bytes, message: str) -> None:
    ids = Ids("document")
    with pytest.raises(DataError, match=message):
        ids[key]
    assert (len(ids), ids.names) == (0, [])


def test_entries_become_a_run_in_rank_order() -> None:
    entries = Entries("a.trec")
    for line, (query_id, doc_id, score) in enumerate(
        [("q2", "a", 1.0), ("q1", "a", 2.0), ("q2", "b", 3.0)], start=1
    ):
        entries.add(line, query_id, doc_id, score)
    entries.add_empty(4, "q3")
    run = entries.run("name")
    assert run.to_dict() == {"q2": {"b": 3.0, "a": 1.0}, "q1": {"a": 2.0}, "q3": {}}
    assert run.name == "name"


def test_errors_carry_the_line_that_was_given() -> None:
    entries = Entries("a.trec")
    entries.add(10, "q", "a", 1.0)
    entries.add(20, "q", "b", float("nan"))
    with pytest.raises(DataError, match=r"^a\.trec:20: score 'nan' of document 'b' for query 'q'"):
        entries.run("name")
    with pytest.raises(DataError, match=r"^a\.trec:20: grade 'nan' of document 'b' for query 'q'"):
        entries.qrels()
    with pytest.raises(DataError, match=r"^a\.trec:30: empty query id"):
        entries.add(30, "", "a", 1.0)


@pytest.mark.parametrize("text", [b"1_0", b"", b"0x1", b"\xd9\xa1", b"one"])
def test_a_number_is_what_every_tool_reads_as_one(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        number_in(text)


def test_numbers_are_read_exactly() -> None:
    assert number_in(b"5e-324") == 5e-324
    assert number_in(b" 2.5 ") == 2.5
