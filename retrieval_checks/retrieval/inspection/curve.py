"""A reranker at several depths: what it makes of a run, and what that costs a query."""

import time
from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean, median
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.encoding.inference import Pair
from retrieval_checks.encoding.models import CrossEncoderModel
from retrieval_checks.errors import ModelError
from retrieval_checks.retrieval.inspection.latency import without_cache
from retrieval_checks.retrieval.inspection.padding import padding_share, token_lengths
from retrieval_checks.retrieval.protocols import PairScorer
from retrieval_checks.retrieval.rerank import Reranker
from retrieval_checks.retrieval.search.cut import check_k


class DepthCost(NamedTuple):
    """What reranking one query costs at one depth."""

    milliseconds: float  # median of the queries, each alone, nothing served from a cache
    padding: float | None  # share of the tokens; None where the model is no cross-encoder


def rerank_at_depths(
    reranker: Reranker, run: Run, queries: Queries, corpus: Corpus, *, depths: Sequence[int]
) -> dict[int, Run]:
    """The run reranked at each depth, the shallowest first; every pair is scored once.

    Raises:
        SettingsError: a depth below 1.
        DataError: as `Reranker.rerank`.
        ModelError: as `Reranker.rerank`.

    >>> class Shared:
    ...     def score_pairs(self, pairs):
    ...         return [len(set(q.split()) & set(d.split())) for q, d in pairs]
    >>> corpus = Corpus.from_dict({"d1": "a dog", "d2": "a cat", "d3": "cat food"})
    >>> run, queries = Run.from_ids({"q": ["d1", "d2", "d3"]}), Queries.from_dict({"q": "cat food"})
    >>> found = rerank_at_depths(Reranker(Shared()), run, queries, corpus, depths=[3, 2])
    >>> {depth: each.ranking("q") for depth, each in found.items()}
    {2: ('d2', 'd1', 'd3'), 3: ('d3', 'd2', 'd1')}
    """
    remembering = replace(reranker, model=_Remembering(reranker.scorer(corpus)))
    found = {
        depth: replace(remembering, depth=depth).rerank(run, queries, corpus)
        for depth in sorted({check_k(depth) for depth in depths}, reverse=True)
    }
    return dict(reversed(found.items()))


def depth_costs(
    reranker: Reranker, run: Run, queries: Queries, corpus: Corpus, *, depths: Sequence[int]
) -> dict[int, DepthCost]:
    """What a query costs at each depth, the shallowest first; the first query warms up each.

    >>> class Lengths:
    ...     def score_pairs(self, pairs):
    ...         return [len(d) for _, d in pairs]
    >>> corpus, run = Corpus.from_dict({"d1": "cats", "d2": "a"}), Run.from_ids({"q": ["d1", "d2"]})
    >>> queries = Queries.from_dict({"q": "cats"})
    >>> costs = depth_costs(Reranker(Lengths()), run, queries, corpus, depths=[1, 2])
    >>> list(costs), costs[1].milliseconds > 0, costs[1].padding
    ([1, 2], True, None)
    """
    fresh = without_cache(reranker)
    return {
        depth: DepthCost(
            _milliseconds(replace(fresh, depth=depth), run, queries, corpus),
            _padding(fresh, run.top(depth), queries, corpus),
        )
        for depth in sorted({check_k(depth) for depth in depths})
    }


class _Remembering:
    """Scores each pair once, however often it is asked."""

    def __init__(self, scorer: PairScorer) -> None:
        self.name = str(getattr(scorer, "name", type(scorer).__name__))
        self._scorer, self._known = scorer, dict[Pair, float]()

    def score_pairs(self, pairs: Sequence[Pair], /) -> NDArray[np.float64]:
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._known]
        if new:
            self._known |= zip(new, self._scorer.score_pairs(new), strict=True)
        return np.array([self._known[pair] for pair in pairs])


def _milliseconds(reranker: Reranker, run: Run, queries: Queries, corpus: Corpus) -> float:
    alone = [(run.select([query_id]), queries.select([query_id])) for query_id in queries]
    times = []
    for ranking, query in [*alone[:1], *alone]:
        start = time.perf_counter()
        reranker.rerank(ranking, query, corpus)
        times.append(1000 * (time.perf_counter() - start))
    return median(times[1:])


def _padding(reranker: Reranker, run: Run, queries: Queries, corpus: Corpus) -> float | None:
    """The mean share over the queries, each scored alone."""
    model = reranker.model
    if not isinstance(model, CrossEncoderModel):
        return None
    try:
        lengths = [
            token_lengths(model, [(queries[q], corpus[d].content) for d in run.ranking(q)])
            for q in queries
        ]
    except ModelError:  # without a tokenizer nobody can tell
        return None
    return fmean(padding_share(each, model.batch_size) for each in lengths)
