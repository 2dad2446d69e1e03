"""`Metric`: which figure is meant, as a value: `nDCG@10`, `P(rel=2)@5`."""

import re
from dataclasses import dataclass

import numpy as np

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.errors import MetricError
from retrieval_checks.metrics import formulas  # noqa: F401  # registers the built-in metrics
from retrieval_checks.metrics.formula import (
    EVERYWHERE,
    Formula,
    Parameter,
    find_formula,
    is_spelling,
)
from retrieval_checks.metrics.parameters import checked_params
from retrieval_checks.metrics.ranked import RankedRelevance

_SPELLING = re.compile(
    r"\s*(?P<name>[A-Za-z_]\w*)\s*+(?:\((?P<params>.*)\))?\s*+(?:@(?P<cutoff>.*))?", re.DOTALL
)
_TREC_EVAL = re.compile(r"\s*(?P<name>[A-Za-z_]+)_(?P<cutoff>[0-9.]+)\s*")  # ndcg_cut_10
_ROUNDING = 1e-9  # by how much a value may pass its bounds
_DEEPEST = 999_999_999  # what the spelling can hold


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric with its cut-off and parameters; equal when it measures the same.

    Prints as it is parsed: `parse_metric(str(m)) == m`. Two parameters are every metric's: `rel` is
    the lowest grade that counts as relevant, in place of the evaluation's (metrics that go by
    grades, or by what is judged, have none); `judged_only=True` leaves unjudged documents out of
    the ranking first, which makes the metric its condensed-list variant (Sakai 2007, SIGIR).

    Raises:
        MetricError: unknown name or parameter, cut-off missing or not a whole number from 1 (for
            a metric at a recall level: a number from 0 to 1).

    >>> str(Metric("ndcg", 10)), Metric("MRR", 10) == parse_metric("RR@10")
    ('nDCG@10', True)
    >>> Metric("Success", 5).bounds, Metric("Success", 5).higher_is_better
    ((0.0, 1.0), True)
    """

    name: str
    cutoff: int | float | None = None  # a rank; a recall level for IPrec
    params: tuple[tuple[str, Parameter], ...] = ()

    def __post_init__(self) -> None:
        found = find_formula(self.name)
        object.__setattr__(self, "name", found.name)
        object.__setattr__(self, "params", checked_params(found, dict(self.params)))
        cutoff = self.cutoff.item() if isinstance(self.cutoff, np.number) else self.cutoff
        object.__setattr__(self, "cutoff", _checked_cutoff(found, cutoff))

    def __str__(self) -> str:
        inner = ", ".join(f"{name}={_quoted(value)}" for name, value in self.params)
        params = f"({inner})" if inner else ""
        return f"{self.name}{params}" + ("" if self.cutoff is None else f"@{self.cutoff}")

    @property
    def bounds(self) -> tuple[float, float]:
        """The lowest and the highest value that the metric can have."""
        return find_formula(self.name).bounds

    @property
    def higher_is_better(self) -> bool | None:
        """Whether a higher value is the better one; None for a count that says neither."""
        return find_formula(self.name).higher_is_better

    @property
    def k(self) -> int | None:
        """The rank that the ranking is cut at, None without one or for a recall level."""
        return self.cutoff if isinstance(self.cutoff, int) else None

    @property
    def depth(self) -> int | None:
        """The last rank that the metric looks at; None where it may be any."""
        return None if self.judged_only else self.k

    @property
    def judged_only(self) -> bool:
        """Whether unjudged documents are left out of the ranking first."""
        return ("judged_only", True) in self.params

    def values(self, ranked: RankedRelevance) -> FloatArray:
        """The metric of each query, float64 (n,).

        Raises:
            MetricError: the formula, a user's own perhaps, returned something else, or NaN.
        """
        params = {name: value for name, value in self.params if name not in EVERYWHERE}
        ranked = ranked.at_level(self.level(ranked.relevance_level))
        if self.judged_only:
            ranked = ranked.condensed()
        if self.k is not None:
            ranked = ranked.cut(self.k)
        returned = find_formula(self.name).function(ranked, self.cutoff, **params)
        return self._checked(returned, len(ranked))

    def level(self, otherwise: float) -> float:
        """The lowest grade that is relevant to this metric: its own `rel`, or the evaluation's."""
        return float(dict(self.params).get("rel", otherwise))

    def _checked(self, returned: object, n: int) -> FloatArray:
        try:
            values = np.asarray(returned).astype(np.float64, copy=False)
        except (TypeError, ValueError):
            raise MetricError(
                f"the formula of {self} returned something else than numbers"
            ) from None
        if values.shape != (n,) or not np.isfinite(values).all():
            raise MetricError(
                f"the formula of {self} returned an array of shape {values.shape} or a value that"
                f" is not finite; it must return one finite number a query, ({n},)"
            )
        low, high = self.bounds
        for value in values[(values < low - _ROUNDING) | (values > high + _ROUNDING)][:1].tolist():
            raise MetricError(
                f"the formula of {self} returned {value!r}, outside its bounds [{low:g}, {high:g}]"
            )
        return values


