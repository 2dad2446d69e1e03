"""Arrays of the columnar form: their types, and numbers taken in without changing them."""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.errors import DataError

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
DocArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]

Array = TypeVar("Array", bound=NDArray[Any])


def read_only(array: Array) -> Array:
    """The array itself, locked against writing."""
    array.flags.writeable = False
    return array


def vector(values: object, what: str, *, kinds: str = "iu") -> NDArray[Any]:
    """The values as an array of one dimension, of integers unless `kinds` allows more.

    Nothing is converted that would change: 1.7 is no position, and "1" no number.
    """
    try:
        array = np.asarray(values)
    except ValueError:  # rows of unequal length
        raise DataError(f"{what} must be one row of numbers") from None
    if array.ndim != 1:
        raise DataError(f"{what} must have one dimension, got shape {array.shape}")
    if len(array) and array.dtype.kind not in kinds:
        numbers = "integers" if kinds == "iu" else "numbers"
        raise DataError(f"{what} must be {numbers}, got dtype {array.dtype}")
    return array


def unstacked(
    query_ids: Sequence[str], doc_ids: Sequence[str], docs: Any, values: Any, *, what: str
) -> tuple[IntArray, DocArray, NDArray[Any]]:
    """Row pointers, positions and values of two matrices, (n_q, k); -1 is "no document here"."""
    matrix, numbers = _matrix(docs, "docs"), _matrix(values, what)
    if matrix.ndim != 2 or matrix.shape != numbers.shape or len(matrix) != len(query_ids):
        raise DataError(
            f"docs and {what} must both be ({len(query_ids)}, k),"
            f" got {matrix.shape} and {numbers.shape}"
        )
    if matrix.size and matrix.dtype.kind not in "iu":
        raise DataError(f"docs must be integer positions into doc_ids, got dtype {matrix.dtype}")
    if matrix.size and (matrix.min() < -1 or matrix.max() >= len(doc_ids)):
        raise DataError(f"docs must lie in -1..{len(doc_ids) - 1}")
    there = matrix >= 0
    indptr = np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int64)
    return indptr, matrix[there].astype(np.int32), numbers[there]


def _matrix(values: Any, what: str) -> NDArray[Any]:
    try:
        return np.asarray(values)
    except ValueError:
        raise DataError(f"{what} must be a matrix, its rows of one length") from None
