"""`metric_checks`: what a metric function must do, whoever wrote it."""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Literal, SupportsFloat, get_args, overload

from retrieval_checks.contracts.metric import ranking_rules, run_rules
from retrieval_checks.contracts.metric.cases import Grades, Scored
from retrieval_checks.contracts.metric.definition import Definition
from retrieval_checks.contracts.metric.examples.domain import Domain
from retrieval_checks.contracts.metric.subject import Subject
from retrieval_checks.contracts.suite import Suite
from retrieval_checks.errors import SettingsError, did_you_mean
from retrieval_checks.metrics.metric import Metric

Form = Literal["ranking", "run"]
OfRanking = Callable[[list[str], Grades, int], SupportsFloat]
OfRun = Callable[
    [dict[str, Scored], dict[str, Grades], int], SupportsFloat | Mapping[str, SupportsFloat]
]

# How many checks there must be, said apart from the rules: one that gets lost is noticed.
INVARIANTS = {"ranking": 13, "run": 21}
VALUES = 5  # more, where the metric is named
_FEWEST_EXAMPLES = 20


@overload
def metric_checks(
    fn: OfRanking,
    *,
    metric: str | Metric | None = None,
    form: Literal["ranking"] = "ranking",
    tolerance: float = 1e-9,
    max_examples: int = 100,
) -> Suite: ...
@overload
def metric_checks(
    fn: OfRun,
    *,
    metric: str | Metric | None = None,
    form: Literal["run"],
    tolerance: float = 1e-9,
    max_examples: int = 100,
) -> Suite: ...
def metric_checks(
    fn: OfRanking | OfRun,
    *,
    metric: str | Metric | None = None,
    form: Form = "ranking",
    tolerance: float = 1e-9,
    max_examples: int = 100,
) -> Suite:
    """The checks of a metric function, as (check, id) pairs for pytest, or to `run` without it.

    Each check looks for a small example that breaks one rule, and its failure shows the smallest:
    ranking, judgements, k, what was returned, what is right, and why. The examples are the same on
    every run. 13 checks of rankings, 21 of runs, 5 more where the metric is named.

    The rules need no metric where they compare two calls: ids, scores but for their order, and the
    order of dictionaries mean nothing; what stands below k means nothing; ranks left empty,
    unjudged documents and grades below 0 count as irrelevant; a better document moved up lowers
    nothing; a query without results or without a relevant document scores 0; a ranking with a
    duplicate is an error, or worth what it is without the later copies. They suit every metric of
    how good the documents above k are. Some metrics keep other promises (Judged@k, bpref and infAP
    tell unjudged from irrelevant): name them, and a rule that the definition does not keep gives
    way to the exact value.

    Args:
        fn: with `form="ranking"`, of (ranking, grades, k): the document ids of one query, best
            first; its judgements by document; a cut-off from 1. With `form="run"`, of
            (run, qrels, k): `{query: {document: score}}`; `{query: {document: grade}}`. Returns
            a number; of a run, the mean over the judged queries, or values by query.
        metric: what the function claims to compute, spelled without cut-off: `nDCG`,
            `nDCG(gain="exp")`, `P`, `R`, `AP`, ...; or a `Metric`, whose cut-off plays no part. Its
            values are then compared with the exact ones (see `evaluate`). None: any metric from 0
            to 1, higher is better; only rules are checked, not values.
        form: how the function is called.
        tolerance: how far apart two equal values may lie.
        max_examples: how many examples a check examines; half of them must really be examined.

    Raises:
        MetricError: no such metric, a cut-off in its spelling, a metric that counts, is read at a
            recall level or goes by subtopics.
        SettingsError: another argument that has no meaning.

    >>> def hit_rate(ranking, grades, k):
    ...     return sum(grades.get(doc_id, 0) > 0 for doc_id in ranking[:k]) / len(grades)
    >>> checks = {id: check for check, id in metric_checks(hit_rate)}
    >>> checks["duplicates"]()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    retrieval_checks.errors.RetrievalAssertionError: hit_rate breaks 'duplicates': a second copy ...
    <BLANKLINE>
        ranking   ['a']
        grades    {'a': 1}
        k         2
        returned  1.0
    <BLANKLINE>
    with 'a' a second time:
        ranking   ['a', 'a']
        returned  2.0
        right     1.0, as before, or an error
    <BLANKLINE>
    why: ...
    """
    _check_settings(fn, form, tolerance, max_examples)
    definition = Definition(metric) if metric is not None else None
    subject = Subject(_name(fn), fn, definition, tolerance)
    rules = ranking_rules if form == "ranking" else run_rules
    chosen = rules.INVARIANTS + (rules.VALUES if definition else ())
    domain = Domain(definition.grades) if definition else Domain()
    return Suite(
        tuple(rule.check(subject, domain, max_examples=max_examples) for rule in chosen),
        declared=INVARIANTS[form] + (VALUES if definition else 0),
    )


def _name(fn: object) -> str:
    """A function's name, for messages and test ids; a partial's is that of its function."""
    function = getattr(fn, "func", fn)
    return str(getattr(function, "__name__", type(function).__name__))


def _check_settings(fn: object, form: object, tolerance: float, max_examples: int) -> None:
    if not callable(fn):
        raise SettingsError(f"metric_checks needs a function, got {fn!r}")
    if form not in get_args(Form):
        raise SettingsError(f"no form {form!r}; {did_you_mean(str(form), get_args(Form))}")
    if not isfinite(tolerance) or tolerance < 0:
        raise SettingsError(f"tolerance must be a number from 0, got {tolerance!r}")
    if type(max_examples) is not int or max_examples < _FEWEST_EXAMPLES:
        raise SettingsError(
            f"max_examples must be a whole number from {_FEWEST_EXAMPLES}, got {max_examples!r}"
        )