def parse_metric(spelling: str | Metric) -> Metric:
    """The metric that a spelling names; case and common aliases do not matter.

    trec_eval's names are understood too: `ndcg_cut_10`, `P_5`, `iprec_at_recall_0.10`.

    Raises:
        MetricError: the spelling has no meaning; the message has the nearest one that has.

    >>> parse_metric("precision(rel=2)@5")
    Metric(name='P', cutoff=5, params=(('rel', 2),))
    >>> parse_metric("accuracy@10")
    Metric(name='Success', cutoff=10, params=())
    """
    if isinstance(spelling, Metric):
        return spelling
    match = _SPELLING.fullmatch(spelling) if isinstance(spelling, str) else None
    trec_eval = _TREC_EVAL.fullmatch(spelling) if isinstance(spelling, str) else None
    if trec_eval and is_spelling(trec_eval["name"]) and not is_spelling(spelling.strip()):
        return Metric(trec_eval["name"], _parse_cutoff(trec_eval["cutoff"], spelling))
    if not match:
        raise MetricError(
            f"metric {spelling!r} is not of the form NAME@K or NAME(PARAMETER=VALUE)@K,"
            ' for example nDCG@10 or nDCG(gain="exp")@10'
        )
    params = _parse_params(match["params"] or "", spelling)
    return Metric(match["name"], _parse_cutoff(match["cutoff"], spelling), params)


def _parse_cutoff(text: str | None, spelling: str) -> int | float | None:
    if text is None:
        return None
    if "(" in text:
        raise MetricError(
            f"{spelling!r}: parameters stand before the cut-off, NAME(PARAMETER=VALUE)@K"
        )
    if not re.fullmatch(r"\s*([0-9]{1,9}|[0-9]*\.[0-9]+|[0-9]+(\.[0-9]+)?e-?[0-9]+)\s*", text):
        raise MetricError(f"cut-off {text!r} in {spelling!r} is not a whole number from 1")
    text = text.strip()  # int() strips less than a pattern's \s does
    return int(text) if text.isdigit() else float(text)


def _checked_cutoff(found: Formula, cutoff: object) -> int | float | None:
    if cutoff is None:
        if found.cutoff == "optional":
            return None
        example = "0.1" if found.cutoff == "recall" else "10"
        raise MetricError(f"{found.name} needs a cut-off, for example {found.name}@{example}")
    if found.cutoff == "recall":
        if isinstance(cutoff, int | float) and type(cutoff) is not bool and 0 <= cutoff <= 1:
            return float(cutoff) + 0.0  # no -0.0
        raise MetricError(
            f"{found.name} is read at a recall level, a number from 0 to 1, got {cutoff!r}"
        )
    if type(cutoff) is int and 1 <= cutoff <= _DEEPEST:
        return cutoff
    raise MetricError(
        f"cut-off of {found.name} must be a whole number from 1 to {_DEEPEST}, got {cutoff!r}"
    )


def _parse_params(text: str, spelling: str) -> tuple[tuple[str, Parameter], ...]:
    params: dict[str, Parameter] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not name or not value:
            raise MetricError(f"parameter {part!r} in {spelling!r} is not of the form NAME=VALUE")
        if name in params:
            raise MetricError(f"parameter {name!r} stands twice in {spelling!r}")
        params[name] = _parse_value(value)
    return tuple(params.items())


def _parse_value(text: str) -> Parameter:
    if text[0] in "\"'" and text[-1] == text[0] and len(text) > 1:
        return text[1:-1]
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


def _quoted(value: Parameter) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return float.__repr__(value) if isinstance(value, float) else repr(value)  # numpy's too
