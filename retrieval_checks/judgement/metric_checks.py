"""Checks of what a run is worth by a metric."""

import math

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, listed
from retrieval_checks.judgement.explain import (
    metric_table,
    query_line,
    ranking_table,
    stale_line,
)
from retrieval_checks.judgement.explain.wording import beside, counted
from retrieval_checks.judgement.floor import Floor
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.metrics.evaluation import Evaluation, NoRelevant, evaluate
from retrieval_checks.metrics.metric import Metric, parse_metric


def check_metric_at_least(
    run: Run,
    qrels: Qrels,
    metric: str | Metric,
    bound: float,
    *,
    relevance_level: float = 1,
    no_relevant: NoRelevant = "zero",
    queries: Queries | None = None,
    corpus: Corpus | None = None,
    width: int = 100,
) -> Verdict:
    """Whether the mean of a metric over the judged queries reaches a bound.

    The mean is compared as it is, unrounded, and equal is enough. Queries that the run lacks count
    as 0 and are named, as are judged documents that a corpus given lacks: they cannot be found.

    Args:
        run: the rankings.
        qrels: the judgements; the mean is over their queries.
        metric: a spelling or a `Metric`.
        bound: the least mean, within the metric's own bounds, mostly [0, 1].
        relevance_level: the lowest grade that is relevant.
        no_relevant: what becomes of a query without a relevant document, see `evaluate`.
        queries: the texts of the queries.
        corpus: the texts of the documents.
        width: columns of a failure's text.

    Raises:
        SettingsError: the bound is not a number within the metric's own bounds; a metric of which
            more is not better.
        MetricError: the metric does not exist.
        DataError: no judgements, no relevant document, or no judged query in the run.

    >>> run = Run.from_ids({"q1": ["d2", "d1"], "q2": ["d3"]})
    >>> qrels = Qrels.from_dict({"q1": {"d1": 1}, "q2": {"d3": 1}})
    >>> check_metric_at_least(run, qrels, "MRR@10", 0.8).finding
    'RR@10 is 0.7500, 0.0500 below 0.8 (2 queries)'
    """
    floor = Floor(parse_metric(metric), bound)
    evaluation = evaluate(
        run, qrels, floor.metric, relevance_level=relevance_level, no_relevant=no_relevant
    )
    _check_overlap(evaluation)
    value = evaluation.mean[str(floor.metric)]
    finding = _finding(evaluation, floor, value) + stale_line(qrels, corpus)
    evidence = _evidence(evaluation, floor, value)
    if floor.holds(value):
        return Verdict("PASS", str(floor), finding, evidence=evidence)
    context = _context(
        evaluation,
        floor.metric,
        relevance_level=relevance_level,
        queries=queries,
        corpus=corpus,
        width=width,
    )
    return Verdict("FAIL", str(floor), finding, context, _advice(evaluation, value), evidence)


def _check_overlap(evaluation: Evaluation) -> None:
    run, judged = evaluation.run, evaluation.query_ids
    if not any(query_id in run for query_id in judged):
        raise DataError(
            f"run {run.name!r} has none of the {len(judged)} judged queries:"
            f" judged are {listed(judged, most=3)},"
            f" the run has {listed(run.query_ids, most=3) or 'no query'}"
        )


def _finding(evaluation: Evaluation, floor: Floor, value: float) -> str:
    shown, distance = beside(value, floor.bound)
    over = counted(len(evaluation.query_ids), "query", "queries")
    if len(evaluation.query_ids) == 1:
        over = f"query {evaluation.query_ids[0]!r}"
    if value == floor.bound:
        finding = f"{floor.metric} is {floor.bound!r}, exactly the bound ({over})"
    else:
        side = "above" if value > floor.bound else "below"
        finding = f"{floor.metric} is {shown}, {distance} {side} {floor.bound!r} ({over})"
    if evaluation.missing:
        missing = counted(len(evaluation.missing), "judged query", "judged queries")
        finding += f"\n{missing} without results, counted as 0: {listed(evaluation.missing)}"
    return finding


def _context(
    evaluation: Evaluation,
    metric: Metric,
    *,
    relevance_level: float,
    queries: Queries | None,
    corpus: Corpus | None,
    width: int,
) -> str:
    values = evaluation.per_query(metric)
    worst = min(values, key=lambda query_id: (values[query_id], query_id))
    parts = []
    if len(values) > 1:
        parts.append(metric_table(evaluation, metric, queries=queries, width=width))
    parts.append(_notes(evaluation, metric))
    if worst in evaluation.run:
        level = dict(metric.params).get("rel", relevance_level)
        relevant = evaluation.qrels.relevant(worst, relevance_level=float(level))
        head = query_line(worst, queries, width=width)
        table = ranking_table(
            evaluation.run,
            worst,
            corpus=corpus,
            qrels=evaluation.qrels,
            watch=relevant[:3],
            k=min(metric.k or 10, 10) if len(values) == 1 else 5,
            cut_at=metric.k,
            width=width,
        )
        parts.append(f"{head}\n{table}")
    return "\n\n".join(filter(None, parts))


def _notes(evaluation: Evaluation, metric: Metric) -> str:
    notes = []
    if metric.k:
        share = evaluation.judged_at(metric.k)
        if share < 1:
            notes.append(
                f"judged@{metric.k} is {beside(share, 1.0)[0]}:"
                " what is not judged counts as not relevant."
            )
    if evaluation.no_relevant:
        names = listed(evaluation.no_relevant)
        notes.append(f"without a relevant document: {names}.")
    if evaluation.ignored:
        notes.append(f"without judgements, so not counted: {listed(evaluation.ignored)}.")
    return "\n".join(notes)


def _advice(evaluation: Evaluation, value: float) -> str:
    if evaluation.missing:
        return "retrieve for the queries without results first: each counts as 0."
    start = "start with the lowest queries above"
    if len(evaluation.query_ids) == 1:
        start = "look at what stands above the relevant documents (->), and at what is not judged"
    least = math.floor(value * 100) / 100
    return start + (f"; if this level is accepted, ask for {least:g}." if least else ".")


def _evidence(evaluation: Evaluation, floor: Floor, value: float) -> dict[str, object]:
    cutoff = floor.metric.k
    return {
        "metric": str(floor.metric),
        "value": value,
        "bound": floor.bound,
        "difference": value - floor.bound,
        "queries": len(evaluation.query_ids),
        "missing": list(evaluation.missing),
        "ignored": len(evaluation.ignored),
        "no_relevant": list(evaluation.no_relevant),
        "judged": evaluation.judged_at(cutoff) if cutoff else None,
    }
