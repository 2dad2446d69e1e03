"""`gate_details`: the change of every query that a gate compares, and of their mean."""

from typing import Any

import numpy as np

from retrieval_checks.comparison.compare import paired
from retrieval_checks.comparison.gates import Drop, Gate
from retrieval_checks.comparison.significance import bca_intervals
from retrieval_checks.errors import RetrievalChecksError
from retrieval_checks.report.details.subject import Reported


def gate_details(reported: Reported, gate: Gate) -> dict[str, Any] | None:
    """The 95 % interval of a drop's mean difference, and what each query was and is worth.

    None for gates that compare no metric with a reference, or cannot. The interval is None for a
    single query, which says nothing of others.
    """
    if not isinstance(gate.test, Drop) or reported.reference is None:
        return None
    tagged = reported.bound.suite.tags.get(gate.tag, ()) if gate.tag else reported.qrels.query_ids
    qrels = reported.qrels.select([query_id for query_id in tagged if query_id in reported.qrels])
    try:
        pairs = [
            paired(run, reported.reference, qrels, gate.test.metric)
            for run in (reported.run, *reported.repeats)
        ]
    except RetrievalChecksError:  # the gate itself says why
        return None
    now = np.mean([each.candidate for each in pairs], axis=0)
    before = pairs[0].baseline
    interval = bca_intervals((now - before)[:, None])[0].tolist() if len(now) > 1 else None
    rows = zip(pairs[0].query_ids, before.tolist(), now.tolist(), strict=True)
    return {
        "interval": interval,
        "differences": [
            {"query_id": query_id, "accepted": was, "now": value} for query_id, was, value in rows
        ],
    }
