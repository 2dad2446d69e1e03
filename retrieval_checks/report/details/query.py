"""`query_details`: one query's figures and ranking, now and as accepted."""

import math
from collections.abc import Mapping
from typing import Any

from retrieval_checks.data.collection import Corpus
from retrieval_checks.judgement.explain.columns import snippet
from retrieval_checks.judgement.explain.wording import cut
from retrieval_checks.report.details.subject import DEPTH, Reported

_SNIPPET = 240  # columns

Row = dict[str, Any]


def query_details(reported: Reported, query_id: str) -> dict[str, Any]:
    """Figures and the first ten documents of a query, with what became of each.

    `was` is the rank in the accepted ranking, `now` in today's; None where it is not there. A
    `grade` of None is of a document that nobody judged. `accepted` is None where there is no
    accepted ranking.
    """
    grades = _grades(reported, query_id)
    now, before = reported.run[query_id], _accepted(reported, query_id)
    accepted = None if before is None else _rows(before, grades, "now", now)
    ranking = _rows(now, grades, "was", before or {})
    shown = {row["doc_id"] for row in [*ranking, *(accepted or ())]}
    return {
        "figures": reported.figures.get(query_id, {}),
        "relevant": sum(grade >= 1 for grade in grades.values()),
        "ranking": ranking,
        "accepted": accepted,
        "documents": {doc_id: _snippet(doc_id, reported.bound.corpus) for doc_id in sorted(shown)},
    }


def _grades(reported: Reported, query_id: str) -> Mapping[str, float]:
    is_judged = query_id in reported.qrels
    return reported.qrels[query_id] if is_judged else {}


def _accepted(reported: Reported, query_id: str) -> Mapping[str, float | None] | None:
    """The reference's ranking with the scores that it recorded, None where there is none."""
    reference = reported.reference
    if reference is None or query_id not in reference.run:
        return None
    record = reference.records.get(query_id)
    return dict(record.ranking) if record is not None else reference.run[query_id]


def _rows(
    ranking: Mapping[str, float | None],
    grades: Mapping[str, float],
    other: str,
    elsewhere: Mapping[str, float | None],
) -> list[Row]:
    """The first documents of a ranking, and the rank that each has in the other one."""
    ranks = {doc_id: rank for rank, doc_id in enumerate(elsewhere, start=1)}
    return [
        {
            "doc_id": doc_id,
            "score": score if score is not None and math.isfinite(score) else None,
            "grade": grades.get(doc_id),
            other: ranks.get(doc_id),
        }
        for doc_id, score in list(ranking.items())[:DEPTH]
    ]


def _snippet(doc_id: str, corpus: Corpus | None) -> str:
    return cut(snippet(doc_id, corpus), _SNIPPET)
