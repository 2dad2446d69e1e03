import re

import numpy as np
import pytest

from retrieval_checks.comparison.significance.arrays import (
    check_confidence,
    finite_column,
    finite_table,
    rounding,
)
from retrieval_checks.errors import DataError, SettingsError


def test_whole_numbers_and_truth_values_become_floats() -> None:
    assert finite_column([1, 0, -1], "d").tolist() == [1.0, 0.0, -1.0]
    assert finite_table([[True], [False]], "d").dtype == np.float64


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "d must be (n_queries,) with at least one query, got (0,)"),
        ([[0.1]], "d must be (n_queries,) with at least one query, got (1, 1)"),
        (0.1, "d must be (n_queries,) with at least one query, got ()"),
        ([0.1, float("nan")], "d must be finite numbers, row 1 has nan"),
        ([float("-inf"), 0.1], "d must be finite numbers, row 0 has -inf"),
        (["a"], "d must be numbers, got dtype <U1"),
        ([[0.1], [0.1, 0.2]], "d must be rows of equal length"),
    ],
)
def test_a_column_that_is_no_column_of_numbers_is_refused(values: object, message: str) -> None:
    with pytest.raises(DataError, match=re.escape(message)):
        finite_column(values, "d")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([0.1], "d must be (n_queries, n_metrics) with at least one query, got (1,)"),
        (np.zeros((0, 2)), "got (0, 2)"),
        ([[0.1, 0.2], [0.3, float("inf")]], "row 1 has [0.3, inf]"),
    ],
)
def test_a_table_that_is_no_table_of_numbers_is_refused(values: object, message: str) -> None:
    with pytest.raises(DataError, match=re.escape(message)):
        finite_table(values, "d")


def test_what_was_given_is_not_changed() -> None:
    given = np.zeros(3)
    finite_column(given, "d")[0] = 1
    assert not given.any()


def test_rounding_grows_with_the_largest_value_of_the_column() -> None:
    assert rounding(np.array([[1.0, -0.5], [-4.0, 0.0]])).tolist() == [4e-9, 5e-10]


@pytest.mark.parametrize("confidence", [0.5, 1.0, 95, 0.0, float("nan")])
def test_a_confidence_that_is_none_is_refused(confidence: float) -> None:
    with pytest.raises(SettingsError, match=r"above 0\.5 and below 1, got .*; 95 % is 0\.95"):
        check_confidence(confidence)
