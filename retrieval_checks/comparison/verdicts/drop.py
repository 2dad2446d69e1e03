"""The verdict on a drop: the decision's figures, what lies behind them, what to do."""

from dataclasses import asdict

from retrieval_checks.comparison.gates.numbers import as_percent
from retrieval_checks.comparison.verdicts.comparison import JUDGED_DEPTH, Comparison
from retrieval_checks.errors import listed
from retrieval_checks.judgement.explain import lost_table, movement_table, query_line
from retrieval_checks.judgement.explain.wording import counted, told_apart, wrapped
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.metrics.unjudged import PairToJudge

_SHOWN = 5


def drop_verdict(comparison: Comparison, claim: str) -> Verdict:
    """The decision as a verdict, INCONCLUSIVE where one side is too little judged."""
    decision, pairs = comparison.decision, comparison.pairs
    before, now = comparison.means
    warnings = _warnings(comparison)
    notes = [*_cause(comparison), *_unfairness(comparison), *_numbers(comparison)]
    evidence = {
        **asdict(decision),
        "outcome": comparison.outcome,
        "metric": str(pairs.metric),
        "candidate": now,
        "baseline": before,
        "against": comparison.baseline.name,
        "changed_queries": list(pairs.changed),
        "judged": list(comparison.judged),
        "to_judge": [[p.query_id, p.doc_id] for p in _to_judge(comparison)],
        "new": list(pairs.new),
        "missing": list(comparison.unanswered),
        "cause": comparison.cause,
        "warnings": warnings,
    }
    paragraphs = (
        "\n".join(wrapped(line, comparison.width) for line in lines) for lines in (notes, warnings)
    )
    return Verdict(
        comparison.outcome,
        claim,
        _finding(comparison),
        "\n\n".join(filter(None, [*paragraphs, _changes(comparison)])),
        _advice(comparison),
        evidence,
    )


def _finding(comparison: Comparison) -> str:
    decision, metric = comparison.decision, comparison.pairs.metric
    before, now = told_apart(comparison.means)
    moved = f"{metric} {before} -> {now}"
    over = f"{counted(decision.queries, 'query', 'queries')}, {decision.changed} changed"
    sure = as_percent(round(1 - decision.alpha, 12))
    if comparison.is_unfair:
        shares = "{:.2f} of the candidate, {:.2f} of the baseline".format(*comparison.judged)
        return f"{moved}: cannot be told fairly, judged@{JUDGED_DEPTH} is {shares} ({over})"
    if decision.outcome == "FAIL":
        size = told_apart([-decision.mean])[0]
        return f"{moved}: dropped by {size}, p = {decision.p_value:.2g} ({over})"
    if decision.outcome == "PASS":
        return f"{moved}: lost less than {decision.margin:g}, with {sure} confidence ({over})"
    worst = told_apart([-decision.lower_bound], also=(0, decision.margin))[0]
    return (
        f"{moved}: these queries cannot tell; a drop of up to {worst} is possible at {sure}"
        f" confidence, {decision.margin:g} is allowed ({over})"
    )


def _cause(comparison: Comparison) -> list[str]:
    if comparison.outcome != "FAIL" or not comparison.cause:
        return []
    return [f"cause: {comparison.cause}"]


def _unfairness(comparison: Comparison) -> list[str]:
    if not comparison.is_unfair:
        return []
    names = ", ".join(f"({p.query_id}, {p.doc_id})" for p in _to_judge(comparison))
    return [
        "what is not judged counts as not relevant, which wrongs the side that is judged less;"
        f" judge first (query, document): {names or 'the unjudged documents at the top'}"
    ]


def _to_judge(comparison: Comparison) -> tuple[PairToJudge, ...]:
    return comparison.to_judge if comparison.is_unfair else ()


def _numbers(comparison: Comparison) -> list[str]:
    """What the queries at hand can show, where they have not shown that all is well."""
    decision = comparison.decision
    if comparison.outcome == "PASS":
        return []
    alone = comparison.p_alone
    adjusted = "" if alone is None else f", adjusted for the other drop gates; {alone:.2g} alone"
    queries = counted(decision.queries, "query", "queries")
    notes = [
        f"p = {decision.p_value:.2g}{adjusted}; the smallest that"
        f" {counted(decision.changed, 'changed query', 'changed queries')} can give:"
        f" {decision.smallest_p:.2g}",
        f"best margin that {queries} can certify: {decision.certifiable:.3f};"
        f" asked: {decision.margin:g}",
    ]
    if comparison.outcome == "INCONCLUSIVE":
        needed = "more than a million" if decision.needed is None else f"{decision.needed:,}"
        notes.append(
            f"queries needed to certify {decision.margin:g} at this spread, if nothing is lost:"
            f" {needed}"
        )
    if comparison.pairs.changed:
        notes.append(f"changed, the largest drop first: {listed(comparison.pairs.changed)}")
    return notes


def _warnings(comparison: Comparison) -> list[str]:
    named = {
        "no result, scored 0": comparison.unanswered,
        "new, not paired": comparison.pairs.new,
        "reworded since the baseline": comparison.reworded,
    }
    warnings = [f"{what}: {listed(names)}" for what, names in named.items() if names]
    if comparison.is_saturated:
        warnings.append(
            f"saturated: the baseline is at {told_apart(comparison.means[:1], also=(0, 1))[0]};"
            " these queries cannot show an improvement and hide small losses"
        )
    return warnings


def _changes(comparison: Comparison) -> str:
    changed = comparison.pairs.changed
    if not changed or comparison.outcome == "PASS":
        return ""
    part = comparison.pairs.select(set(changed))
    before, now = (
        dict(zip(part.query_ids, side.tolist(), strict=True))
        for side in (part.baseline, part.candidate)
    )
    fell = sum(now[query_id] < before[query_id] for query_id in changed)
    if not fell:
        return f"{counted(len(changed), 'query', 'queries')} rose, none fell"
    head = f"{counted(fell, 'query', 'queries')} fell, {len(changed) - fell} rose:"
    table = lost_table(before, now, queries=comparison.queries, k=_SHOWN, width=comparison.width)
    return "\n\n".join(filter(None, [f"{head}\n{table}", _moves(comparison, changed[0])]))


def _moves(comparison: Comparison, query_id: str) -> str:
    """What became of the ranking of one query, if the candidate has any."""
    if query_id not in comparison.candidate:
        return ""
    moves = movement_table(
        comparison.candidate,
        comparison.baseline.run,
        query_id,
        corpus=comparison.corpus,
        k=_SHOWN,
        width=comparison.width,
    )
    return f"{query_line(query_id, comparison.queries, width=comparison.width)}\n{moves}"


def _advice(comparison: Comparison) -> str:
    decision = comparison.decision
    if comparison.outcome == "PASS":
        return ""
    if comparison.is_unfair:
        return "judge the pairs above, then compare again."
    if comparison.outcome == "FAIL":
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
