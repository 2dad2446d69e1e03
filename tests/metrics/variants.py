"""Every metric that is registered, with and without cut-off and parameters."""

from collections.abc import Iterable, Iterator

from retrieval_checks.metrics.formula import Parameter, find_formula, formula_names
from retrieval_checks.metrics.metric import Metric

NUMBERS: dict[str, tuple[tuple[Parameter, ...], str]] = {
    "RBP": ((0.5,), "p"),
    "RBP_residual": ((0.95,), "p"),
    "ERR": ((8,), "max_grade"),
    "alpha_nDCG": ((0.3, 1), "alpha"),
}


def variants(
    names: Iterable[str] = (), *, ranks: Iterable[int] = (1, 3), levels: Iterable[float] = (2, -1)
) -> tuple[Metric, ...]:
    """Each metric at each cut-off, plain and with each of its parameters in turn."""
    every = (
        Metric(name, cutoff, params)
        for name in names or formula_names()
        for cutoff in _cutoffs(name, ranks)
        for params in _params(name, levels)
    )
    return tuple(dict.fromkeys(every))  # a parameter may say what holds by default


def rewarded() -> tuple[str, ...]:
    """The metrics that promise to gain when a better document moves up."""
    return tuple(name for name in formula_names() if find_formula(name).rewards)


def _cutoffs(name: str, ranks: Iterable[int]) -> tuple[float | None, ...]:
    kind = find_formula(name).cutoff
    if kind == "recall":
        return (0.0, 0.3, 0.5, 1.0)
    return (*ranks, None) if kind == "optional" else (*ranks,)


def _params(name: str, levels: Iterable[float]) -> Iterator[tuple[tuple[str, Parameter], ...]]:
    found = find_formula(name)
    yield ()
    yield (("judged_only", True),)
    if found.uses_level:
        yield from ((("rel", level),) for level in levels)
        yield (("judged_only", True), ("rel", 2))
    for parameter, values in found.choices.items():
        yield from (((parameter, value),) for value in values)
    values, parameter = NUMBERS.get(name, ((), ""))
    yield from (((parameter, value),) for value in values)
