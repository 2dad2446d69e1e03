"""`Reported`: what a report is made from: a golden file's run, and what it is compared with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.context import Context
from retrieval_checks.comparison.depths.curve import DepthCurve
from retrieval_checks.comparison.gates import Drop, Gate
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import NotComparableError
from retrieval_checks.golden.bound import BoundSuite
from retrieval_checks.golden.judge import figure_metrics
from retrieval_checks.metrics.evaluation import Evaluation, evaluate
from retrieval_checks.metrics.metric import Metric

DEPTH = 10  # documents of a ranking that are shown


@dataclass(frozen=True, eq=False)
class Reported:
    """One golden file's rankings of today, beside those that were accepted or saved earlier."""

    bound: BoundSuite
    run: Run
    gates: Sequence[Gate]
    context: Context
    reference: Baseline | None = None  # None: nothing was accepted
    repeats: Sequence[Run] = ()  # of the same pipeline
    stages: Mapping[str, Run] = field(default_factory=dict)  # empty: not made of stages
    depths: Mapping[str, int] = field(default_factory=dict)  # stage: documents that it scored
    latencies: Mapping[str, FloatArray] = field(default_factory=dict)  # stage: ms a query
    curves: Mapping[str, DepthCurve] = field(default_factory=dict)  # stage: at lesser depths

    @cached_property
    def qrels(self) -> Qrels:
        """The judgements of the queries that ran."""
        return self.bound.qrels.select([q for q in self.bound.qrels if q in self.run])

    @cached_property
    def metrics(self) -> tuple[Metric, ...]:
        """The metric that the report is about, then the others."""
        every = figure_metrics(self.gates)
        compared = [g for g in self.gates if g.metric and isinstance(g.test, Drop) and not g.tag]
        named = [gate.metric for gate in compared or self.gates if gate.metric]
        return tuple(dict.fromkeys([*named[:1], *every]))

    @cached_property
    def now(self) -> Evaluation | None:
        """Today's figures; None where no query is judged."""
        return evaluate(self.run, self.qrels, self.metrics) if self.qrels else None

    @cached_property
    def before(self) -> dict[Metric, dict[str, float]]:
        """The reference's figures of the judged queries; without what cannot be compared."""
        known: dict[Metric, dict[str, float]] = {}
        if self.reference is None:
            return known
        for metric in self.metrics:
            try:
                known[metric] = self.reference.values(metric, self.qrels)
            except NotComparableError:
                continue
        return known

    @cached_property
    def figures(self) -> dict[str, dict[str, dict[str, float | None]]]:
        """`{query_id: {metric: {"now": value, "accepted": value or None}}}` of judged queries."""
        if self.now is None:
            return {}
        values = self.now.values.tolist()
        return {
            query_id: {
                str(metric): {"now": value, "accepted": self.before.get(metric, {}).get(query_id)}
                for metric, value in zip(self.metrics, row, strict=True)
            }
            for query_id, row in zip(self.now.query_ids, values, strict=True)
        }
