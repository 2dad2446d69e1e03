"""The words of a decision: what was found, the numbers behind it, what to do."""

from retrieval_checks.comparison.gates.numbers import as_percent
from retrieval_checks.comparison.pairing import Pairs
from retrieval_checks.comparison.significance import Decision
from retrieval_checks.errors import listed
from retrieval_checks.judgement.explain.wording import counted, told_apart
from retrieval_checks.metrics.evaluation import mean_of


def moved(pairs: Pairs) -> str:
    """The means of both: `nDCG@10 0.8000 -> 0.7000`."""
    before, now = told_apart((mean_of(pairs.baseline), mean_of(pairs.candidate)))
    return f"{pairs.metric} {before} -> {now}"


def over(decision: Decision) -> str:
    """What it was found over: `12 queries, 5 changed`."""
    return f"{counted(decision.queries, 'query', 'queries')}, {decision.changed} changed"


def decided(pairs: Pairs, decision: Decision) -> str:
    """What was found: the means, the outcome in words, and over which queries."""
    sure = as_percent(round(1 - decision.alpha, 12))
    if decision.outcome == "FAIL":
        size = told_apart([-decision.mean])[0]
        told = f"dropped by {size}, p = {decision.p_value:.2g}"
    elif decision.outcome == "PASS":
        told = f"lost less than {decision.margin:g}, with {sure} confidence"
    elif decision.lower_bound > -decision.margin:
        told = (
            f"too few queries to rule out a drop of {decision.margin:g}; they pass only where it is"
            f" certain, at {sure}, that nothing was lost"
        )
    else:
        worst = told_apart([-decision.lower_bound], also=(0, decision.margin))[0]
        told = (
            f"these queries cannot tell; a drop of up to {worst} is possible at {sure} confidence,"
            f" {decision.margin:g} is allowed"
        )
    return f"{moved(pairs)}: {told} ({over(decision)})"


def numbers(pairs: Pairs, decision: Decision, p_alone: float | None) -> list[str]:
    """What the queries at hand can show, a line each; `p_alone` is p before it was adjusted."""
    adjusted = (
        "" if p_alone is None else f", adjusted for the other drop gates; {p_alone:.2g} alone"
    )
    notes = [
        f"p = {decision.p_value:.2g}{adjusted}; the smallest that"
        f" {counted(decision.changed, 'changed query', 'changed queries')} can give:"
        f" {decision.smallest_p:.2g}",
        f"best margin that {counted(decision.queries, 'query', 'queries')} can certify:"
        f" {decision.certifiable:.3f}; asked: {decision.margin:g}",
    ]
    if decision.outcome == "INCONCLUSIVE":
        needed = "more than a million" if decision.needed is None else f"{decision.needed:,}"
        notes.append(
            f"queries needed to certify {decision.margin:g} at this spread, if nothing is lost:"
            f" {needed}"
        )
    fell = [query_id for query_id in pairs.changed if query_id in pairs.fallen]
    if fell:
        notes.append(f"fell, the largest drop first: {listed(fell)}")
    return notes


def advised(decision: Decision) -> str:
    """What to do; nothing where it passes."""
    if decision.outcome == "PASS":
        return ""
    if decision.outcome == "FAIL":
        return (
            "look at the queries above, the largest drop first; if the new rankings are right,"
            " correct the judgements or accept them."
        )
    pin = "or pin the queries that matter as golden queries."
    if decision.needed is not None and decision.needed <= decision.queries:
        return (
            "the drop keeps it from passing, not the number of queries: look at those above, allow"
            f" a larger drop, {pin}"
        )
    enough = "" if decision.needed is None else f" ({decision.needed:,} in all would do)"
    return f"judge more queries{enough}, allow a larger drop, {pin}"
