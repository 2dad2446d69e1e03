import warnings

import numpy as np
import pytest
from scipy.stats import bootstrap

from retrieval_checks.comparison.significance.bootstrap import bca_intervals
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.errors import DataError, SettingsError


def values(n: int = 40) -> FloatArray:
    """Three metrics: symmetric, with a long tail, mostly zeros."""
    rng = np.random.default_rng(3)
    symmetric, tail = rng.normal(0, 1, n), rng.exponential(1, n)
    return np.stack([symmetric, tail, (rng.random(n) < 0.2) * -0.5], axis=1)


def scipys(column: FloatArray, *, seed: int, resamples: int, confidence: float) -> list[float]:
    rng = np.random.Generator(np.random.PCG64(seed))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        found = bootstrap(
            (column,),
            np.mean,
            n_resamples=resamples,
            confidence_level=confidence,
            method="BCa",
            rng=rng,
        )
    return [*found.confidence_interval]


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
@pytest.mark.parametrize("column", [0, 1])
def test_intervals_are_scipys_of_the_same_draws(column: int, confidence: float) -> None:
    table = values()
    options = {"resamples": 999, "seed": 7, "confidence": confidence}
    found = bca_intervals(table, **options)[column]  # type: ignore[arg-type]
    expected = scipys(table[:, column], **options)  # type: ignore[arg-type]
    assert found.tolist() == pytest.approx(expected, abs=1e-12)


def test_a_mean_that_many_draws_repeat_counts_half_of_them_as_below() -> None:
    # eighths are exact in binary, so scipy's ties are ties as well
    column = np.repeat([0.0, -0.5], [28, 4])
    options = {"resamples": 2_000, "seed": 1, "confidence": 0.95}
    found = bca_intervals(column[:, None], **options)[0]  # type: ignore[arg-type]
    assert found.tolist() == pytest.approx(scipys(column, **options), abs=1e-12)  # type: ignore[arg-type]


@pytest.mark.parametrize("confidence", [0.8, 0.9, 0.95, 0.98])
def test_ties_stay_ties_in_numbers_that_round_off(confidence: float) -> None:
    whole = np.tile([1.0, 2.0, -3.0, 0.0], 8)[:, None]  # sums are exact, and means of 32
    exact = bca_intervals(whole, resamples=999, confidence=confidence)
    found = bca_intervals(whole * 0.1, resamples=999, confidence=confidence)
    assert found == pytest.approx(exact * 0.1, abs=1e-12)


def test_every_metric_is_drawn_as_if_alone() -> None:
    table = values()
    for column, interval in enumerate(bca_intervals(table, resamples=500)):
        alone = bca_intervals(table[:, [column]], resamples=500)[0]
        assert alone.tolist() == pytest.approx(interval.tolist(), abs=1e-12)


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bca_intervals(values(), resamples=500)
    monkeypatch.setattr("retrieval_checks.comparison.significance.bootstrap._BLOCK_CELLS", 41 * 7)
    assert bca_intervals(values(), resamples=500) == pytest.approx(whole, abs=1e-12)


def test_equal_values_give_the_value_twice_beside_others() -> None:
    table = values()
    table[:, 0] = 0.1
    intervals = bca_intervals(table, resamples=500)
    assert intervals[0].tolist() == [0.1, 0.1]
    assert intervals[1, 0] < table[:, 1].mean() < intervals[1, 1]
    assert bca_intervals(np.array([[0.3]])).tolist() == [[0.3, 0.3]]


def test_the_same_seed_gives_the_same_interval_and_another_gives_another() -> None:
    first = bca_intervals(values(), resamples=500).tolist()
    assert bca_intervals(values(), resamples=500, seed=0).tolist() == first
    assert bca_intervals(values(), resamples=500, seed=1).tolist() != first


def test_intervals_hold_the_mean_as_often_as_they_say() -> None:
    # mean 1 of an exponential, n = 40; BCa is known to fall a little short of 95 %
    rng = np.random.default_rng(11)
    table = rng.exponential(1, (40, 600))
    low, high = bca_intervals(table, resamples=1_000).T
    held = float(((low < 1) & (high > 1)).mean())
    assert held == pytest.approx(0.935, abs=0.03)


def test_what_has_no_interval_is_refused() -> None:
    with pytest.raises(DataError, match=r"values must be \(n_queries, n_metrics\)"):
        bca_intervals(np.zeros(3))
    with pytest.raises(DataError, match="row 1 has"):
        bca_intervals(np.array([[0.0], [np.inf]]))
    with pytest.raises(SettingsError, match="resamples must be at least 100, got 99"):
        bca_intervals(values(), resamples=99)
    with pytest.raises(SettingsError, match="confidence must lie above"):
        bca_intervals(values(), confidence=0.05)
