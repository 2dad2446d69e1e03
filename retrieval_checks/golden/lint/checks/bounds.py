"""Idle bounds: gates and floors that nothing can break, or nothing can reach."""

from retrieval_checks.comparison.gates import Churn, Drop, Overlap
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.golden.lint.finding import Finding
from retrieval_checks.golden.lint.subject import LintSubject
from retrieval_checks.golden.suite import GoldenGate
from retrieval_checks.judgement.explain.wording import beside
from retrieval_checks.judgement.floor import Floor
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.metric import Metric

_ROUNDING = 1e-9


def find_idle_bounds(subject: LintSubject) -> list[Finding]:
    """A finding a gate, or a floor under one query, that cannot fail or cannot be reached."""
    found = [finding for golden in subject.gates for finding in _gate(subject, golden)]
    for query in subject.queries:
        if query.query_id not in subject.qrels:
            continue
        qrels = subject.qrels.select([query.query_id])
        for floor in query.expect.metrics:
            what = f"floor '{floor}' of query {query.query_id!r}"
            found += _floor(floor, qrels, what, subject.where(query.line))
    return found


def ideal_mean(qrels: Qrels, metric: Metric) -> float:
    """The mean of a metric where each query's judged documents stand in the best order.

    >>> from retrieval_checks import parse_metric
    >>> ideal_mean(Qrels.from_dict({"q": {"d1": 1, "d2": 0}}), parse_metric("P@5"))
    0.2
    """
    best = {query_id: qrels.relevant(query_id, relevance_level=float("-inf")) for query_id in qrels}
    return evaluate(Run.from_ids(best, name="ideal"), qrels, metric).mean[str(metric)]


def _gate(subject: LintSubject, golden: GoldenGate) -> list[Finding]:
    test, where = golden.gate.test, subject.where(golden.line)
    what, qrels = f"gate '{golden.gate}'", subject.judged(golden.gate.tag)
    if isinstance(test, Floor):
        return _floor(test, qrels, what, where) if len(qrels) else []
    if isinstance(test, Drop):
        return _drop(test, qrels, what, where) if len(qrels) else []
    if isinstance(test, Churn) and test.most >= 1:
        return [_never_fails(what, where, "no more than all queries can change")]
    if isinstance(test, Overlap) and test.least <= 0:
        return [_never_fails(what, where, "an overlap is never below 0")]
    return []


def _floor(floor: Floor, qrels: Qrels, what: str, where: str) -> list[Finding]:
    lowest = floor.metric.bounds[0]
    if floor.bound <= lowest:
        return [_never_fails(what, where, f"{floor.metric} is never below {lowest:g}")]
    ideal = ideal_mean(qrels, floor.metric)
    if ideal >= floor.bound - _ROUNDING:
        return []
    return [
        Finding(
            "error",
            "floor-out-of-reach",
            where,
            f"{what} can never pass: the best ranking of the judged documents has"
            f" {beside(ideal, floor.bound)[0]}",
            "lower the floor, choose a metric that these judgements can fill, or judge more"
            " documents",
        )
    ]


def _drop(drop: Drop, qrels: Qrels, what: str, where: str) -> list[Finding]:
    possible = ideal_mean(qrels, drop.metric) - drop.metric.bounds[0]
    if drop.margin < possible:
        return []
    why = f"{drop.metric} of these queries can drop by {possible:.4g} at most"
    return [_never_fails(what, where, why)]


def _never_fails(what: str, where: str, why: str) -> Finding:
    return Finding(
        "error",
        "cannot-fail",
        where,
        f"{what} can never fail: {why}",
        "give it a bound that a broken pipeline breaks, or drop it",
    )
