"""Metrics that reward serving different aspects of a query."""

import numpy as np

from retrieval_checks.data.postings import BoolArray, FloatArray
from retrieval_checks.errors import MetricError
from retrieval_checks.metrics.formula import formula
from retrieval_checks.metrics.ranked import RankedRelevance, ratio, row_sums


@formula(
    "alpha_nDCG", cutoff="optional", aliases=("alphaNDCG",), bounds=(0.0, 1.0), by_subtopic=True
)
def alpha_ndcg(ranked: RankedRelevance, k: int | None, *, alpha: float = 0.5) -> FloatArray:
    """alpha-nDCG@k: nDCG in which a subtopic covered before gains less, in [0, 1].

    The gain at rank i is sum_s [d_i covers s] (1 - alpha)^(times s was covered above), discounted
    by log2(i + 1). The ideal takes the document of the highest gain at each rank, greedily, which
    is what everybody does since the best order is NP-hard; among equals, the one of the larger id.
    A ranking can in rare cases beat this ideal and is cut to 1.
    Source: Clarke et al. 2008, SIGIR; ideal as in TREC's ndeval.

    Raises:
        MetricError: the judgements have no subtopics; alpha does not lie in [0, 1].

    >>> from retrieval_checks import Qrels, Run, evaluate
    >>> qrels = Qrels.from_subtopics({"q": {"price": {"a": 1, "b": 1}, "care": {"c": 1}}})
    >>> run = Run.from_ids({"q": ["a", "b", "c"]})
    >>> round(evaluate(run, qrels, "alpha_nDCG@3").mean["alpha_nDCG@3"], 4)
    0.9652
    """
    if not 0 <= alpha <= 1:
        raise MetricError(f"alpha of alpha_nDCG must lie in [0, 1], got {alpha!r}")
    if ranked.subtopics is None:
        raise MetricError(
            "alpha_nDCG needs to know which subtopics a document covers: make the judgements with"
            " Qrels.from_subtopics, or read them with read_trec_qrels(path, subtopics=True)"
        )
    within = ranked.within(k)[:, :, None]
    covers = (ranked.subtopics.ranked >= ranked.relevance_level) & within
    before = covers.cumsum(axis=1) - covers
    gains = _over_subtopics(covers * (1.0 - alpha) ** before)
    found = row_sums(gains / np.log2(ranked.ranks + 1.0))
    ideal = _ideal(ranked.subtopics.judged >= ranked.relevance_level, k, alpha)
    return np.minimum(ratio(found, ideal), 1.0)


def _ideal(covers: BoolArray, k: int | None, alpha: float) -> FloatArray:
    """The discounted gain of a greedy order of all judged documents, (n,)."""
    n, n_judged, n_subtopics = covers.shape
    weights = np.ones((n, n_subtopics))
    left = np.ones((n, n_judged), np.bool_)
    total = np.zeros(n)
    for rank in range(1, min(n_judged, k or n_judged) + 1):
        gains = np.where(left, _over_subtopics(covers * weights[:, None]), -1.0)
        best = gains.argmax(axis=1)[:, None]
        gain = np.take_along_axis(gains, best, axis=1)[:, 0]
        if not (gain > 0).any():
            break
        total += np.maximum(gain, 0.0) / np.log2(rank + 1.0)
        np.put_along_axis(left, best, False, axis=1)
        chosen = np.take_along_axis(covers, best[:, :, None], axis=1)[:, 0]
        weights = np.where(chosen, weights * (1.0 - alpha), weights)
    return total


def _over_subtopics(gains: FloatArray) -> FloatArray:
    """The sum over the last axis, the same bits whatever subtopics other queries of the block have.

    Documents of equal gain must tie in the ideal, too.
    """
    return sum(np.moveaxis(gains, 2, 0), np.zeros(gains.shape[:2]))
