"""Non-inferiority: how low the mean may still be, and how many queries it takes to know."""

from collections.abc import Callable
from math import sqrt

import numpy as np

from retrieval_checks.comparison.significance.arrays import check_confidence, finite_column
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.errors import DataError, SettingsError

PSEUDO_DIFFERENCE = -0.75  # the mildest with which no drop of the margin passes > 6 % of sets
MOST_QUERIES = 1_000_000
_ENOUGH = 100  # queries from which the narrower default margin holds


def lower_bound(differences: FloatArray, *, confidence: float = 0.95) -> float:
    """One-sided lower bound of the mean difference, in the metric's units.

    Student's t bound after adding one query that lost 0.75. A plain t bound of a small set on which
    nothing happened to change is 0: it would certify anything. The added query says what a set of
    this size could have missed, and weighs less the larger the set is.

    Its hard case is a candidate that loses everything on few queries and changes little else: a set
    of 30 often holds none of them. `tests.benchmarks.gate` shows how often such a drop passes.

    Args:
        differences: candidate - baseline of a metric in [0, 1], (n_queries,).
        confidence: that the true mean is above the bound, such as 0.95.

    Raises:
        DataError: differences of another shape, without a query, or not finite.
        SettingsError: confidence not above 0.5 and below 1.

    >>> round(lower_bound(np.zeros(20)), 3), round(lower_bound(np.zeros(100)), 3)
    (-0.097, -0.02)
    """
    values = finite_column(differences, "differences")
    mean, variance = float(np.mean(values)), float(np.var(values))
    return _bound(len(values), mean, variance, check_confidence(confidence))


def default_margin(queries: int) -> float:
    """The largest drop of the mean that passes unless a gate says otherwise.

    >>> default_margin(99), default_margin(100)
    (0.05, 0.02)
    """
    return 0.02 if queries >= _ENOUGH else 0.05


def certifiable_margin(queries: int, *, confidence: float = 0.95) -> float:
    """The best margin that so many queries can certify: `-lower_bound` where nothing changed.

    It is 0.75 (1 + t) / (n + 1) with Student's t of n degrees of freedom.

    Raises:
        DataError: no query.
        SettingsError: confidence not above 0.5 and below 1.

    >>> [round(certifiable_margin(n), 3) for n in (10, 20, 50, 100)]
    [0.192, 0.097, 0.039, 0.02]
    """
    if queries < 1:
        raise DataError(f"a margin needs at least one query, got {queries!r}")
    return -_bound(queries, 0.0, 0.0, check_confidence(confidence))


def queries_needed(
    differences: FloatArray, *, margin: float, confidence: float = 0.95
) -> int | None:
    """How many queries it takes to certify a margin; None where more than a million.

    The smallest set whose bound lies above -margin if its differences spread as these do (their
    standard deviation; that of one query is taken as 0) and average 0: a candidate that is as good
    as the baseline passes such a set about every second time. Where the observed mean is below 0
    it may be less than what was measured: then the drop keeps it from passing, not the number.

    Args:
        differences: candidate - baseline of a metric in [0, 1], (n_queries,).
        margin: the largest drop of the mean that passes, above 0.
        confidence: of the bound, such as 0.95.

    Raises:
        DataError: differences of another shape, without a query, or not finite.
        SettingsError: a margin that is not above 0; confidence not above 0.5 and below 1.

    >>> queries_needed(np.zeros(5), margin=0.05)
    40
    >>> queries_needed(np.array([0.3, -0.3] * 10), margin=0.02) > 600
    True
    """
    values = finite_column(differences, "differences")
    spread = float(np.var(values, ddof=1)) if len(values) > 1 else 0.0
    wanted, level = check_margin(margin), check_confidence(confidence)

    def is_enough(n: int) -> bool:
        return _bound(n, 0.0, spread * (n - 1) / n, level) > -wanted

    return _first(MOST_QUERIES, is_enough) if is_enough(MOST_QUERIES) else None


def check_margin(margin: float) -> float:
    """The margin as a float.

    Raises:
        SettingsError: not a number above 0.

    >>> check_margin(0.02)
    0.02
    """
    if not 0 < margin < float("inf"):
        raise SettingsError(
            f"margin must be above 0, got {margin!r}: no set of queries shows that nothing is lost"
        )
    return float(margin)


def _bound(n: int, mean: float, variance: float, confidence: float) -> float:
    """The bound of n differences with this mean and (population) variance, and the added query."""
    from scipy.special import stdtrit  # Student's t quantile; scipy.stats takes longer to import

    gap = PSEUDO_DIFFERENCE - mean
    center = mean + gap / (n + 1)
    squares = n * variance + gap * gap * n / (n + 1)  # around the center, the added query included
    return float(center - stdtrit(n, confidence) * sqrt(squares / n / (n + 1)))


def _first(most: int, holds: Callable[[int], bool]) -> int:
    """The smallest number from 1 to `most` for which it holds; it holds for all above, too."""
    low, high = 1, most
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
