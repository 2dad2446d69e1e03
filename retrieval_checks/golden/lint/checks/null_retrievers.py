"""Null retrievers: what a gate is worth that chance, length or shared words get past."""

from collections.abc import Mapping
from math import fsum

from retrieval_checks.comparison.records import QueryRecord
from retrieval_checks.data.run import Run
from retrieval_checks.golden.lint.finding import Finding
from retrieval_checks.golden.lint.subject import LintSubject
from retrieval_checks.golden.suite import GoldenGate
from retrieval_checks.judgement.explain.wording import beside
from retrieval_checks.judgement.floor import Floor, is_share
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.metric import Metric

SATURATED = 0.98


def find_null_passes(
    subject: LintSubject, blind: Mapping[str, Run], bm25: Run | None
) -> list[Finding]:
    """A finding a floor that a retriever reaches which does not read the query, or reads words.

    Args:
        subject: the golden file; floors are its gates.
        blind: `{name: run}` of retrievers that do not read the query.
        bm25: what lexical search returns.
    """
    found = []
    for golden in subject.gates:
        floor = golden.gate.test
        if not isinstance(floor, Floor):
            continue
        means = {name: _mean(subject, golden, run, floor.metric) for name, run in blind.items()}
        reached = {name: mean for name, mean in means.items() if floor.holds(mean)}
        if reached:
            found.append(_blind(subject, golden, floor, reached))
        elif bm25 is not None and floor.holds(_mean(subject, golden, bm25, floor.metric)):
            mean = _mean(subject, golden, bm25, floor.metric)
            found.append(_lexical(subject, golden, floor, mean))
    return found


def find_saturation(
    subject: LintSubject, accepted: Mapping[str, QueryRecord], bm25: Run | None
) -> list[Finding]:
    """A finding a gate whose metric is nearly at its highest: as accepted, or else by BM25.

    Args:
        subject: the golden file.
        accepted: the lock's records; they tell where each judged query of a gate has its figure.
        bm25: what lexical search returns.
    """
    found = []
    for golden in subject.gates:
        metric = golden.gate.metric
        if metric is None or not is_share(metric):
            continue
        values = _accepted_values(subject, golden, metric, accepted)
        if values:
            who, mean = "the accepted rankings have", fsum(values) / len(values)
        elif bm25 is not None:
            who, mean = "BM25 has", _mean(subject, golden, bm25, metric)
        else:
            continue
        if mean >= SATURATED:
            found.append(_saturated(subject, golden, f"{who} {metric} {mean:.4f}"))
    return found


def _accepted_values(
    subject: LintSubject, golden: GoldenGate, metric: Metric, accepted: Mapping[str, QueryRecord]
) -> list[float]:
    """The accepted figures of a gate's queries; none where one of them is not known."""
    query_ids = subject.judged(golden.gate.tag).query_ids
    figures = [accepted[q].figures if q in accepted else {} for q in query_ids]
    values = [own[str(metric)] for own in figures if str(metric) in own]
    return values if len(values) == len(query_ids) else []


def _saturated(subject: LintSubject, golden: GoldenGate, what: str) -> Finding:
    return Finding(
        "warning",
        "saturated",
        subject.where(golden.line),
        f"gate '{golden.gate}' is saturated: {what} on these queries; they cannot show an"
        " improvement and hide small losses",
        "add queries that are answered wrongly today, or go by a stricter metric",
    )


def _mean(subject: LintSubject, golden: GoldenGate, run: Run, metric: Metric) -> float:
    """The mean over the judged queries of a gate; NaN, which reaches nothing, where none is."""
    qrels = subject.judged(golden.gate.tag)
    return evaluate(run, qrels, metric).mean[str(metric)] if len(qrels) else float("nan")


def _blind(
    subject: LintSubject, golden: GoldenGate, floor: Floor, reached: Mapping[str, float]
) -> Finding:
    shown = ", ".join(f"{name} {beside(v, floor.bound)[0]}" for name, v in reached.items())
    return Finding(
        "error",
        "blind-retriever-passes",
        subject.where(golden.line),
        f"gate '{golden.gate}': a retriever that ignores the query passes ({shown}); the gate"
        " cannot catch a broken one",
        "raise the floor well above that, lower the cut-off, or search a larger corpus",
    )


def _lexical(subject: LintSubject, golden: GoldenGate, floor: Floor, mean: float) -> Finding:
    value, lead = beside(mean, floor.bound)
    return Finding(
        "note",
        "bm25-passes",
        subject.where(golden.line),
        f"gate '{golden.gate}': BM25 passes with {value}, {lead} above the floor; an encoder that"
        " is worse than shared words may pass too",
        "if the pipeline is meant to beat lexical search, put the floor above what that reaches",
    )
