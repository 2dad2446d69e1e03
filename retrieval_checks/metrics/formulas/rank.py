"""Metrics of the ranks at which relevant documents stand."""

import numpy as np

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.errors import MetricError
from retrieval_checks.metrics.formula import formula
from retrieval_checks.metrics.ranked import RankedRelevance, ratio, row_sums

_SHARE = (0.0, 1.0)


@formula(
    "RR",
    cutoff="optional",
    aliases=("mrr", "reciprocal_rank", "recip_rank"),
    bounds=_SHARE,
    rewards="relevant",
)
def reciprocal_rank(ranked: RankedRelevance, k: int | None) -> FloatArray:
    """RR@k = 1 / min{i <= k : h_i = 1}: inverse rank of the first relevant document, in [0, 1].

    0 where the top k has none. Its mean over queries is MRR.
    Source: Kantor & Voorhees 2000, Information Retrieval 2(2/3); Voorhees 1999, TREC-8 QA.

    >>> ranked = RankedRelevance.of(["x", "a", "b"], {"a": 1, "b": 1})
    >>> reciprocal_rank(ranked, None), reciprocal_rank(ranked, 1)
    (array([0.5]), array([0.]))
    """
    first = np.where(ranked.hits(k), ranked.ranks, np.inf).min(axis=1, initial=np.inf)
    return np.asarray(1.0 / first)


@formula(
    "AP",
    cutoff="optional",
    aliases=("map", "map_cut", "average_precision"),
    bounds=_SHARE,
    rewards="relevant",
)
def average_precision(ranked: RankedRelevance, k: int | None) -> FloatArray:
    """AP@k = (1/R) sum_{i<=k} h_i P@i: precision at each relevant document, in [0, 1].

    Divides by all relevant documents, also when R > k (trec_eval's map_cut). Its mean over queries
    is MAP. 0 where no document is relevant. Source: Buckley & Voorhees 2000, SIGIR.

    >>> average_precision(RankedRelevance.of(["a", "x", "b"], {"a": 1, "b": 1}), None).round(4)
    array([0.8333])
    """
    hits = ranked.hits(k)
    return ratio(row_sums(hits * hits.cumsum(axis=1) / ranked.ranks), ranked.relevant)


@formula("IPrec", cutoff="recall", aliases=("iprec_at_recall",), bounds=_SHARE, rewards="relevant")
def interpolated_precision(ranked: RankedRelevance, level: float) -> FloatArray:
    """IPrec@x = max{P@i : i holds c or more of the R relevant}, c = x R rounded, in [0, 1].

    Rounded half up, as trec_eval 10 does (9.0 takes int(x R + 0.9)); at least one document is
    asked for, so IPrec@0 is the highest precision anywhere. 0 where c are not retrieved.
    Source: trec_eval 10, m_iprec_at_recall.c; Manning, Raghavan & Schuetze 2008, ch. 8.4.

    >>> ranked = RankedRelevance.of(["x", "a", "b"], {"a": 1, "b": 1})
    >>> interpolated_precision(ranked, 0.5).round(4), interpolated_precision(ranked, 0.0).round(4)
    (array([0.6667]), array([0.6667]))
    """
    hits = ranked.hits(None)
    found = hits.cumsum(axis=1)
    wanted = ranked.relevant * level
    wanted = np.floor(wanted) + (wanted % 1.0 >= 0.5)
    enough = hits & (found >= wanted[:, None])
    return np.asarray(np.where(enough, found / ranked.ranks, 0.0).max(axis=1, initial=0.0))


@formula("RBP", cutoff="optional", bounds=_SHARE, rewards="relevant")
def rank_biased_precision(ranked: RankedRelevance, k: int | None, *, p: float = 0.8) -> FloatArray:
    """RBP = (1 - p) sum_i h_i p^(i - 1): rank-biased precision, in [0, 1].

    A reader goes on from each document to the next with probability p; at p = 0.8 the first ten
    ranks carry 89 % of the weight. What judging the rest could add to it is `RBP_residual`.
    trec_eval 10's rbp has p = 0.9 and gains of grade / highest; ranx's multiplies by the grade.
    Source: Moffat & Zobel 2008, TOIS 27(1), with gains of 0 and 1.

    Raises:
        MetricError: p does not lie strictly between 0 and 1.

    >>> ranked = RankedRelevance.of(["a", "x", "b"], {"a": 1, "b": 1})
    >>> rank_biased_precision(ranked, None, p=0.5), rank_biased_precision(ranked, 1, p=0.5)
    (array([0.625]), array([0.5]))
    """
    return row_sums(ranked.hits(k) * persistence(ranked, p))


@formula(
    "RBP_residual",
    cutoff="optional",
    aliases=("rbp_resid",),
    uses_level=False,
    bounds=_SHARE,
    higher_is_better=False,
    rewards="judged",
)
def rbp_residual(ranked: RankedRelevance, k: int | None, *, p: float = 0.8) -> FloatArray:
    """p^n + (1 - p) sum_{unjudged i<=n} p^(i - 1): what RBP might still gain, in [0, 1].

    The weight of all that is not judged: unjudged documents, and what lies below the ranking (or
    below rank k). RBP lies between its value and its value plus this. 1 for an empty ranking.
    trec_eval 10's rbp_resid has p = 0.9 and is 0 where nothing unjudged was retrieved.
    Source: Moffat & Zobel 2008, TOIS 27(1), sec. 4.

    >>> rbp_residual(RankedRelevance.of(["a", "x"], {"a": 1}), None, p=0.5)
    array([0.5])
    """
    return 1.0 - row_sums(ranked.within(k) * persistence(ranked, p))


def persistence(ranked: RankedRelevance, p: float) -> FloatArray:
    """(1 - p) p^(rank - 1), the weight of each judged document's rank."""
    if not 0 < p < 1:
        raise MetricError(f"p of RBP must lie strictly between 0 and 1, got {p!r}")
    return (1.0 - p) * p ** (ranked.ranks - 1.0)
