"""`Subject`: the function that is checked, asked as its user would ask, and what it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import fsum, isfinite, isnan
from typing import Any, SupportsFloat

from retrieval_checks.contracts.metric.cases import Case
from retrieval_checks.contracts.metric.definition import Definition

Values = float | dict[str, float]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the function returned, or what went wrong instead."""

    values: Values | None  # None: it raised, or returned no number
    shown: str
    raised: bool = False

    @property
    def numbers(self) -> tuple[float, ...]:
        """The values, of all queries."""
        if self.values is None:
            return ()
        return tuple(self.values.values()) if isinstance(self.values, dict) else (self.values,)


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A metric function under check, and the metric it claims to be."""

    name: str
    function: Callable[..., Any]
    definition: Definition | None
    tolerance: float

    def ask(self, case: Case) -> Answer:
        """What the function makes of a case; whatever it raises is an answer."""
        return self.ask_with(case.arguments())

    def ask_with(self, arguments: tuple[object, ...]) -> Answer:
        """What the function makes of these very arguments."""
        try:
            returned = self.function(*arguments)
        except Exception as error:  # any error is the answer
            text = " ".join(str(error).split())
            kind = type(error).__name__
            return Answer(None, f"{kind}: {text}" if text else kind, raised=True)
        values = _as_values(returned)
        if values is None:
            return Answer(None, f"{returned!r}, which is no number")
        return Answer(values, repr(values))

    def exact(self, case: Case) -> Values | None:
        """The right answer, a mean or values by query as the function gives; None if unknown."""
        return self.definition.of(case) if self.definition else None

    def agree(self, answer: Values | None, right: Values | None) -> bool:
        """Whether two answers are equal within the tolerance; a mean agrees with its values."""
        if answer is None or right is None:
            return False
        if isinstance(answer, dict) and isinstance(right, dict):
            return answer.keys() == right.keys() and all(
                self.near(value, right[query_id]) for query_id, value in answer.items()
            )
        return self.near(mean(answer), mean(right))

    def near(self, value: float, right: float) -> bool:
        """Whether two numbers are equal within the tolerance, NaN and infinity to themselves."""
        if isnan(value) or isnan(right):
            return isnan(value) and isnan(right)
        return value == right or abs(value - right) <= self.tolerance

    def in_range(self, value: float) -> bool:
        """Whether a number lies in [0, 1], but for the tolerance."""
        return isfinite(value) and -self.tolerance <= value <= 1 + self.tolerance


def mean(values: Values) -> float:
    """The mean over queries; a single number is one."""
    return fsum(values.values()) / len(values) if isinstance(values, dict) else values


def _as_values(returned: object) -> Values | None:
    if isinstance(returned, SupportsFloat):
        return _number(returned)
    if isinstance(returned, Mapping) and returned:
        numbers = {str(query_id): _number(value) for query_id, value in returned.items()}
        known = {query_id: value for query_id, value in numbers.items() if value is not None}
        return known if len(known) == len(returned) else None
    return None


def _number(value: object) -> float | None:
    try:
        return float(value) if isinstance(value, SupportsFloat) else None
    except (TypeError, ValueError):  # an array of several, a complex number
        return None
