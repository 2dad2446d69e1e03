"""Columns of a table, read or refused with the place of the row."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from retrieval_checks.data.formats.tables.table import Table
from retrieval_checks.errors import DataError


def table(values: Any, kind: Any = None, *, lines: tuple[int, ...] = ()) -> Table:
    column = pa.chunked_array([pa.array(values, kind)])
    return Table("t", ("c",), {"c": column}.__getitem__, lines)


@pytest.mark.parametrize(
    "column",
    [
        table(["7", "8"]),
        table([7, 8]),
        table([7, 8], pa.uint64()),
        table(["7", "8"], pa.large_string()),
        table(["7", "8"], pa.string_view()),
        table(pa.array(["7", "8"]).dictionary_encode()),
    ],
)
def test_ids_are_strings_whatever_held_them(column: Table) -> None:
    assert column.ids("c", "query").to_pylist() == ["7", "8"]
    assert column.unique_ids("c", "query") == ["7", "8"]


@pytest.mark.parametrize(
    ("read", "column", "message"),
    [
        (
            lambda t: t.ids("c", "query"),
            table([1.0, 2.0]),
            "t: the query ids in column 'c' are a fl",
        ),
        (
            lambda t: t.ids("c", "query"),
            table([1.0, None]),
            "t: row 2: no query id in column 'c'; g",
        ),
        (
            lambda t: t.ids("c", "query"),
            table([True]),
            "ids in column 'c' are of type bool; convert",
        ),
        (
            lambda t: t.ids("c", "query"),
            table([b"a"]),
            "ids in column 'c' are of type binary; conve",
        ),
        (lambda t: t.ids("c", "query"), table(["a", ""]), "t: row 2: empty query id in column 'c'"),
        (lambda t: t.ids("c", "query"), table(["a", ""], lines=(2, 9)), "t:9: empty query id in"),
        (
            lambda t: t.unique_ids("c", "document"),
            table(["a", "b", "a"]),
            "t: row 3: document 'a' stands in row 1 already; drop one of the rows",
        ),
        (
            lambda t: t.unique_ids("c", "document"),
            table(["a", "a"], lines=(2, 5)),
            "t:5: document 'a' stands in line 2 already; drop",
        ),
        (
            lambda t: t.texts("c", "text"),
            table(["a", None]),
            "t: row 2: no text in column 'c'; give",
        ),
        (
            lambda t: t.texts("c", "text"),
            table([1]),
            "t: the texts in column 'c' are of type int64",
        ),
        (lambda t: t.numbers("c", "grade"), table([1, None]), "t: row 2: no grade in column 'c'"),
        (
            lambda t: t.numbers("c", "grade"),
            table(["1", "1_0"]),
            "t: row 2: grade '1_0' is not a n",
        ),
        (
            lambda t: t.numbers("c", "grade"),
            table(["high"], lines=(2,)),
            "t:2: grade 'high' is not",
        ),
        (
            lambda t: t.numbers("c", "grade"),
            table([[1]]),
            "the grades in column 'c' are of type list",
        ),
        (
            lambda t: t.numbers("c", "grade"),
            table([2**63], pa.uint64()),
            "not numbers that a float64",
        ),
        (
            lambda t: t.objects("c", "tags"),
            table(["a"]),
            "t: the tags in column 'c' are strings; a",
        ),
    ],
)
def test_a_value_of_another_kind_is_refused_with_its_place(
    read: Callable[[Table], Any], column: Table, message: str
) -> None:
    with pytest.raises(DataError, match=re.escape(message)):
        read(column)


def test_numbers_are_float64_and_exact() -> None:
    assert table([1, 2]).numbers("c", "grade").tolist() == [1.0, 2.0]
    assert table([True, False]).numbers("c", "grade").tolist() == [1.0, 0.0]
    texts = table([" 1.5 ", "TRUE", "false", "inf"]).numbers("c", "grade")
    assert texts.tolist() == [1.5, 1.0, 0.0, float("inf")]
    assert texts.dtype == np.float64
    assert table([0.1], pa.float64()).numbers("c", "score").tolist() == [0.1]


def test_a_missing_text_takes_what_stands_in_for_it() -> None:
    assert table(["a", None]).texts("c", "title", missing="") == ["a", ""]
    assert table([None, None], pa.null()).texts("c", "title", missing="") == ["", ""]
