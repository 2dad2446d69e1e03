"""Arrays taken in without changing a number."""

import re
from typing import Any

import numpy as np
import pytest

from retrieval_checks.data.postings import read_only, unstacked, vector
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError


def refused(message: str) -> Any:
    return pytest.raises(DataError, match=f"^{re.escape(message)}$")


def test_a_read_only_array_cannot_be_written_to() -> None:
    zeros = np.zeros(2)
    array = read_only(zeros)
    assert array is zeros
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1.0


def test_positions_of_any_integer_type_are_taken() -> None:
    for kind in (np.int8, np.uint64, np.int64):
        run = Run(("q",), ("a", "b"), np.array([0, 2], kind), np.array([1, 0], kind), np.ones(2))
        assert run.ranking("q") == ("b", "a")
        assert run.docs.dtype == np.dtype(np.int32)
        assert run.indptr.dtype == np.dtype(np.int64)


def test_vector_is_what_was_given() -> None:
    assert vector([1, 2], "n").tolist() == [1, 2]
    assert vector([], "n").tolist() == []  # of no dtype to speak of
    assert vector([0.5, 1], "n", kinds="iufb").tolist() == [0.5, 1.0]
    assert vector([True], "n", kinds="iufb").tolist() == [True]


def test_vector_has_one_dimension_and_numbers_of_its_kind() -> None:
    with refused("n must be one row of numbers"):
        vector([[1], [1, 2]], "n")
    with refused("n must have one dimension, got shape (1, 2)"):
        vector([[1, 2]], "n")
    with refused("n must have one dimension, got shape ()"):
        vector(3, "n")
    with refused("n must be integers, got dtype float64"):
        vector([1.0], "n")
    with refused("n must be integers, got dtype bool"):
        vector([True], "n")
    with refused("n must be numbers, got dtype <U1"):
        vector(["1"], "n", kinds="iufb")


def test_matrices_are_read_row_by_row_without_the_holes() -> None:
    docs = [[1, -1, 0], [-1, -1, -1], [2, 1, -1]]
    values = [[0.5, np.nan, 1], [0, 0, 0], [3, 4, np.inf]]
    indptr, positions, numbers = unstacked("pqr", "abc", docs, values, what="scores")
    assert (indptr.tolist(), positions.tolist()) == ([0, 2, 2, 4], [1, 0, 2, 1])
    assert numbers.tolist() == [0.5, 1.0, 3.0, 4.0]
    assert indptr.dtype == np.int64
    assert positions.dtype == np.int32
    assert unstacked((), (), np.zeros((0, 3)), np.zeros((0, 3)), what="scores")[0].tolist() == [0]
    assert unstacked("q", "", np.zeros((1, 0)), np.zeros((1, 0)), what="s")[0].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("docs", "values", "message"),
    [
        ([[0], [0, 1]], [[1.0]], "docs must be a matrix, its rows of one length"),
        ([[0]], [[1.0], [1.0, 2.0]], "scores must be a matrix, its rows of one length"),
        ([0], [1.0], "docs and scores must both be (1, k), got (1,) and (1,)"),
        ([[0, 1]], [[1.0]], "docs and scores must both be (1, k), got (1, 2) and (1, 1)"),
        ([[0], [1]], [[1.0], [2.0]], "docs and scores must both be (1, k), got (2, 1) and (2, 1)"),
        ([[0.0]], [[1.0]], "docs must be integer positions into doc_ids, got dtype float64"),
        ([[2]], [[1.0]], "docs must lie in -1..1"),
        ([[-2]], [[1.0]], "docs must lie in -1..1"),
    ],
)
def test_matrices_without_meaning_are_refused(docs: Any, values: Any, message: str) -> None:
    with refused(message):
        unstacked(["q"], ["a", "b"], docs, values, what="scores")


def test_first_and_last_document_are_in_the_vocabulary() -> None:
    assert unstacked("q", "ab", [[0, 1, -1]], [[1, 2, 3]], what="s")[1].tolist() == [0, 1]
