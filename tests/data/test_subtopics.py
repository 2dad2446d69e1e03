"""`Subtopics`: one row a judgement, grades by subtopic."""

import copy
import pickle
import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.data.subtopics import Subtopics
from retrieval_checks.errors import DataError

NAN = float("nan")
# four judgements: t and s; none; s; r
SUBTOPICS = Subtopics.from_rows([{"t": 1, "s": 2.5}, {}, {"s": -1}, {"r": 0}])


def as_rows(subtopics: Subtopics) -> list[dict[str, float]]:
    edges = subtopics.indptr.tolist()
    return [
        {
            subtopics.names[topic]: float(grade)
            for topic, grade in zip(
                subtopics.topics[start:stop], subtopics.grades[start:stop], strict=True
            )
        }
        for start, stop in pairwise(edges)
    ]


def test_rows_come_back_and_names_are_sorted() -> None:
    assert as_rows(SUBTOPICS) == [{"t": 1.0, "s": 2.5}, {}, {"s": -1.0}, {"r": 0.0}]
    assert (SUBTOPICS.names, len(SUBTOPICS)) == (("r", "s", "t"), 4)
    arrays = (SUBTOPICS.indptr, SUBTOPICS.topics, SUBTOPICS.grades)
    assert [str(array.dtype) for array in arrays] == ["int64", "int64", "float64"]
    assert not any(array.flags.writeable for array in arrays)
    assert len(Subtopics.from_rows([])) == 0


def test_taken_judgements_come_in_the_order_asked() -> None:
    taken = SUBTOPICS.take(np.array([2, 0, 1, 2]))
    assert as_rows(taken) == [{"s": -1.0}, {"t": 1.0, "s": 2.5}, {}, {"s": -1.0}]
    assert taken.names == SUBTOPICS.names
    assert as_rows(SUBTOPICS.take(np.array([], np.int64))) == []


def test_rows_are_those_that_it_was_made_of() -> None:
    rows = [{"t": 1.0, "s": 2.5}, {}, {"s": -1.0}, {"r": 0.0}]
    assert list(SUBTOPICS.rows()) == rows
    assert list(SUBTOPICS.take(np.array([3, 0])).rows()) == [rows[3], rows[0]]
    assert list(Subtopics.from_rows([]).rows()) == []


def matrix(*queries: int) -> FloatArray:
    return SUBTOPICS.matrix(np.array(queries))


def test_matrix_has_a_column_for_each_subtopic_of_a_query() -> None:
    np.testing.assert_array_equal(
        matrix(0, 4),  # r, s, t
        [[NAN, 2.5, 1], [NAN, NAN, NAN], [NAN, -1, NAN], [0, NAN, NAN]],
    )
    np.testing.assert_array_equal(matrix(1, 3), [[NAN], [-1]])
    np.testing.assert_array_equal(matrix(2, 4), [[NAN, -1], [0, NAN]])
    assert matrix(1, 2).shape == (1, 0)
    assert matrix(2, 2).shape == (0, 0)
    assert matrix(2).shape == (0, 0)  # of no query


def test_matrix_numbers_the_subtopics_within_each_query() -> None:
    np.testing.assert_array_equal(
        matrix(0, 2, 2, 3, 4),  # s and t; no judgement; s; r
        [[2.5, 1], [NAN, NAN], [-1, NAN], [0, NAN]],
    )
    np.testing.assert_array_equal(matrix(1, 2, 3, 4), [[NAN], [-1], [0]])


def test_most_is_the_width_of_the_matrix() -> None:
    edges = [[0, 4], [0, 2, 3, 4], [1, 2, 4], [1, 3, 4], [1, 2], [2, 2], [2]]
    assert [SUBTOPICS.most(np.array(own)) for own in edges] == [3, 2, 2, 1, 0, 0, 0]
    assert Subtopics.from_rows([]).most(np.array([0, 0])) == 0


def test_arrays_given_are_copied() -> None:
    grades = np.array([1.0])
    subtopics = Subtopics(("s",), np.array([0, 1]), np.array([0]), grades)
    grades[0] = 2.0
    assert as_rows(subtopics) == [{"s": 1.0}]
    with pytest.raises(ValueError, match="read-only"):
        subtopics.grades[0] = 3.0


@pytest.mark.parametrize(
    "copied", [pickle.loads(pickle.dumps(SUBTOPICS)), copy.deepcopy(SUBTOPICS)]
)
def test_a_copy_from_another_process_is_equal_and_read_only(copied: Subtopics) -> None:
    assert as_rows(copied) == as_rows(SUBTOPICS)
    assert copied.names == SUBTOPICS.names
    assert not copied.grades.flags.writeable


FIT = "subtopics: indptr, topics and grades do not fit together"


@pytest.mark.parametrize(
    ("indptr", "topics", "grades", "message"),
    [
        ([], [], [], FIT),
        ([1, 1], [0], [1.0], FIT),
        ([0, 2], [0], [1.0], FIT),
        ([0, 1], [0], [1.0, 2.0], FIT),
        ([0, 1], [0, 1], [1.0], FIT),
        ([0, 2, 1, 2], [0, 1], [1.0, 1.0], FIT),
        ([0, 1], [2], [1.0], "subtopics: topics must lie in 0..1"),
        ([0, 1], [-1], [1.0], "subtopics: topics must lie in 0..1"),
        ([0, 1], [0], [NAN], "subtopics: a grade is not finite"),
        ([0, 1], [0], [float("inf")], "subtopics: a grade is not finite"),
        ([0.0, 1.0], [0], [1.0], "subtopics: indptr must be integers, got dtype float64"),
        ([0, 1], [0.5], [1.0], "subtopics: topics must be integers, got dtype float64"),
        ([0, 1], [0], ["1"], "subtopics: grades must be numbers, got dtype <U1"),
    ],
)
def test_columns_without_meaning_are_refused(
    indptr: Any, topics: Any, grades: Any, message: str
) -> None:
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        Subtopics(("s", "t"), indptr, topics, grades)


def test_grades_may_be_true_or_false_or_whole() -> None:
    labelled: Any = Subtopics(("s",), [0, 1], [0], [True])  # type: ignore[arg-type]
    assert labelled.grades.tolist() == [1.0]
    assert Subtopics(("s",), np.array([0]), np.array([], int), np.array([])).names == ("s",)
