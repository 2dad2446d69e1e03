"""One golden query, or one gate, judged against a run."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, listed
from retrieval_checks.golden.bound import BoundSuite
from retrieval_checks.golden.schema import GoldenGate, GoldenQuery
from retrieval_checks.judgement.explain import ranking_table
from retrieval_checks.judgement.explain.wording import counted, plain
from retrieval_checks.judgement.metric_checks import check_metric_at_least
from retrieval_checks.judgement.rank_checks import (
    check_not_ranked_within,
    check_ranked_above,
    check_ranked_within,
)
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.metrics.evaluation import evaluate

_SHOWN = 10


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


def refuse_query(bound: BoundSuite, run: Run, query: GoldenQuery) -> None:
    """Raise where a golden query cannot be judged.

    Raises:
        DataError: stale labels, no judgements for a metric, or the run has nothing for the query.
    """
    bound.require([query.query_id])
    if query.expect.metrics:
        _require_judged(bound, [query.query_id], f"expectation '{query.expect.metrics[0]}'")
    bound.check_run(run, [query.query_id])


def refuse_gate(bound: BoundSuite, run: Run, gate: GoldenGate) -> None:
    """Raise where a gate cannot be judged: over all queries of the file, or not at all.

    Raises:
        DataError: a query that cannot be judged, has no judgements, or has no result in the run.
    """
    query_ids = [query.query_id for query in bound.suite.queries]
    bound.require(query_ids)
    _require_judged(bound, query_ids, f"gate '{gate.floor}'")
    bound.check_run(run, query_ids)


def judge_query(bound: BoundSuite, run: Run, query: GoldenQuery) -> QueryResult:
    """Every expectation of one golden query.

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
    return QueryResult(tuple(verdicts), _figures(bound, run, query), _best(run, query_id))


def judge_gate(bound: BoundSuite, run: Run, gate: GoldenGate) -> Verdict:
    """A floor under the mean over all queries of the file.

    Raises:
        DataError: as `refuse_gate` does.
    """
    refuse_gate(bound, run, gate)
    query_ids = [query.query_id for query in bound.suite.queries]
    return check_metric_at_least(
        run.select(query_ids),
        bound.qrels.select(query_ids),
        gate.floor.metric,
        gate.floor.bound,
        queries=bound.queries,
        corpus=bound.corpus,
    )


def explain_query(bound: BoundSuite, run: Run, query: GoldenQuery, result: QueryResult) -> str:
    """Why a golden query fails: what was expected, what was found, the ranking, what to do."""
    failed = result.failed
    lines = [_alone(failed[0].finding.splitlines()[0], query)]
    lines += ["", f"golden query {query.query_id!r} ({bound.suite.path.name}:{query.line}):"]
    lines.append(f'  "{plain(bound.queries[query.query_id])}"')
    lines += ["", f"{len(failed)} of {len(result.verdicts)} expectations not met:"]
    for verdict in failed:
        lines.append(f"  x {_alone(verdict.claim, query)}")
        lines += [f"      {_alone(line, query)}" for line in verdict.finding.splitlines()]
    figures = ", ".join(f"{name} {value:.3f}" for name, value in result.figures.items())
    lines += ["", f"ranking by {run.name!r}" + (f" ({figures})" if figures else "") + ":"]
    lines.append(
        ranking_table(
            run,
            query.query_id,
            corpus=bound.corpus,
            qrels=bound.qrels if query.query_id in bound.qrels else None,
            watch=query.expect.documents,
            k=_SHOWN,
        )
    )
    lines += [
        "",
        "to do: look for what changed since this held (model, prompts, corpus, code);",
        f"       if the new ranking is right, change {bound.suite.path.name}:{query.line}",
    ]
    return "\n".join(lines)


def _alone(sentence: str, query: GoldenQuery) -> str:
    """The sentence without the name of the query that all of the text is about."""
    this = f" for query {query.query_id!r}"
    return sentence.replace(f",{this}", "").replace(this, "")


def _require_judged(bound: BoundSuite, query_ids: list[str], who: str) -> None:
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
    metrics = dict.fromkeys(["nDCG@10", *(str(g.floor.metric) for g in bound.suite.gates)])
    alone = run.select([query.query_id])
    return evaluate(alone, bound.qrels.select([query.query_id]), list(metrics)).mean


def _best(run: Run, query_id: str) -> tuple[tuple[str, float | None], ...]:
    best = list(run[query_id].items())[:_SHOWN]
    return tuple((doc_id, score if math.isfinite(score) else None) for doc_id, score in best)
