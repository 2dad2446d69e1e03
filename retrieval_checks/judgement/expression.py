"""`Scanner`: an expression like `nDCG@10 >= 0.62`, read from left to right."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, NoReturn, TypeVar

from retrieval_checks.errors import MetricError, SettingsError
from retrieval_checks.metrics.metric import Metric, parse_metric

EXAMPLE = "nDCG@10 >= 0.62"
DROP = re.compile(r"drop\b\s*", re.IGNORECASE)
_METRIC = re.compile(
    r"""\s*(?P<metric>[A-Za-z_]\w*\s*(?:\((?:"[^"]*"|'[^']*'|[^()])*+\))?"""
    r"""\s*(?:@\s*(?:[\d.]+e-\d+|[\w.]*))?)\s*"""
)
COMPARISON = re.compile(rf"(?>{_METRIC.pattern})(?i:{DROP.pattern})")  # METRIC drop
_OPERATOR = re.compile(r"(?P<operator>[<>=!~≥≤⩾⩽≧≦]*)\s*")
NUMBER = re.compile(
    r"(?P<number>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?)\s*(?P<percent>%?)\s*"
)
_FREE_NUMBER = re.compile(rf"(?<![\w@.]){NUMBER.pattern}")  # not the end of a word
_COMMA = re.compile(r",(?P<digits>[0-9]+)\s*(?P<percent>%?)")

T = TypeVar("T")


class Scanner:
    """An expression and how far it has been read; it refuses with the position.

    Raises:
        SettingsError: what is to be read is not text.

    >>> scanner = Scanner("drop <= 0.02", "a gate")
    >>> bool(scanner.take(DROP)), scanner.at
    (True, 5)
    >>> scanner.refuse("'>='", near="nDCG@10 >= 0.02")
    Traceback (most recent call last):
    ...
    retrieval_checks.errors.SettingsError: 'drop <= 0.02', position 6: expected '>=', found '<=';\
 write 'nDCG@10 >= 0.02'
    """

    __slots__ = ("at", "prefix", "start", "text")

    def __init__(self, text: str, what: str) -> None:
        if not isinstance(text, str):
            raise SettingsError(
                f"{what} is text like {EXAMPLE!r}, got {text!r} of type {type(text).__name__}"
            )
        self.text = text
        self.at = 0  # what stands before has been read
        self.start = 0  # where the part that was read last begins
        self.prefix = ""  # what every nearest spelling begins with

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What the pattern matches here, if it does; reading goes on behind it."""
        match = pattern.match(self.text, self.at)
        if match:
            self.start, self.at = match.span()
        return match

    def number_ahead(self) -> re.Match[str] | None:
        """The next number, whatever stands before it; a hint at what was meant."""
        return _FREE_NUMBER.search(self.text, self.at)

    def end(self, near: str) -> None:
        """Nothing may follow."""
        if self.at < len(self.text):
            self.refuse("the end of the expression", near)

    def refuse(
        self, expected: str, near: str, *, at: int | None = None, found: str = ""
    ) -> NoReturn:
        """Raise what was expected, what stands there, and the nearest expression that is valid."""
        at = self.at if at is None else at
        rest = [found] if found else self.text[at:].split()
        what = repr(rest[0]) if rest else "nothing"
        write = f"write {self.prefix + near!r}"
        raise SettingsError(f"{self._place(at)}: expected {expected}, found {what}; {write}")

    @contextmanager
    def located(self, at: int, near: str = "") -> Iterator[None]:
        """What cannot be built is refused with the position of its text."""
        try:
            yield
        except (MetricError, SettingsError) as error:
            write = f"; write {self.prefix + near!r}" if near else ""
            raise SettingsError(f"{self._place(at)}: {error}{write}") from None

    def _place(self, at: int) -> str:
        rest = self.text[at:]
        return f"{self.text!r}, position {at + 1 + len(rest) - len(rest.lstrip())}"


@dataclass(frozen=True, slots=True)
class Bound(Generic[T]):
    """How a bound is written, and the value that it makes: `LEFT >= NUMBER`."""

    left: str
    operator: str  # ">=", "<=" or none
    example: str  # of a number that is allowed
    make: Callable[[float], T]
    of_share: bool = True  # the number lies in [0, 1], so that a percentage of it has a meaning
    tail: str = ""  # of what is written behind it
    no_percent: str = ""  # what is expected where a percentage may not stand

    def near(self, match: re.Match[str] | None) -> str:
        """The valid spelling that is nearest to what is written."""
        numbers = filter(self._is_valid, self._readings(match) if match else ())
        number = next(numbers, self.example)
        return " ".join(filter(None, (self.left, self.operator, number, self.tail)))

    def _readings(self, match: re.Match[str]) -> tuple[str, ...]:
        """What a number may be meant as, the likeliest first."""
        plain = match["number"]
        if not self.of_share:
            return (plain,)
        share = repr(to_number(plain, "%")) if self.no_percent else f"{plain}%"
        return (share,) if match["percent"] else (plain, share)

    def _is_valid(self, number: str) -> bool:
        try:
            self.make(to_number(number.rstrip("%"), "%" if number.endswith("%") else ""))
        except (SettingsError, ValueError):  # the share that so many digits are is infinite
            return False
        return True


def read_metric(scanner: Scanner) -> Metric:
    """The metric that stands here.

    Raises:
        SettingsError: there is none, or one without meaning.

    >>> str(read_metric(Scanner("ndcg @ 10 >= 0.62", "a floor")))
    'nDCG@10'
    """
    match = scanner.take(_METRIC)
    if not match:
        scanner.refuse("a metric", EXAMPLE)
    with scanner.located(match.start()):
        return parse_metric(match["metric"].strip())


def read_bound(scanner: Scanner, bound: Bound[T]) -> T:
    """The value that the operator and the number here make; what stands behind is left.

    Raises:
        SettingsError: another operator, no number, or one out of range.

    >>> read_bound(Scanner(">= 62%", "a floor"), Bound("nDCG@10", ">=", "0.62", make=float))
    0.62
    """
    near = bound.near(scanner.number_ahead())
    _read_operator(scanner, bound.operator, near)
    number = scanner.take(NUMBER)
    if not number:
        scanner.refuse("a number", near)
    _refuse_comma(scanner, bound, number)
    if number["percent"] and bound.no_percent:
        scanner.refuse(bound.no_percent, near, at=number.start("percent"), found="%")
    with scanner.located(number.start(), near):
        return bound.make(to_number(number["number"], number["percent"]))


def to_number(number: str, percent: str = "") -> float:
    """The number, or the share of 1 that a percentage is: 61.3% is the float that 0.613 is.

    >>> to_number("61.3", "%"), 61.3 / 100, to_number("1e2")
    (0.613, 0.613, 100.0)
    """
    digits, _, exponent = number.lower().partition("e")
    return float(f"{digits}e{int(exponent or 0) - (2 if percent else 0)}")


def _read_operator(scanner: Scanner, wanted: str, near: str) -> None:
    start, match = scanner.at, scanner.take(_OPERATOR)
    found = match["operator"] if match else ""
    if found != wanted:
        scanner.refuse(repr(wanted) if wanted else "a number", near, at=start, found=found)


def _refuse_comma(scanner: Scanner, bound: Bound[T], number: re.Match[str]) -> None:
    """A decimal comma; before three digits of what is no share it may part thousands."""
    comma = scanner.take(_COMMA)
    if comma:
        point = "." if bound.of_share or len(comma["digits"]) != 3 else ""
        meant = NUMBER.match(number["number"] + point + comma["digits"] + comma["percent"])
        at, found = comma.start(), comma[0]
        scanner.refuse("the end of the expression", bound.near(meant), at=at, found=found)
