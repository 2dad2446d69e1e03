"""What unjudged documents could change: bounds of a metric, and which pairs to judge first."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from retrieval_checks.data.postings import FloatArray, IntArray, read_only, row_numbers
from retrieval_checks.errors import DataError, MetricError
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

_BLOCK_CELLS = 1 << 21  # judged grades of the variants tried at once


@dataclass(frozen=True, slots=True, eq=False)
class UnjudgedBand:
    """A metric with unjudged documents counted as not relevant and as relevant, per query."""

    metric: Metric
    query_ids: tuple[str, ...]
    nonrelevant: FloatArray  # float64 (n_queries,)
    relevant: FloatArray  # float64 (n_queries,)

    @property
    def mean(self) -> tuple[float, float]:
        """Mean of both, over all queries."""
        return mean_of(self.nonrelevant), mean_of(self.relevant)


class PairToJudge(NamedTuple):
    """An unjudged document, and what judging it relevant would change."""

    query_id: str
    doc_id: str
    rank: int  # 1-based
    change: float  # of the mean over all queries


def unjudged_band(evaluation: Evaluation, metric: str | Metric) -> UnjudgedBand:
    """The metric with the unjudged documents of the top k not relevant, and with all relevant.

    As not relevant most metrics take them anyway; Judged, bpref, infAP and `judged_only` do not.
    Relevant means: of the highest grade that the judgements have. They then count among the R
    relevant documents and in the ideal ranking as well. Of metrics that do not divide by these (P,
    Success, RR, RBP, ERR) every other outcome lies between the two; of R, AP, nDCG it need not.
    Without a cut-off all retrieved documents are meant.

    >>> from retrieval_checks import Qrels, Run, evaluate
    >>> run, qrels = Run.from_ids({"q": ["x", "a"]}), Qrels.from_dict({"q": {"a": 1}})
    >>> unjudged_band(evaluate(run, qrels, "P@2"), "P@2").mean
    (0.5, 1.0)
    """
    wanted, ranks = _start(evaluation, metric)
    level = evaluation.relevance_level
    rows, places = _unjudged(ranks, _top(ranks, wanted.k))
    nonrelevant, relevant = (
        metric_values(ranks.with_judged(rows, places, grade), [wanted], relevance_level=level)[:, 0]
        for grade in (_lowest(evaluation, wanted), _highest(evaluation, wanted))
    )
    return UnjudgedBand(wanted, evaluation.query_ids, read_only(nonrelevant), read_only(relevant))


def pairs_to_judge(
    evaluation: Evaluation, metric: str | Metric, *, most: int = 100
) -> list[PairToJudge]:
    """The unjudged documents of the top k whose judging could move the mean most, at most `most`.

    With `judged_only=True` it ends at the k-th judged document. Each is tried alone, with the
    highest grade that the judgements have. In order of the size of the change; among equals in the
    order of the queries, then by rank.

    >>> from retrieval_checks import Qrels, Run, evaluate
    >>> run, qrels = Run.from_ids({"q": ["x", "y", "a"]}), Qrels.from_dict({"q": {"a": 1}})
    >>> pair = pairs_to_judge(evaluate(run, qrels, "RR"), "RR", most=1)[0]
    >>> pair.doc_id, pair.rank, round(pair.change, 4)
    ('x', 1, 0.6667)
    """
    if not isinstance(most, int) or most < 1:
        raise DataError(f"most is {most!r}; at least one pair must be asked for")
    wanted, ranks = _start(evaluation, metric)
    level, grade = evaluation.relevance_level, _highest(evaluation, wanted)
    values = metric_values(ranks, [wanted], relevance_level=level)[:, 0]
    rows, places = _unjudged(ranks, _reach(ranks, wanted))
    changes = np.empty(len(rows))
    step = max(1, _BLOCK_CELLS // (ranks.widest() + 1))
    for start in range(0, len(rows), step):
        own = slice(start, start + step)
        alone = np.arange(len(rows[own]))
        variants = ranks.take(rows[own]).with_judged(alone, places[own], grade)
        changed = metric_values(variants, [wanted], relevance_level=level)[:, 0]
        changes[own] = (changed - values[rows[own]]) / len(values)
    sizes = np.abs(changes).round(12)  # equal changes differ by their rounding
    order = np.lexsort((places, rows, -sizes))[:most].tolist()
    run = evaluation.run
    found = run.indptr[run.rows(evaluation.query_ids)[rows[order]]] + places[order] - 1
    return [
        PairToJudge(evaluation.query_ids[row], run.doc_ids[doc], rank, change)
        for row, doc, rank, change in zip(
            rows[order].tolist(),
            run.docs[found].tolist(),
            places[order].tolist(),
            changes[order].tolist(),
            strict=True,
        )
    ]


def _start(evaluation: Evaluation, metric: str | Metric) -> tuple[Metric, JudgedRanks]:
    need_evaluation(evaluation)
    wanted, qrels = parse_metric(metric), selected(evaluation.qrels, evaluation.query_ids)
    if find_formula(wanted.name).by_subtopic:
        raise MetricError(
            f"what unjudged documents could change of {wanted} is not known: nothing says which"
            " subtopics they would cover"
        )
    return wanted, join_columns(evaluation.run, qrels)


def _top(ranks: JudgedRanks, k: int | None) -> IntArray:
    """The size of each query's top k, (n,)."""
    return ranks.retrieved if k is None else np.minimum(ranks.retrieved, k)


def _reach(ranks: JudgedRanks, metric: Metric) -> IntArray:
    """The last rank at which one more judgement counts: k, or that of the k-th judged document."""
    if not metric.judged_only or metric.k is None:
        return _top(ranks, metric.k)
    reach = ranks.retrieved.copy()
    full = np.flatnonzero(np.diff(ranks.indptr) >= metric.k)
    reach[full] = ranks.ranks[ranks.indptr[full] + metric.k - 1]
    return reach


def _unjudged(ranks: JudgedRanks, depths: IntArray) -> tuple[IntArray, IntArray]:
    """Row and rank of each unjudged document down to a depth."""
    indptr = np.concatenate([[0], np.cumsum(depths)])
    free = np.ones(indptr[-1], np.bool_)
    judged_rows = row_numbers(ranks.indptr)
    inside = ranks.ranks <= depths[judged_rows]
    free[indptr[judged_rows[inside]] + ranks.ranks[inside] - 1] = False
    at = np.flatnonzero(free)
    rows = row_numbers(indptr)[at]
    return rows, at - indptr[rows] + 1


def _highest(evaluation: Evaluation, metric: Metric) -> float:
    """The highest grade there is, relevant at any rate."""
    level = metric.level(evaluation.relevance_level)
    return max(level, float(evaluation.qrels.grades.max()))


def _lowest(evaluation: Evaluation, metric: Metric) -> float:
    """A grade that gains nothing and is not relevant."""
    level = metric.level(evaluation.relevance_level)
    return 0.0 if level > 0 else level - 1.0
