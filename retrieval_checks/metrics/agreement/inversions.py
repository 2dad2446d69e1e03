"""Inversions of permutations, counted for many rows at once."""

import numpy as np

from retrieval_checks.data.postings import IntArray


def greater_before(starts: IntArray, values: IntArray) -> IntArray:
    """For each entry, how many earlier entries of its row are greater, int64 (n,).

    A binary digit of the values at a time, from the highest, the entries of each row are parted
    into 0 and 1, keeping their order. Two entries part at one digit only, and there a 0 counts the
    ones before it that had the same digits so far. O(n log m) for rows of m entries.

    Args:
        starts: for each entry, where its row starts, (n,); rows are contiguous.
        values: the permutation of 0..m-1 that each row of m entries is, (n,).

    >>> greater_before(np.zeros(4, np.int64), np.array([3, 0, 2, 1])).tolist()
    [0, 1, 1, 2]
    """
    entries = np.arange(len(values))
    parted, found = values, np.zeros(len(values), np.int64)
    for digit in reversed(range(int(values.max(initial=0)).bit_length())):
        one = (parted >> digit & 1).astype(np.bool_)
        ones = np.append(0, np.cumsum(one))
        # The values of a row are all of 0..m-1, so those with the same higher digits start here:
        same = starts + (parted >> digit + 1 << digit + 1)
        ones_before = ones[:-1] - ones[same]
        found = found + np.where(one, 0, ones_before)
        target = np.where(one, same + (1 << digit) + ones_before, entries - ones_before)
        parted, found = _moved(parted, target), _moved(found, target)
    counts: IntArray = found[starts + values]
    return counts


def _moved(array: IntArray, target: IntArray) -> IntArray:
    moved = np.empty_like(array)
    moved[target] = array
    return moved
