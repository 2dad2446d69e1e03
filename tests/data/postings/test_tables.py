"""Dicts of dicts and frames on their way to columns."""

import re
import struct
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from retrieval_checks.data.postings import (
    CheckedIds,
    as_number,
    frame_to_dict,
    intern,
    packed,
)
from retrieval_checks.errors import DataError


def refused(message: str) -> Any:
    return pytest.raises(DataError, match=f"^{re.escape(message)}$")


def test_interned_ids_stand_once_in_order_of_appearance() -> None:
    query_ids, doc_ids, indptr, docs, values = intern(
        {"q2": {"b": 1, "a": 2.5}, "q1": {}, "q3": {"a": 0}}, "ranking"
    )
    assert (query_ids, doc_ids) == (("q2", "q1", "q3"), ("b", "a"))
    assert {type(query_ids), type(doc_ids)} == {CheckedIds}
    assert (indptr.tolist(), docs.tolist()) == ([0, 2, 2, 3], [0, 1, 1])
    assert values.tolist() == [1.0, 2.5, 0.0]
    assert [str(array.dtype) for array in (indptr, docs, values)] == ["int64", "int32", "float64"]


def test_empty_table_has_no_rows() -> None:
    query_ids, doc_ids, indptr, docs, values = intern({}, "ranking")
    assert (query_ids, doc_ids, indptr.tolist()) == ((), (), [0])
    assert (len(docs), len(values)) == (0, 0)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            [("q", {})],
            "ranking: expected a mapping of query ids to {document id: number}, got list",
        ),
        ({"q": ["a"]}, "ranking of 'q' must map document ids to numbers, got list"),
        ({"p": {}, "q": None}, "ranking of 'q' must map document ids to numbers, got NoneType"),
        ({1: {"a": 1}}, "query id 1 is of type int; ids are strings: use str(...)"),
        ({"": {"a": 1}}, "empty query id; ids are non-empty strings"),
        (
            {"p": {"a": 1}, "q": {"a": 1, 2: 1}},
            "document id 2 in ranking of 'q' is of type int; ids are strings: use str(...)",
        ),
        ({"q": {"": 1}}, "empty document id in ranking of 'q'; ids are non-empty strings"),
        ({"q": {"a": 1, "b": "2"}}, "'2' for document 'b' in ranking of 'q' is not a number"),
    ],
)
def test_tables_without_meaning_are_refused(table: Any, message: str) -> None:
    with refused(message):
        intern(table, "ranking")


def test_numbers_of_a_row_are_packed_as_float64() -> None:
    numbers: Any = {
        "a": 1,
        "b": np.float32(0.1),
        "c": True,
        "d": Decimal("0.5"),
        "e": Fraction(1, 4),
    }
    assert struct.unpack("5d", packed(numbers, "q", "ranking")) == (
        *(1.0, float(np.float32(0.1)), 1.0, 0.5, 0.25),
    )
    assert packed({}, "q", "ranking") == b""


class Odd:
    """What only float() takes."""

    def __init__(self, error: type[Exception] | None = None) -> None:
        self._error = error

    def __float__(self) -> float:
        if self._error:
            raise self._error
        return 0.5

    def __repr__(self) -> str:
        return "odd"


def test_number_is_anything_that_float_takes_but_text() -> None:
    assert as_number(1, "d", "q", "ranking") == 1.0
    assert as_number(Odd(), "d", "q", "ranking") == 0.5
    assert as_number(np.array(2.0), "d", "q", "ranking") == 2.0


@pytest.mark.parametrize(
    "value",
    [
        *("1", b"1", bytearray(b"1"), None, [1], 10**400),
        *(Odd(TypeError), Odd(ValueError), Odd(OverflowError)),
    ],
)
def test_what_is_no_number_is_named(value: Any) -> None:
    message = f"{value!r} for document 'd' in ranking of 'q' is not a number"
    with refused(message):
        as_number(value, "d", "q", "ranking")
    with refused(message):
        packed({"a": 1.0, "d": value}, "q", "ranking")


FRAME = pd.DataFrame({"q": ["q2", "q1", "q2"], "d": ["a", "a", "b"], "s": [1.0, 2.0, 3.0]})


def test_frame_has_a_row_per_pair() -> None:
    table = frame_to_dict(FRAME, "q", "d", value="s", what="ranking")
    assert table == {"q2": {"a": 1.0, "b": 3.0}, "q1": {"a": 2.0}}
    assert list(table) == ["q2", "q1"]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (FRAME.drop(columns="s"), "no column 's' in the frame; it has: q, d"),
        (FRAME.rename(columns={"q": 7}), "no column 'q' in the frame; it has: 7, d, s"),
        (
            FRAME.rename(columns={"d": "\x1b[31m"}),
            "no column 'd' in the frame; it has: q, '\\x1b[31m', s",
        ),
        (FRAME.assign(q=1), "query id 1 is of type int; ids are strings: use str(...)"),
        (
            FRAME.assign(d=7),
            "document id 7 in ranking of 'q2' is of type int; ids are strings: use str(...)",
        ),
        (FRAME.assign(d="a"), "duplicate document 'a' in ranking of 'q2'"),
    ],
)
def test_frames_without_meaning_are_refused(frame: pd.DataFrame, message: str) -> None:
    with refused(message):
        frame_to_dict(frame, "q", "d", value="s", what="ranking")
