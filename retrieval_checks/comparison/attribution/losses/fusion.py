"""`FusionLoss`: what fusing several rankings gains over each, and what it loses of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from retrieval_checks.comparison.attribution.difference import Difference, differences
from retrieval_checks.comparison.attribution.documents import (
    document_lines,
    judgement_ranks,
    left_top,
    moved_documents,
)
from retrieval_checks.comparison.attribution.scores import Scored, Scores, score_runs
from retrieval_checks.comparison.attribution.wording import INTERVALS, aligned, figure, stage_name
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.metrics.evaluation import NoRelevant, mean_of
from retrieval_checks.metrics.metric import Metric

_LINES = 7  # parts that are shown


class LostDocument(NamedTuple):
    """A relevant document that a part has in its top k and the fusion has not."""

    query_id: str
    doc_id: str
    grade: float
    part: str  # the one that ranks it best
    before: int  # 1-based, in that part
    after: int | None  # 1-based, in the fusion; None where it is not there

    def __str__(self) -> str:
        went = "gone" if self.after is None else f"#{self.after}"
        pair = f"{self.doc_id!r} for {self.query_id!r}"
        return f"#{self.before} of {stage_name(self.part)} -> {went}  {pair} (grade {self.grade:g})"


@dataclass(frozen=True, slots=True, eq=False)
class FusionLoss(Scored):
    """A fusion beside its parts: whether it beats the best of them, and what it loses of them.

    `oracle` is the best part of each query, chosen by the judgements. A fusion may beat it, since
    it can bring up a document of either part.

    `scores`: of the fusion, then of each part.
    """

    names: tuple[str, ...]  # of the parts, as given
    gain: Difference  # of the fusion over the part with the highest mean
    short: Difference  # of the fusion over the best part of each query
    lost: tuple[LostDocument, ...]  # worst first

    @property
    def fused(self) -> float:
        """The mean of the fusion."""
        return self.scores.means[0]

    @property
    def parts(self) -> dict[str, float]:
        """The mean of each part alone."""
        return dict(zip(self.names, self.scores.means[1:], strict=True))

    @property
    def best(self) -> str:
        """The part with the highest mean; the first of equal ones."""
        return max(self.names, key=self.parts.__getitem__)

    @property
    def oracle(self) -> float:
        """The mean of the best part of each query."""
        return mean_of(_best_of_parts(self.scores))

    def explain(self) -> str:
        """The figures as text for a terminal, at most 20 lines."""
        by_mean = sorted(self.parts.items(), key=lambda part: -part[1])
        more = len(by_mean) - _LINES
        rows = [
            *([stage_name(name), figure(mean), ""] for name, mean in by_mean[:_LINES]),
            ["(best part a query)", figure(self.oracle), ""],
            ["(fusion)", figure(self.fused), f"{self.gain} over {stage_name(self.best)}"],
        ]
        return "\n".join(
            [
                f"{self.scores.metric} of the parts and of their fusion ({self.scores.over}):",
                *aligned(rows),
                *([f"  ... and {more} more parts with less"] if more > 0 else []),
                f"fusion against {stage_name(self.best)}: {self.gain.tally}",
                f"fusion against the best part a query: {self.short} {self.short.tally}",
                f"relevant documents of a part's top {self.scores.k} lost by fusion:"
                f" {len(self.lost)}",
                *document_lines(self.lost),
                *self.scores.remarks(),
                INTERVALS,
            ]
        )

    def to_dict(self) -> dict[str, Any]:
        """All of it as strict JSON takes it."""
        return {
            "metric": str(self.scores.metric),
            "k": self.scores.k,
            "fused": self.fused,
            "parts": self.parts,
            "best": self.best,
            "oracle": self.oracle,
            "gain": self.gain.to_dict(),
            "short": self.short.to_dict(),
            "lost": [document._asdict() for document in self.lost],
            "missing": list(self.missing),
            "queries": {
                query_id: {"fused": row[0], "parts": dict(zip(self.names, row[1:], strict=True))}
                for query_id, row in zip(self.query_ids, self.scores.values.tolist(), strict=True)
            },
        }


def fusion_loss(
    fused: Run,
    parts: Mapping[str, Run],
    qrels: Qrels,
    metric: str | Metric = "nDCG@10",
    *,
    relevance_level: float = 1,
    no_relevant: NoRelevant = "zero",
    seed: int = 0,
) -> FusionLoss:
    """What a fusion gains over its best part, and which relevant documents it loses.

    Top means the metric's cut-off, or rank 10 where it has none. The best part is chosen on the
    queries that it is then compared on, which flatters it a little.

    Args:
        fused: the run that was made of the parts.
        parts: by name, the runs that were fused, of the same queries.
        qrels: the judgements; the means are over those of their queries that are in the runs.
        metric: a spelling or a `Metric`.
        relevance_level: the lowest grade that is relevant.
        no_relevant: what becomes of a query without a relevant document, see `evaluate`.
        seed: of the bootstrap.

    Raises:
        DataError: no part, or the runs have not the same queries, or none that is judged.
        MetricError: a metric that does not exist, or of which more is not better.

    >>> dense, bm25 = Run.from_ids({"q": ["a", "x"]}), Run.from_ids({"q": ["y", "x"]})
    >>> fused = Run.from_ids({"q": ["x", "a", "y"]})
    >>> parts = {"dense": dense, "bm25": bm25}
    >>> loss = fusion_loss(fused, parts, Qrels.from_dict({"q": {"a": 1}}), "Success@1")
    >>> loss.fused, loss.parts, loss.lost[0].part, loss.lost[0].after
    (0.0, {'dense': 1.0, 'bm25': 0.0}, 'dense', 2)
    """
    if not parts:
        raise DataError("no parts of the fusion; give {name: run} of one at least")
    scores = score_runs(
        [fused, *parts.values()],
        qrels,
        metric,
        relevance_level=relevance_level,
        no_relevant=no_relevant,
    )
    best = 1 + int(np.argmax(scores.means[1:]))
    against = np.column_stack([scores.values[:, best], _best_of_parts(scores)])
    gain, short = differences(scores.values[:, [0]] - against, seed=seed)
    names = tuple(parts)
    return FusionLoss(scores, names, gain, short, _lost(scores, fused, names, list(parts.values())))


def _best_of_parts(scores: Scores) -> FloatArray:
    return np.asarray(scores.values[:, 1:].max(axis=1))


def _lost(
    scores: Scores, fused: Run, names: Sequence[str], parts: Sequence[Run]
) -> tuple[LostDocument, ...]:
    qrels, absent = scores.qrels, np.iinfo(np.int64).max
    after = judgement_ranks(fused, qrels)
    ranks = np.array([judgement_ranks(part, qrels) for part in parts])
    ranks[ranks == 0] = absent
    before, part = ranks.min(axis=0), ranks.argmin(axis=0)
    entries = left_top(qrels, before, after, k=scores.k, level=scores.level)
    return tuple(
        LostDocument(
            moved.query_id, moved.doc_id, moved.grade, names[at], moved.before or 0, moved.after
        )
        for moved, at in zip(
            moved_documents(qrels, before, after, entries), part[entries].tolist(), strict=True
        )
    )
