"""`depth_curves`: what the rerankers of a pipeline would gain at lesser depths."""

from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval_checks.comparison.depths.curve import DepthCurve, depth_curve
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.errors import MetricError
from retrieval_checks.metrics.metric import Metric

if TYPE_CHECKING:
    from retrieval_checks.plugin.golden.retrieved import Retrieved
    from retrieval_checks.retrieval.pipeline import Pipeline
    from retrieval_checks.retrieval.rerank import Reranker

_DEPTHS = (10, 20, 50, 100, 200)


def depth_curves(
    found: "Retrieved", pipeline: "Pipeline", qrels: Qrels, metric: Metric
) -> dict[str, DepthCurve]:
    """By stage, the curve up to its own depth; of rerankers whose scores are in the store.

    No pair is scored for it: those of a depth are among those of a larger one.
    """
    curves = {}
    for before, after in pairwise(found.stages):
        reranker = _stored(pipeline.stages[after])
        if reranker is not None and qrels:
            with suppress(MetricError):  # a metric whose best order is not known
                curves[after] = _curve(found, before, reranker, qrels, metric)
    return curves


def _stored(stage: object) -> "Reranker | None":
    from retrieval_checks.encoding.handle import ModelHandle
    from retrieval_checks.retrieval.rerank import Reranker

    if not isinstance(stage, Reranker) or not isinstance(stage.model, ModelHandle):
        return None
    return stage if stage.model.cache is not None else None


def _curve(
    found: "Retrieved", before: str, reranker: "Reranker", qrels: Qrels, metric: Metric
) -> DepthCurve:
    from retrieval_checks.retrieval.inspection.curve import rerank_at_depths

    corpus, ids = found.bound.corpus, list(qrels)
    assert corpus is not None  # noqa: S101  # what reranks reads documents
    first, queries = found.stages[before].select(ids), found.bound.queries.select(ids)
    depths = [*(depth for depth in _DEPTHS if depth < reranker.depth), reranker.depth]
    runs = rerank_at_depths(reranker, first, queries, corpus, depths=depths)
    return depth_curve(first, runs, qrels, metric=metric)
