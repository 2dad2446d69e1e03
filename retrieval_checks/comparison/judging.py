"""Gates judged over a run: all of a file's together, so that many gates do not mean many alarms."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.compare import paired
from retrieval_checks.comparison.context import Context
from retrieval_checks.comparison.gates import Churn, Drop, Gate, Latency, Overlap
from retrieval_checks.comparison.gates.noise import Noise
from retrieval_checks.comparison.pairing import Pairs, check_shared
from retrieval_checks.comparison.significance import bca_intervals, decide, holm
from retrieval_checks.comparison.verdicts import (
    Comparison,
    agreement_verdict,
    drop_verdict,
    latency_verdict,
    top_ten,
)
from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.postings import FloatArray, read_only
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, NotComparableError, RetrievalChecksError
from retrieval_checks.judgement.explain.wording import counted
from retrieval_checks.judgement.floor import Floor
from retrieval_checks.judgement.metric_checks import check_metric_at_least
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.metrics.agreement import overlap_at
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.metric import Metric

LEAST_SLICE = 25  # queries of a tag; fewer say nothing about it


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What gates judge: a run of all queries of a file, and what they are measured with."""

    run: Run
    qrels: Qrels
    baseline: Baseline | RetrievalChecksError | None = None  # or why there is none
    queries: Queries | None = None
    corpus: Corpus | None = None
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # tag: its query ids
    latencies: FloatArray | None = None  # milliseconds a query, (n_queries,)
    context: Context | Callable[[], Context] | None = None  # what the run was measured with
    repeats: Sequence[Run] = ()  # of the same pipeline: averaged by query, never further queries

    def of(self, gate: Gate) -> "Subject":
        """The part that a gate is about: all, or the queries of its tag.

        Raises:
            DataError: a tag of fewer than 25 queries (judged ones, where it is about a metric); a
                time of a tag.
        """
        if gate.tag is None:
            return self
        if isinstance(gate.test, Latency):
            raise DataError(f"gate '{gate}': times are of all queries; drop 'tag:{gate.tag}'")
        tagged = self.tags.get(gate.tag, ())
        judged = [query_id for query_id in tagged if query_id in self.qrels]
        found = [query_id for query_id in tagged if query_id in self.run]
        usable, kind = (found, "query") if gate.metric is None else (judged, "judged query")
        if len(usable) < LEAST_SLICE:
            raise DataError(
                f"gate '{gate}': tag {gate.tag!r} has"
                f" {counted(len(usable), kind, kind[:-1] + 'ies')}; a slice needs {LEAST_SLICE} to"
                " be judged, pin fewer as golden queries"
            )
        repeats = tuple(run.select(found) for run in self.repeats)
        qrels = self.qrels.select(judged)
        return replace(self, run=self.run.select(found), qrels=qrels, repeats=repeats)


def judge_gates(
    gates: Sequence[Gate], subject: Subject, *, seed: int = 0
) -> dict[Gate, Verdict | RetrievalChecksError]:
    """The verdict of every gate, or why it cannot be judged.

    The p values of all drop gates are adjusted together (Holm, 1979): the chance that any of them
    fails without a change stays at alpha. Nothing is adjusted to pass, since all must.
    """
    results: dict[Gate, Verdict | RetrievalChecksError] = {}
    compared: dict[Gate, Comparison] = {}
    for gate in gates:
        try:
            part = subject.of(gate)
            if part.repeats:
                Noise([part.run, *part.repeats], part.qrels).refuse(gate)
            if isinstance(gate.test, Drop):
                compared[gate] = _compared(gate, gate.test, part, seed)
            else:
                results[gate] = _judge(gate, part)
        except RetrievalChecksError as error:
            results[gate] = error
    return {**results, **_drops(compared)}


def _drops(compared: Mapping[Gate, Comparison]) -> dict[Gate, Verdict]:
    if not compared:
        return {}
    p_values = {_tested(gate): c.decision.p_value for gate, c in compared.items()}
    adjusted = dict(zip(p_values, holm(np.array(list(p_values.values()))).tolist(), strict=True))
    verdicts = {}
    for gate, comparison in compared.items():
        alone = comparison.decision.p_value if len(p_values) > 1 else None
        decision = comparison.decision.adjusted(adjusted[_tested(gate)])
        judged = replace(comparison, decision=decision, p_alone=alone)
        verdicts[gate] = drop_verdict(judged, str(gate))
    return verdicts


