"""`ties` and `judged`: what to know before believing a figure."""

from typing import Any

from retrieval_checks.errors import MetricError
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.metric import Metric
from retrieval_checks.metrics.ties import tie_band
from retrieval_checks.metrics.unjudged import pairs_to_judge
from retrieval_checks.report.details.subject import DEPTH, Reported

_JUDGED = Metric("Judged", DEPTH)
_LISTED = 10


def ties(reported: Reported) -> dict[str, Any] | None:
    """What the mean could be had documents with equal scores come in another order.

    None where no query is judged, or the metric makes no such promise.
    """
    if reported.now is None:
        return None
    try:
        band = tie_band(reported.now, reported.metrics[0])
    except MetricError:
        return None
    worst, value, best = band.mean
    return {
        "metric": str(band.metric),
        "worst": worst,
        "value": value,
        "best": best,
        "affected": list(band.affected),
        "tied_cuts": list(band.tied_cuts),
    }


def judged(reported: Reported) -> dict[str, Any] | None:
    """How much of the first ten is judged, now and as accepted, and what to judge first.

    None where no query is judged.
    """
    if reported.now is None:
        return None
    metric, reference = reported.metrics[0], reported.reference
    shared = [q for q in reported.qrels if reference is not None and q in reference.run]
    before = None
    if reference is not None and shared:
        before = evaluate(reference.run, reported.qrels.select(shared), _JUDGED).mean[str(_JUDGED)]
    pairs = pairs_to_judge(reported.now, metric, most=_LISTED)
    return {
        "k": DEPTH,
        "now": evaluate(reported.run, reported.qrels, _JUDGED).mean[str(_JUDGED)],
        "accepted": before,
        "to_judge": [pair._asdict() for pair in pairs],
    }
