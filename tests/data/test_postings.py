"""The columnar form: ids, row pointers, entries."""

import numpy as np
import pytest

from retrieval_checks.data.postings import (
    check_id,
    check_ids,
    check_rows,
    first_duplicate,
    intern,
    read_only,
    row_numbers,
    take_rows,
)
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError

INDPTR = np.array([0, 2, 2, 5])  # rows of 2, 0 and 3 entries


def test_an_id_is_a_non_empty_string_and_never_converted() -> None:
    assert check_id("d1", "document") == "d1"
    for value in (1, 1.0, None, b"d1", np.int64(1)):
        with pytest.raises(DataError, match=r"is of type .*; ids are strings: use str\(\.\.\.\)"):
            check_id(value, "document")
    with pytest.raises(DataError, match=r"^empty query id in line 3; ids are non-empty strings$"):
        check_id("", "query", "in line 3")


def test_ids_are_unique() -> None:
    assert check_ids(["b", "a"], "document") == ("b", "a")
    with pytest.raises(DataError, match="duplicate document id 'b'; every document id occurs once"):
        check_ids(["b", "a", "b", "a"], "document")


def test_the_first_duplicate_is_the_first_to_come_again() -> None:
    assert first_duplicate(["a", "b", "c", "b", "a"]) == "b"
    with pytest.raises(ValueError, match="no duplicate"):
        first_duplicate(["a", "b"])


def test_row_numbers_repeat_each_row_by_its_length() -> None:
    assert row_numbers(INDPTR).tolist() == [0, 0, 2, 2, 2]
    assert row_numbers(np.array([0])).tolist() == []


def test_taken_rows_come_in_the_order_asked() -> None:
    indptr, entries = take_rows(INDPTR, [2, 1, 0])
    assert indptr.tolist() == [0, 3, 3, 5]
    assert entries.tolist() == [2, 3, 4, 0, 1]
    indptr, entries = take_rows(INDPTR, [])
    assert (indptr.tolist(), entries.tolist()) == ([0], [])


def test_interned_ids_stand_once_in_order_of_appearance() -> None:
    query_ids, doc_ids, indptr, docs, values = intern(
        {"q2": {"b": 1, "a": 2.5}, "q1": {}, "q3": {"a": 0}}, "ranking"
    )
    assert (query_ids, doc_ids) == (("q2", "q1", "q3"), ("b", "a"))
    assert (indptr.tolist(), docs.tolist()) == ([0, 2, 2, 3], [0, 1, 1])
    assert values.tolist() == [1.0, 2.5, 0.0]
    assert [str(array.dtype) for array in (indptr, docs, values)] == ["int64", "int32", "float64"]


def test_a_document_may_stand_in_two_rows_but_not_twice_in_one() -> None:
    docs = np.array([0, 0], np.int32)
    check_rows(("p", "q"), ("a", "b"), np.array([0, 1, 2]), docs, what="ranking")
    docs = np.array([1, 1, 1], np.int32)
    with pytest.raises(DataError, match="duplicate document 'b' in ranking of 'q'; a document st"):
        check_rows(("p", "q"), ("a", "b"), np.array([0, 1, 3]), docs, what="ranking")


def test_a_read_only_array_cannot_be_written_to() -> None:
    array = read_only(np.zeros(2))
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1.0


def test_checked_ids_are_not_checked_again() -> None:
    checked = check_ids(("a", "b"), "document")
    assert check_ids(checked, "document") is checked
    run = Run.from_arrays(["q"], checked, [[0]], [[1.0]])
    assert run.doc_ids is run.top(1).doc_ids is run.select(["q"]).doc_ids is checked


@pytest.mark.parametrize("ids", ["ab", b"ab", None, 3])
def test_what_is_no_list_of_ids_is_refused(ids: object) -> None:
    with pytest.raises(DataError, match="document ids must be a list or a tuple of strings, got"):
        check_ids(ids, "document")  # type: ignore[arg-type]


def test_positions_of_any_integer_type_are_taken() -> None:
    for kind in (np.int8, np.uint64, np.int64):
        run = Run(("q",), ("a", "b"), np.array([0, 2], kind), np.array([1, 0], kind), np.ones(2))
        assert run.ranking("q") == ("b", "a")
        assert run.docs.dtype == np.dtype(np.int32)
        assert run.indptr.dtype == np.dtype(np.int64)
