"""`evaluate` and `Evaluation`: every metric of every judged query, and what to say beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from math import fsum, isnan
from typing import TYPE_CHECKING, Literal

import numpy as np

from retrieval_checks.data.postings import BoolArray, FloatArray, check_id, read_only
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MetricError, did_you_mean, listed
from retrieval_checks.metrics.joins.columns import join_columns
from retrieval_checks.metrics.joins.judged_ranks import JudgedRanks
from retrieval_checks.metrics.joins.tables import join_tables
from retrieval_checks.metrics.metric import Metric, parse_metric

if TYPE_CHECKING:
    import pandas as pd

NoRelevant = Literal["zero", "skip"]
Scores = Mapping[str, Mapping[str, float]]
_BLOCK_CELLS = 1 << 22  # judged grades held at once: 32 MiB


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Metric values per query, and who was missing.

    Means are over all evaluated queries, missing ones counted as 0, and are never rounded.
    """

    metrics: tuple[Metric, ...]
    query_ids: tuple[str, ...]  # in the order of the judgements
    values: FloatArray  # float64 (n_queries, n_metrics)
    missing: tuple[str, ...]  # judged, but not in the run or with an empty ranking: scored 0
    ignored: tuple[str, ...]  # in the run, but without judgements: not scored
    no_relevant: tuple[str, ...]  # judged, but without a relevant document: scored 0 or skipped
    relevance_level: float
    qrels: Qrels
    _scores: Run | Scores = field(repr=False)

    def __post_init__(self) -> None:
        read_only(self.values)

    def __reduce__(self) -> tuple[type["Evaluation"], tuple[object, ...]]:
        # Through the constructor: arrays that are merely unpickled can be written to.
        return Evaluation, tuple(getattr(self, column.name) for column in fields(self))

    @property
    def run(self) -> Run:
        """What was evaluated; of a dict of scores, the run that it makes when first asked for."""
        run = self._scores if isinstance(self._scores, Run) else Run.from_dict(self._scores)
        object.__setattr__(self, "_scores", run)
        return run

    @property
    def mean(self) -> dict[str, float]:
        """`{metric: mean over queries}`, keyed by the metric's canonical spelling.

        Summed exactly, so that neither the order of the queries nor the other metrics matter.
        """
        columns = zip(self.metrics, self.values.T, strict=True)
        return {str(metric): mean_of(values) for metric, values in columns}

    def per_query(self, metric: str | Metric) -> dict[str, float]:
        """`{query_id: value}` of one evaluated metric, in any of its spellings."""
        wanted = parse_metric(metric)
        if wanted not in self.metrics:
            names = [str(m) for m in self.metrics]
            raise MetricError(f"{wanted} was not evaluated; {did_you_mean(str(wanted), names)}")
        column = self.values[:, self.metrics.index(wanted)].tolist()
        return dict(zip(self.query_ids, column, strict=True))

    def judged_at(self, k: int) -> float:
        """Mean Judged@k of the evaluated queries: how much of the top k was judged, in [0, 1]."""
        qrels = selected(self.qrels, self.query_ids)
        judged = metric_values(_joined(self._scores, qrels, k), [Metric("Judged", k)])
        return mean_of(judged[:, 0])

    def to_frame(self) -> "pd.DataFrame":
        """A DataFrame with one row per query (index: query_id) and one column per metric."""
        import pandas as pd

        return pd.DataFrame(
            np.array(self.values),
            index=pd.Index(self.query_ids, name="query_id"),
            columns=[str(m) for m in self.metrics],
        )


