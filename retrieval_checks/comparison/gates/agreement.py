"""`Churn` and `Overlap`: how far rankings may differ from the baseline's: `churn@1 <= 15%`."""

import re
from dataclasses import dataclass

from retrieval_checks.comparison.gates.numbers import as_percent, check_cutoff, plain
from retrieval_checks.judgement.expression import Bound, Scanner, read_bound
from retrieval_checks.judgement.floor import check_share

_LEFT = re.compile(r"\s*(?P<name>churn|overlap)\b\s*(?:@\s*(?P<k>[\w.]*)\s*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Churn:
    """The largest share of queries, in [0, 1], whose first k documents may be other ones.

    Raises:
        SettingsError: a cut-off that is not a whole number from 1; a share outside [0, 1].

    >>> churn = Churn(1, most=0.15)
    >>> str(churn), churn.holds(3 / 20), churn.holds(4 / 20)
    ('churn@1 <= 15%', True, False)
    """

    k: int
    most: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "k", check_cutoff(self.k, "churn"))
        object.__setattr__(self, "most", check_share(self.most, f"bound of churn@{self.k}"))

    def __str__(self) -> str:
        return f"churn@{self.k} <= {as_percent(self.most)}"

    def holds(self, share: float) -> bool:
        """Whether no larger share has changed, compared exactly; NaN never is."""
        return share <= self.most


@dataclass(frozen=True, slots=True)
class Overlap:
    """The least mean overlap, in [0, 1], of the first k documents with the baseline's.

    Raises:
        SettingsError: a cut-off that is not a whole number from 1; a mean outside [0, 1].

    >>> overlap = Overlap(10, least=0.8)
    >>> str(overlap), overlap.holds(0.8), overlap.holds(0.7999)
    ('overlap@10 >= 0.8', True, False)
    """

    k: int
    least: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "k", check_cutoff(self.k, "overlap"))
        object.__setattr__(self, "least", check_share(self.least, f"bound of overlap@{self.k}"))

    def __str__(self) -> str:
        return f"overlap@{self.k} >= {plain(self.least)}"

    def holds(self, mean: float) -> bool:
        """Whether the mean overlap is as large, compared exactly; NaN never is."""
        return mean >= self.least


def read_agreement(scanner: Scanner) -> Churn | Overlap | None:
    """The `churn@K <= SHARE` or `overlap@K >= SHARE` that stands here; None where neither does.

    Raises:
        SettingsError: one of the two words, and something else behind it.

    >>> str(read_agreement(Scanner("Overlap@10 >= 80%", "a gate")))
    'overlap@10 >= 0.8'
    """
    match = scanner.take(_LEFT)
    if not match:
        return None
    bound_at = _churn_bound if match["name"].lower() == "churn" else _overlap_bound
    near = bound_at(10).near(scanner.number_ahead())
    if match["k"] is None:
        scanner.refuse("'@' and a cut-off", near)
    number = re.fullmatch("[0-9]{1,9}", match["k"])
    with scanner.located(match.start("k"), near):
        k = check_cutoff(int(match["k"]) if number else match["k"], match["name"].lower())
    return read_bound(scanner, bound_at(k))


def _churn_bound(k: int) -> Bound[Churn | Overlap]:
    return Bound(f"churn@{k}", "<=", "15%", make=lambda share: Churn(k, share))


def _overlap_bound(k: int) -> Bound[Churn | Overlap]:
    return Bound(f"overlap@{k}", ">=", "0.8", make=lambda mean: Overlap(k, mean))
