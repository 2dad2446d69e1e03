"""`TwoStage`: what a reranker makes of the candidates that it is given, and what it could make."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from retrieval_checks.comparison.attribution.difference import Difference, differences
from retrieval_checks.comparison.attribution.documents import (
    MovedDocument,
    document_lines,
    entered_top,
    judgement_ranks,
    left_top,
    moved_documents,
)
from retrieval_checks.comparison.attribution.ideal import ideal_rerank
from retrieval_checks.comparison.attribution.movement import Movement, movement
from retrieval_checks.comparison.attribution.scores import Scored, check_best_order, score_runs
from retrieval_checks.comparison.attribution.wording import INTERVALS, aligned, figure, share
from retrieval_checks.data.postings import FloatArray, read_only
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import SettingsError
from retrieval_checks.metrics.agreement import check_same_queries
from retrieval_checks.metrics.evaluation import NoRelevant, mean_of
from retrieval_checks.metrics.metric import Metric

_FIRST, _RERANKED, _ORACLE = range(3)


@dataclass(frozen=True, slots=True, eq=False)
class TwoStage(Scored):
    """A first stage and its reranking: what could be found, what was, and what was lost.

    `lift` is what reranking changed, `possible` what the best order of the candidates would have;
    `recall` is the ceiling: the share of the relevant documents among the candidates.

    `scores`: of the first stage, the reranked run, the candidates in their best order.
    """

    depth: int
    recall: FloatArray  # float64 (n_queries,), R@depth of the first stage
    lift: Difference
    possible: Difference
    pushed_out: tuple[MovedDocument, ...]  # relevant, left the top k, worst first
    pulled_in: tuple[MovedDocument, ...]  # relevant, entered the top k, best first
    movement: Movement

    def __post_init__(self) -> None:
        read_only(self.recall)

    @property
    def ceiling(self) -> float:
        """Mean recall of the candidates: no reranker finds more, in [0, 1]."""
        return mean_of(self.recall)

    @property
    def first(self) -> float:
        """The mean of the first stage."""
        return self.scores.means[_FIRST]

    @property
    def reranked(self) -> float:
        """The mean after reranking."""
        return self.scores.means[_RERANKED]

    @property
    def oracle(self) -> float:
        """The mean of the candidates in their best order."""
        return self.scores.means[_ORACLE]

    @property
    def realised(self) -> float | None:
        """Lift over possible lift, negative where reranking lost; None where none was possible."""
        return self.lift.mean / self.possible.mean if self.possible.mean > 0 else None

    @property
    def remarks(self) -> tuple[str, ...]:
        """What to know before believing the figures: a reranker that sees only k, and the like."""
        return (*self.movement.remarks(), *self.scores.remarks())

    def explain(self) -> str:
        """The figures as text for a terminal, at most 20 lines."""
        k, metric = self.scores.k, self.scores.metric
        rows = [
            ["candidates", figure(self.ceiling), f"R@{self.depth}, the most that can be found"],
            ["first stage", figure(self.first)],
            ["reranked", figure(self.reranked), str(self.lift), self.lift.tally],
            ["best order", figure(self.oracle), str(self.possible)],
        ]
        of_it = "none was possible" if self.realised is None else share(self.realised)
        return "\n".join(
            [
                f"reranking the best {self.depth}, {metric} ({self.scores.over}):",
                *aligned(rows),
                f"realised of the possible lift: {of_it}",
                f"relevant documents pushed out of the top {k}: {len(self.pushed_out)}",
                *document_lines(self.pushed_out),
                f"relevant documents pulled into it: {len(self.pulled_in)}",
                *self.remarks,
                INTERVALS,
            ]
        )

    def to_dict(self) -> dict[str, Any]:
        """All of it as strict JSON takes it."""
        columns = np.column_stack([self.recall, self.scores.values]).tolist()
        names = ("recall", "first", "reranked", "oracle")
        return {
            "metric": str(self.scores.metric),
            "k": self.scores.k,
            "depth": self.depth,
            "ceiling": self.ceiling,
            "first": self.first,
            "reranked": self.reranked,
            "oracle": self.oracle,
            "lift": self.lift.to_dict(),
            "possible": self.possible.to_dict(),
            "realised": self.realised,
            "pushed_out": [document._asdict() for document in self.pushed_out],
            "pulled_in": [document._asdict() for document in self.pulled_in],
            "changed_nothing": self.movement.changed_nothing,
            "sees_only_k": self.movement.sees_only_k,
            "remarks": list(self.remarks),
            "missing": list(self.missing),
            "queries": {
                query_id: dict(zip(names, row, strict=True))
                for query_id, row in zip(self.query_ids, columns, strict=True)
            },
        }


def two_stage(
    first: Run,
    reranked: Run,
    qrels: Qrels,
    metric: str | Metric = "nDCG@10",
    *,
    depth: int,
    relevance_level: float = 1,
    no_relevant: NoRelevant = "zero",
    seed: int = 0,
) -> TwoStage:
    """What reranking the best `depth` documents of a run changed, and what it could have.

    The oracle has the candidates ordered by grade, what lies below `depth` kept behind. Top means
    the metric's cut-off, or rank 10 where it has none.

    Args:
        first: what the reranker was given.
        reranked: what it made of it, for the same queries.
        qrels: the judgements; the means are over those of their queries that are in the runs.
        metric: a spelling or a `Metric`.
        depth: how many candidates a query the reranker was given.
        relevance_level: the lowest grade that is relevant.
        no_relevant: what becomes of a query without a relevant document, see `evaluate`.
        seed: of the bootstrap.

    Raises:
        DataError: the runs have not the same queries, or none that is judged.
        MetricError: a metric whose best order of documents is not known.
        SettingsError: depth is not a whole number from 1.

    >>> first = Run.from_ids({"q1": ["x", "a"], "q2": ["x", "y", "b"]})
    >>> reranked = Run.from_ids({"q1": ["a", "x"], "q2": ["x", "y", "b"]})
    >>> qrels = Qrels.from_dict({"q1": {"a": 1}, "q2": {"b": 1}})
    >>> found = two_stage(first, reranked, qrels, "Success@1", depth=2)
    >>> found.ceiling, found.first, found.reranked, found.oracle, found.realised
    (0.5, 0.0, 0.5, 0.5, 1.0)
    """
    depth = _checked_depth(depth)
    check_best_order(metric)
    check_same_queries(first, reranked)
    runs = (first, reranked, ideal_rerank(first, qrels, depth=depth))
    scores = score_runs(
        runs, qrels, metric, relevance_level=relevance_level, no_relevant=no_relevant
    )
    changes = scores.values[:, [_RERANKED, _ORACLE]] - scores.values[:, [_FIRST]]
    lift, possible = differences(changes, seed=seed)
    before, after = (judgement_ranks(run, scores.qrels) for run in (first, reranked))
    lost, gained = (
        moved_documents(
            scores.qrels,
            before,
            after,
            found(scores.qrels, before, after, k=scores.k, level=scores.level),
        )
        for found in (left_top, entered_top)
    )
    return TwoStage(
        scores,
        depth,
        scores.values_of(first, Metric("R", depth, (("rel", scores.level),))),
        lift,
        possible,
        lost,
        gained,
        movement(first, reranked, k=scores.k, depth=depth),
    )


def _checked_depth(depth: object) -> int:
    if not isinstance(depth, int | np.integer) or isinstance(depth, bool) or depth < 1:
        raise SettingsError(
            f"depth must be a whole number from 1, the candidates a query; got {depth!r}"
        )
    return int(depth)
