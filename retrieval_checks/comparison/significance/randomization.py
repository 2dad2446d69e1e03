"""The paired randomisation test: were the two arms' results exchangeable, query by query?"""

from collections.abc import Iterator

import numpy as np

from retrieval_checks.comparison.significance.arrays import finite_table, rounding
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.errors import SettingsError

EXACT = 20  # changed queries up to which every arrangement is counted
FLIPS = 20_000
_BLOCK_CELLS = 1 << 16  # signs held at once: 512 KiB as float64, which stays in a core's cache


def drop_p_values(differences: FloatArray, *, seed: int = 0, flips: int = FLIPS) -> FloatArray:
    """One-sided p values that each metric's mean is below 0, in (0, 1], float64 (n_metrics,).

    If the arms were exchangeable, every sign of every difference would be as likely as the other:
    p is the share of the 2^n sign arrangements whose mean is at most the one observed, which is
    among them (Fisher, The Design of Experiments, 1935; for retrieval Smucker, Allan & Carterette,
    CIKM 2007). All arrangements are counted for a metric with at most 20 differences other than 0.
    For others (r + 1) / (flips + 1), with r of `flips` random ones (Phipson & Smyth, 2010); that p
    depends a little on the seed and on which other metrics have more than 20. Queries that did not
    change do not matter.

    Args:
        differences: candidate - baseline, (n_queries, n_metrics).
        seed: of the random signs.
        flips: how many random arrangements.

    Raises:
        DataError: differences of another shape, without a query, or not finite.
        SettingsError: flips below 1.

    >>> drop_p_values(np.array([[-0.5], [-0.2], [0.0], [0.1]])).tolist()  # 2 of 8 arrangements
    [0.25]
    """
    table = finite_table(differences, "differences")
    if flips < 1:
        raise SettingsError(f"flips must be at least 1, got {flips!r}")
    few = np.count_nonzero(table, axis=0) <= EXACT
    p_values = np.empty(table.shape[1])
    p_values[few] = [_exact_p(column[column != 0]) for column in table[:, few].T]
    if not few.all():
        p_values[~few] = _sampled_p(_changed_rows(table[:, ~few]), seed, flips)
    return p_values


def smallest_p(changed: int) -> float:
    """The smallest p value that so many changed queries can reach, all of them worse.

    >>> smallest_p(4), smallest_p(5)
    (0.0625, 0.03125)
    """
    return 2.0**-changed


def _exact_p(changed: FloatArray) -> float:
    """Of all sets of queries that could be flipped, the share whose sum is at least 0.

    Flipping a set lowers the total by twice the set's sum. A set is a part of the first half and
    one of the second; with the second ones sorted, those that fit a first one are counted at once.
    """
    if not len(changed):
        return 1.0
    half = len(changed) // 2
    first, second = _subset_sums(changed[:half]), np.sort(_subset_sums(changed[half:]))
    too_low = np.searchsorted(second, -rounding(changed) - first)
    return float(1 - too_low.sum() / (len(first) * len(second)))


def _subset_sums(values: FloatArray) -> FloatArray:
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums, sums + value])
    return sums


def _sampled_p(table: FloatArray, seed: int, flips: int) -> FloatArray:
    """(r + 1) / (flips + 1) of each column; no row is all zeros."""
    lowest = -rounding(table)
    reached = np.zeros(table.shape[1], np.int64)
    for flipped in _random_sets(len(table), seed, flips):
        reached += np.count_nonzero(flipped @ table >= lowest, axis=0)
    p_values: FloatArray = (reached + 1) / (flips + 1)
    return p_values


def _random_sets(n: int, seed: int, flips: int) -> Iterator[FloatArray]:
    """Random sets of n queries as rows of 0 and 1, `flips` in all, block by block."""
    rng = np.random.Generator(np.random.PCG64(seed))
    most, n_bytes = max(1, _BLOCK_CELLS // n), -(-n // 8)
    for start in range(0, flips, most):
        rows = min(most, flips - start)
        drawn = np.frombuffer(rng.bytes(rows * n_bytes), np.uint8).reshape(rows, n_bytes)
        yield np.unpackbits(drawn, axis=1, count=n).astype(np.float64)


def _changed_rows(table: FloatArray) -> FloatArray:
    changed: FloatArray = table[(table != 0).any(axis=1)]
    return changed
