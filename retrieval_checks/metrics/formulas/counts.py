"""Counts of documents; their means over queries are what trec_eval prints as sums over n."""

import math

import numpy as np

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.metrics.formula import formula
from retrieval_checks.metrics.ranked import RankedRelevance, row_sums

_COUNT = (0.0, math.inf)


@formula(
    "NumRet",
    cutoff="optional",
    aliases=("num_ret",),
    uses_level=False,
    bounds=_COUNT,
    higher_is_better=None,
    rewards="relevant",
)
def retrieved(ranked: RankedRelevance, k: int | None) -> FloatArray:
    """NumRet@k = min(n, k): how many documents were retrieved, from 0. trec_eval's num_ret.

    >>> retrieved(RankedRelevance.of(["a", "x"], {"a": 1}), None)
    array([2.])
    """
    size = ranked.retrieved if k is None else np.minimum(ranked.retrieved, k)
    return size.astype(np.float64)


@formula(
    "NumRel",
    cutoff="optional",
    aliases=("num_rel",),
    bounds=_COUNT,
    higher_is_better=None,
    rewards="relevant",
)
def relevant(ranked: RankedRelevance, k: int | None) -> FloatArray:
    """NumRel = R, how many relevant documents there are; NumRel@k = min(R, k). From 0.

    A fact of the judgements, whatever was retrieved. trec_eval's num_rel.

    >>> relevant(RankedRelevance.of(["x"], {"a": 1, "b": 2}), None)
    array([2.])
    """
    return ranked.relevant if k is None else np.minimum(ranked.relevant, k)


@formula(
    "NumRelRet", cutoff="optional", aliases=("num_rel_ret",), bounds=_COUNT, rewards="relevant"
)
def relevant_retrieved(ranked: RankedRelevance, k: int | None) -> FloatArray:
    """NumRelRet@k = sum_{i<=k} h_i: how many relevant documents were retrieved, from 0.

    trec_eval's num_rel_ret.

    >>> relevant_retrieved(RankedRelevance.of(["a", "x", "b"], {"a": 1, "b": 2}), None)
    array([2.])
    """
    return row_sums(ranked.hits(k))
