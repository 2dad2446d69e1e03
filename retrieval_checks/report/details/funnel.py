"""`funnel`: how many relevant documents each stage of a pipeline still has, and what was lost."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from retrieval_checks.comparison.attribution import two_stage
from retrieval_checks.data.run import Run
from retrieval_checks.errors import MetricError
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.report.details.subject import DEPTH, Reported

_LISTED = 20  # documents that moved, queries that were lost


def funnel(reported: Reported) -> dict[str, Any] | None:
    """The relevant documents among each stage's candidates and in its first ten; what got lost.

    Also what each reranker made of its candidates and could have made. None where the retriever is
    not made of stages, or no query is judged.
    """
    if not reported.stages or not reported.qrels:
        return None
    relevant = {q: set(reported.qrels.relevant(q)) for q in reported.qrels}
    names = list(reported.stages)
    return {
        "metric": str(reported.metrics[0]),
        "relevant": sum(map(len, relevant.values())),
        "stages": [_stage(reported, name, relevant) for name in names],
        "rerankings": [
            found
            for before, after in pairwise(names)
            if (found := _reranking(reported, before, after)) is not None
        ],
        "lost": _lost(reported.stages, relevant),
    }


def _stage(reported: Reported, name: str, relevant: dict[str, set[str]]) -> dict[str, Any]:
    run, depth = reported.stages[name], reported.depths.get(name)
    metric = reported.metrics[0]
    return {
        "name": name,
        "depth": depth,
        "candidates": _found(run, relevant, depth),
        "top": _found(run, relevant, DEPTH),
        "mean": evaluate(run, reported.qrels, metric).mean[str(metric)],
    }


def _found(run: Run, relevant: dict[str, set[str]], depth: int | None) -> int:
    return sum(len(wanted.intersection(run.ranking(q, k=depth))) for q, wanted in relevant.items())


def _reranking(reported: Reported, before: str, after: str) -> dict[str, Any] | None:
    """What `two_stage` says, without the figures of each query."""
    first, reranked, qrels = reported.stages[before], reported.stages[after], reported.qrels
    depth = reported.depths.get(after, DEPTH)
    try:
        found = two_stage(first, reranked, qrels, reported.metrics[0], depth=depth).to_dict()
    except MetricError:  # a metric whose best order is not known
        return None
    del found["queries"]
    cut = {name: found[name][:_LISTED] for name in ("pushed_out", "pulled_in")}
    counts = {f"{name}_count": len(found[name]) for name in cut}
    curve = reported.curves.get(after)
    depths = {"depths": curve.to_dict() if curve is not None else None}
    return {"stage": after, **found, **cut, **counts, **depths}


def _lost(stages: Mapping[str, Run], relevant: dict[str, set[str]]) -> list[dict[str, Any]]:
    """Queries without a relevant document in the last stage's first ten, and where that was so."""
    lost = []
    for query_id, wanted in relevant.items():
        best = {name: _best(run, query_id, wanted) for name, run in stages.items()}
        *_, last = best.values()
        if wanted and (last is None or last > DEPTH):
            lost.append({"query_id": query_id, "ranks": best})
    return lost[:_LISTED]


def _best(run: Run, query_id: str, wanted: set[str]) -> int | None:
    """The rank of the first relevant document."""
    ranking = enumerate(run.ranking(query_id), start=1)
    return next((rank for rank, doc_id in ranking if doc_id in wanted), None)
