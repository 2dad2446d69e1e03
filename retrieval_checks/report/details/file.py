"""`file_details`: what holds for a golden file as a whole."""

from dataclasses import asdict
from typing import Any

import numpy as np

from retrieval_checks.metrics.evaluation import mean_of
from retrieval_checks.report.details.caution import judged, ties
from retrieval_checks.report.details.funnel import funnel
from retrieval_checks.report.details.scores import score_distributions
from retrieval_checks.report.details.subject import Reported


def file_details(reported: Reported) -> dict[str, Any]:
    """Means, tags, stages, score distributions, ties, what is judged, and what was measured how."""
    reference = reported.reference
    before = reference.context if reference is not None else None
    now = reported.context
    return {
        "run": reported.run.name,
        "queries": len(reported.run),
        "judged_queries": len(reported.qrels),
        "against": reference.name if reference is not None else None,
        "means": _means(reported),
        "tags": _tags(reported),
        "funnel": funnel(reported),
        "scores": score_distributions(reported),
        "ties": ties(reported),
        "judged": judged(reported),
        "latency": [
            {
                "stage": stage,
                "queries": len(times),
                "p50": float(np.percentile(times, 50)),
                "p95": float(np.percentile(times, 95)),
                "max": float(np.max(times)),
            }
            for stage, times in reported.latencies.items()
        ],
        "context": {"now": asdict(now), "accepted": asdict(before) if before else None},
        "differs": sorted(before.changes(now)) if before else [],
        "cause": reference.cause(now) if reference is not None else "",
    }


def _means(reported: Reported) -> list[dict[str, Any]]:
    """Each metric's mean now and as accepted, over the queries that both have."""
    if reported.now is None:
        return []
    rows = []
    for metric in reported.metrics:
        name, before = str(metric), reported.before.get(metric, {})
        now = reported.now.per_query(metric)
        rows.append(
            {
                "metric": name,
                "now": reported.now.mean[name],
                "queries": len(now),
                **_compared(now, before),
            }
        )
    return rows


def _tags(reported: Reported) -> list[dict[str, Any]]:
    """The main metric's mean over the queries of each tag."""
    if reported.now is None:
        return []
    metric = reported.metrics[0]
    now, before = reported.now.per_query(metric), reported.before.get(metric, {})
    rows = []
    for tag, query_ids in sorted(reported.bound.suite.tags.items()):
        values = {query_id: now[query_id] for query_id in query_ids if query_id in now}
        if values:
            mean = mean_of(np.array(list(values.values())))
            compared = _compared(values, before)
            rows.append({"tag": tag, "queries": len(values), "now": mean, **compared})
    return rows


def _compared(now: dict[str, float], before: dict[str, float]) -> dict[str, Any]:
    """The mean difference over the queries that both have, and how many rose, stayed and fell."""
    shared = [query_id for query_id in now if query_id in before]
    if not shared:
        return {
            "accepted": None,
            "change": None,
            "compared": 0,
            "better": 0,
            "equal": 0,
            "worse": 0,
        }
    was = np.array([before[query_id] for query_id in shared])
    differences = np.round(np.array([now[query_id] for query_id in shared]) - was, 12)
    return {
        "accepted": mean_of(was),
        "change": mean_of(differences),
        "compared": len(shared),
        "better": int((differences > 0).sum()),
        "equal": int((differences == 0).sum()),
        "worse": int((differences < 0).sum()),
    }
