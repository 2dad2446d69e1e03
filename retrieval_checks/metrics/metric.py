"""`Metric`: which figure is meant, as a value: `nDCG@10`, `P(rel=2)@5`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.errors import MetricError, did_you_mean
from retrieval_checks.metrics import formulas  # noqa: F401  # registers the built-in metrics
from retrieval_checks.metrics.formula import Formula, Parameter, find_formula
from retrieval_checks.metrics.ranked import RankedRelevance

_SPELLING = re.compile(
    r"\s*(?P<name>[A-Za-z_]\w*)\s*(?:\((?P<params>.*)\))?\s*(?:@(?P<cutoff>.*))?"
)
_RELEVANCE_LEVEL = "rel"  # every metric that asks what is relevant takes it
_DEEPEST = 999_999_999  # what the spelling can hold


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric with its cut-off and parameters; equal when it measures the same.

    Prints as it is parsed: `parse_metric(str(m)) == m`. The parameter `rel` is the lowest grade
    that counts as relevant, in place of the evaluation's; nDCG and Judged, which go by grades and
    by what is judged, have none.

    Raises:
        MetricError: unknown name or parameter, cut-off missing or not a whole number from 1.

    >>> str(Metric("ndcg", 10)), Metric("MRR", 10) == parse_metric("RR@10")
    ('nDCG@10', True)
    """

    name: str
    cutoff: int | None = None
    params: tuple[tuple[str, Parameter], ...] = ()

    def __post_init__(self) -> None:
        found = find_formula(self.name)
        object.__setattr__(self, "name", found.name)
        object.__setattr__(self, "params", _check_params(found, dict(self.params)))
        if self.cutoff is None and found.cutoff == "required":
            raise MetricError(f"{found.name} needs a cut-off, for example {found.name}@10")
        if self.cutoff is not None and not (
            type(self.cutoff) is int and 1 <= self.cutoff <= _DEEPEST
        ):
            raise MetricError(
                f"cut-off of {found.name} must be a whole number from 1 to {_DEEPEST},"
                f" got {self.cutoff!r}"
            )

    def __str__(self) -> str:
        inner = ", ".join(f"{name}={_quoted(value)}" for name, value in self.params)
        params = f"({inner})" if inner else ""
        return f"{self.name}{params}" + (f"@{self.cutoff}" if self.cutoff else "")

    def values(self, ranked: RankedRelevance) -> FloatArray:
        """The metric of each query, float64 (n,).

        Raises:
            MetricError: the formula, a user's own perhaps, returned something else, or NaN.
        """
        params = dict(self.params)
        level = params.pop(_RELEVANCE_LEVEL, None)
        if isinstance(level, int | float):
            ranked = ranked.at_level(level)
        values = np.asarray(find_formula(self.name).function(ranked, self.cutoff, **params))
        if values.shape != (len(ranked),) or not np.isfinite(values.astype(np.float64)).all():
            raise MetricError(
                f"the formula of {self} returned an array of shape {values.shape} or a value that"
                f" is not finite; it must return one finite number a query, ({len(ranked)},)"
            )
        return values.astype(np.float64, copy=False)


def parse_metric(spelling: str | Metric) -> Metric:
    """The metric that a spelling names; case and common aliases do not matter.

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
    if not match:
        raise MetricError(
            f"metric {spelling!r} is not of the form NAME@K or NAME(PARAMETER=VALUE)@K,"
            ' for example nDCG@10 or nDCG(gain="exp")@10'
        )
    cutoff = match["cutoff"]
    if cutoff is not None and not re.fullmatch(r"\s*[0-9]{1,9}\s*", cutoff):
        raise MetricError(f"cut-off {cutoff!r} in {spelling!r} is not a whole number from 1")
    params = _parse_params(match["params"] or "", spelling)
    return Metric(match["name"], int(cutoff) if cutoff is not None else None, params)


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


def _check_params(
    found: Formula, params: Mapping[str, Parameter]
) -> tuple[tuple[str, Parameter], ...]:
    """Sorted, without those that equal the default, so that equal metrics are equal values."""
    kept = []
    for name, value in sorted(params.items()):
        if name == _RELEVANCE_LEVEL:
            if not found.uses_level:
                raise MetricError(
                    f"rel has no effect on {found.name}, which does not ask what is relevant;"
                    f" leave it out: {found.name}@10"
                )
            if not isinstance(value, int | float) or isinstance(value, bool) or value != value:
                raise MetricError(f"rel of {found.name} must be a number, got {value!r}")
        elif name not in found.defaults:
            level = [_RELEVANCE_LEVEL] if found.uses_level else []
            names = [*found.defaults, *level]
            near = f"; {did_you_mean(name, names)}" if names else ", nor any other"
            raise MetricError(f"{found.name} has no parameter {name!r}{near}")
        elif isinstance(value, str) != isinstance(found.defaults[name], str):
            kind = "a word" if isinstance(found.defaults[name], str) else "a number"
            raise MetricError(f"{name} of {found.name} must be {kind}, got {value!r}")
        elif value != value or re.search(r"""["',]""", str(value)) or not str(value).isprintable():
            raise MetricError(f"{name} of {found.name} cannot be {value!r}: it has no spelling")
        elif value not in found.choices.get(name, (value,)):
            near = did_you_mean(str(value), map(str, found.choices[name]))
            raise MetricError(f"{name} of {found.name} cannot be {value!r}; {near}")
        elif value == found.defaults[name]:
            continue
        kept.append((name, value))
    return tuple(kept)


def _quoted(value: Parameter) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return float.__repr__(value) if isinstance(value, float) else repr(value)  # numpy's too
