"""`DepthCurve`: what reranking gains at each depth, what it could gain, and what it costs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from retrieval_checks.comparison.attribution import two_stage
from retrieval_checks.comparison.attribution.difference import Difference
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.metrics.metric import Metric

KNEE = 0.9  # of the best lift


@dataclass(frozen=True, slots=True)
class DepthPoint:
    """One depth: the mean after reranking, its lift over the first stage, the ceiling, the cost."""

    depth: int
    mean: float
    lift: Difference
    ceiling: float  # R@depth of the first stage, in [0, 1]: no reranker finds more
    milliseconds: float | None = None  # a query
    padding: float | None = None  # share of the tokens that a cross-encoder computes, in [0, 1)

    def to_dict(self) -> dict[str, Any]:
        """The point as strict JSON takes it."""
        return {**asdict(self), "lift": self.lift.to_dict()}


@dataclass(frozen=True, slots=True)
class DepthCurve:
    """One reranker at several depths, on the same queries."""

    name: str
    metric: str
    first: float  # the mean of the first stage
    n_queries: int
    points: tuple[DepthPoint, ...]  # the shallowest first

    @property
    def best(self) -> DepthPoint:
        """The point with the highest mean, the shallowest of equal ones."""
        return max(self.points, key=lambda point: point.lift.mean)

    @property
    def knee(self) -> DepthPoint | None:
        """The smallest depth that has at least 90 % of the best lift.

        None where the interval of the best lift does not lie above 0: there is nothing to have.
        """
        best = self.best.lift
        if best.mean <= 0 or not best.is_clear:
            return None
        return next(point for point in self.points if point.lift.mean >= KNEE * best.mean)

    def to_dict(self) -> dict[str, Any]:
        """The curve as strict JSON takes it."""
        return {
            "reranker": self.name,
            "metric": self.metric,
            "first": self.first,
            "queries": self.n_queries,
            "knee": None if self.knee is None else self.knee.depth,
            "points": [point.to_dict() for point in self.points],
        }


def depth_curve(
    first: Run,
    reranked: Mapping[int, Run],
    qrels: Qrels,
    *,
    metric: str | Metric = "nDCG@10",
    name: str = "rerank",
    milliseconds: Mapping[int, float] | None = None,
    padding: Mapping[int, float | None] | None = None,
    seed: int = 0,
) -> DepthCurve:
    """What a reranker makes of a run at each depth, as `two_stage` says of one.

    Args:
        first: what the reranker was given.
        reranked: by depth, what it made of it, for the same queries.
        qrels: the judgements.
        metric: a spelling or a `Metric`.
        name: what is reranked with.
        milliseconds: by depth, what a query takes.
        padding: by depth, the share of padding.
        seed: of the bootstrap.

    Raises:
        DataError: no depth; runs that have not the same queries, or none that is judged.
        MetricError: a metric whose best order of documents is not known.
        SettingsError: a depth below 1.

    >>> first = Run.from_ids({"q1": ["x", "y", "a"], "q2": ["x", "b"], "q3": ["x", "c"]})
    >>> best = Run.from_ids({"q1": ["a", "x", "y"], "q2": ["b", "x"], "q3": ["c", "x"]})
    >>> qrels = Qrels.from_dict({"q1": {"a": 1}, "q2": {"b": 1}, "q3": {"c": 1}})
    >>> curve = depth_curve(first, {1: first, 3: best}, qrels, metric="Success@1")
    >>> [(p.depth, p.mean, p.ceiling) for p in curve.points], curve.knee.depth
    ([(1, 0.0, 0.0), (3, 1.0, 1.0)], 3)
    """
    if not reranked:
        raise DataError("no depth to make a curve of; give {depth: run} of one at least")
    stages = {
        depth: two_stage(first, reranked[depth], qrels, metric, depth=depth, seed=seed)
        for depth in sorted(reranked)
    }
    shallowest = next(iter(stages.values()))
    points = tuple(
        DepthPoint(
            depth,
            stage.reranked,
            stage.lift,
            stage.ceiling,
            (milliseconds or {}).get(depth),
            (padding or {}).get(depth),
        )
        for depth, stage in stages.items()
    )
    named = str(shallowest.scores.metric)
    return DepthCurve(name, named, shallowest.first, len(shallowest.query_ids), points)
