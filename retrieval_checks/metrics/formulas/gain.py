"""Metrics that go by grades: the higher the grade, the more a document is worth."""

from typing import Literal

import numpy as np

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.errors import DataError, MetricError
from retrieval_checks.metrics.formula import formula
from retrieval_checks.metrics.ranked import RankedRelevance, ratio, row_sums

_SHARE = (0.0, 1.0)


@formula(
    "nDCG",
    cutoff="optional",
    aliases=("ndcg_cut",),
    uses_level=False,
    bounds=_SHARE,
    rewards="gain",
)
def ndcg(
    ranked: RankedRelevance, k: int | None, *, gain: Literal["lin", "exp"] = "lin"
) -> FloatArray:
    """nDCG@k = DCG@k / ideal DCG@k, DCG@k = sum_{i<=k} g_i / log2(i + 1), in [0, 1].

    Linear gain: g = grade, as trec_eval; `gain="exp"`: g = 2^grade - 1. Negative grades and
    unjudged documents gain 0. The ideal ranks all judged documents, retrieved or not, and is cut at
    k too; 0 where it gains nothing.
    Source: Jarvelin & Kekalainen 2002, TOIS 20(4); exponential gain: Burges et al. 2005, ICML.

    Raises:
        DataError: grades so large that the sum of their gains is not finite.

    >>> ranked = RankedRelevance.of(["b", "a"], {"a": 3, "b": 1})
    >>> ndcg(ranked, 10).round(4), ndcg(ranked, 10, gain="exp").round(4)
    (array([0.7967]), array([0.7098]))
    """
    ideal = _dcg(ranked.judged_grades[:, :k], np.arange(1, ranked.judged_grades.shape[1] + 1), gain)
    if not np.isfinite(ideal).all():
        largest = np.nanmax(ranked.judged_grades)
        raise DataError(f"grade {largest:g} is too large: nDCG's sum of gains is not finite")
    found = _dcg(np.where(ranked.within(k), ranked.grades, np.nan), ranked.ranks, gain)
    return np.minimum(ratio(found, ideal), 1.0)  # grades a few bits apart can round to above 1


@formula("ERR", cutoff="optional", uses_level=False, bounds=_SHARE, rewards="gain")
def expected_reciprocal_rank(
    ranked: RankedRelevance, k: int | None, *, max_grade: float = 4
) -> FloatArray:
    """ERR@k = sum_{i<=k} (p_i / i) prod_{j<i} (1 - p_j): expected reciprocal rank, in [0, 1).

    p = (2^grade - 1) / 2^max_grade is how likely a reader who goes down the ranking stops at a
    document. `max_grade` is the highest grade that the collection's assessors could give, not the
    highest that occurs: fixed, so that figures compare. Negative grades count as 0.
    Source: Chapelle, Metzler, Zhang & Grinspan 2009, CIKM.

    Raises:
        MetricError: a grade is above `max_grade`, or that is not between 0 and 1023.

    >>> ranked = RankedRelevance.of(["b", "a"], {"a": 4, "b": 1})
    >>> expected_reciprocal_rank(ranked, 10).round(4)
    array([0.502])
    """
    if not 0 < max_grade < 1024:  # of larger ones 2^max_grade is no float
        raise MetricError(f"max_grade of ERR must lie between 0 and 1023, got {max_grade!r}")
    highest = np.nanmax(ranked.judged_grades, initial=0.0)
    if highest > max_grade:
        raise MetricError(
            f"grade {highest:g} is above max_grade {max_grade:g} of ERR; name the highest grade of"
            f" the collection: ERR(max_grade={highest:g})"
        )
    stops = (np.exp2(_gains(ranked.grades)) - 1.0) / 2.0**max_grade
    stops = np.where(ranked.within(k), stops, 0.0)
    goes_on = np.cumprod(1.0 - stops, axis=1)
    reaches = np.concatenate([np.ones((len(ranked), 1)), goes_on], axis=1)[:, :-1]
    return row_sums(stops * reaches / ranked.ranks)


def _dcg(grades: FloatArray, ranks: FloatArray, gain: str) -> FloatArray:
    gains = _gains(grades)
    with np.errstate(over="ignore"):
        if gain == "exp":
            gains = np.exp2(gains) - 1
        return row_sums(gains / np.log2(ranks[..., : grades.shape[1]] + 1.0))


def _gains(grades: FloatArray) -> FloatArray:
    """The grades, 0 where negative or none."""
    return np.fmax(grades, 0.0)  # of a number and NaN the number
