"""`Latency`: the most milliseconds that a query may take: `p95_ms <= 120`."""

import math
import re
from dataclasses import dataclass

from retrieval_checks.comparison.gates.numbers import plain
from retrieval_checks.errors import SettingsError
from retrieval_checks.judgement.expression import Bound, Scanner, read_bound, to_number
from retrieval_checks.judgement.floor import check_number
from retrieval_checks.metrics.formula import is_spelling

_LEFT = re.compile(  # another unit, or none before a "<", is recognised and refused
    r"\s*(?P<name>p(?P<percentile>[0-9]+(?:\.[0-9]+)?)(?P<unit>_?[a-z]+\b|(?=\s*[<≤])))\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Latency:
    """A percentile of the time of a query, in [1, 100], and the most milliseconds for it.

    Raises:
        SettingsError: a percentile outside [1, 100]; a time that is not finite and above 0.

    >>> latency = Latency(99.9, most_ms=120)
    >>> str(latency), latency.holds(120.0), latency.holds(120.5)
    ('p99.9_ms <= 120', True, False)
    """

    percentile: float
    most_ms: float

    def __post_init__(self) -> None:
        percentile = check_number(self.percentile, "percentile")
        if not 1 <= percentile <= 100:
            raise SettingsError(f"percentile must lie in [1, 100], got {percentile!r}")
        object.__setattr__(self, "percentile", percentile)
        most = check_number(self.most_ms, f"bound of {self.name}")
        if not 0 < most < math.inf:
            raise SettingsError(
                f"bound of {self.name} must be a time above 0, in milliseconds, got {most!r}"
            )
        object.__setattr__(self, "most_ms", most)

    def __str__(self) -> str:
        return f"{self.name} <= {plain(self.most_ms)}"

    @property
    def name(self) -> str:
        """What is measured: `p95_ms`."""
        return f"p{plain(self.percentile)}_ms"

    def holds(self, ms: float) -> bool:
        """Whether it took no longer, compared exactly; NaN never did."""
        return ms <= self.most_ms


def read_latency(scanner: Scanner) -> Latency | None:
    """The `p95_ms <= NUMBER` that stands here; None where it is none.

    Raises:
        SettingsError: a percentile, and something else behind it.

    >>> str(read_latency(Scanner("P99.9_ms<=120.0", "a gate")))
    'p99.9_ms <= 120'
    """
    match = _LEFT.match(scanner.text, scanner.at)
    if not match or (match["unit"].lower() != "_ms" and is_spelling(match["name"])):
        return None
    scanner.take(_LEFT)
    percentile = to_number(match["percentile"])
    with scanner.located(match.start("percentile"), _bound(95).near(scanner.number_ahead())):
        bound = _bound(percentile)
    if match["unit"].lower() != "_ms":
        near, at = bound.near(scanner.number_ahead()), match.start("unit")
        scanner.refuse("'_ms', as times are in milliseconds", near, at=at, found=match["unit"])
    return read_bound(scanner, bound)


def _bound(percentile: float) -> Bound[Latency]:
    return Bound(
        Latency(percentile, 1).name,
        "<=",
        "120",
        make=lambda ms: Latency(percentile, ms),
        of_share=False,
        no_percent="milliseconds",
    )
