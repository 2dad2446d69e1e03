"""`Attribution`: how much of a change each stage of a pipeline makes, swapped in alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from retrieval_checks.comparison.attribution.difference import Difference, differences
from retrieval_checks.comparison.attribution.scores import Scored, score_runs
from retrieval_checks.comparison.attribution.wording import INTERVALS, aligned, figure, stage_name
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.metrics.evaluation import NoRelevant
from retrieval_checks.metrics.metric import Metric

_LINES = 14  # stages that are shown


@dataclass(frozen=True, slots=True, eq=False)
class Attribution(Scored):
    """A change from a current to a candidate pipeline, by stage.

    Each stage's difference is that of the current pipeline with this stage alone replaced. What
    the stages do not add up to is the remainder: what they do only together, for each query.

    `scores`: of current, candidate, then each stage.
    """

    names: tuple[str, ...]  # of the stages, as given
    total: Difference
    alone: tuple[Difference, ...]  # of each stage
    remainder: Difference

    @property
    def stages(self) -> dict[str, Difference]:
        """What each stage changes, swapped in alone."""
        return dict(zip(self.names, self.alone, strict=True))

    @property
    def largest(self) -> str | None:
        """The stage whose swap alone changes most, up or down; None where none changes anything."""
        name, change = self._by_size()[0]
        return name if change.mean else None

    def explain(self) -> str:
        """The change and a line for each stage, as text for a terminal, at most 20 lines."""
        current, candidate, *_ = map(figure, self.scores.means)
        rows = [_row(*stage) for stage in self._by_size()[:_LINES]]
        more = len(self.names) - _LINES
        return "\n".join(
            [
                f"{self.scores.metric} {current} -> {candidate}: {self.total}"
                f" ({self.scores.over}: {self.total.tally})",
                *aligned([*rows, _row("(only together)", self.remainder)]),
                *([f"  ... and {more} more stages with less"] if more > 0 else []),
                self._conclusion(),
                *self.scores.remarks(),
                INTERVALS,
            ]
        )

    def to_dict(self) -> dict[str, Any]:
        """All of it as strict JSON takes it."""
        current, candidate, *swapped = self.scores.means
        return {
            "metric": str(self.scores.metric),
            "current": current,
            "candidate": candidate,
            "total": self.total.to_dict(),
            "stages": {
                name: {"score": score, **change.to_dict()}
                for name, score, change in zip(self.names, swapped, self.alone, strict=True)
            },
            "remainder": self.remainder.to_dict(),
            "largest": self.largest,
            "missing": list(self.missing),
            "queries": {
                query_id: {
                    "current": row[0],
                    "candidate": row[1],
                    "stages": dict(zip(self.names, row[2:], strict=True)),
                }
                for query_id, row in zip(self.query_ids, self.scores.values.tolist(), strict=True)
            },
        }

    def _by_size(self) -> list[tuple[str, Difference]]:
        """The stages, the one that changes most first; equal ones as given."""
        return sorted(self.stages.items(), key=lambda stage: -abs(stage[1].mean))

    def _conclusion(self) -> str:
        name, change = self._by_size()[0]
        if not change.mean:
            return "no stage changes the mean alone"
        unclear = "" if change.is_clear else ", but these queries do not tell it from no change"
        outdone = abs(self.remainder.mean) > abs(change.mean)
        less = "; the stages do more than that only together" if outdone else ""
        return f"largest: {stage_name(name)}{unclear}{less}"


def attribute(
    current: Run,
    candidate: Run,
    swapped: Mapping[str, Run],
    qrels: Qrels,
    *,
    metric: str | Metric = "nDCG@10",
    relevance_level: float = 1,
    no_relevant: NoRelevant = "zero",
    seed: int = 0,
) -> Attribution:
    """How much of the change between two pipelines each stage makes.

    Args:
        current: the run of the pipeline as it is.
        candidate: the run of the pipeline as it may become, for the same queries.
        swapped: by stage, the run of the current pipeline with only this stage the candidate's.
        qrels: the judgements; the means are over those of their queries that are in the runs.
        metric: a spelling or a `Metric`.
        relevance_level: the lowest grade that is relevant.
        no_relevant: what becomes of a query without a relevant document, see `evaluate`.
        seed: of the bootstrap.

    Raises:
        DataError: no stage, or the runs have not the same queries, or none that is judged.
        MetricError: a metric that does not exist, or of which more is not better.

    >>> def run(*rankings):
    ...     return Run.from_ids({f"q{i}": list(ids) for i, ids in enumerate(rankings)})
    >>> qrels = Qrels.from_dict({"q0": {"a": 1}, "q1": {"a": 1}})
    >>> swapped = {"dense": run("a", "xa"), "rerank": run("xa", "xa")}
    >>> found = attribute(run("xa", "xa"), run("a", "a"), swapped, qrels, metric="RR")
    >>> found.total.mean, found.stages["dense"].mean, found.remainder.mean, found.largest
    (0.5, 0.25, 0.25, 'dense')
    """
    if not swapped:
        raise DataError("no stage to attribute the change to; give {stage: run} of one at least")
    scores = score_runs(
        [current, candidate, *swapped.values()],
        qrels,
        metric,
        relevance_level=relevance_level,
        no_relevant=no_relevant,
    )
    changes = scores.values[:, 1:] - scores.values[:, [0]]
    remainder = changes[:, 0] - changes[:, 1:].sum(axis=1)
    total, *by_stage, rest = differences(np.column_stack([changes, remainder]), seed=seed)
    return Attribution(scores, tuple(swapped), total, tuple(by_stage), rest)


def _row(name: str, difference: Difference) -> list[str]:
    return [stage_name(name), str(difference), difference.tally]
