"""`Definition`: the exact values of the metric that a function claims to be."""

from typing import NoReturn

from retrieval_checks.contracts.metric.cases import ONLY_QUERY, Case, RankingCase, RunCase
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import MetricError
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.formula import find_formula
from retrieval_checks.metrics.metric import Metric, parse_metric

_ANCHOR = "anchor"  # one more query, with a relevant document: `evaluate` asks for one
_HIGHEST_GRADE = 3


class Definition:
    """Exact values of a metric: what `evaluate` gives, with the cut-off of each case.

    Raises:
        MetricError: no such metric, a cut-off in the spelling; a metric that is read at a recall
            level, goes by subtopics, or has values outside [0, 1].

    >>> Definition("nDCG").of(RankingCase(("a", "b"), {"b": 1}, 1))
    0.0
    """

    def __init__(self, metric: str | Metric) -> None:
        self._metric = _claimed(metric)
        if _at_recall_level(self._metric):
            _refuse(self._metric, "it is read at a recall level, and the checks choose ranks")
        if find_formula(self._metric.name).by_subtopic:
            _refuse(self._metric, "it goes by subtopics, and the checks have plain grades")
        self.grades = self._grades()
        self._check_values()

    def name(self, k: int) -> str:
        """The metric with the cut-off: `nDCG@2`."""
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
        return Metric(self._metric.name, k, self._metric.params)

    def _grades(self) -> tuple[int, ...]:
        """The grades that examples have; some metrics refuse those above their own highest."""
        highest = next((g for g in range(_HIGHEST_GRADE, 1, -1) if self._accepts(g)), 1)
        return tuple(range(highest + 1))

    def _accepts(self, grade: int) -> bool:
        try:
            self.of(_three_of(grade))
        except MetricError:
            return False
        return True

    def _check_values(self) -> None:
        value = self.of(_three_of(self.grades[-1]))
        if isinstance(value, dict) or not 0 <= value <= 1:
            _refuse(self._metric, f"it is {value} for three relevant documents")


def _claimed(metric: str | Metric) -> Metric:
    """The metric, at any cut-off: a spelling has none, that of a `Metric` is not looked at."""
    if isinstance(metric, Metric):
        return metric
    try:
        return parse_metric(f"{metric}@1")
    except MetricError:
        found = parse_metric(metric)  # says what is wrong, unless it is the cut-off
    if _at_recall_level(found):
        return found
    name = str(found).rpartition("@")[0]
    raise MetricError(f"the checks choose the cut-offs: metric={name!r}, not {metric!r}")


def _at_recall_level(metric: Metric) -> bool:
    return find_formula(metric.name).cutoff == "recall"


def _three_of(grade: int) -> RankingCase:
    return RankingCase(("a", "b", "c"), {"a": grade, "b": grade, "c": grade}, 3)


def _refuse(metric: Metric, why: str) -> NoReturn:
    raise MetricError(
        f"{metric.name} cannot be checked: {why}; metric_checks is for metrics with a rank as"
        " cut-off, one grade a document and values in [0, 1], such as nDCG or AP"
    )
