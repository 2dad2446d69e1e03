"""`evaluate` and `Evaluation`: every metric of every judged query, and what to say beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, isnan
from typing import TYPE_CHECKING, Literal

import numpy as np

from retrieval_checks.data.postings import FloatArray, read_only
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MetricError, did_you_mean, listed
from retrieval_checks.metrics.metric import Metric, parse_metric
from retrieval_checks.metrics.ranked import Join

if TYPE_CHECKING:
    import pandas as pd

NoRelevant = Literal["zero", "skip"]
_BLOCK_CELLS = 1 << 22  # grades held at once: 32 MiB


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
    run: Run
    qrels: Qrels

    @property
    def mean(self) -> dict[str, float]:
        """`{metric: mean over queries}`, keyed by the metric's canonical spelling.

        Summed exactly, so that neither the order of the queries nor the other metrics matter.
        """
        columns = zip(self.metrics, self.values.T.tolist(), strict=True)
        return {str(metric): fsum(values) / len(values) for metric, values in columns}

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
        qrels = self.qrels.select(self.query_ids)
        values = _values(self.run, qrels, (Metric("Judged", k),), relevance_level=1)
        return fsum(values[:, 0].tolist()) / len(values)

    def to_frame(self) -> "pd.DataFrame":
        """A DataFrame with one row per query (index: query_id) and one column per metric."""
        import pandas as pd

        return pd.DataFrame(
            np.array(self.values),
            index=pd.Index(self.query_ids, name="query_id"),
            columns=[str(m) for m in self.metrics],
        )


def evaluate(
    run: Run,
    qrels: Qrels,
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
        run: the rankings.
        qrels: the judgements; their queries are the ones the means are over.
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
    _check_types(run, qrels)
    if no_relevant not in ("zero", "skip"):
        raise DataError(f"no_relevant must be 'zero' or 'skip', got {no_relevant!r}")
    if not isinstance(relevance_level, int | float | np.integer) or isnan(relevance_level):
        raise DataError(f"relevance_level must be a number, got {relevance_level!r}")
    wanted = _parse_all(metrics)
    without = _queries_without_relevant(qrels, relevance_level)
    judged = _with_entries(qrels)
    if len(without) == len(judged):
        names = f" ({listed(without, most=3)})" if without else ""
        raise DataError(
            f"no query with a relevant document: {len(judged)} judged queries{names},"
            f" none with a grade of {relevance_level:g} or more"
        )
    skipped = set(without) if no_relevant == "skip" else set()
    query_ids = tuple(q for q in judged if q not in skipped)
    selected = qrels if query_ids == qrels.query_ids else qrels.select(query_ids)
    retrieved, known = set(_with_entries(run)), set(judged)
    return Evaluation(
        metrics=wanted,
        query_ids=query_ids,
        values=read_only(_values(run, selected, wanted, relevance_level=relevance_level)),
        missing=tuple(q for q in query_ids if q not in retrieved),
        ignored=tuple(q for q in run if q not in known),
        no_relevant=without,
        run=run,
        qrels=qrels,
    )


def _values(
    run: Run, qrels: Qrels, metrics: Sequence[Metric], *, relevance_level: float
) -> FloatArray:
    join = Join(run, qrels)
    cutoffs = [m.cutoff for m in metrics]
    deepest = join.deepest()
    depth = deepest if None in cutoffs else min(deepest, max(c for c in cutoffs if c))
    widest = max(depth, int(np.diff(qrels.indptr).max(initial=0)), 1)  # of the two matrices
    rows = max(1, _BLOCK_CELLS // widest)
    values = np.empty((len(qrels), len(metrics)))
    for start in range(0, len(qrels), rows):
        stop = min(start + rows, len(qrels))
        ranked = join.block(start, stop, depth=depth, relevance_level=relevance_level)
        for column, metric in enumerate(metrics):
            values[start:stop, column] = metric.values(ranked)
    return values


def _parse_all(metrics: str | Metric | Sequence[str | Metric]) -> tuple[Metric, ...]:
    listed = [metrics] if isinstance(metrics, str | Metric) else metrics
    wanted = tuple(dict.fromkeys(parse_metric(m) for m in listed))
    if not wanted:
        raise MetricError("no metric given; for example nDCG@10")
    return wanted


def _with_entries(table: Run | Qrels) -> list[str]:
    """The queries that have a document."""
    return [table.query_ids[row] for row in np.flatnonzero(np.diff(table.indptr)).tolist()]


def _queries_without_relevant(qrels: Qrels, relevance_level: float) -> tuple[str, ...]:
    """Judged queries none of whose grades reaches the relevance level."""
    counts = np.diff(qrels.indptr)
    running = np.concatenate([[0], np.cumsum(qrels.grades >= relevance_level)])
    relevant = running[qrels.indptr[1:]] - running[qrels.indptr[:-1]]
    return tuple(qrels.query_ids[row] for row in np.flatnonzero((counts > 0) & (relevant == 0)))


def _check_types(run: object, qrels: object) -> None:
    for value, kind in ((run, Run), (qrels, Qrels)):
        if not isinstance(value, kind):
            hint = f"; use {kind.__name__}.from_dict(...)" if isinstance(value, Mapping) else ""
            raise DataError(f"expected a {kind.__name__}, got {type(value).__name__}{hint}")
