"""`IndexLoss`: what an approximate index loses of what exact search of the same vectors finds."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from retrieval_checks.comparison.attribution.difference import Difference, differences
from retrieval_checks.comparison.attribution.documents import (
    MovedDocument,
    document_lines,
    judgement_ranks,
    left_top,
    moved_documents,
)
from retrieval_checks.comparison.attribution.ideal import ideal_run
from retrieval_checks.comparison.attribution.scores import Scored, check_best_order, score_runs
from retrieval_checks.comparison.attribution.wording import INTERVALS, aligned, figure
from retrieval_checks.data.postings import FloatArray, read_only
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.agreement import overlap_at
from retrieval_checks.metrics.evaluation import NoRelevant, mean_of
from retrieval_checks.metrics.metric import Metric

_EXACT, _APPROXIMATE = range(2)


@dataclass(frozen=True, slots=True, eq=False)
class IndexLoss(Scored):
    """Exact and approximate search of the same vectors: what the embedding and the index lose.

    `embedding` is what exact search has over (below) the ideal ranking of what is judged, `index`
    what approximate search has over (below) exact search.

    `scores`: of exact search, of approximate search.
    """

    best: FloatArray  # float64 (n_queries,), of the best ranking that the judgements allow
    k: int
    overlap: FloatArray  # float64 (n_queries,), share of the exact top k that the index returns
    embedding: Difference
    index: Difference
    lost: tuple[
        MovedDocument, ...
    ]  # relevant, in the exact top k and not in the other, worst first

    def __post_init__(self) -> None:
        read_only(self.best)
        read_only(self.overlap)

    @property
    def exact(self) -> float:
        """The mean of exact search."""
        return self.scores.means[_EXACT]

    @property
    def approximate(self) -> float:
        """The mean of approximate search."""
        return self.scores.means[_APPROXIMATE]

    @property
    def ideal(self) -> float:
        """The mean of the best ranking that the judgements allow."""
        return mean_of(self.best)

    @property
    def recall(self) -> float:
        """Mean share of the exact top k that the index returns, in [0, 1]."""
        return mean_of(self.overlap)

    def explain(self) -> str:
        """The figures as text for a terminal, at most 20 lines."""
        rows = [
            ["ideal ranking", figure(self.ideal)],
            ["exact search", figure(self.exact), str(self.embedding), "lost by the embedding"],
            ["this index", figure(self.approximate), str(self.index), "lost by the index"],
        ]
        return "\n".join(
            [
                f"{self.scores.metric} of exact and approximate search ({self.scores.over}):",
                *aligned(rows),
                f"the index returns {figure(self.recall)} of the exact top {self.k}",
                f"relevant documents of the exact top {self.k} lost by the index: {len(self.lost)}",
                *document_lines(self.lost),
                *self.scores.remarks(),
                INTERVALS,
            ]
        )

    def to_dict(self) -> dict[str, Any]:
        """All of it as strict JSON takes it."""
        columns = np.column_stack([self.scores.values, self.best, self.overlap]).tolist()
        names = ("exact", "approximate", "ideal", "overlap")
        return {
            "metric": str(self.scores.metric),
            "k": self.k,
            "exact": self.exact,
            "approximate": self.approximate,
            "ideal": self.ideal,
            "recall": self.recall,
            "embedding": self.embedding.to_dict(),
            "index": self.index.to_dict(),
            "lost": [document._asdict() for document in self.lost],
            "missing": list(self.missing),
            "queries": {
                query_id: dict(zip(names, row, strict=True))
                for query_id, row in zip(self.query_ids, columns, strict=True)
            },
        }


def index_loss(
    exact: Run,
    approximate: Run,
    qrels: Qrels,
    metric: str | Metric = "nDCG@10",
    *,
    k: int = 10,
    relevance_level: float = 1,
    no_relevant: NoRelevant = "zero",
    seed: int = 0,
) -> IndexLoss:
    """How much an approximate index costs, and how much the embedding itself.

    Args:
        exact: exact search of the vectors.
        approximate: the index's search of the same vectors, for the same queries.
        qrels: the judgements; the means are over those of their queries that are in the runs.
        metric: a spelling or a `Metric`.
        k: how deep the index must agree with exact search; see `overlap_at`.
        relevance_level: the lowest grade that is relevant.
        no_relevant: what becomes of a query without a relevant document, see `evaluate`.
        seed: of the bootstrap.

    Raises:
        DataError: the runs have not the same queries, or none that is judged.
        MetricError: a metric whose best order of documents is not known; k below 1.

    >>> exact, found = Run.from_ids({"q": ["x", "a", "b"]}), Run.from_ids({"q": ["x", "b"]})
    >>> loss = index_loss(exact, found, Qrels.from_dict({"q": {"a": 1, "b": 1}}), "R@2", k=2)
    >>> loss.ideal, loss.exact, loss.approximate, loss.recall, len(loss.lost)
    (1.0, 0.5, 0.5, 0.5, 1)
    """
    check_best_order(metric)
    agreement = overlap_at(approximate, exact, k)
    scores = score_runs(
        [exact, approximate],
        qrels,
        metric,
        relevance_level=relevance_level,
        no_relevant=no_relevant,
    )
    best = scores.values_of(ideal_run(scores.qrels), scores.metric)
    found, now = scores.values.T
    embedding, index = differences(np.column_stack([found - best, now - found]), seed=seed)
    before, after = (judgement_ranks(run, scores.qrels) for run in (exact, approximate))
    lost = left_top(scores.qrels, before, after, k=k, level=scores.level)
    return IndexLoss(
        scores,
        best,
        int(k),
        np.array([agreement[query_id] for query_id in scores.query_ids]),
        embedding,
        index,
        moved_documents(scores.qrels, before, after, lost),
    )
