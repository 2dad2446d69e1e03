"""Queries by what they are worth: the lowest of an evaluation, those that lost most."""

from collections.abc import Mapping

from retrieval_checks.data.collection import Queries
from retrieval_checks.judgement.explain.columns import id_cell, id_column, with_snippet
from retrieval_checks.judgement.explain.wording import counted, plain, told_apart
from retrieval_checks.metrics.evaluation import Evaluation
from retrieval_checks.metrics.metric import Metric, parse_metric


def metric_table(
    evaluation: Evaluation,
    metric: str | Metric,
    *,
    queries: Queries | None = None,
    k: int = 5,
    width: int = 100,
) -> str:
    """The k queries with the lowest values of an evaluated metric, lowest first, and their texts.

    >>> from retrieval_checks.data.qrels import Qrels
    >>> from retrieval_checks.data.run import Run
    >>> from retrieval_checks.metrics.evaluation import evaluate
    >>> run = Run.from_ids({"q1": ["a", "b"], "q2": ["a", "b"]})
    >>> qrels = Qrels.from_dict({"q1": {"a": 1}, "q2": {"b": 1}})
    >>> print(metric_table(evaluate(run, qrels, "RR@10"), "mrr@10", k=1))
    lowest RR@10 of 2 queries:
      0.5000  q2
    """
    values = evaluation.per_query(metric)
    worst = sorted(values, key=lambda query_id: (values[query_id], query_id))[:k]
    missing = frozenset(evaluation.missing)
    id_width = id_column(worst, width)
    lines = []
    for query_id, value in zip(
        worst, told_apart([values[q] for q in worst], also=(0, 1)), strict=True
    ):
        line = f"  {value}  {id_cell(query_id, id_width)}"
        note = "(no results) " if query_id in missing else ""
        lines.append(with_snippet(line, note + _text(query_id, queries), width))
    head = f"lowest {parse_metric(metric)} of {counted(len(values), 'query', 'queries')}:"
    return "\n".join([head, *lines])


def lost_table(
    before: Mapping[str, float],
    after: Mapping[str, float],
    *,
    queries: Queries | None = None,
    k: int = 5,
    width: int = 100,
) -> str:
    """The k queries whose value fell most, with both values and their texts; empty if none fell.

    >>> print(lost_table({"q1": 1.0, "q2": 0.5}, {"q1": 0.5, "q2": 1.0}))
      -0.5000  1.0000 -> 0.5000  q1
    """
    fallen = [query_id for query_id in before if after[query_id] < before[query_id]]
    worst = sorted(fallen, key=lambda query_id: (after[query_id] - before[query_id], query_id))[:k]
    id_width = id_column(worst, width)
    lines = []
    for query_id in worst:
        old, new = told_apart([before[query_id], after[query_id]], also=(0, 1))
        fall = f"{before[query_id] - after[query_id]:.{len(old) - 2}f}"
        line = f"  -{fall}  {old} -> {new}  {id_cell(query_id, id_width)}"
        lines.append(with_snippet(line, _text(query_id, queries), width))
    return "\n".join(lines)


def _text(query_id: str, queries: Queries | None) -> str:
    return plain(queries[query_id]) if queries is not None and query_id in queries else ""
