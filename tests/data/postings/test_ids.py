"""Ids: what is one, which come twice, and where they stand."""

import copy
import pickle
import re
from typing import Any

import numpy as np
import pytest

from retrieval_checks.data.postings import (
    CheckedIds,
    are_ids,
    check_id,
    check_ids,
    first_duplicate,
    id_text,
    places_in,
)
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError


class Name(str):
    """A string of another type, as numpy has one."""


def refused(message: str) -> Any:
    return pytest.raises(DataError, match=f"^{re.escape(message)}$")


def test_an_id_is_a_non_empty_string_and_never_converted() -> None:
    assert check_id("d1", "document") == "d1"
    assert check_id(" ", "document") == " "
    for value in (1, 1.0, None, b"d1", np.int64(1)):
        kind = type(value).__name__
        with refused(f"document id {value!r} is of type {kind}; ids are strings: use str(...)"):
            check_id(value, "document")
    with refused("query id 7 in line 3 is of type int; ids are strings: use str(...)"):
        check_id(7, "query", "in line 3")
    with refused("empty query id in line 3; ids are non-empty strings"):
        check_id("", "query", "in line 3")
    with refused("empty query id; ids are non-empty strings"):
        check_id("", "query")


def test_ids_are_unique() -> None:
    assert check_ids(["b", "a"], "document") == ("b", "a")
    with refused("duplicate document id 'b'; every document id occurs once"):
        check_ids(["b", "a", "b", "a"], "document")


def test_every_id_is_looked_at() -> None:
    with refused("document id 2 is of type int; ids are strings: use str(...)"):
        check_ids(["a", 2], "document")
    with refused("empty document id; ids are non-empty strings"):
        check_ids(("a", ""), "document")
    with refused("query id 1 is of type int; ids are strings: use str(...)"):
        check_ids({1: "a"}, "query")


def test_ids_may_come_from_anything_that_lists_them() -> None:
    for ids in (["a", "b"], ("a", "b"), {"a": 1, "b": 2}, np.array(["a", "b"]), iter("ab")):
        checked = check_ids(ids, "document")
        assert (type(checked), tuple(checked)) == (CheckedIds, ("a", "b"))
        assert set(map(type, checked)) == {str}
    assert check_ids([], "document") == ()
    assert set(map(type, check_ids([Name("a")], "document"))) == {str}


@pytest.mark.parametrize("ids", ["ab", b"ab", None, 3])
def test_what_is_no_list_of_ids_is_refused(ids: Any) -> None:
    with refused(f"document ids must be a list or a tuple of strings, got {ids!r}"):
        check_ids(ids, "document")


def test_long_text_that_is_no_list_of_ids_is_cut() -> None:
    with refused("document ids must be a list or a tuple of strings, got '" + 59 * "x"):
        check_ids("x" * 100, "document")


def test_the_first_duplicate_is_the_first_to_come_again() -> None:
    assert first_duplicate(["a", "b", "c", "b", "a"]) == "b"
    with pytest.raises(ValueError, match=r"^no duplicate$"):
        first_duplicate(["a", "b"])


def test_ids_are_plain_strings_and_not_empty() -> None:
    assert are_ids(["a", "b"])
    assert are_ids([])
    assert not are_ids(["a", ""])
    assert not are_ids(["a", 1])
    assert not are_ids([Name("a")])


def test_checked_ids_are_not_checked_again() -> None:
    checked = check_ids(("a", "b"), "document")
    assert check_ids(checked, "document") is checked
    run = Run.from_arrays(["q"], checked, [[0]], [[1.0]])
    assert run.doc_ids is run.top(1).doc_ids is run.select(["q"]).doc_ids is checked


def test_places_are_where_other_ids_stand() -> None:
    own = check_ids(("b", "a", "c"), "document")
    places = own.places(("a", "x", "b", "a"))
    assert places.tolist() == [1, -1, 0, 1]
    assert places.dtype == np.int64
    assert not places.flags.writeable
    assert own.places(()).tolist() == []
    assert own.places(own).tolist() == own.places(("b", "a", "c")).tolist() == [0, 1, 2]
    assert own.places(("b", "a")).tolist() == [0, 1]
    assert dict(own.positions) == {"b": 0, "a": 1, "c": 2}


def test_two_vocabularies_in_turn_get_their_own_places() -> None:
    own, one, other = CheckedIds("abc"), ("c", "a"), ("b",)
    for _ in range(3):
        assert own.places(one).tolist() == [2, 0]
        assert own.places(other).tolist() == [1]
        assert own.places(own).tolist() == [0, 1, 2]


def test_last_places_are_kept_for_the_very_same_ids() -> None:
    own, asked = CheckedIds("abc"), tuple("ca")
    first = own.places(asked)
    assert own.places(asked) is first
    equal = tuple("c") + tuple("a")
    assert equal is not asked
    assert own.places(equal) is not first
    assert own.places(equal).tolist() == first.tolist()
    assert own.places(asked) is not first  # only the last is kept


def test_copies_start_without_what_was_asked() -> None:
    own = CheckedIds("abc")
    own.places(("b",))
    assert own.positions
    for copied in (pickle.loads(pickle.dumps(own)), copy.deepcopy(own), copy.copy(own)):
        assert (type(copied), tuple(copied)) == (CheckedIds, ("a", "b", "c"))
        assert copied.__dict__ == {}
        assert copied.places(("c",)).tolist() == [2]
    assert len(pickle.dumps(own)) == len(pickle.dumps(CheckedIds("abc")))


def test_places_in_an_unchecked_vocabulary_are_checked_first() -> None:
    assert places_in(("a", "b"), ("b", "x")).tolist() == [1, -1]
    with refused("duplicate document id 'a'; every document id occurs once"):
        places_in(("a", "a"), ("a",))


def test_an_imported_id_is_text_or_a_whole_number() -> None:
    assert [id_text(value, "query") for value in ("007", 7, np.int32(-7))] == ["007", "7", "-7"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1.0, "query id 1.0 in x is a float, often made of whole numbers by a missing value among"),
        (np.float32(1), "is a float, often made of whole numbers by a missing value"),
        (True, "query id True in x is of type bool; ids are strings: use str(...)"),
        (None, "query id None in x is of type NoneType; ids are strings"),
        ("", "empty query id in x; ids are non-empty strings"),
    ],
)
def test_any_other_imported_id_is_refused(value: object, message: str) -> None:
    with pytest.raises(DataError, match=re.escape(message)):
        id_text(value, "query", "in x")
