"""Several tests at once: p values that still mean what they say."""

import numpy as np

from retrieval_checks.comparison.significance.arrays import finite_column
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.errors import DataError


def holm(p_values: FloatArray) -> FloatArray:
    """Adjusted p values, in [0, 1], in the order given, float64 (n_tests,).

    Rejecting those below alpha keeps the chance of any false rejection below alpha, however the
    tests depend on each other (Holm, Scand. J. Statistics, 1979). The smallest of m is multiplied
    by m, the next by m - 1 and so on; none ends below a smaller one.

    Raises:
        DataError: no p value, or one outside [0, 1].

    >>> holm(np.array([0.25, 0.125])).tolist()
    [0.25, 0.25]
    """
    given = finite_column(p_values, "p_values")
    if given.min() < 0 or given.max() > 1:
        raise DataError(f"p values lie in [0, 1], got {given.tolist()!r}")
    order = np.argsort(given, kind="stable")
    scaled = given[order] * np.arange(len(given), 0, -1)
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum(1, np.maximum.accumulate(scaled))
    return adjusted
