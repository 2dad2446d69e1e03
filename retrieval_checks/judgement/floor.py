"""`Floor`: the least that a metric must reach, as a value: `nDCG@10 >= 0.62`."""

import math
from dataclasses import dataclass

import numpy as np

from retrieval_checks.errors import SettingsError
from retrieval_checks.judgement.expression import (
    COMPARISON,
    EXAMPLE,
    Bound,
    Scanner,
    read_bound,
    read_metric,
    to_number,
)
from retrieval_checks.metrics.metric import Metric


@dataclass(frozen=True, slots=True)
class Floor:
    """A metric and the least mean that it must reach; a value equal to the bound is enough.

    Prints as it is parsed: `parse_floor(str(floor)) == floor`.

    Raises:
        SettingsError: a bound that is not a number between the metric's own bounds, mostly 0 and 1;
            a metric of which more is not better.

    >>> floor = Floor(Metric("nDCG", 10), 0.62)
    >>> str(floor), floor.holds(0.62), floor.holds(0.6199999)
    ('nDCG@10 >= 0.62', True, False)
    """

    metric: Metric
    bound: float

    def __post_init__(self) -> None:
        check_preference(self.metric, "a floor under")
        object.__setattr__(self, "bound", _checked_bound(self.metric, self.bound))

    def __str__(self) -> str:
        return f"{self.metric} >= {self.bound!r}"

    def holds(self, value: float) -> bool:
        """Whether the value reaches the bound, compared exactly; NaN never does."""
        return value >= self.bound


def parse_floor(text: str) -> Floor:
    """The floor that an expression names: `METRIC >= NUMBER`, or `METRIC >= NUMBER%`.

    Blanks and the metric's spelling are free. Comparisons with a baseline (`nDCG@10 drop <= 0.02`)
    are recognised and refused.

    Raises:
        SettingsError: another expression; the message has the position, what stands there and the
            nearest expression that is valid.

    >>> str(parse_floor("ndcg@10>=62%"))
    'nDCG@10 >= 0.62'
    """
    scanner = Scanner(text, "a floor")
    if COMPARISON.match(text):
        raise SettingsError(
            f"{text!r} compares with a baseline; only floors METRIC >= NUMBER are understood here,"
            f" for example {EXAMPLE!r}"
        )
    floor = read_floor(scanner, read_metric(scanner))
    scanner.end(near=str(floor))
    return floor


def read_floor(scanner: Scanner, metric: Metric) -> Floor:
    """The floor under a metric that has been read: `>= NUMBER`.

    Raises:
        SettingsError: something else stands here.

    >>> str(read_floor(Scanner(">= 62%", "a floor"), Metric("nDCG", 10)))
    'nDCG@10 >= 0.62'
    """
    with scanner.located(scanner.start):
        check_preference(metric, "a floor under")
    return read_bound(scanner, floor_bound(metric))


def floor_bound(metric: Metric) -> Bound[Floor]:
    """How a floor under the metric is written."""
    low, high = metric.bounds
    end = f"the end of the expression, as {metric} lies in [{low:g}, {high:g}], not in [0, 1]"
    return Bound(
        str(metric),
        ">=",
        "0.62",
        make=lambda number: Floor(metric, number),
        of_share=is_share(metric),
        no_percent="" if is_share(metric) else end,
    )


def check_preference(metric: Metric, what: str) -> None:
    """Nothing, if a higher value of the metric is a better one.

    Raises:
        SettingsError: it is not.
    """
    if metric.higher_is_better is not True:
        raise SettingsError(f"{what} {metric} says nothing: a higher value is not a better one")


def is_share(metric: Metric) -> bool:
    """Whether the metric lies in [0, 1], so that a percentage of it has a meaning."""
    return metric.bounds == (0, 1)


def _checked_bound(metric: Metric, bound: object) -> float:
    what, (low, high) = f"bound of {metric}", metric.bounds
    if is_share(metric):
        return check_share(bound, what)
    value = check_number(bound, what)
    if not low <= value <= high or abs(value) == math.inf:
        raise SettingsError(f"{what} must lie in [{low:g}, {high:g}], got {bound!r}")
    return value


def check_number(value: object, what: str) -> float:
    """The value as a float if it is a number, NaN and infinities among them.

    Raises:
        SettingsError: anything else.
    """
    if not isinstance(value, int | float | np.number) or isinstance(value, bool):
        raise SettingsError(f"{what} must be a number, got {value!r}")
    return float(value) + 0.0  # no -0.0


def check_share(value: object, what: str) -> float:
    """The value as a float if it is a number in [0, 1].

    Raises:
        SettingsError: anything else, NaN included.
    """
    if not isinstance(value, int | float | np.number) or isinstance(value, bool):
        raise SettingsError(f"{what} must be a number in [0, 1], got {value!r}")
    share = float(value) + 0.0  # no -0.0
    if not 0 <= share <= 1:
        percent = f"; {share:g} % is {to_number(repr(share), '%')!r}" if 1 < share <= 100 else ""
        raise SettingsError(f"{what} must lie in [0, 1], got {share!r}{percent}")
    return share
