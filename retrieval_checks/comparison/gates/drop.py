"""`Drop`: the most that a metric may lose against the baseline: `nDCG@10 drop <= 0.02`."""

import re
from dataclasses import dataclass, replace

from retrieval_checks.comparison.gates.numbers import as_percent, plain
from retrieval_checks.errors import SettingsError
from retrieval_checks.judgement.expression import NUMBER, Bound, Scanner, read_bound, to_number
from retrieval_checks.judgement.floor import check_number, check_preference, is_share
from retrieval_checks.metrics.metric import Metric

_CONFIDENCE = 0.95  # where none is stated
_AT = re.compile(r"@\s*")
_AT_END = re.compile(rf"@\s*{NUMBER.pattern}$")


@dataclass(frozen=True, slots=True)
class Drop:
    """A metric and the margin, in its own units, that its mean may lose against the baseline.

    Prints as it is parsed; the confidence only where it is not 95%. Whether it holds is a question
    of evidence, which no single number answers.

    Args:
        metric: one in [0, 1] of which more is better.
        margin: above 0 and below 1, which is all that it can drop.
        confidence: with which it is to be shown that less is lost; between 0.5 and 1.

    Raises:
        SettingsError: another metric, margin or confidence.

    >>> str(Drop(Metric("nDCG", 10), 0.02)), str(Drop(Metric("R", 100), 0.01, confidence=0.99))
    ('nDCG@10 drop <= 0.02', 'R@100 drop <= 0.01 @ 99%')
    """

    metric: Metric
    margin: float
    confidence: float = _CONFIDENCE

    def __post_init__(self) -> None:
        check_droppable(self.metric)
        object.__setattr__(self, "margin", _checked_margin(self.metric, self.margin))
        object.__setattr__(self, "confidence", _checked_confidence(self.confidence))

    def __str__(self) -> str:
        stated = "" if self.confidence == _CONFIDENCE else f" @ {as_percent(self.confidence)}"
        return f"{self.metric} drop <= {plain(self.margin)}{stated}"


def read_drop(scanner: Scanner, metric: Metric) -> Drop:
    """The drop of a metric, behind the word `drop`: `<= NUMBER`, or `<= NUMBER @ NUMBER%`.

    Raises:
        SettingsError: something else stands here.

    >>> str(read_drop(Scanner("<= .01 @ 99%", "a gate"), Metric("R", 100)))
    'R@100 drop <= 0.01 @ 99%'
    """
    with scanner.located(scanner.start):
        check_droppable(metric)
    drop = read_bound(scanner, drop_bound(metric, scanner.text[scanner.at :]))
    return _read_confidence(scanner, drop) if scanner.take(_AT) else drop


def drop_bound(metric: Metric, rest: str) -> Bound[Drop]:
    """How a drop of the metric is written; the confidence in the rest of the text is kept."""
    return Bound(
        f"{metric} drop",
        "<=",
        "0.02",
        make=lambda margin: Drop(metric, margin),
        tail=_confidence_in(rest),
        no_percent="an absolute margin (a percentage of what?)",
    )


def check_droppable(metric: Metric) -> None:
    """Nothing, if it can be shown that a metric did not drop.

    Raises:
        SettingsError: more of it is not better, or it does not lie in [0, 1]: how low a mean may
            be, and which drop is too small to matter, is known of such metrics only.

    >>> check_droppable(Metric("nDCG", 10))
    """
    check_preference(metric, "a drop of")
    if not is_share(metric):
        low, high = metric.bounds
        raise SettingsError(
            f"a drop of {metric} cannot be judged: it lies in [{low:g}, {high:g}], and drops are"
            " judged of metrics in [0, 1] (one of your own: register it with bounds=(0, 1))"
        )


def is_droppable(metric: Metric) -> bool:
    """Whether a drop of the metric can be judged; `check_droppable` says why it cannot.

    >>> is_droppable(Metric("nDCG", 10)), is_droppable(Metric("NumRelRet", 10))
    (True, False)
    """
    return metric.higher_is_better is True and is_share(metric)


def _confidence_in(rest: str) -> str:
    match = _AT_END.search(rest)
    share = to_number(match["number"], match["percent"]) if match else 0.0
    return f"@ {as_percent(share)}" if 0.5 < share < 1 else ""


def _read_confidence(scanner: Scanner, drop: Drop) -> Drop:
    bound = Bound(f"{drop} @", "", "99%", make=lambda share: replace(drop, confidence=share))
    number = NUMBER.match(scanner.text, scanner.at)
    if number and not number["percent"]:
        share = to_number(number["number"])
        near = f"{drop} @ {as_percent(share)}" if 0.5 < share < 1 else bound.near(number)
        scanner.refuse("'%'", near, at=number.end("number"))
    return read_bound(scanner, bound)


def _checked_margin(metric: Metric, margin: object) -> float:
    what = f"margin of {metric}"
    value = check_number(margin, what)
    if not 0 < value < 1:
        raise SettingsError(f"{what} must lie between 0 and 1, both excluded, got {value!r}")
    return value


def _checked_confidence(confidence: object) -> float:
    value = check_number(confidence, "confidence of a drop")
    if not 0.5 < value < 1:
        raise SettingsError(
            "confidence of a drop must lie between 0.5 and 1 (50% and 100%), both excluded,"
            f" got {value!r}"
        )
    return value
