"""`Formula`: a metric's name, its function, and how it may be called."""

import inspect
import math
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
Cutoff = Literal["required", "optional", "recall"]
Preference = Literal["relevant", "gain", "judged"]


@dataclass(frozen=True, slots=True)
class Formula:
    """What `nDCG(gain="exp")@10` calls: a function of (ranked, k, **params), and its spellings."""

    name: str
    function: Function
    defaults: Mapping[str, Parameter]  # keyword-only parameters of the function
    choices: Mapping[str, tuple[Parameter, ...]]  # of those annotated as a Literal
    cutoff: Cutoff = "required"  # a rank, or for "recall" a share of the relevant documents
    aliases: tuple[str, ...] = ()
    uses_level: bool = True  # whether it asks which grades are relevant
    bounds: tuple[float, float] = (-math.inf, math.inf)  # lowest and highest value
    higher_is_better: bool | None = True  # None for a count that is neither
    rewards: Preference | None = None  # what only gains by standing higher, if that is so
    by_subtopic: bool = False  # whether it asks which subtopics a document covers


EVERYWHERE = ("rel", "judged_only")  # parameters that every metric has

_FORMULAS: dict[str, Formula] = {}
_SPELLINGS: dict[str, str] = {}


def formula(
    name: str,
    *,
    cutoff: Cutoff = "required",
    aliases: tuple[str, ...] = (),
    uses_level: bool = True,
    bounds: tuple[float, float] = (-math.inf, math.inf),
    higher_is_better: bool | None = True,
    rewards: Preference | None = None,
    by_subtopic: bool = False,
) -> Callable[[Function], Function]:
    """Register a function of (ranked, k, *, parameters) -> (n,) values as the metric `name`.

    The metric then works wherever a built-in one does: in `evaluate`, assertions and golden files.
    The rankings that it is given end at rank k, where there is a cut-off.

    Args:
        name: how it is spelled; names and aliases are matched without regard to case.
        cutoff: whether `@k` is "required" or "optional" (then `k` is None where it is not given);
            "recall" for a metric that is read at a share of the relevant documents, `@0.1`.
        aliases: other spellings.
        uses_level: False for a function that never asks which documents are relevant, such as one
            of grades: the parameter `rel` would have no effect and is refused.
        bounds: the lowest and the highest value that it can have; any other is an error.
        higher_is_better: False where lower is; None for a mere count.
        rewards: a promise that the value never gets worse when, of two neighbours, the "relevant"
            one, the one of higher "gain" (grade) or the "judged" one moves up, and depends on
            nothing else. The range over the orders of tied documents follows; see `tie_band`.
        by_subtopic: whether the function asks for `ranked.subtopics`.

    Raises:
        MetricError: the name or an alias is taken, or could not be parsed; a keyword parameter
            has no default, or is one that every metric has.
    """

    def register(function: Function) -> Function:
        _check_spellings((name, *aliases), name, function)
        _check_choices(name, {"cutoff": (cutoff, Cutoff), "rewards": (rewards, Preference)})
        defaults = _defaults(name, function)
        choices = {n: values for n in defaults if (values := _choices(function, n))}
        _SPELLINGS.update((spelling.lower(), name) for spelling in (name, *aliases))
        _FORMULAS[name] = Formula(
            name,
            function,
            MappingProxyType(defaults),
            MappingProxyType(choices),
            cutoff=cutoff,
            aliases=aliases,
            uses_level=uses_level,
            bounds=bounds,
            higher_is_better=higher_is_better,
            rewards=rewards,
            by_subtopic=by_subtopic,
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
        near = did_you_mean(name, _FORMULAS, also=_SPELLINGS)
        raise MetricError(f"no metric {name!r}; {near}") from None


def is_spelling(name: str) -> bool:
    """Whether a formula has this name or alias."""
    return name.lower() in _SPELLINGS


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


def _check_choices(name: str, given: Mapping[str, tuple[object, object]]) -> None:
    for argument, (value, kind) in given.items():
        if value is not None and value not in get_args(kind):
            near = did_you_mean(str(value), get_args(kind))
            raise MetricError(f"{argument} of metric {name!r} cannot be {value!r}; {near}")


def _defaults(name: str, function: Function) -> dict[str, Parameter]:
    signature = inspect.signature(function)
    keywords = signature.parameters.values()
    defaults = {p.name: p.default for p in keywords if p.kind is p.KEYWORD_ONLY}
    try:
        signature.bind(None, None, **defaults)
    except TypeError:
        raise MetricError(
            f"the function of metric {name!r} must take (ranked, k) and keywords, not {signature}"
        ) from None
    for parameter, default in defaults.items():
        is_plain = isinstance(default, float | int | str) and not isinstance(default, bool)
        if parameter in EVERYWHERE or not is_plain:
            raise MetricError(
                f"parameter {parameter!r} of metric {name!r} needs a number or a word as its"
                f" default, and a name other than {' and '.join(map(repr, EVERYWHERE))}"
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
