"""`Noise`: how far a pipeline differs from itself, and the gates that this makes meaningless."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from retrieval_checks.comparison.gates import Churn, Drop, Gate, Overlap
from retrieval_checks.comparison.significance import decide
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, SettingsError, listed
from retrieval_checks.judgement.explain.wording import counted
from retrieval_checks.judgement.floor import Floor
from retrieval_checks.judgement.verdict import Outcome
from retrieval_checks.metrics.agreement import overlap_at
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.metric import Metric

_K = 10
_WORST_FIRST: tuple[Outcome, ...] = ("FAIL", "INCONCLUSIVE", "PASS")


@dataclass(frozen=True, slots=True, eq=False)
class Noise:
    """Several runs of one pipeline on the same queries.

    >>> runs = [Run.from_ids({"q": ["a", "b"]}), Run.from_ids({"q": ["b", "a"]})]
    >>> noise = Noise(runs, Qrels.from_dict({"q": {"a": 1}}))
    >>> noise.spread(Metric("RR", 10)), noise.unstable
    (0.5, ('q',))
    """

    runs: Sequence[Run]  # of the same queries
    qrels: Qrels

    def __post_init__(self) -> None:
        if len(self.runs) < 2:
            raise DataError(f"noise takes at least two runs, got {len(self.runs)}")

    def values(self, metric: Metric) -> FloatArray:
        """The metric of each judged query in each run, (n_runs, n_queries)."""
        return np.stack([evaluate(run, self.qrels, metric).values[:, 0] for run in self.runs])

    def means(self, metric: Metric) -> tuple[float, float]:
        """The smallest and the largest mean of the metric among the runs."""
        means = [math.fsum(row) / len(row) for row in self.values(metric).tolist()]
        return min(means), max(means)

    def spread(self, metric: Metric) -> float:
        """The largest mean of the metric among the runs less the smallest."""
        low, high = self.means(metric)
        return high - low

    @property
    def unstable(self) -> tuple[str, ...]:
        """The queries whose top 10 is not the same ranking in every run."""
        first, *others = self.runs
        return tuple(
            query_id
            for query_id in first
            if any(run.ranking(query_id, k=_K) != first.ranking(query_id, k=_K) for run in others)
        )

    def agreement(self, k: int) -> tuple[float, float]:
        """Of any run with the first: the least mean overlap@k and the largest churn@k."""
        overlaps = [list(overlap_at(run, self.runs[0], k).values()) for run in self.runs[1:]]
        means = [math.fsum(values) / max(len(values), 1) for values in overlaps]
        churns = [sum(value < 1 for value in values) / max(len(values), 1) for values in overlaps]
        return min(means), max(churns)

    def self_test(self, metric: Metric, *, margin: float | None = None) -> Outcome:
        """The worst of the gate's outcomes for each run against each other.

        FAIL would be a false alarm. Runs with equal values are taken once.
        """
        values = np.unique(self.values(metric), axis=0)
        pairs = list(permutations(values, 2)) or [(values[0], values[0])]
        outcomes = {decide(one - other, margin=margin).outcome for one, other in pairs}
        return next(outcome for outcome in _WORST_FIRST if outcome in outcomes)

    def refuse(self, gate: Gate) -> None:
        """Refuse a gate that is tighter than what the pipeline does by itself.

        Raises:
            SettingsError: names the gate, the noise and what to ask for instead.
        """
        test = gate.test
        if isinstance(test, Floor):
            self._refuse_floor(gate, test)
            return
        if isinstance(test, Drop):
            noise, bound, what = self.spread(test.metric), test.margin, f"mean {test.metric}"
        elif isinstance(test, Churn):
            noise, bound, what = self.agreement(test.k)[1], test.most, f"churn@{test.k}"
        elif isinstance(test, Overlap):
            least = self.agreement(test.k)[0]
            noise, bound, what = 1 - least, 1 - test.least, f"1 - overlap@{test.k}"
        else:
            return
        if bound < noise:
            raise SettingsError(
                f"gate '{gate}' is tighter than the noise: {what} differs by {noise:.4f} among"
                f" {len(self.runs)} runs of the same pipeline, {bound:g} is allowed; allow more, or"
                f" make the pipeline repeatable ({self._changed} changed)"
            )

    def _refuse_floor(self, gate: Gate, floor: Floor) -> None:
        low, high = self.means(floor.metric)
        if low < floor.bound < high:
            raise SettingsError(
                f"gate '{gate}' is tighter than the noise: mean {floor.metric} is {low:.4f} to"
                f" {high:.4f} among {len(self.runs)} runs of the same pipeline, so that chance says"
                " whether it holds; ask for a bound outside, or make the pipeline repeatable"
                f" ({self._changed} changed)"
            )

    @property
    def _changed(self) -> str:
        return listed(self.unstable, most=3) or "no ranking"

    def explain(self, metrics: Sequence[Metric]) -> str:
        """One line: how far each mean, and how many rankings, differ."""
        spreads = ", ".join(f"{metric} {self.spread(metric):.4f}" for metric in metrics)
        moved = counted(len(self.unstable), "ranking", "rankings")
        outcome = self.self_test(metrics[0]) if metrics else "PASS"
        return (
            f"noise over {len(self.runs)} runs: {spreads or 'no metric'}; {moved} of"
            f" {len(self.runs[0])} differ; against itself: {outcome}"
        )


def noise_evidence(noise: Noise, metrics: Sequence[Metric]) -> Mapping[str, object]:
    """The numbers behind `explain`, as strict JSON takes them."""
    return {
        "runs": len(noise.runs),
        "unstable": list(noise.unstable),
        "spread": {str(metric): noise.spread(metric) for metric in metrics},
    }
