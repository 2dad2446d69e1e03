"""`tie_band`: what a metric could be, had tied documents come in another order."""

from dataclasses import dataclass

import numpy as np

from retrieval_checks.data.postings import BoolArray, FloatArray, IntArray, row_numbers
from retrieval_checks.data.run import Run
from retrieval_checks.errors import MetricError
from retrieval_checks.metrics.evaluation import (
    Evaluation,
    mean_of,
    metric_values,
    need_evaluation,
    selected,
)
from retrieval_checks.metrics.formula import find_formula
from retrieval_checks.metrics.joins.columns import join_columns
from retrieval_checks.metrics.joins.judged_ranks import JudgedRanks
from retrieval_checks.metrics.metric import Metric, parse_metric


@dataclass(frozen=True, slots=True, eq=False)
class TieBand:
    """A metric under the worst and the best order of each query's tied documents, per query."""

    metric: Metric
    query_ids: tuple[str, ...]
    worst: FloatArray  # float64 (n_queries,)
    value: FloatArray  # float64 (n_queries,), in the one order: by document id, descending
    best: FloatArray  # float64 (n_queries,)
    tied_cuts: tuple[str, ...]  # queries where ranks k and k + 1, of the judged ones for
    # `judged_only`, have the same score

    @property
    def mean(self) -> tuple[float, float, float]:
        """Mean of the worst, of the value and of the best, over all queries."""
        return mean_of(self.worst), mean_of(self.value), mean_of(self.best)

    @property
    def affected(self) -> tuple[str, ...]:
        """The queries whose value depends on the order of tied documents."""
        return tuple(self.query_ids[row] for row in np.flatnonzero(self.worst != self.best))


def tie_band(evaluation: Evaluation, metric: str | Metric) -> TieBand:
    """The metric's range over all orders of documents with equal scores, exactly.

    Not found by trying: a metric that only gains when a relevant document moves up is worst where
    all of a group come last and best where they come first.

    Raises:
        MetricError: the metric makes no such promise (infAP, one's own without `rewards`).

    >>> from retrieval_checks import Qrels, Run, evaluate
    >>> run = Run.from_dict({"q": {"a": 1.0, "b": 1.0, "c": 1.0}})
    >>> band = tie_band(evaluate(run, Qrels.from_dict({"q": {"b": 1}}), "RR"), "RR")
    >>> [round(value, 2) for value in band.mean], band.affected
    ([0.33, 0.5, 1.0], ('q',))
    """
    need_evaluation(evaluation)
    wanted = parse_metric(metric)
    rewards = find_formula(wanted.name).rewards
    if rewards is None:
        raise MetricError(
            f"{wanted} has no known range over the orders of tied documents: nothing says that it"
            " gains when a better document moves up; see the `rewards` of formula()"
        )
    run, qrels = evaluation.run, selected(evaluation.qrels, evaluation.query_ids)
    ranks = join_columns(run, qrels)
    level = wanted.level(evaluation.relevance_level)
    grades = ranks.judged_grades[ranks.entries]
    worth: FloatArray = {
        "relevant": (grades >= level).astype(np.float64),
        "gain": np.maximum(grades, 0.0),
        "judged": np.ones(len(grades)),
    }[rewards]
    first, size = _groups(run, ranks, run.rows(evaluation.query_ids))
    worst, value, best = (
        metric_values(order, [wanted], relevance_level=evaluation.relevance_level)[:, 0]
        for order in (
            _reordered(ranks, first, size, worth, worth > 0),
            ranks,
            _reordered(ranks, first, size, -worth, worth == 0),
        )
    )
    tied_cuts = _tied_cuts(evaluation, wanted, ranks, first)
    return TieBand(wanted, evaluation.query_ids, worst, value, best, tied_cuts)


def _groups(run: Run, ranks: JudgedRanks, run_rows: IntArray) -> tuple[IntArray, IntArray]:
    """First rank and size of the group of equal scores that each judged document is in."""
    rows = row_numbers(run.indptr)
    begins = np.ones(len(run.docs) + 1, np.bool_)
    begins[1:-1] = (run.scores[1:] != run.scores[:-1]) | (rows[1:] != rows[:-1])
    edges = np.flatnonzero(begins)
    starts = run.indptr[run_rows[row_numbers(ranks.indptr)]]
    group = np.searchsorted(edges, starts + ranks.ranks - 1, side="right") - 1
    return edges[group] - starts + 1, edges[group + 1] - edges[group]


def _reordered(
    ranks: JudgedRanks, first: IntArray, size: IntArray, order: FloatArray, last: BoolArray
) -> JudgedRanks:
    """Each group in ascending order; those marked `last` after the unjudged, the others before."""
    rows = row_numbers(ranks.indptr)
    sequence = np.lexsort((order, first, rows))
    keys = np.stack([rows[sequence], first[sequence]])
    begins = np.append(True, (keys[:, 1:] != keys[:, :-1]).any(axis=0))[: len(rows)]
    edges = np.append(np.flatnonzero(begins), len(rows))
    group = np.cumsum(begins) - 1
    from_top = np.arange(len(rows)) - edges[group]
    from_end = edges[group + 1] - np.arange(len(rows))
    place = np.where(last[sequence], size[sequence] - from_end, from_top)
    return ranks.moved(sequence, first[sequence] + place)


def _tied_cuts(
    evaluation: Evaluation, metric: Metric, ranks: JudgedRanks, first: IntArray
) -> tuple[str, ...]:
    """Queries for which a tie decides who is in the top k."""
    if metric.k is None:
        return ()
    values: IntArray | FloatArray
    if metric.judged_only:  # the top k judged documents; those of one group have its first rank
        starts, stops, values = ranks.indptr[:-1], ranks.indptr[1:], first
    else:
        run, rows = evaluation.run, evaluation.run.rows(evaluation.query_ids)
        starts, stops, values = run.indptr[rows], run.indptr[rows + 1], run.scores
    cut = np.flatnonzero(starts + metric.k < stops)  # none where a row is -1: it starts at the end
    below = starts[cut] + metric.k
    tied = cut[values[below] == values[below - 1]]
    return tuple(evaluation.query_ids[row] for row in tied.tolist())
