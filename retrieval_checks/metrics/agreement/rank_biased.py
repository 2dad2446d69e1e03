"""Rank-biased overlap of two rankings: extrapolated, and how low and high it can be."""

import math
from dataclasses import dataclass

import numpy as np

from retrieval_checks.data.postings import BoolArray, FloatArray, IntArray
from retrieval_checks.data.run import Run
from retrieval_checks.errors import MetricError
from retrieval_checks.metrics.agreement.queries import by_query, per_query
from retrieval_checks.metrics.agreement.shared import Shared


def rbo(run: Run, reference: Run, p: float = 0.9) -> dict[str, float]:
    """Rank-biased overlap of the whole rankings, extrapolated, per query, in [0, 1].

    With lists S and L of lengths s <= l, X_d the number of documents in both down to depth d:

        RBO = (1-p)/p (sum_{d=1..l} X_d/d p^d + sum_{d=s+1..l} X_s (d-s)/(s d) p^d)
              + ((X_l - X_s)/l + X_s/s) p^l

    The weight of a rank falls by the factor p: at p = 0.9 the first ten ranks carry 86 % of it. It
    assumes that agreement goes on below the shorter list as it was within it, so a list and its own
    beginning agree fully (1). Two empty rankings agree (1), an empty one and another do not (0).
    Documents of equal score are not tied here: a run's order decides, that of the ids. What the
    rankings leave open is told by `rbo_bounds`.
    Source: Webber, Moffat & Zobel 2010, TOIS 28(4), eq. 32.

    Raises:
        DataError: the runs have not the same queries.
        MetricError: p does not lie strictly between 0 and 1.

    >>> run, reference = Run.from_ids({"q1": ["a", "b"]}), Run.from_ids({"q1": ["b", "a"]})
    >>> rbo(run, reference, p=0.5)
    {'q1': 0.5}
    """
    _check_persistence(p)
    return by_query(run, per_query(run, reference, lambda shared: _extrapolated(shared, p)))


