"""Parameters of a metric: checked against its formula, in one spelling."""

import re
import sys
from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from retrieval_checks.errors import MetricError, did_you_mean
from retrieval_checks.metrics.formula import EVERYWHERE, Formula, Parameter

_EXACT = 1e15  # whole floats below it are exact as integers


def checked_params(
    found: Formula, params: Mapping[str, Parameter]
) -> tuple[tuple[str, Parameter], ...]:
    """Sorted, without those that equal the default, so that equal metrics are equal values.

    Raises:
        MetricError: a parameter that the formula has not, or a value that it cannot be.
    """
    kept = []
    for name, given in sorted(params.items()):
        value = _plain(given)
        if name == "rel":
            _check_level(found, value)
        elif name == "judged_only":
            if not _is_true(found, value):
                continue
            value = True
        elif _is_default(found, name, value):
            continue
        kept.append((name, value))
    return tuple(kept)


def _plain(value: Parameter | np.number[Any]) -> Parameter:
    """A number as Python's own, a whole one as `int`: what is equal is spelled alike."""
    if isinstance(value, np.number):
        value = cast(Parameter, value.item())
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    return value


def _check_level(found: Formula, value: Parameter) -> None:
    if not found.uses_level:
        example = found.name if found.cutoff == "optional" else f"{found.name}@10"
        raise MetricError(
            f"rel has no effect on {found.name}, which does not ask what is relevant;"
            f" leave it out: {example}"
        )
    if not _is_number(value) or value != value:
        raise MetricError(f"rel of {found.name} must be a number, got {value!r}")


def _is_true(found: Formula, value: Parameter) -> bool:
    word = str(value).lower()
    if word not in ("true", "false"):
        raise MetricError(f"judged_only of {found.name} must be True or False, got {value!r}")
    return word == "true"


def _is_default(found: Formula, name: str, value: Parameter) -> bool:
    """Whether it may be left out; refuses what the formula does not know."""
    if name not in found.defaults:
        names = [*found.defaults, *(n for n in EVERYWHERE if n != "rel" or found.uses_level)]
        raise MetricError(f"{found.name} has no parameter {name!r}; {did_you_mean(name, names)}")
    word = isinstance(found.defaults[name], str)
    if not (isinstance(value, str) if word else _is_number(value)):
        kind = "a word" if word else "a number"
        raise MetricError(f"{name} of {found.name} must be {kind}, got {value!r}")
    if value != value or re.search(r"""["',]""", str(value)) or not str(value).isprintable():
        raise MetricError(f"{name} of {found.name} cannot be {value!r}: it has no spelling")
    if value not in found.choices.get(name, (value,)):
        near = did_you_mean(str(value), map(str, found.choices[name]))
        raise MetricError(f"{name} of {found.name} cannot be {value!r}; {near}")
    return value == found.defaults[name]


def _is_number(value: object) -> bool:
    """Whether a float can hold it; a truth value, which has another spelling, is no number."""
    too_large = isinstance(value, int) and abs(value) > sys.float_info.max
    return isinstance(value, int | float) and not isinstance(value, bool) and not too_large
