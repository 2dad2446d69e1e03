"""Verdicts as text: rankings, movements and worst queries, laid out for a terminal."""

from retrieval_checks.judgement.explain.movement import movement_table
from retrieval_checks.judgement.explain.queries import lost_table, metric_table
from retrieval_checks.judgement.explain.ranking import ranking_table
from retrieval_checks.judgement.explain.texts import document_lines, query_line, stale_line

__all__ = [
    "document_lines",
    "lost_table",
    "metric_table",
    "movement_table",
    "query_line",
    "ranking_table",
    "stale_line",
]
