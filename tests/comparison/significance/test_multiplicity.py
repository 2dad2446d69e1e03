import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.comparison.significance.multiplicity import holm
from retrieval_checks.errors import DataError


@pytest.mark.parametrize(
    ("p_values", "adjusted"),
    [
        ([0.03], [0.03]),
        (
            [0.01, 0.04, 0.03, 0.005],
            [0.03, 0.06, 0.06, 0.02],
        ),  # 3 * .01, .06 held, 2 * .03, 4 * .005
        ([0.2, 0.2, 0.2], [0.6, 0.6, 0.6]),  # the second, 2 * .2, may not fall below the first
        ([0.5, 0.9], [1.0, 1.0]),
        ([0.0, 1.0], [0.0, 1.0]),
    ],
)
def test_adjusted_values_worked_by_hand(p_values: list[float], adjusted: list[float]) -> None:
    assert holm(np.array(p_values)).tolist() == pytest.approx(adjusted)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_the_order_of_the_tests_does_not_matter(p_values: list[float]) -> None:
    order = np.random.default_rng(len(p_values)).permutation(len(p_values))
    given_p = np.array(p_values)
    assert holm(given_p)[order].tolist() == holm(given_p[order]).tolist()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_no_value_shrinks_and_none_grows_beyond_bonferroni(p_values: list[float]) -> None:
    adjusted = holm(np.array(p_values))
    assert (adjusted >= np.array(p_values)).all()
    assert (adjusted <= np.minimum(1, np.array(p_values) * len(p_values))).all()


@pytest.mark.parametrize("wrong", [-0.1, 1.1])
def test_what_is_no_p_value_is_refused(wrong: float) -> None:
    with pytest.raises(DataError, match=r"p values lie in \[0, 1\], got"):
        holm(np.array([0.5, wrong]))


def test_no_test_at_all_is_refused() -> None:
    with pytest.raises(DataError, match=r"p_values must be .* got \(0,\)"):
        holm(np.array([]))