def rbo_bounds(run: Run, reference: Run, p: float = 0.9) -> dict[str, tuple[float, float]]:
    """The least and the greatest rank-biased overlap that the rankings allow, each in [0, 1].

    A ranking is the beginning of one that goes on. The least value is reached if no document below
    its end is in the other (RBO_MIN, eq. 11, to the depth l of the longer list):

        low = (1-p)/p (sum_{d=1..l} (X_d - X_l) p^d/d - X_l ln(1-p))

    and the greatest if every one is, as early as can be. They differ by the residual (RBO_RES, eq.
    30, for lists of any length), f = l + s - X_l being where the lists would then hold the same:

        high - low = p^s + p^l - p^f - (1-p)/p (s sum_{d=s+1..f} p^d/d + l sum_{d=l+1..f} p^d/d
                     + X_l (ln(1/(1-p)) - sum_{d=1..f} p^d/d))

    X, s and l as in `rbo`, which lies between the two. The residual says whether the rankings are
    deep enough for p: at p = 0.9, ten documents leave 0.14 open where they are the same in both and
    0.25 where none is, a hundred next to nothing. An empty ranking leaves all open: (0, 1).
    Source: Webber, Moffat & Zobel 2010, TOIS 28(4).

    Raises:
        DataError: the runs have not the same queries.
        MetricError: p does not lie strictly between 0 and 1.

    >>> run, reference = Run.from_ids({"q1": ["a", "b"]}), Run.from_ids({"q1": ["a", "b"]})
    >>> low, high = rbo_bounds(run, reference, p=0.5)["q1"]
    >>> round(low, 4), high  # documents below rank 2 carry a sixth of the weight
    (0.8863, 1.0)
    """
    _check_persistence(p)
    bounds = per_query(run, reference, lambda shared: _bounds(shared, p))
    pairs = ((low, high) for low, high in bounds.tolist())
    return dict(zip(run.query_ids, pairs, strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class _Depths:
    """The overlap of each query's two lists at every depth; column d is depth d, from 0."""

    overlaps: IntArray  # int64 (n, depths), X_d
    short: IntArray  # int64 (n,), s
    long: IntArray  # int64 (n,), l

    @classmethod
    def of(cls, shared: Shared, *, beyond: bool = False) -> "_Depths":
        """To the longest list's end, or to where the lists could at last hold the same."""
        short = np.minimum(shared.lengths, shared.reference_lengths)
        long = np.maximum(shared.lengths, shared.reference_lengths)
        width = int((short + long if beyond else long).max(initial=0)) + 1
        both = shared.rows * width + np.maximum(shared.ranks, shared.reference_ranks)
        new = np.bincount(both, minlength=len(shared) * width).reshape(len(shared), width)
        return cls(new.cumsum(axis=1), short, long)

    @property
    def depth(self) -> IntArray:
        return np.arange(self.overlaps.shape[1])

    def below(self, ends: IntArray) -> IntArray:
        """By how much each depth lies below the end of a list, (n, depths)."""
        below: IntArray = np.maximum(self.depth - ends[:, None], 0)
        return below


def _extrapolated(shared: Shared, p: float) -> FloatArray:
    depths = _Depths.of(shared)
    short, long = depths.short, depths.long
    share = _at(depths.overlaps, short) / np.maximum(short, 1)
    overlaps = depths.overlaps + share[:, None] * depths.below(short)
    rest = _at(overlaps, long) / np.maximum(long, 1) * p**long  # agreement stays as it is at l
    values = _at(_running_sum(overlaps, p), long) + rest
    return np.where(_is_beginning(shared, short, long), 1.0, np.minimum(values, 1.0))


def _bounds(shared: Shared, p: float) -> FloatArray:
    """The least and the greatest value of each query, (n, 2)."""
    depths = _Depths.of(shared, beyond=True)
    short, long = depths.short, depths.long
    full = short + long  # f or below it: from here on both may hold the same
    low = _at(_running_sum(depths.overlaps, p), long)
    low += _at(depths.overlaps, long) * _weights_beyond(p, depths.overlaps.shape[1])[long]
    most = depths.overlaps + depths.below(short) + depths.below(long)
    high = _at(_running_sum(np.minimum(most, depths.depth), p), full) + p**full
    value = _extrapolated(shared, p)  # lies between, and does so in spite of rounding
    return np.stack([np.minimum(low, value), np.clip(high, value, 1.0)], axis=1)


def _is_beginning(shared: Shared, short: IntArray, long: IntArray) -> BoolArray:
    """Where the shorter list begins the longer: the sum comes to 1, but for rounding."""
    same = shared.rows[shared.ranks == shared.reference_ranks]
    all_same = np.bincount(same, minlength=len(shared)) == short
    beginning: BoolArray = all_same & ((short > 0) | (long == 0))
    return beginning


def _running_sum(overlaps: IntArray | FloatArray, p: float) -> FloatArray:
    """sum_{i<=d} (1-p) p^(i-1) X_i/i at each depth d; what stands in later columns is no matter."""
    return (overlaps * _weights(p, overlaps.shape[1])).cumsum(axis=1)


def _weights(p: float, count: int) -> FloatArray:
    """The weight of a document that both lists hold at depth d, (1-p) p^(d-1) / d; 0 at depth 0."""
    depth = np.arange(1, count)
    return np.concatenate([[0.0], (1 - p) * p ** (depth - 1) / depth])


def _weights_beyond(p: float, count: int) -> FloatArray:
    """The weights of all depths after d, summed, for d = 0, 1, ...: (1-p)/p ln(1/(1-p)) in all.

    Of a small rest the difference has few digits, and a long list multiplies what is wrong. But
    then p^d is nothing, and what it adds to the least value is cut off at the value itself.
    """
    total = -math.log1p(-p) / p * (1 - p)
    return np.maximum(total - _weights(p, count).cumsum(), 0.0)


def _at(matrix: FloatArray | IntArray, depth: IntArray) -> FloatArray:
    """The entry of each row at its depth, float64 (n,)."""
    return np.asarray(matrix[np.arange(len(matrix)), depth], np.float64)


def _check_persistence(p: float) -> None:
    if not 0 < p < 1:
        raise MetricError(f"p of RBO must lie strictly between 0 and 1: {p!r}")
