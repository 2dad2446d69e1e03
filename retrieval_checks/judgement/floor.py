"""`Floor`: the least that a metric must reach, as a value: `nDCG@10 >= 0.62`."""

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

import numpy as np

from retrieval_checks.errors import MetricError, SettingsError
from retrieval_checks.metrics.metric import Metric, parse_metric

_METRIC = re.compile(
    r"""\s*(?P<metric>[A-Za-z_]\w*\s*(?:\((?:"[^"]*"|'[^']*'|[^()])*+\))?"""
    r"""\s*(?:@\s*(?:[\d.]+e-\d+|[\w.]*))?)\s*"""
)
_BASELINE = re.compile(r"drop\b", re.IGNORECASE)
_OPERATOR = re.compile(r"(?P<operator>[<>=!~≥≤]*)\s*")
_NUMBER = re.compile(
    r"(?P<number>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*(?P<percent>%?)\s*"
)
_EXAMPLE = "nDCG@10 >= 0.62"


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
        if self.metric.higher_is_better is not True:
            raise SettingsError(
                f"a floor under {self.metric} says nothing: a higher value is not a better one"
            )
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
    if not isinstance(text, str):
        raise SettingsError(
            f"a floor is text like {_EXAMPLE!r}, got {text!r} of type {type(text).__name__}"
        )
    metric, at = _read_metric(text)
    operator = _OPERATOR.match(text, at)
    number = _NUMBER.match(text, operator.end()) if operator else None
    percent = number["percent"] if number and _is_share(metric) else ""
    near = f"{metric} >= {number['number'] + percent if number else '0.62'}"
    if not operator or operator["operator"] != ">=":
        _refuse(text, at, operator["operator"] if operator else "", expected="'>='", near=near)
    if not number:
        _refuse(text, operator.end(), text[operator.end() :], expected="a number", near=near)
    if number.end() < len(text):
        rest = text[number.end() :]
        if re.fullmatch(r",[0-9]+\s*%?\s*", rest):
            near = f"{metric} >= {number['number']}.{rest[1:].strip()}"
        _refuse(text, number.end(), rest, expected="the end of the expression", near=near)
    try:
        floor = Floor(metric, _share(number["number"], percent))
    except SettingsError as error:
        raise SettingsError(f"{text!r}, position {number.start() + 1}: {error}") from None
    if number["percent"] != percent:
        low, high = metric.bounds
        what = f"the end of the expression, as {metric} lies in [{low:g}, {high:g}], not in [0, 1]"
        _refuse(text, number.start("percent"), number["percent"], expected=what, near=near)
    return floor


def _checked_bound(metric: Metric, bound: object) -> float:
    what, (low, high) = f"bound of {metric}", metric.bounds
    if _is_share(metric):
        return check_share(bound, what)
    if not isinstance(bound, int | float | np.number) or isinstance(bound, bool):
        raise SettingsError(f"{what} must be a number, got {bound!r}")
    if not low <= bound <= high or abs(bound) == math.inf:
        raise SettingsError(f"{what} must lie in [{low:g}, {high:g}], got {bound!r}")
    return float(bound) + 0.0  # no -0.0


def _is_share(metric: Metric) -> bool:
    return metric.bounds == (0, 1)


def check_share(value: object, what: str) -> float:
    """The value as a float if it is a number in [0, 1].

    Raises:
        SettingsError: anything else, NaN included.
    """
    if not isinstance(value, int | float | np.number) or isinstance(value, bool):
        raise SettingsError(f"{what} must be a number in [0, 1], got {value!r}")
    share = float(value) + 0.0  # no -0.0
    if not 0 <= share <= 1:
        percent = f"; {share:g} % is {_share(repr(share), '%')!r}" if 1 < share <= 100 else ""
        raise SettingsError(f"{what} must lie in [0, 1], got {share!r}{percent}")
    return share


def _read_metric(text: str) -> tuple[Metric, int]:
    match = _METRIC.match(text)
    if not match:
        _refuse(text, 0, text, expected="a metric", near=_EXAMPLE)
    if _BASELINE.match(text, match.end()):
        raise SettingsError(
            f"{text!r} compares with a baseline; only floors METRIC >= NUMBER are understood here,"
            f" for example {_EXAMPLE!r}"
        )
    try:
        return parse_metric(match["metric"].strip()), match.end()
    except MetricError as error:
        place = match.start("metric") + 1
        raise SettingsError(f"{text!r}, position {place}: {error}") from None


def _refuse(text: str, at: int, found: str, *, expected: str, near: str) -> NoReturn:
    at += len(found) - len(found.lstrip())
    rest = found.split() or text[at:].split()
    what = repr(rest[0]) if rest else "nothing"
    raise SettingsError(
        f"{text!r}, position {at + 1}: expected {expected}, found {what}; write {near!r}"
    )


def _share(number: str, percent: str) -> float:
    """The number as a share of 1; decimal, so that 61.3% is the float that 0.613 is."""
    exact = Decimal(number)
    return float(exact.scaleb(-2) if percent else exact)
