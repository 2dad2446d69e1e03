"""One golden query, or all gates, judged against a run."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.context import Context
from retrieval_checks.comparison.gates import Gate
from retrieval_checks.comparison.judging import Subject, judge_gates
from retrieval_checks.comparison.records import QueryRecord, make_records
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, RetrievalChecksError, listed
from retrieval_checks.golden.bound import BoundSuite
from retrieval_checks.golden.lock import DEPTH
from retrieval_checks.golden.locked import check_locked
from retrieval_checks.golden.suite import GoldenQuery
from retrieval_checks.judgement.explain.wording import counted
from retrieval_checks.judgement.metric_checks import check_metric_at_least
from retrieval_checks.judgement.rank_checks import (
    check_not_ranked_within,
    check_ranked_above,
    check_ranked_within,
)
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.metric import Metric

_SHOWN = 10
_WIDTH = 100  # columns


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What became of one golden query."""

    verdicts: tuple[Verdict, ...]  # one per expectation, in the order of the file
    figures: Mapping[str, float]  # metrics of this query alone; empty where it is not judged
    ranking: tuple[tuple[str, float | None], ...]  # the first ten; an infinite score is None

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """The expectations that do not hold."""
        return tuple(verdict for verdict in self.verdicts if not verdict.passed)


@dataclass(frozen=True, slots=True, eq=False)
class Accepted:
    """What the lock says of a golden file's queries, and what today's rankings would be.

    Without `required`, queries that were never accepted are let pass: they are being accepted.
    """

    records: Mapping[str, QueryRecord]
    today: Callable[[], Context]  # digests of a large corpus take a while
    required: bool = True


def refuse_query(bound: BoundSuite, run: Run, query: GoldenQuery) -> None:
    """Raise where a golden query cannot be judged.

    Raises:
        DataError: stale labels, no judgements for a metric, or the run has nothing for the query.
    """
    bound.require([query.query_id])
    if query.expect.metrics:
        _require_judged(bound, [query.query_id], f"expectation '{query.expect.metrics[0]}'")
    bound.check_run(run, [query.query_id])


def refuse_gate(bound: BoundSuite, run: Run, gate: Gate) -> None:
    """Raise where a gate cannot be judged: over all queries of the file, or not at all.

    Raises:
        DataError: a query that cannot be judged, has no judgements, or has no result in the run.
    """
    query_ids = bound.suite.query_ids
    bound.require(query_ids)
    if gate.metric is not None:
        _require_judged(bound, query_ids, f"gate '{gate}'")
    bound.check_run(run, query_ids)


def judge_query(
    bound: BoundSuite, run: Run, query: GoldenQuery, accepted: Accepted | None = None
) -> QueryResult:
    """Every expectation of one golden query, and what its accepted ranking asks.

    Raises:
        DataError: as `refuse_query` does.
    """
    refuse_query(bound, run, query)
    expect, query_id = query.expect, query.query_id
    verdicts = [
        *(check_ranked_within(run, query_id, d, rank) for d, rank in expect.within.items()),
        *(check_not_ranked_within(run, query_id, d, rank) for d, rank in expect.absent.items()),
        *(check_ranked_above(run, query_id, upper, lower) for upper, lower in expect.above),
    ]
    if expect.metrics:
        alone = run.select([query_id])
        qrels = bound.qrels.select([query_id])
        verdicts += [check_metric_at_least(alone, qrels, f.metric, f.bound) for f in expect.metrics]
    if accepted is not None and (accepted.required or query_id in accepted.records):
        record = accepted.records.get(query_id)
        verdicts += check_locked(run, query_id, record, expect, bound.qrels)
    return QueryResult(tuple(verdicts), _figures(bound, run, query), _best(run, query_id))


