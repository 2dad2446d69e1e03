"""`Difference`: the mean of paired differences, and how far the queries let it be known."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from retrieval_checks.comparison.significance import bca_intervals
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.judgement.explain.wording import told_apart
from retrieval_checks.metrics.evaluation import mean_of

_ROUNDING = 1e-12  # what sums of equal values may differ by


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean of differences over the same queries, in the metric's own units.

    The interval is a 95 % BCa bootstrap interval of the mean, queries resampled.
    """

    mean: float
    interval: tuple[float, float] | None  # None of a single query, which says nothing of others
    better: int  # queries with a difference above 0
    equal: int
    worse: int

    @property
    def is_clear(self) -> bool:
        """Whether the interval lies wholly on one side of 0."""
        return self.interval is not None and (self.interval[0] > 0 or self.interval[1] < 0)

    @property
    def tally(self) -> str:
        """How many queries got better, stayed and got worse, in words."""
        return f"{self.better} better, {self.equal} equal, {self.worse} worse"

    def __str__(self) -> str:
        bounds = "" if self.interval is None else f" [{', '.join(map(signed, self.interval))}]"
        return signed(self.mean) + bounds

    def to_dict(self) -> dict[str, Any]:
        """The difference as strict JSON takes it."""
        return {
            "mean": self.mean,
            "interval": None if self.interval is None else list(self.interval),
            "better": self.better,
            "equal": self.equal,
            "worse": self.worse,
        }


def differences(values: FloatArray, *, seed: int) -> tuple[Difference, ...]:
    """One `Difference` a column of per-query differences, (n_queries, columns)."""
    exact = np.where(np.abs(values) < _ROUNDING, 0.0, values)
    intervals: list[tuple[float, float] | None] = [None] * exact.shape[1]
    if len(exact) > 1:
        intervals = [(float(low), float(high)) for low, high in bca_intervals(exact, seed=seed)]
    return tuple(
        Difference(
            mean_of(column),
            interval,
            int((column > 0).sum()),
            int((column == 0).sum()),
            int((column < 0).sum()),
        )
        for column, interval in zip(exact.T, intervals, strict=True)
    )


def signed(value: float) -> str:
    """A change with its sign and four digits, or as many as it takes not to look like none.

    >>> signed(0.25), signed(-0.5), signed(0.0)
    ('+0.2500', '-0.5000', '0.0000')
    """
    sign = "+" if value > 0 else "-" if value < 0 else ""
    return sign + told_apart([abs(value)])[0]
