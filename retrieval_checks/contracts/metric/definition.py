"""`Definition`: the exact values of the metric that a function claims to be."""

from retrieval_checks.contracts.metric.cases import ONLY_QUERY, Case, RankingCase, RunCase
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MetricError
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.metric import Metric, parse_metric

_ANCHOR = "anchor"  # one more query, with a relevant document: `evaluate` asks for one
_GRADED = RankingCase(("a", "b", "c"), {"a": 3, "b": 2, "c": 1}, 3)
_BINARY = RankingCase(("a", "b", "c"), {"a": 1, "b": 1, "c": 1}, 3)


class Definition:
    """Exact values of a metric: what `evaluate` gives, with the cut-off of each case.

    Raises:
        MetricError: no such metric, a cut-off in the spelling, values outside [0, 1].

    >>> Definition("nDCG").of(RankingCase(("a", "b"), {"b": 1}, 1))
    0.0
    """

    def __init__(self, spelling: str) -> None:
        self._metric = _without_cutoff(spelling)
        self.takes_k = self._metric.cutoff is not None
        value = self.of(_BINARY)
        if isinstance(value, dict) or not 0 <= value <= 1:
            raise MetricError(
                f"{spelling} is {value} for three relevant documents; metric_checks is for metrics"
                " with values in [0, 1]"
            )
        self.grades = self._grades()

    def name(self, k: int) -> str:
        """The metric with the cut-off, where it has one: `nDCG@2`."""
        return str(self._at(k))

    def of(self, case: Case) -> float | dict[str, float]:
        """A ranking's value, or the values of a run by judged query."""
        if isinstance(case, RankingCase):
            return self._values(RunCase.of(case))[ONLY_QUERY]
        return self._values(case)

    def _values(self, case: RunCase) -> dict[str, float]:
        metric = self._at(case.k)
        run = Run.from_dict({**case.run, _ANCHOR: {"a": 1.0}})
        qrels = Qrels.from_dict({**case.qrels, _ANCHOR: {"a": 1}})
        values = evaluate(run, qrels, metric).per_query(metric)
        return {query_id: values[query_id] for query_id in case.qrels}

    def _at(self, k: int) -> Metric:
        return Metric(self._metric.name, k if self.takes_k else None, self._metric.params)

    def _grades(self) -> tuple[int, ...]:
        """Grades that have a meaning; some metrics refuse those above 1."""
        try:
            self.of(_GRADED)
        except DataError:
            return (0, 1)
        return (0, 1, 2, 3)


def _without_cutoff(spelling: str) -> Metric:
    """The metric at 1, or without cut-off where it takes none."""
    if "@" in spelling:
        name = spelling.partition("@")[0]
        raise MetricError(f"the checks choose the cut-offs: metric={name!r}, not {spelling!r}")
    try:
        return parse_metric(f"{spelling}@1")
    except MetricError:
        return parse_metric(spelling)
