"""`judge_upgrade`: whether a candidate may take the place of the current pipeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from retrieval_checks.comparison.attribution import Attribution, attribute
from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.compare import paired
from retrieval_checks.comparison.gates import Drop, Gate
from retrieval_checks.comparison.judging import Subject, judge_gates
from retrieval_checks.comparison.pairing import Pairs
from retrieval_checks.comparison.significance import bca_intervals, default_margin
from retrieval_checks.comparison.upgrade.system import System
from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.errors import RetrievalChecksError
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.metrics.agreement import overlap_at
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.metric import Metric
from retrieval_checks.metrics.unjudged import PairToJudge, pairs_to_judge

Answer = Literal["UPGRADE", "HOLD", "NOT ENOUGH EVIDENCE"]
_PRIMARY = Metric("nDCG", 10)
_K = 10
_TO_JUDGE = 20


@dataclass(frozen=True, slots=True, eq=False)
class Upgrade:
    """Two pipelines on the same queries, and the answer.

    HOLD where any gate fails or a golden query that held is broken; NOT ENOUGH EVIDENCE where a
    gate cannot tell; UPGRADE where every gate passes.
    """

    current: System
    candidate: System
    primary: Pairs
    interval: tuple[float, float]  # of the mean difference, 95 %
    gates: Mapping[Gate, Verdict | RetrievalChecksError]
    broken: Mapping[str, str]  # golden query that held: what it does not meet any more
    tags: Mapping[str, tuple[int, float, float]]  # tag: queries, current, candidate
    churn: Mapping[int, float]  # by cut-off: share of queries whose top k changed
    judged: tuple[float, float]  # judged@10, current and candidate
    to_judge: tuple[PairToJudge, ...]  # newly retrieved, unjudged, what would move most first
    attribution: Attribution | None  # None where the pipelines have not the same stages
    notes: tuple[str, ...] = field(default=())

    @property
    def answer(self) -> Answer:
        """The one line at the end."""
        verdicts = list(self.gates.values())
        failed = [v for v in verdicts if isinstance(v, Verdict) and v.outcome == "FAIL"]
        if failed or self.broken:
            return "HOLD"
        if all(isinstance(v, Verdict) and v.passed for v in verdicts):
            return "UPGRADE"
        return "NOT ENOUGH EVIDENCE"

    @property
    def more_queries(self) -> int | None:
        """How many more queries the undecided gates would take; None where that is not known."""
        needs = [
            int(v.evidence["needed"]) - int(v.evidence["queries"])
            for v in self.gates.values()
            if isinstance(v, Verdict) and v.evidence.get("needed") and not v.passed
        ]
        more = max(needs, default=0)
        return more if more > 0 else None

    def explain(self) -> str:
        """The report for a terminal; its last line is the answer."""
        from retrieval_checks.comparison.upgrade.explained import explain_upgrade

        return explain_upgrade(self)

    def to_dict(self) -> dict[str, Any]:
        """The report as strict JSON takes it."""
        return {
            "answer": self.answer,
            "more_queries": self.more_queries,
            "current": {"name": self.current.name, "costs": self.current.costs()},
            "candidate": {"name": self.candidate.name, "costs": self.candidate.costs()},
            "metric": str(self.primary.metric),
            "means": [
                float(side.mean()) for side in (self.primary.baseline, self.primary.candidate)
            ],
            "interval": list(self.interval),
            "gates": {
                str(gate): v.to_dict() if isinstance(v, Verdict) else str(v)
                for gate, v in self.gates.items()
            },
            "broken": dict(self.broken),
            "tags": {tag: list(row) for tag, row in self.tags.items()},
            "churn": {str(k): share for k, share in self.churn.items()},
            "judged": list(self.judged),
            "to_judge": [pair._asdict() for pair in self.to_judge],
            "attribution": self.attribution.to_dict() if self.attribution else None,
            "notes": list(self.notes),
        }


def judge_upgrade(
    current: System,
    candidate: System,
    qrels: Qrels,
    *,
    gates: Sequence[Gate] = (),
    broken: Mapping[str, str] | None = None,
    swapped: Mapping[str, System] | None = None,
    tags: Mapping[str, tuple[str, ...]] | None = None,
    queries: Queries | None = None,
    corpus: Corpus | None = None,
    seed: int = 0,
) -> Upgrade:
    """What moving from one pipeline to another does on the same judged queries.

    Args:
        current: the pipeline in use.
        candidate: the one that may take its place.
        qrels: the judgements; all of their queries are in both runs.
        gates: what the candidate must pass; where none compares, nDCG@10 may not drop by more
            than the default margin.
        broken: `{query_id: reason}` of golden queries that only the current pipeline holds.
        swapped: by stage, the current pipeline with only that stage of the candidate.
        tags: the queries of each tag.
        queries: the texts of the queries.
        corpus: the texts of the documents.
        seed: of tests and intervals.

    Raises:
        NotComparableError: the runs share fewer than 80 % of the judged queries.
        DataError: no judged query.
    """
    baseline = Baseline.from_run(current.run, name=current.name)
    asked = list(gates)
    if not any(isinstance(gate.test, Drop) for gate in asked):
        asked.insert(0, Gate(Drop(_PRIMARY, default_margin(len(qrels)))))
    tagged = tags or {}
    subject = Subject(candidate.run, qrels, baseline, queries, corpus, tagged, _total(candidate))
    primary = paired(candidate.run, baseline, qrels, _primary(asked))
    low, high = bca_intervals(primary.differences[:, None], seed=seed)[0].tolist()
    overlaps = {k: overlap_at(candidate.run, current.run, k) for k in (1, _K)}
    return Upgrade(
        current,
        candidate,
        primary,
        (low, high),
        judge_gates(asked, subject, seed=seed),
        broken or {},
        _by_tag(primary, tagged),
        {k: _share_below_1(values) for k, values in overlaps.items()},
        _judged(current, candidate, qrels),
        _new_to_judge(current, candidate, qrels, primary.metric),
        _attribution(current, candidate, swapped or {}, qrels, primary.metric, seed),
    )


def _primary(gates: Sequence[Gate]) -> Metric:
    """The metric of the first gate that compares all queries, nDCG@10 where there is none."""
    whole = [gate for gate in gates if isinstance(gate.test, Drop) and gate.tag is None]
    return whole[0].metric or _PRIMARY if whole else _PRIMARY


def _total(system: System) -> Any:
    times = list(system.latencies.values())
    return sum(times[1:], start=times[0]) if times else None


def _by_tag(
    pairs: Pairs, tags: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[int, float, float]]:
    found = {}
    for tag in sorted(tags):
        part = pairs.select(tags[tag])
        if part.query_ids:
            means = float(part.baseline.mean()), float(part.candidate.mean())
            found[tag] = (len(part.query_ids), *means)
    return found


def _share_below_1(values: Mapping[str, float]) -> float:
    return sum(value < 1 for value in values.values()) / max(len(values), 1)


def _judged(current: System, candidate: System, qrels: Qrels) -> tuple[float, float]:
    judged = Metric("Judged", _K)
    shares = [evaluate(s.run, qrels, judged).mean[str(judged)] for s in (current, candidate)]
    return shares[0], shares[1]


def _new_to_judge(
    current: System, candidate: System, qrels: Qrels, metric: Metric
) -> tuple[PairToJudge, ...]:
    """Unjudged documents of the candidate's top 10 that the current pipeline did not show."""
    shown = {query_id: set(current.run.ranking(query_id, k=_K)) for query_id in current.run}
    pairs = pairs_to_judge(evaluate(candidate.run, qrels, metric), metric, most=1000)
    new = [p for p in pairs if p.rank <= _K and p.doc_id not in shown.get(p.query_id, ())]
    return tuple(new[:_TO_JUDGE])


def _attribution(
    current: System,
    candidate: System,
    swapped: Mapping[str, System],
    qrels: Qrels,
    metric: Metric,
    seed: int,
) -> Attribution | None:
    if not swapped:
        return None
    runs = {stage: system.run for stage, system in swapped.items()}
    return attribute(current.run, candidate.run, runs, qrels, metric=metric, seed=seed)
