"""The verdict on how far rankings may differ from the baseline's, whatever the judgements say."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from retrieval_checks.comparison.gates import Churn, Gate, Overlap
from retrieval_checks.errors import listed
from retrieval_checks.judgement.explain.wording import beside, counted, plain_id
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.metrics.evaluation import mean_of

_SHOWN = 10


def agreement_verdict(
    gate: Gate,
    test: Churn | Overlap,
    overlaps: Mapping[str, float],
    *,
    missing: tuple[str, ...] = (),
    new: tuple[str, ...] = (),
) -> Verdict:
    """Whether the share of changed queries, or the mean overlap, keeps to its bound.

    Args:
        gate: what is asked.
        test: the test in it.
        overlaps: overlap@k of every query with the baseline, by query id.
        missing: queries of the baseline that the run lacks; in `overlaps` they stand with 0.
        new: queries of the run that the baseline lacks.
    """
    changed = [query_id for query_id, overlap in overlaps.items() if overlap < 1]
    changed.sort(key=lambda query_id: (overlaps[query_id], query_id))
    what, value, bound = _measured(test, overlaps, len(changed))
    over = f"{len(changed)} of {counted(len(overlaps), 'query', 'queries')} changed"
    finding = f"{what} is {_place(value, bound)} ({over})"
    for group, names in (("no result", missing), ("new, not compared", new)):
        finding += f"\n{group}: {listed(names)}" if names else ""
    evidence: dict[str, Any] = {
        "metric": what,
        "value": value,
        "bound": bound,
        "changed_queries": changed,
        "missing": list(missing),
        "new": list(new),
    }
    if test.holds(value):
        return Verdict("PASS", str(gate), finding, evidence=evidence)
    lines = [f"  {overlaps[query_id]:.2f}  {plain_id(query_id)}" for query_id in changed[:_SHOWN]]
    context = "\n".join([f"overlap of the top {test.k}, lowest first:", *lines])
    advice = "if the new rankings are as good, accept them; if not, look at what changed."
    return Verdict("FAIL", str(gate), finding, context, advice, evidence)


def _measured(
    test: Churn | Overlap, overlaps: Mapping[str, float], changed: int
) -> tuple[str, float, float]:
    """What is measured, its value and its bound."""
    if isinstance(test, Churn):
        return f"churn@{test.k}", changed / len(overlaps), test.most
    return f"overlap@{test.k}", mean_of(np.array(list(overlaps.values()))), test.least


def _place(value: float, bound: float) -> str:
    if value == bound:
        return f"{bound:g}, exactly the bound"
    shown, distance = beside(value, bound)
    return f"{shown}, {distance} {'above' if value > bound else 'below'} {bound:g}"
