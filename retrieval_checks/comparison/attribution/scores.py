"""`Scores`: one metric of several runs, side by side on the same judged queries."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval_checks.data.postings import FloatArray, read_only
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MetricError, listed
from retrieval_checks.judgement.explain.wording import counted
from retrieval_checks.metrics.agreement import check_same_queries
from retrieval_checks.metrics.evaluation import NoRelevant, evaluate, mean_of, selected
from retrieval_checks.metrics.formula import find_formula
from retrieval_checks.metrics.metric import Metric, parse_metric

_TOP = 10  # what "the top" means to a metric without a cut-off


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """A metric's values in several runs of the same queries, and the judgements behind them."""

    metric: Metric
    qrels: Qrels  # of the queries that are scored, in this order
    values: FloatArray  # float64 (n_queries, n_runs)
    missing: tuple[str, ...]  # judged, but not in the runs: not scored
    relevance_level: float

    def __post_init__(self) -> None:
        read_only(self.values)

    @property
    def query_ids(self) -> tuple[str, ...]:
        """The queries that are scored."""
        return self.qrels.query_ids

    @property
    def means(self) -> list[float]:
        """The mean of each run."""
        return [mean_of(column) for column in self.values.T]

    @property
    def k(self) -> int:
        """The rank that "the top" ends at: the metric's cut-off, 10 where it has none."""
        return self.metric.k or _TOP

    @property
    def level(self) -> float:
        """The lowest grade that is relevant to the metric."""
        return self.metric.level(self.relevance_level)

    @property
    def over(self) -> str:
        """How many queries, in words."""
        return counted(len(self.query_ids), "query", "queries")

    def values_of(self, run: Run, metric: Metric) -> FloatArray:
        """A metric's values in a run for the same queries, (n_queries,)."""
        level = self.relevance_level
        return evaluate(run, self.qrels, metric, relevance_level=level).values[:, 0]

    def remarks(self) -> list[str]:
        """A sentence that names the judged queries that the runs lack, if there are any."""
        if not self.missing:
            return []
        are = "is" if len(self.missing) == 1 else "are"
        lacking = counted(len(self.missing), "judged query", "judged queries")
        return [f"{lacking} {are} not in the runs and not counted: {listed(self.missing, most=3)}"]


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """What every attribution rests on."""

    scores: Scores  # a column each run

    @property
    def query_ids(self) -> tuple[str, ...]:
        """The queries that are scored, in the order of the judgements."""
        return self.scores.query_ids

    @property
    def missing(self) -> tuple[str, ...]:
        """Judged queries that the runs lack; they are not scored."""
        return self.scores.missing


def score_runs(
    runs: Sequence[Run],
    qrels: Qrels,
    metric: str | Metric,
    *,
    relevance_level: float,
    no_relevant: NoRelevant,
) -> Scores:
    """The metric of each run for each judged query of the runs; an empty ranking scores 0.

    Raises:
        DataError: the runs have not the same queries, or none that is judged.
        MetricError: a metric that does not exist, or of which more is not better.
    """
    wanted = checked_metric(metric)
    for run in runs:
        check_same_queries(runs[0], run)
    shared = [query_id for query_id in qrels if query_id in runs[0]]
    if not shared:
        raise DataError(f"none of the {len(qrels)} judged queries is in the runs")
    judged = selected(qrels, tuple(shared))
    evaluations = [
        evaluate(run, judged, wanted, relevance_level=relevance_level, no_relevant=no_relevant)
        for run in runs
    ]
    return Scores(
        wanted,
        selected(judged, evaluations[0].query_ids),
        np.hstack([evaluation.values for evaluation in evaluations]),
        tuple(query_id for query_id in qrels if query_id not in runs[0]),
        relevance_level,
    )


def checked_metric(metric: str | Metric) -> Metric:
    """The metric, if a higher value is the better one.

    Raises:
        MetricError: it is not, or the metric does not exist.
    """
    wanted = parse_metric(metric)
    if wanted.higher_is_better is not True:
        raise MetricError(
            f"a higher {wanted} is not better, so that nothing is gained or lost in it;"
            " take another metric, for example nDCG@10"
        )
    return wanted


def check_best_order(metric: str | Metric) -> None:
    """Refuse a metric of which the order by grade is not known to be the best.

    Raises:
        MetricError: its formula does not promise to reward relevant or higher-graded documents.
    """
    wanted = checked_metric(metric)
    if find_formula(wanted.name).rewards not in ("relevant", "gain"):
        raise MetricError(
            f"which order of documents is best for {wanted} is not known: its formula does not"
            ' promise rewards="relevant" or "gain"; take another metric, for example nDCG@10'
        )
