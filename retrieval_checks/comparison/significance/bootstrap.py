"""Bootstrap intervals of means."""

from collections.abc import Iterator
from statistics import NormalDist

import numpy as np

from retrieval_checks.comparison.significance.arrays import (
    check_confidence,
    finite_table,
    rounding,
)
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.errors import SettingsError

RESAMPLES = 9_999
_FEWEST = 100  # with fewer an end of the interval is one of the extremes
_NORMAL = NormalDist()
_BLOCK_CELLS = 1 << 20  # query numbers drawn at once: 8 MiB


def bca_intervals(
    values: FloatArray, *, confidence: float = 0.95, resamples: int = RESAMPLES, seed: int = 0
) -> FloatArray:
    """Two-sided interval of each metric's mean, low and high end, float64 (n_metrics, 2).

    Bias-corrected and accelerated bootstrap (Efron, JASA 1987): queries are drawn with
    replacement, the same ones for every metric. Where all values of a metric are equal both ends
    are that value.

    Args:
        values: per-query values or differences, (n_queries, n_metrics).
        confidence: of the interval, such as 0.95.
        resamples: how often the queries are drawn.
        seed: of the draws.

    Raises:
        DataError: values of another shape, without a query, or not finite.
        SettingsError: fewer than 100 resamples; confidence not above 0.5 and below 1.

    >>> bca_intervals(np.array([[0.5], [0.5], [0.5]])).tolist()
    [[0.5, 0.5]]
    >>> low, high = bca_intervals(np.linspace(0, 1, 50)[:, None])[0]
    >>> bool(0.4 < low < 0.5 < high < 0.6)
    True
    """
    table, level = finite_table(values, "values"), check_confidence(confidence)
    if resamples < _FEWEST:
        raise SettingsError(f"resamples must be at least {_FEWEST}, got {resamples!r}")
    intervals = np.repeat(table[:1].T, 2, axis=1)
    spread = (table != table[:1]).any(axis=0)
    if spread.any():
        intervals[spread] = _intervals(table[:, spread], level, resamples, seed)
    return intervals


def _intervals(table: FloatArray, confidence: float, resamples: int, seed: int) -> FloatArray:
    means = np.concatenate(list(_resampled_means(table, resamples, seed)))
    shares = _corrected_shares(table, means, np.array([1 - confidence, 1 + confidence]) / 2)
    columns = zip(means.T, shares, strict=True)
    return np.stack([np.quantile(column, ends) for column, ends in columns])


def _resampled_means(table: FloatArray, resamples: int, seed: int) -> Iterator[FloatArray]:
    """Means of queries drawn with replacement, (rows, n_metrics) a block."""
    rng, n = np.random.Generator(np.random.PCG64(seed)), len(table)
    most = max(1, _BLOCK_CELLS // n)
    for start in range(0, resamples, most):
        rows = min(most, resamples - start)
        drawn = rng.integers(0, n, (rows, n)) + n * np.arange(rows)[:, None]
        times = np.bincount(drawn.ravel(), minlength=rows * n).reshape(rows, n)
        yield times @ table / n


def _corrected_shares(table: FloatArray, means: FloatArray, ends: FloatArray) -> FloatArray:
    """The shares of the resampled means at which the interval ends, (n_metrics, 2).

    The jackknife mean without query i is off by (mean - x_i) / (n - 1), so that the acceleration
    is a skewness of the values themselves.
    """
    mean, gap = table.mean(axis=0), rounding(table)
    below = ((means < mean - gap).mean(axis=0) + (means <= mean + gap).mean(axis=0)) / 2
    bias = _normal_quantiles(below)
    away = table - mean
    acceleration = (away**3).sum(axis=0) / (6 * (away**2).sum(axis=0) ** 1.5)
    shifted = bias[:, None] + _normal_quantiles(ends)
    return _normal_shares(bias[:, None] + shifted / (1 - acceleration[:, None] * shifted))


# A few numbers only: scipy.special would take longer to import than all of a small run's judging.


def _normal_quantiles(shares: FloatArray) -> FloatArray:
    """Where the standard normal has these shares below it, shaped as `shares`; at 0 and 1 inf."""
    edges = {0.0: -np.inf, 1.0: np.inf}
    points = [edges[x] if x in edges else _NORMAL.inv_cdf(x) for x in shares.ravel().tolist()]
    return np.reshape(points, shares.shape)


def _normal_shares(points: FloatArray) -> FloatArray:
    """The share of the standard normal below each point, shaped as `points`."""
    return np.reshape([_NORMAL.cdf(x) for x in points.ravel().tolist()], points.shape)