def _tested(gate: Gate) -> tuple[Metric, str | None, float]:
    """What is tested: two margins of one metric are one test."""
    assert isinstance(gate.test, Drop)  # noqa: S101  # for the type checker: others have none
    return gate.test.metric, gate.tag, gate.test.confidence


def _compared(gate: Gate, drop: Drop, subject: Subject, seed: int) -> Comparison:
    baseline = _reference(gate, subject)
    pairs = _averaged(subject, baseline, drop)
    alpha = round(1 - drop.confidence, 12)
    decision = decide(pairs.differences, margin=drop.margin, alpha=alpha, seed=seed)
    shared = subject.qrels.select(pairs.query_ids)
    return Comparison(
        pairs,
        decision,
        subject.run,
        baseline,
        shared,
        top_ten(subject.run, baseline.run, shared),
        queries=subject.queries,
        corpus=subject.corpus,
        now=subject.context,
    )


def _averaged(subject: Subject, baseline: Baseline, drop: Drop) -> Pairs:
    """Both sides' values by query, the candidate's averaged over its repeats."""
    runs = [subject.run, *subject.repeats]
    pairs = [paired(run, baseline, subject.qrels, drop.metric) for run in runs]
    candidate = np.mean([each.candidate for each in pairs], axis=0)
    return replace(pairs[0], candidate=read_only(candidate))


def _reference(gate: Gate, subject: Subject) -> Baseline:
    if subject.baseline is None:
        raise DataError(
            f"gate '{gate}' compares with a baseline, and there is none: give --retrieval-baseline,"
            " or accept the rankings (--retrieval-accept new)"
        )
    if isinstance(subject.baseline, RetrievalChecksError):
        raise subject.baseline
    return subject.baseline


def _judge(gate: Gate, subject: Subject) -> Verdict:
    test = gate.test
    if isinstance(test, Floor):
        return _floor(gate, test, subject)
    if isinstance(test, Churn | Overlap):
        return _agreement(gate, test, subject)
    assert isinstance(test, Latency)  # noqa: S101  # for the type checker: _drops has the others
    if subject.latencies is None:
        raise DataError(f"gate '{gate}' needs latencies, and none were measured")
    return latency_verdict(gate, test, subject.latencies)


def _floor(gate: Gate, floor: Floor, subject: Subject) -> Verdict:
    verdict = check_metric_at_least(
        subject.run,
        subject.qrels,
        floor.metric,
        floor.bound,
        queries=subject.queries,
        corpus=subject.corpus,
    )
    values = evaluate(subject.run, subject.qrels, floor.metric).values
    low, high = _interval(np.sort(values, axis=0))  # drawn alike, however the queries are sorted
    warnings = []
    if low < floor.bound < high:
        warnings.append(
            f"coin flip: the bound {floor.bound:g} lies inside the 95 % interval of"
            f" {floor.metric}, {low:.4f} to {high:.4f}; other queries might decide otherwise"
        )
    evidence = {
        **verdict.evidence,
        "interval": [low, high] if len(values) > 1 else None,
        "warnings": warnings,
    }
    return replace(verdict, claim=str(gate), evidence=evidence)


def _interval(values: FloatArray) -> tuple[float, float]:
    """Of one query there is none."""
    if len(values) < 2:
        return np.nan, np.nan
    low, high = bca_intervals(values)[0].tolist()
    return low, high


def _agreement(gate: Gate, test: Churn | Overlap, subject: Subject) -> Verdict:
    """Over the queries of the baseline, as drops are: one that the run lacks has no overlap."""
    baseline, run = _reference(gate, subject), subject.run
    known = {*run, *subject.qrels}
    query_ids = [query_id for query_id in baseline.run if query_id in known]
    missing = check_shared(run, query_ids, names=(repr(run.name), repr(baseline.name)))
    if not baseline.reaches(test.k, query_ids):
        raise NotComparableError(
            f"NOT COMPARABLE: gate '{gate}' looks at {test.k} documents, and {baseline.name!r} kept"
            " fewer; accept or save anew"
        )
    baseline.check_depth(test.k, run)
    shared = [query_id for query_id in query_ids if query_id in run]
    overlaps = overlap_at(run.select(shared), baseline.run.select(shared), test.k)
    new = tuple(query_id for query_id in run if query_id not in baseline.run)
    return agreement_verdict(
        gate, test, {**overlaps, **dict.fromkeys(missing, 0.0)}, missing=missing, new=new
    )
