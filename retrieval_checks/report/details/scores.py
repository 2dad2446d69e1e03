"""`score_distributions`: which scores each stage gives to relevant documents, and to others."""

from typing import Any

import numpy as np

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.report.details.subject import Reported

_BINS = 24


def score_distributions(reported: Reported) -> list[dict[str, Any]]:
    """A histogram a stage of the scores of relevant documents and of all others, unjudged included.

    Over the documents that the stage scored itself, of judged queries. Infinite scores are left
    out. Empty where no query is judged.
    """
    if not reported.qrels:
        return []
    runs = reported.stages or {reported.run.name: reported.run}
    found = [
        _distribution(name, run, reported.qrels, reported.depths.get(name))
        for name, run in runs.items()
    ]
    return [each for each in found if each is not None]


def _distribution(name: str, run: Run, qrels: Qrels, depth: int | None) -> dict[str, Any] | None:
    groups: dict[bool, list[float]] = {True: [], False: []}
    for query_id in qrels:
        relevant = set(qrels.relevant(query_id))
        for doc_id, score in list(run[query_id].items())[:depth]:
            groups[doc_id in relevant].append(score)
    relevant_scores, others = (_finite(groups[kind]) for kind in (True, False))
    both = np.concatenate([relevant_scores, others])
    edges = _edges(both)
    if edges is None:
        return None
    return {
        "stage": name,
        "edges": edges.tolist(),
        "relevant": np.histogram(relevant_scores, edges)[0].tolist(),
        "others": np.histogram(others, edges)[0].tolist(),
        "medians": {"relevant": _median(relevant_scores), "others": _median(others)},
    }


def _edges(scores: FloatArray) -> FloatArray | None:
    """The borders of the bins; None without scores, or where floats leave no room for bins."""
    if not len(scores):
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            edges: FloatArray = np.histogram_bin_edges(scores, bins=_BINS)
        except ValueError:  # too close together, or too far apart
            return None
    return edges if np.isfinite(edges).all() else None


def _finite(scores: list[float]) -> FloatArray:
    values = np.array(scores, np.float64)
    kept: FloatArray = values[np.isfinite(values)]
    return kept


def _median(values: FloatArray) -> float | None:
    return float(np.median(values)) if len(values) else None