def evaluate(
    run: Run | Scores,
    qrels: Qrels | Mapping[str, Mapping[str, float]],
    metrics: str | Metric | Sequence[str | Metric],
    *,
    relevance_level: float = 1,
    no_relevant: NoRelevant = "zero",
) -> Evaluation:
    """Every metric of every judged query, by trec_eval's rules.

    A judged query that the run lacks, or whose ranking is empty, scores 0 and is listed in
    `missing`. A query of the run without judgements is listed in `ignored`. A judged query without
    a relevant document scores 0 (`no_relevant="zero"`, as trec_eval) or is left out (`"skip"`).
    Unjudged documents are not relevant; see `Evaluation.judged_at`.

    Args:
        run: the rankings; `{query_id: {doc_id: score}}` does too. It is not made into a `Run`,
            which looks at every id: of each ranking only the first id, judged ones and those
            tied with them are read, and an id of another type among the rest goes unnoticed.
        qrels: the judgements, `Qrels` or `{query_id: {doc_id: grade}}`; their queries are the ones
            that the means are over.
        metrics: spellings or `Metric`s; see `parse_metric`.
        relevance_level: the lowest grade that is relevant to metrics of relevant-or-not.
        no_relevant: what becomes of a query without a relevant document.

    Raises:
        MetricError: a metric that does not exist.
        DataError: no judgements, no query with a relevant document, a level that is not a number.

    >>> run = Run.from_ids({"q1": ["d2", "d1"]})
    >>> qrels = Qrels.from_dict({"q1": {"d1": 1}, "q2": {"d7": 1}})
    >>> ev = evaluate(run, qrels, ["RR@10", "Success@1"])
    >>> ev.mean, ev.missing
    ({'RR@10': 0.25, 'Success@1': 0.0}, ('q2',))
    """
    if not isinstance(run, Run | Mapping):
        raise DataError(f"expected a Run or a dict of scores, got {type(run).__name__}")
    judgements = qrels if isinstance(qrels, Qrels) else Qrels.from_dict(qrels)
    _check_settings(relevance_level, no_relevant)
    wanted = _parse_all(metrics)
    judged, relevant = _judged(judgements, relevance_level)
    without = _those(judgements.query_ids, judged & ~relevant)
    if not relevant.any():
        names = f" ({listed(without, most=3)})" if without else ""
        raise DataError(
            f"no query with a relevant document: {len(without)} judged queries{names},"
            f" none with a grade of {relevance_level:g} or more"
        )
    query_ids = _those(judgements.query_ids, relevant if no_relevant == "skip" else judged)
    depths = [metric.depth for metric in wanted]
    depth = None if None in depths else max(filter(None, depths))
    ranks = _joined(run, selected(judgements, query_ids), depth)
    return Evaluation(
        metrics=wanted,
        query_ids=query_ids,
        values=metric_values(ranks, wanted, relevance_level=relevance_level),
        missing=_those(query_ids, ranks.retrieved == 0),
        ignored=_ignored(run, judgements, judged),
        no_relevant=without,
        relevance_level=relevance_level,
        qrels=judgements,
        _scores=run,
    )


def metric_values(
    ranks: JudgedRanks, metrics: Sequence[Metric], *, relevance_level: float = 1
) -> FloatArray:
    """Each metric of each query, float64 (n_queries, n_metrics), in blocks of queries."""
    values = np.empty((len(ranks), len(metrics)))
    rows = max(1, _BLOCK_CELLS // max(1, ranks.widest()))
    for start in range(0, len(ranks), rows):
        stop = min(start + rows, len(ranks))
        ranked = ranks.block(start, stop, relevance_level=relevance_level)
        for column, metric in enumerate(metrics):
            values[start:stop, column] = metric.values(ranked)
    return values


def need_evaluation(value: object) -> None:
    """Refuse anything but an `Evaluation`, with what to call first."""
    if not isinstance(value, Evaluation):
        raise DataError(
            f"expected what evaluate(run, qrels, metrics) gives, got {type(value).__name__}"
        )


def mean_of(values: FloatArray) -> float:
    """The mean, summed exactly: the order of the queries does not matter."""
    return fsum(values.tolist()) / len(values)


def selected(qrels: Qrels, query_ids: tuple[str, ...]) -> Qrels:
    """The judgements of these queries, in their order."""
    return qrels if query_ids == qrels.query_ids else qrels.select(query_ids)


def _joined(run: Run | Scores, qrels: Qrels, depth: int | None) -> JudgedRanks:
    return join_columns(run, qrels, depth) if isinstance(run, Run) else join_tables(run, qrels)


def _judged(qrels: Qrels, relevance_level: float) -> tuple[BoolArray, BoolArray]:
    """Which queries have a judgement at all, and which a relevant document."""
    running = np.concatenate([[0], np.cumsum(qrels.grades >= relevance_level)])
    return np.diff(qrels.indptr) > 0, np.diff(running[qrels.indptr]) > 0


def _those(query_ids: tuple[str, ...], chosen: BoolArray) -> tuple[str, ...]:
    if chosen.all():
        return query_ids
    return tuple(query_ids[row] for row in np.flatnonzero(chosen).tolist())


def _ignored(run: Run | Scores, qrels: Qrels, judged: BoolArray) -> tuple[str, ...]:
    """The run's queries without judgements, in its order."""
    if tuple(run) == qrels.query_ids and judged.all():
        return ()
    known = {query_id for query_id, there in zip(qrels, judged.tolist(), strict=True) if there}
    return tuple(check_id(query_id, "query") for query_id in run if query_id not in known)


def _parse_all(metrics: str | Metric | Sequence[str | Metric]) -> tuple[Metric, ...]:
    listed = [metrics] if isinstance(metrics, str | Metric) else metrics
    wanted = tuple(dict.fromkeys(parse_metric(m) for m in listed))
    if not wanted:
        raise MetricError("no metric given; for example nDCG@10")
    return wanted


def _check_settings(relevance_level: object, no_relevant: object) -> None:
    if no_relevant not in ("zero", "skip"):
        raise DataError(f"no_relevant must be 'zero' or 'skip', got {no_relevant!r}")
    if not isinstance(relevance_level, int | float | np.integer) or isnan(relevance_level):
        raise DataError(f"relevance_level must be a number, got {relevance_level!r}")
