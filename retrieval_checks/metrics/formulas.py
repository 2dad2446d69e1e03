"""The metrics, each a function over ranked relevance.

Notation: h_i = 1 where the document at rank i is relevant (grade >= relevance level), g_i its gain,
R the number of relevant documents of the query, retrieved or not. Rankings shorter than k are
continued with non-relevant documents. Where no document is relevant the value is 0; nDCG goes by
grades, whatever the relevance level.
"""

from typing import Literal

import numpy as np

from retrieval_checks.data.postings import FloatArray, IntArray
from retrieval_checks.errors import DataError
from retrieval_checks.metrics.formula import formula
from retrieval_checks.metrics.ranked import RankedRelevance, row_sums


@formula("Success", aliases=("accuracy", "hit_rate", "hit", "hits"))
def success(ranked: RankedRelevance, k: int) -> FloatArray:
    """Success@k = [sum_{i<=k} h_i > 0]: is there a relevant document in the top k, 0 or 1.

    The notebook's accuracy@k; also hit rate.
    """
    return np.minimum(row_sums(ranked.hits(k)), 1.0)


@formula("P", aliases=("precision",))
def precision(ranked: RankedRelevance, k: int) -> FloatArray:
    """P@k = sum_{i<=k} h_i / k: the relevant share of the top k, in [0, 1].

    Divides by k on short rankings too, as trec_eval does.
    """
    return row_sums(ranked.hits(k)) / k


@formula("R", aliases=("recall",))
def recall(ranked: RankedRelevance, k: int) -> FloatArray:
    """R@k = sum_{i<=k} h_i / R: the share of all relevant documents in the top k, in [0, 1]."""
    return _ratio(row_sums(ranked.hits(k)), ranked.relevant)


@formula("F1", aliases=("f",))
def f1(ranked: RankedRelevance, k: int) -> FloatArray:
    """F1@k = 2 P R / (P + R), the harmonic mean of P@k and R@k, in [0, 1]; 0 where both are 0.

    Equal to 2 sum_{i<=k} h_i / (k + R) (van Rijsbergen 1979, with equal weights).
    """
    return 2 * row_sums(ranked.hits(k)) / (k + ranked.relevant)


@formula("RR", cutoff="optional", aliases=("mrr", "reciprocal_rank", "recip_rank"))
def reciprocal_rank(ranked: RankedRelevance, k: int | None) -> FloatArray:
    """RR@k = 1 / min{i <= k : h_i = 1}: inverse rank of the first relevant document, in [0, 1].

    0 where the top k has none. Its mean over queries is MRR (Voorhees 1999, TREC-8 QA).
    """
    hits = ranked.hits(k)
    if not hits.shape[1]:
        return np.zeros(len(ranked))
    return np.where(hits.any(axis=1), 1 / (hits.argmax(axis=1) + 1), 0.0)


@formula("AP", cutoff="optional", aliases=("map", "average_precision"))
def average_precision(ranked: RankedRelevance, k: int | None) -> FloatArray:
    """AP@k = (1/R) sum_{i<=k} h_i P@i: precision averaged over relevant documents, in [0, 1].

    Divides by all R, also where R > k (as trec_eval's map_cut). Its mean over queries is MAP
    (Buckley & Voorhees 2000, SIGIR).
    """
    hits = ranked.hits(k)
    ranks = np.arange(1, hits.shape[1] + 1)
    return _ratio(row_sums(hits * hits.cumsum(axis=1) / ranks), ranked.relevant)


@formula("nDCG", cutoff="optional", aliases=("ndcg_cut",), uses_level=False)
def ndcg(
    ranked: RankedRelevance, k: int | None, *, gain: Literal["lin", "exp"] = "lin"
) -> FloatArray:
    """nDCG@k = DCG@k / ideal DCG@k, DCG@k = sum_{i<=k} g_i / log2(i + 1), in [0, 1].

    Linear gain: g = grade, as trec_eval; `gain="exp"`: g = 2^grade - 1. Negative grades and
    unjudged documents gain 0. The ideal ranks all judged documents, retrieved or not, and is cut at
    k too.
    Source: Jarvelin & Kekalainen 2002, TOIS 20(4); exponential gain: Burges et al. 2005, ICML.

    Raises:
        DataError: grades so large that the sum of their gains is not finite.
    """
    ideal = _dcg(ranked.judged_grades[:, :k], gain)
    if not np.isfinite(ideal).all():
        largest = np.nanmax(ranked.judged_grades)
        raise DataError(f"grade {largest:g} is too large: nDCG's sum of gains is not finite")
    ratio = _ratio(_dcg(ranked.grades[:, :k], gain), ideal)
    return np.minimum(ratio, 1.0)  # grades a few bits apart can round to a bit above the ideal


@formula("Judged", uses_level=False)
def judged(ranked: RankedRelevance, k: int) -> FloatArray:
    """Judged@k: the judged share of the documents in the top k, in [0, 1].

    Divides by min(k, retrieved); 0 for an empty ranking.
    """
    known = row_sums(~np.isnan(ranked.grades[:, :k]))
    return _ratio(known, np.minimum(ranked.retrieved, k))


def _dcg(grades: FloatArray, gain: str) -> FloatArray:
    gains = np.nan_to_num(np.maximum(grades, 0.0))
    with np.errstate(over="ignore"):
        if gain == "exp":
            gains = np.exp2(gains) - 1
        return row_sums(gains / np.log2(np.arange(2, grades.shape[1] + 2)))


def _ratio(numerator: FloatArray | IntArray, denominator: FloatArray | IntArray) -> FloatArray:
    """The quotient, 0 where the denominator is 0."""
    quotient = np.zeros(len(numerator))
    np.divide(numerator, denominator, out=quotient, where=denominator > 0)
    return quotient