def failing_queries(bound: BoundSuite, run: Run, query_ids: Collection[str]) -> dict[str, str]:
    """`{query_id: reason}` of those of the queries whose expectations do not hold.

    Raises:
        DataError: as `refuse_query` does.
    """
    failing = {}
    for query in bound.suite.queries:
        failed = judge_query(bound, run, query).failed if query.query_id in query_ids else ()
        if failed:
            failing[query.query_id] = failed[0].finding.partition("\n")[0]
    return failing


def judge_suite(
    bound: BoundSuite,
    run: Run,
    gates: Sequence[Gate],
    *,
    baseline: Baseline | RetrievalChecksError | None = None,
    latencies: FloatArray | None = None,
    repeats: Sequence[Run] = (),
    context: Context | Callable[[], Context] | None = None,
) -> dict[Gate, Verdict | RetrievalChecksError]:
    """Every gate over all queries of the file, or why it cannot be judged.

    Args:
        bound: the golden file.
        run: of all of its queries.
        gates: the file's own and others.
        baseline: what gates compare with, or why there is none.
        latencies: milliseconds a query.
        repeats: further runs of the same pipeline.
        context: what the run was measured with, or what gives it when it is told.
    """
    refused: dict[Gate, Verdict | RetrievalChecksError] = {}
    for gate in gates:
        try:
            refuse_gate(bound, run, gate)
        except RetrievalChecksError as error:
            refused[gate] = error
    judged = [gate for gate in gates if gate not in refused]
    if not judged:
        return refused
    query_ids = bound.suite.query_ids
    known = [query_id for query_id in query_ids if query_id in bound.qrels]
    subject = Subject(
        run=run.select(query_ids),
        qrels=bound.qrels.select(known),
        baseline=baseline,
        queries=bound.queries,
        corpus=bound.corpus,
        tags=bound.suite.tags,
        latencies=latencies,
        context=context,
        repeats=tuple(repeat.select(query_ids) for repeat in repeats),
    )
    return {**judge_gates(judged, subject), **refused}


def records(
    bound: BoundSuite, run: Run, gates: Sequence[Gate], *, context: Context, depth: int | None
) -> dict[str, QueryRecord]:
    """What a lock or a baseline keeps of this run; as deep as the lock's gates need by default."""
    return make_records(
        run,
        bound.queries,
        bound.qrels,
        figure_metrics(gates),
        context=context,
        depth=depth or lock_depth(gates),
    )


def figure_metrics(gates: Sequence[Gate]) -> list[Metric]:
    """The metrics that are recorded: nDCG@10, and those of the gates."""
    return list(dict.fromkeys([Metric("nDCG", 10), *(g.metric for g in gates if g.metric)]))


def lock_depth(gates: Sequence[Gate]) -> int:
    """How many documents a query the lock keeps: ten, or as many as a gate compares."""
    return max([DEPTH, *(gate.depth or 0 for gate in gates if gate.metric is None)])


def _require_judged(bound: BoundSuite, query_ids: Sequence[str], who: str) -> None:
    unjudged = [query_id for query_id in query_ids if query_id not in bound.qrels]
    if unjudged:
        raise DataError(
            f"{bound.suite.path.name}: {who} needs judgements, and"
            f" {counted(len(unjudged), 'golden query has', 'golden queries have')}"
            f" none: {listed(unjudged)}; add 'relevant: {{document: grade}}' to the query, or judge"
            " it in the collection's qrels"
        )


def _figures(bound: BoundSuite, run: Run, query: GoldenQuery) -> Mapping[str, float]:
    if query.query_id not in bound.qrels:
        return {}
    declared = (str(g.gate.metric) for g in bound.suite.gates if g.gate.metric)
    metrics = dict.fromkeys(["nDCG@10", *declared])
    alone = run.select([query.query_id])
    return evaluate(alone, bound.qrels.select([query.query_id]), list(metrics)).mean


def _best(run: Run, query_id: str) -> tuple[tuple[str, float | None], ...]:
    best = list(run[query_id].items())[:_SHOWN]
    return tuple((doc_id, score if math.isfinite(score) else None) for doc_id, score in best)
