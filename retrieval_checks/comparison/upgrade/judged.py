"""`judge_upgrade`: whether a candidate may take the place of the current pipeline."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from retrieval_checks.comparison.attribution import Attribution, attribute
from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.compare import paired
from retrieval_checks.comparison.gates import Drop, Gate
from retrieval_checks.comparison.judging import Subject, judge_gates
from retrieval_checks.comparison.pairing import Pairs
from retrieval_checks.comparison.significance import bca_intervals, default_margin
from retrieval_checks.comparison.upgrade.system import System
from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
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

    HOLD where any gate fails or a query is broken; NOT ENOUGH EVIDENCE where a gate cannot tell;
    UPGRADE where every gate passes.
    """

    current: System
    candidate: System
    primary: Pairs
    interval: tuple[float, float]  # of the mean difference, 95 %
    gates: Mapping[Gate, Verdict | RetrievalChecksError]
    broken: Mapping[str, str]  # query that held: what it does not meet any more, or lost
    tags: Mapping[str, tuple[int, float, float]]  # tag: queries, current, candidate
    churn: Mapping[int, float]  # by cut-off: share of queries whose top k changed
    judged: tuple[float, float]  # judged@10, current and candidate
    to_judge: tuple[PairToJudge, ...]  # newly retrieved, unjudged, what would move most first
    attribution: Attribution | None  # None where no stage can be exchanged alone: see notes
    notes: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()  # queries with nothing relevant left in the top 10
    found: tuple[str, ...] = ()  # queries with something relevant in the top 10 for the first time

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
        more = 0
        for verdict in self.gates.values():
            if isinstance(verdict, Verdict) and verdict.outcome != "INCONCLUSIVE":
                continue
            if not isinstance(verdict, Verdict) or verdict.evidence.get("needed") is None:
                return None
            more = max(more, verdict.evidence["needed"] - verdict.evidence["queries"])
        return more or None

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
            "lost": list(self.lost),
            "found": list(self.found),
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
    notes: Sequence[str] = (),
    are_chosen: bool = False,
    seed: int = 0,
) -> Upgrade:
    """What moving from one pipeline to another does on the same judged queries.

    A judged query with a relevant document (grade 1 or more) in the current pipeline's top 10 and
    none in the candidate's is lost. Golden queries are chosen one by one: each lost one counts as
    broken. Of sampled queries some are lost and others found by any change; both are counted.

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
        notes: what else a reader should know, such as why no stage is swapped.
        are_chosen: whether the queries are golden ones, and not a sample.
        seed: of tests and intervals.

    Raises:
        NotComparableError: the runs share fewer than 80 % of the judged queries.
        DataError: no judged query.
    """
    baseline = Baseline.from_run(current.run, name=current.name, is_whole=True)
    asked = list(gates)
    if not any(isinstance(gate.test, Drop) for gate in asked):
        asked.insert(0, Gate(Drop(_PRIMARY, default_margin(len(qrels)))))
    tagged, metric = tags or {}, _primary(asked)
    subject = Subject(
        candidate.run,
        qrels,
        baseline,
        queries=queries,
        corpus=corpus,
        tags=tagged,
        latencies=_total(candidate),
    )
    primary = paired(candidate.run, baseline, qrels, metric)
    low, high = bca_intervals(primary.differences[:, None], seed=seed)[0].tolist()
    overlaps = {k: overlap_at(candidate.run, current.run, k) for k in (1, _K)}
    runs = {stage: system.run for stage, system in (swapped or {}).items()}
    lost, found = (
        dict(_lost(*pair, qrels)) for pair in ((current, candidate), (candidate, current))
    )
    return Upgrade(
        current,
        candidate,
        primary,
        interval=(low, high),
        gates=judge_gates(asked, subject, seed=seed),
        broken={**(lost if are_chosen else {}), **(broken or {})},
        tags=_by_tag(primary, tagged),
        churn={k: _share_below_1(values) for k, values in overlaps.items()},
        judged=_judged(current, candidate, qrels),
        to_judge=_new_to_judge(current, candidate, qrels, metric),
        attribution=attribute(current.run, candidate.run, runs, qrels, metric=metric, seed=seed)
        if runs
        else None,
        notes=tuple(notes),
        lost=tuple(lost),
        found=tuple(found),
    )


def _primary(gates: Sequence[Gate]) -> Metric:
    """The metric of the first gate that compares all queries, nDCG@10 where there is none."""
    whole = [gate for gate in gates if isinstance(gate.test, Drop) and gate.tag is None]
    return whole[0].metric or _PRIMARY if whole else _PRIMARY


def _total(system: System) -> FloatArray | None:
    """Milliseconds of each query in all stages together; None where none were measured."""
    if not system.latencies:
        return None
    total: FloatArray = np.sum(list(system.latencies.values()), axis=0)
    return total


def _lost(current: System, candidate: System, qrels: Qrels) -> Iterator[tuple[str, str]]:
    """The queries that lost their last relevant document of the top 10, and where it was."""
    for query_id in qrels:
        before, now = (_first(system.run, qrels, query_id) for system in (current, candidate))
        if before is not None and now is None:
            rank, doc_id = before
            why = f"lost: no relevant document in the top {_K}; {doc_id!r} was at rank {rank}"
            yield query_id, why


def _first(run: Run, qrels: Qrels, query_id: str) -> tuple[int, str] | None:
    """Rank and id of the first relevant document of the top 10."""
    relevant = set(qrels.relevant(query_id))
    shown = run.ranking(query_id, k=_K) if query_id in run else ()
    return next((found for found in enumerate(shown, start=1) if found[1] in relevant), None)


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
    pairs = pairs_to_judge(evaluate(candidate.run, qrels, metric), metric, most=sys.maxsize)
    new = [p for p in pairs if p.rank <= _K and p.doc_id not in shown.get(p.query_id, ())]
    return tuple(new[:_TO_JUDGE])
