"""Our own metrics in both forms, as a user would adapt them."""

from collections.abc import Callable, Mapping

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.metric import Metric, parse_metric

Scored = dict[str, float]
Grades = dict[str, int]


def ranking_form(metric: Callable[[int], Metric]) -> Callable[[list[str], Grades, int], float]:
    """`evaluate` of one ranking; an anchor lets it accept queries without a relevant document."""

    def of_ranking(ranking: list[str], grades: Grades, k: int) -> float:
        run = Run.from_ids({"q": ranking, "anchor": ["a"]})
        qrels = Qrels.from_dict({"q": grades, "anchor": {"a": 1}})
        return evaluate(run, qrels, metric(k)).per_query(metric(k))["q"]

    return of_ranking


def run_form(
    metric: Callable[[int], Metric],
) -> Callable[[dict[str, Scored], dict[str, Grades], int], float]:
    """The mean that `evaluate` gives."""

    def of_run(run: dict[str, Scored], qrels: dict[str, Grades], k: int) -> float:
        return evaluate(Run.from_dict(run), Qrels.from_dict(qrels), metric(k)).mean[str(metric(k))]

    return of_run


def run_form_by_query(
    metric: Callable[[int], Metric],
) -> Callable[[dict[str, Scored], dict[str, Grades], int], Mapping[str, float]]:
    """The values by query that `evaluate` gives."""

    def of_run(run: dict[str, Scored], qrels: dict[str, Grades], k: int) -> Mapping[str, float]:
        evaluation = evaluate(Run.from_dict(run), Qrels.from_dict(qrels), metric(k))
        return evaluation.per_query(metric(k))

    return of_run


def at(spelling: str) -> Callable[[int], Metric]:
    """The metric at a cut-off."""
    return lambda k: parse_metric(f"{spelling}@{k}")
