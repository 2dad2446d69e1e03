"""Metrics made for judgements that are not complete."""

import numpy as np

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.metrics.formula import formula
from retrieval_checks.metrics.ranked import RankedRelevance, ratio, row_sums

_SHARE = (0.0, 1.0)
_EPSILON = 1e-5  # trec_eval's INFAP_EPSILON


@formula("Judged", uses_level=False, bounds=_SHARE, rewards="judged")
def judged(ranked: RankedRelevance, k: int) -> FloatArray:
    """Judged@k: the judged share of the documents in the top k, in [0, 1].

    Divides by min(k, retrieved); 0 for an empty ranking. A document with a negative grade is
    judged (trec_eval 10's unj_k, the rest to 1, divides by k and takes it for not judged).
    Source: ir_measures, Judged@k (MacAvaney, Macdonald & Ounis 2022, ECIR).

    >>> judged(RankedRelevance.of(["a", "x", "y"], {"a": 0}), 2)
    array([0.5])
    """
    return ratio(row_sums(ranked.within(k)), np.minimum(ranked.retrieved, k))


@formula("bpref", cutoff="optional", bounds=_SHARE, rewards="relevant")
def binary_preference(ranked: RankedRelevance, k: int | None) -> FloatArray:
    """Bpref = (1/R) sum_{relevant retrieved} (1 - min(N_above, R) / min(R, N)), in [0, 1].

    N_above counts the documents judged not relevant above it, N all of the query; unjudged ones
    play no part. A relevant document with none above adds 1. 0 where no document is relevant. A
    negative grade is judged not relevant (trec_eval takes it for not judged).
    Source: Buckley & Voorhees 2004, SIGIR, as corrected in trec_eval 8.

    >>> ranked = RankedRelevance.of(["n", "x", "a", "b"], {"n": 0, "m": 0, "a": 1, "b": 1})
    >>> binary_preference(ranked, None)
    array([0.5])
    """
    relevant = ranked.relevant[:, None]
    hits = ranked.hits(k)
    above = (ranked.within(k) & ~hits).cumsum(axis=1)
    nonrelevant = row_sums(ranked.judged_grades < ranked.relevance_level)[:, None]
    most = np.maximum(np.minimum(relevant, nonrelevant), 1.0)
    return ratio(row_sums(hits * (1.0 - np.minimum(above, relevant) / most)), relevant[:, 0])


@formula("infAP", cutoff="optional", bounds=_SHARE)
def inferred_ap(ranked: RankedRelevance, k: int | None) -> FloatArray:
    """infAP: AP estimated from a judged sample of the pool, in [0, 1].

    (1/R) sum over relevant documents retrieved at rank i of 1/i + (c/i) (r + e) / (r + n + 2e):
    above it stand r relevant and n judged not relevant ones and c of the pool, e = 1e-5. A negative
    grade says "in the pool, not judged", as in trec_eval: it counts in c alone. A document without
    any judgement is outside the pool.
    Source: Yilmaz & Aslam 2006, CIKM; trec_eval 10, m_infap.c.

    >>> ranked = RankedRelevance.of(["n", "a"], {"n": 0, "a": 1})
    >>> inferred_ap(ranked, None).round(4)
    array([0.5])
    """
    hits = ranked.hits(k) & (ranked.grades >= 0)
    pool = ranked.within(k)
    above = pool.cumsum(axis=1) - 1.0
    relevant = hits.cumsum(axis=1) - 1.0  # above each hit
    nonrelevant = (pool & ~hits & (ranked.grades >= 0)).cumsum(axis=1)
    odds = (relevant + _EPSILON) / (relevant + nonrelevant + 2 * _EPSILON)
    terms = np.where(hits, (1.0 + above * odds) / ranked.ranks, 0.0)
    return ratio(row_sums(terms), ranked.relevant)
