"""`Formula`: a metric's name, its function, and how it may be called."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Concatenate, Literal, get_args, get_origin, get_type_hints

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.errors import MetricError, did_you_mean
from retrieval_checks.metrics.ranked import RankedRelevance

Parameter = float | int | str
Function = Callable[Concatenate[RankedRelevance, ...], FloatArray]
Cutoff = Literal["required", "optional"]


@dataclass(frozen=True, slots=True)
class Formula:
    """What `nDCG(gain="exp")@10` calls: a function of (ranked, k, **params), and its spellings."""

    name: str
    function: Function
    cutoff: Cutoff
    aliases: tuple[str, ...]
    defaults: Mapping[str, Parameter]  # keyword-only parameters of the function
    choices: Mapping[str, tuple[Parameter, ...]]  # of those annotated as a Literal
    uses_level: bool = True  # whether it asks which grades are relevant


_FORMULAS: dict[str, Formula] = {}
_SPELLINGS: dict[str, str] = {}


def formula(
    name: str,
    *,
    cutoff: Cutoff = "required",
    aliases: tuple[str, ...] = (),
    uses_level: bool = True,
) -> Callable[[Function], Function]:
    """Register a function of (ranked, k, *, parameters) -> (n,) values as the metric `name`.

    `k` is the cut-off; it is None where it is optional and not given. Names and aliases are matched
    without regard to case. `uses_level=False` says that the function never asks which documents are
    relevant, such as one of grades: the parameter `rel` would have no effect and is refused.

    Raises:
        MetricError: the name or an alias is taken, or could not be parsed; a keyword parameter
            has no default, or is the `rel` that every metric has.
    """

    def register(function: Function) -> Function:
        _check_spellings((name, *aliases), name, function)
        defaults = _defaults(name, function)
        choices = {n: values for n in defaults if (values := _choices(function, n))}
        _SPELLINGS.update((spelling.lower(), name) for spelling in (name, *aliases))
        _FORMULAS[name] = Formula(
            name,
            function,
            cutoff,
            aliases,
            MappingProxyType(defaults),
            MappingProxyType(choices),
            uses_level,
        )
        return function

    return register


def find_formula(name: str) -> Formula:
    """The formula with this name or alias.

    Raises:
        MetricError: there is none; the message has the nearest spelling.
    """
    try:
        return _FORMULAS[_SPELLINGS[name.lower()]]
    except KeyError:
        near = did_you_mean(name, [*_FORMULAS, *_SPELLINGS])
        raise MetricError(f"no metric {name!r}; {near}") from None


def formula_names() -> tuple[str, ...]:
    """The canonical names of all metrics, sorted."""
    return tuple(sorted(_FORMULAS))


def _check_spellings(spellings: tuple[str, ...], name: str, function: Function) -> None:
    """Refuse what cannot be parsed or is taken; the same function again is a reloaded module."""
    for spelling in spellings:
        if not re.fullmatch(r"[A-Za-z_]\w*", spelling):
            raise MetricError(f"metric name {spelling!r} is not a word of letters, digits and _")
        taken = _FORMULAS.get(_SPELLINGS.get(spelling.lower(), ""))
        if taken and (taken.name, _origin(taken.function)) != (name, _origin(function)):
            raise MetricError(f"metric {spelling!r} exists already")


def _defaults(name: str, function: Function) -> dict[str, Parameter]:
    keywords = inspect.signature(function).parameters.values()
    defaults = {p.name: p.default for p in keywords if p.kind is p.KEYWORD_ONLY}
    for parameter, default in defaults.items():
        if parameter == "rel" or not isinstance(default, float | int | str):
            raise MetricError(
                f"parameter {parameter!r} of metric {name!r} needs a number or a word as its"
                " default, and a name other than 'rel'"
            )
    return defaults


def _choices(function: Function, parameter: str) -> tuple[Parameter, ...]:
    """What a parameter annotated as a Literal may be; nothing where it may be anything."""
    annotations: dict[str, Any] = getattr(function, "__annotations__", {})
    if parameter not in annotations:
        return ()
    # One at a time: another annotation may name what is imported for type checkers only.
    alone = type(parameter, (), {"__annotations__": {parameter: annotations[parameter]}})
    try:
        hint = get_type_hints(alone, getattr(function, "__globals__", {}))[parameter]
    except NameError:
        return ()
    return get_args(hint) if get_origin(hint) is Literal else ()


def _origin(function: Function) -> tuple[str, str]:
    return function.__module__, function.__qualname__
