"""Ties in sequences of many rows: where each begins, its order, the pairs within it."""

import numpy as np

from retrieval_checks.data.postings import BoolArray, FloatArray, IntArray


def first_of_tie(rows: IntArray, values: IntArray | FloatArray) -> BoolArray:
    """Whether each entry differs from the one before or is in another row, (n,).

    >>> first_of_tie(np.array([0, 0, 0, 1]), np.array([3.0, 2.0, 2.0, 2.0])).tolist()
    [True, True, False, True]
    """
    other = (rows[1:] != rows[:-1]) | (values[1:] != values[:-1])
    return np.append(True, other)[: len(rows)]


def with_ties_by(key: IntArray, first: BoolArray) -> IntArray:
    """The order of the entries that sorts each tie by the key and leaves the rest, (n,).

    Args:
        key: a number for each entry, (n,).
        first: which entries begin a tie, (n,); see `first_of_tie`.

    >>> with_ties_by(np.array([5, 9, 1]), np.array([True, True, False])).tolist()
    [0, 2, 1]
    """
    number = np.cumsum(first)
    order = np.arange(len(first))
    tied = np.flatnonzero(np.bincount(number)[number] > 1)
    order[tied] = tied[np.lexsort((key[tied], number[tied]))]
    return order


def tied_pairs(first: BoolArray) -> IntArray:
    """The number of earlier entries that each is tied with, (n,): the pairs, once summed.

    >>> tied_pairs(np.array([True, False, False, True])).tolist()
    [0, 1, 2, 0]
    """
    entries = np.arange(len(first))
    return entries - np.maximum.accumulate(np.where(first, entries, 0))
