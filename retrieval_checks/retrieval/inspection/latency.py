"""How long a retriever takes for one query, nothing of it served from a cache."""

import copy
import time
from dataclasses import replace
from typing import TypeVar

import numpy as np

from retrieval_checks.data.collection import Queries
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.encoding.handle import ModelHandle
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.fusion import Hybrid
from retrieval_checks.retrieval.indexes.multi_vector import MultiVectorRetriever
from retrieval_checks.retrieval.indexes.sparse import SparseRetriever
from retrieval_checks.retrieval.pipeline import Pipeline
from retrieval_checks.retrieval.protocols import Retriever
from retrieval_checks.retrieval.rerank import Reranker

Part = TypeVar("Part")

_WITH_MODELS = (DenseRetriever, MultiVectorRetriever, SparseRetriever, Reranker, ModelHandle)


def time_queries(retriever: Retriever, queries: Queries, k: int) -> FloatArray:
    """Milliseconds of each query alone, (n_queries,), after one query to warm up.

    Documents' vectors stay in the index; queries are encoded and pairs scored anew.

    >>> from retrieval_checks.data.collection import Corpus
    >>> from retrieval_checks.retrieval.lexical import BM25Retriever
    >>> bm25 = BM25Retriever(Corpus.from_dict({"d1": "cats purr"}))
    >>> time_queries(bm25, Queries.from_dict({"q1": "cats", "q2": "dogs"}), 10).shape
    (2,)
    """
    fresh = without_cache(retriever)
    alone = [queries.select([query_id]) for query_id in queries]
    times = []
    for one in [*alone[:1], *alone]:
        start = time.perf_counter()
        fresh.retrieve(one, k)
        times.append(1000 * (time.perf_counter() - start))
    return np.array(times[1:])


def time_stages(retriever: Retriever, queries: Queries, k: int) -> dict[str, FloatArray]:
    """Milliseconds of each stage for each query alone, as `time_queries`; one stage if no pipeline.

    >>> from retrieval_checks.data.collection import Corpus
    >>> from retrieval_checks.retrieval.lexical import BM25Retriever
    >>> pipeline = Pipeline({"bm25": BM25Retriever(Corpus.from_dict({"d1": "cats purr"}))})
    >>> list(time_stages(pipeline, Queries.from_dict({"q1": "cats"}), 10))
    ['bm25']
    """
    if not isinstance(retriever, Pipeline):
        name = str(getattr(retriever, "name", "retriever"))
        return {name: time_queries(retriever, queries, k)}
    fresh = without_cache(retriever)
    times: dict[str, list[float]] = {name: [] for name in fresh.stages}
    alone = [queries.select([query_id]) for query_id in queries]
    for one in [*alone[:1], *alone]:
        _time_stages(fresh, one, k, times)
    return {name: np.array(each[1:]) for name, each in times.items()}


def _time_stages(pipeline: Pipeline, one: Queries, k: int, times: dict[str, list[float]]) -> None:
    first = next(iter(pipeline.stages))
    depth = max([k, *(stage.depth for stage in pipeline.rerankers.values())])
    start = time.perf_counter()
    run = pipeline.retriever.retrieve(one, depth)
    times[first].append(1000 * (time.perf_counter() - start))
    for name, stage in pipeline.rerankers.items():
        assert pipeline.corpus is not None  # noqa: S101  # checked when built
        start = time.perf_counter()
        run = stage.rerank(run, one, pipeline.corpus)
        times[name].append(1000 * (time.perf_counter() - start))


def without_cache(part: Part) -> Part:
    """The same retriever, stage or model with the same index, which keeps nothing on disk.

    One's own stays as it is: what it keeps is its own affair.
    """
    if isinstance(part, Pipeline):
        stages = {name: without_cache(stage) for name, stage in part.stages.items()}
        return replace(part, stages=stages)
    if isinstance(part, Hybrid):
        return replace(part, retrievers=list(map(without_cache, part.retrievers)))
    if not isinstance(part, _WITH_MODELS):
        return part
    twin = copy.copy(part)  # shares the index
    for name in ("bi_encoder", "model"):
        if hasattr(twin, name):
            object.__setattr__(twin, name, without_cache(getattr(twin, name)))
    if isinstance(twin, ModelHandle):
        object.__setattr__(twin, "cache", None)
    return twin
