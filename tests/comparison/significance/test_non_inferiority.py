import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student
from scipy.stats import ttest_1samp

from retrieval_checks.comparison.significance.non_inferiority import (
    certifiable_margin,
    default_margin,
    lower_bound,
    queries_needed,
)
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.errors import DataError, SettingsError

DIFFERENCES = st.lists(st.floats(-1, 1, width=16), min_size=1, max_size=40)


@given(DIFFERENCES, st.sampled_from([0.9, 0.95, 0.99]))
def test_the_bound_is_scipys_with_one_more_query_that_lost_a_half(
    differences: list[float], confidence: float
) -> None:
    with_pseudo = np.array([*differences, -0.75])
    if np.ptp(with_pseudo) == 0:
        expected = -0.75
    else:
        test = ttest_1samp(with_pseudo, 0, alternative="greater")
        expected = float(test.confidence_interval(confidence).low)
    found = lower_bound(np.array(differences), confidence=confidence)
    assert found == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("queries", "margin"),
    [(10, 0.192), (20, 0.097), (30, 0.065), (50, 0.039), (100, 0.020), (300, 0.007)],
)
def test_the_best_certifiable_margin_as_specified(queries: int, margin: float) -> None:
    assert round(certifiable_margin(queries), 3) == margin


@pytest.mark.parametrize("queries", [1, 19, 400])
@pytest.mark.parametrize("confidence", [0.95, 0.99])
def test_the_best_margin_is_the_bound_where_nothing_changed(
    queries: int, confidence: float
) -> None:
    t = student.ppf(confidence, queries)
    expected = 0.75 * (1 + t) / (queries + 1)
    assert certifiable_margin(queries, confidence=confidence) == pytest.approx(expected, abs=1e-12)
    bound = lower_bound(np.zeros(queries), confidence=confidence)
    assert bound == pytest.approx(-expected, abs=1e-12)


def test_the_default_margin_narrows_at_100_queries() -> None:
    assert [default_margin(n) for n in (1, 99, 100, 5000)] == [0.05, 0.05, 0.02, 0.02]


def test_a_set_on_which_nothing_changed_needs_34_queries_for_the_default_margin() -> None:
    # .75 (1 + t) / (n + 1): 39 queries .75 x 2.6849 / 40 = .0503, 40 queries .75 x 2.6839 / 41
    # = .0491
    assert queries_needed(np.zeros(12), margin=0.05) == 40
    assert certifiable_margin(39) > 0.05 > certifiable_margin(40)


@pytest.mark.parametrize("spread", [0.05, 0.18, 0.4])
@pytest.mark.parametrize("margin", [0.01, 0.02, 0.05])
def test_the_needed_number_is_the_first_whose_expected_bound_passes(
    spread: float, margin: float
) -> None:
    needed = queries_needed(_spread(50, spread), margin=margin)
    assert needed is not None
    assert -_expected_bound(needed, spread) < margin <= -_expected_bound(needed - 1, spread)


def test_the_observed_mean_does_not_count_but_its_spread_does() -> None:
    differences = _spread(40, 0.2)
    needed = queries_needed(differences, margin=0.02)
    assert queries_needed(differences - 0.1, margin=0.02) == needed
    # large sets: (1.6449 * 0.2 / 0.02)^2 = 271, and 0.75 / n beside it
    assert needed is not None
    assert 271 < needed < 360


def test_one_query_has_no_spread() -> None:
    assert queries_needed(np.array([-1.0]), margin=0.05) == 40


def test_more_than_a_million_queries_are_not_named() -> None:
    assert queries_needed(_spread(50, 0.5), margin=0.0005) is None


def test_settings_without_meaning_are_refused() -> None:
    for margin in (0.0, -0.02, float("nan"), float("inf")):
        with pytest.raises(SettingsError, match="margin must be above 0, got"):
            queries_needed(np.zeros(3), margin=margin)
    with pytest.raises(SettingsError, match="confidence must lie above"):
        queries_needed(np.zeros(3), margin=0.02, confidence=0.5)
    with pytest.raises(SettingsError, match="confidence must lie above"):
        lower_bound(np.zeros(3), confidence=95)
    with pytest.raises(SettingsError, match="confidence must lie above"):
        certifiable_margin(3, confidence=1)
    with pytest.raises(DataError, match="at least one query, got 0"):
        certifiable_margin(0)
    with pytest.raises(DataError, match=r"\(n_queries,\) with at least one query, got \(0,\)"):
        lower_bound(np.zeros(0))
    with pytest.raises(DataError, match=r"got \(2, 1\)"):
        queries_needed(np.zeros((2, 1)), margin=0.02)


def _spread(n: int, deviation: float) -> FloatArray:
    """n numbers of mean 0 with this sample standard deviation."""
    numbers: FloatArray = np.tile([1.0, -1.0], n // 2) * deviation * ((n - 1) / n) ** 0.5
    return numbers


def _expected_bound(n: int, deviation: float) -> float:
    """scipy's bound of n numbers of mean 0 with this deviation, and -0.75."""
    mean = -0.75 / (n + 1)
    squares = (n - 1) * deviation**2 + n * mean**2 + (-0.75 - mean) ** 2
    return float(student.ppf(0.05, n, mean, (squares / n / (n + 1)) ** 0.5))
