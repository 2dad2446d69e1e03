"""Arrays of per-query numbers, checked, and the rounding in their sums."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.errors import DataError, SettingsError

_ROUNDING = 1e-9  # of the largest value: above what sums round off, below what any metric tells


def finite_column(values: object, what: str) -> FloatArray:
    """The values as float64 (n_queries,).

    Raises:
        DataError: no query, more than one dimension, a value that is no finite number.

    >>> finite_column([0, 1], "differences")
    array([0., 1.])
    """
    return _finite(values, what, ("n_queries",))


def finite_table(values: object, what: str) -> FloatArray:
    """The values as float64 (n_queries, n_metrics).

    Raises:
        DataError: no query, other than two dimensions, a value that is no finite number.

    >>> finite_table([[0, 1]], "differences").shape
    (1, 2)
    """
    return _finite(values, what, ("n_queries", "n_metrics"))


def rounding(values: FloatArray) -> FloatArray:
    """The gap below which two sums of a column's values count as equal, per column.

    0.3 - 0.1 and 0.2 differ in the last bits; sums that are equal on paper must tie.

    >>> rounding(np.array([[0.5], [-1.0]]))
    array([1.e-09])
    """
    gap: FloatArray = _ROUNDING * np.abs(values).max(axis=0)
    return gap


def check_confidence(confidence: float) -> float:
    """The confidence as a float.

    Raises:
        SettingsError: not above 0.5 and below 1.

    >>> check_confidence(0.95)
    0.95
    """
    if not 0.5 < confidence < 1:
        raise SettingsError(
            f"confidence must lie above 0.5 and below 1, got {confidence!r}; 95 % is 0.95"
        )
    return float(confidence)


def _finite(values: object, what: str, shape: tuple[str, ...]) -> FloatArray:
    array = _numbers(values, what)
    if array.ndim != len(shape) or not len(array):
        wanted = f"({', '.join(shape)}{',' if len(shape) == 1 else ''})"
        raise DataError(f"{what} must be {wanted} with at least one query, got {array.shape}")
    if not np.isfinite(array).all():
        row = int(np.argwhere(~np.isfinite(array))[0, 0])
        raise DataError(f"{what} must be finite numbers, row {row} has {array[row].tolist()!r}")
    return array


def _numbers(values: object, what: str) -> FloatArray:
    try:
        array: NDArray[Any] = np.asarray(values)
    except ValueError:  # rows of unequal length
        raise DataError(f"{what} must be rows of equal length") from None
    if array.size and array.dtype.kind not in "biuf":
        raise DataError(f"{what} must be numbers, got dtype {array.dtype}")
    return array.astype(np.float64)
