"""Metrics of the top k as a set: what is in it, in whatever order."""

import numpy as np

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.metrics.formula import formula
from retrieval_checks.metrics.ranked import RankedRelevance, ratio, row_sums

_SHARE = (0.0, 1.0)


@formula(
    "Success",
    aliases=("accuracy", "hit_rate", "hit", "hits"),
    bounds=_SHARE,
    rewards="relevant",
)
def success(ranked: RankedRelevance, k: int) -> FloatArray:
    """Success@k = [sum_{i<=k} h_i > 0]: is there a relevant document in the top k, 0 or 1.

    Also called accuracy@k (sentence-transformers) and hit rate.
    Source: Voorhees & Harman 2005, TREC, p. 64 (success at n).

    >>> ranked = RankedRelevance.of(["x", "a"], {"a": 1})
    >>> success(ranked, 1), success(ranked, 2)
    (array([0.]), array([1.]))
    """
    return np.minimum(row_sums(ranked.hits(k)), 1.0)


@formula("P", aliases=("precision",), bounds=_SHARE, rewards="relevant")
def precision(ranked: RankedRelevance, k: int) -> FloatArray:
    """P@k = sum_{i<=k} h_i / k: the relevant share of the top k, in [0, 1].

    Divides by k on rankings shorter than k too, as trec_eval does.
    Source: Cleverdon 1967, Aslib Proceedings 19(6).

    >>> ranked = RankedRelevance.of(["a", "x", "b"], {"a": 1, "b": 2})
    >>> precision(ranked, 2), precision(ranked, 10)
    (array([0.5]), array([0.2]))
    """
    return row_sums(ranked.hits(k)) / k


@formula("R", aliases=("recall",), bounds=_SHARE, rewards="relevant")
def recall(ranked: RankedRelevance, k: int) -> FloatArray:
    """R@k = sum_{i<=k} h_i / R: the share of all relevant documents in the top k, in [0, 1].

    0 where no document is relevant; below 1 wherever k < R. Source: Cleverdon 1967.

    >>> recall(RankedRelevance.of(["a", "x"], {"a": 1, "b": 2}), 10)
    array([0.5])
    """
    return ratio(row_sums(ranked.hits(k)), ranked.relevant)


@formula(
    "RCap",
    aliases=("capped_recall", "recall_cap", "r_cap", "relative_P"),
    bounds=_SHARE,
    rewards="relevant",
)
def capped_recall(ranked: RankedRelevance, k: int) -> FloatArray:
    """RCap@k = sum_{i<=k} h_i / min(k, R): recall against what k places can hold, in [0, 1].

    Also relative precision (trec_eval's relative_P) and BEIR's R_cap.
    Source: Thakur et al. 2021, NeurIPS Datasets and Benchmarks (BEIR), for TREC-COVID.

    >>> ranked = RankedRelevance.of(["a", "x"], {"a": 1, "b": 1, "c": 1})
    >>> capped_recall(ranked, 2), capped_recall(ranked, 4).round(2)
    (array([0.5]), array([0.33]))
    """
    return ratio(row_sums(ranked.hits(k)), np.minimum(ranked.relevant, k))


@formula("F1", aliases=("f",), bounds=_SHARE, rewards="relevant")
def f1(ranked: RankedRelevance, k: int) -> FloatArray:
    """F1@k = 2 P R / (P + R), the harmonic mean of P@k and R@k, in [0, 1]; 0 where both are 0.

    Equal to 2 sum_{i<=k} h_i / (k + R).
    Source: van Rijsbergen 1979, Information Retrieval, ch. 7, with equal weights.

    >>> f1(RankedRelevance.of(["a", "x"], {"a": 1}), 2).round(4)
    array([0.6667])
    """
    return 2 * row_sums(ranked.hits(k)) / (k + ranked.relevant)


@formula("Rprec", cutoff="optional", aliases=("r_precision",), bounds=_SHARE, rewards="relevant")
def r_precision(ranked: RankedRelevance, k: int | None) -> FloatArray:
    """Rprec = sum_{i<=R} h_i / R: precision at rank R, where it equals recall, in [0, 1].

    0 where no document is relevant. With a cut-off the ranking ends at k before it ends at R.
    Source: Buckley & Voorhees 2000, SIGIR.

    >>> r_precision(RankedRelevance.of(["a", "x", "b"], {"a": 1, "b": 1}), None)
    array([0.5])
    """
    relevant = ranked.relevant
    return ratio(row_sums(ranked.hits(k) & (ranked.ranks <= relevant[:, None])), relevant)
