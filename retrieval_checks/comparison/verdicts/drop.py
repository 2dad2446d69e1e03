"""The verdict on a drop: the decision's figures, what lies behind them, what to do."""

from dataclasses import asdict, replace

from retrieval_checks.comparison.significance import Decision
from retrieval_checks.comparison.verdicts.comparison import Comparison
from retrieval_checks.comparison.verdicts.top_ten import DEPTH, TopTen
from retrieval_checks.comparison.verdicts.wording import advised, decided, moved, numbers, over
from retrieval_checks.errors import listed
from retrieval_checks.judgement.explain import lost_table, movement_table, query_line
from retrieval_checks.judgement.explain.wording import counted, told_apart, wrapped
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.metrics.unjudged import PairToJudge

_SHOWN = 5


def drop_verdict(comparison: Comparison, claim: str) -> Verdict:
    """The decision as a verdict, INCONCLUSIVE where what is not judged may have made it."""
    pairs, top, (before, now) = comparison.pairs, comparison.top, comparison.means
    decision = replace(comparison.decision, outcome=comparison.outcome)
    to_judge = comparison.to_judge if comparison.is_unfair else ()
    cause = comparison.cause if decision.outcome == "FAIL" else ""
    warnings = _warnings(comparison)
    notes = [f"cause: {cause}"] if cause else []
    notes += _unfairness(comparison, to_judge)
    if decision.outcome != "PASS":
        notes += numbers(pairs, decision, comparison.p_alone)
    notes += _lost(top, decision)
    evidence = {
        **asdict(decision),
        "metric": str(pairs.metric),
        "candidate": now,
        "baseline": before,
        "against": comparison.baseline.name,
        "changed_queries": list(pairs.changed),
        "lost": list(top.lost),
        "lost_share_at_most": top.lost_share_at_most,
        "judged": list(top.judged) if top.judged else None,
        "to_judge": [[p.query_id, p.doc_id] for p in to_judge],
        "new": list(pairs.new),
        "missing": list(comparison.unanswered),
        "cause": cause,
        "warnings": warnings,
    }
    paragraphs = (
        "\n".join(wrapped(line, comparison.width) for line in lines) for lines in (notes, warnings)
    )
    return Verdict(
        decision.outcome,
        claim,
        _finding(comparison),
        "\n\n".join(filter(None, [*paragraphs, _changes(comparison)])),
        "judge the pairs above, then compare again." if comparison.is_unfair else advised(decision),
        evidence,
    )


def _finding(comparison: Comparison) -> str:
    pairs, decision, judged = comparison.pairs, comparison.decision, comparison.top.judged
    if not comparison.is_unfair or judged is None:
        return decided(pairs, decision)
    shares = "{:.2f} of the candidate, {:.2f} of the baseline".format(*judged)
    return f"{moved(pairs)}: cannot be told fairly, judged@{DEPTH} is {shares} ({over(decision)})"


def _unfairness(comparison: Comparison, to_judge: tuple[PairToJudge, ...]) -> list[str]:
    if not comparison.is_unfair:
        return []
    less, cannot = ("candidate", "fail") if comparison.top.gap < 0 else ("baseline", "pass")
    names = ", ".join(f"({p.query_id}, {p.doc_id})" for p in to_judge)
    return [
        f"what is not judged counts as not relevant, which wrongs the {less}, so that the candidate"
        f" cannot {cannot}; judge first (query, document):"
        f" {names or 'the unjudged documents at the top'}"
    ]


def _lost(top: TopTen, decision: Decision) -> list[str]:
    """The queries that found something and find nothing, and how many there may be elsewhere."""
    if not top.lost and decision.outcome != "INCONCLUSIVE":
        return []
    names = f": {listed(top.lost)}" if top.lost else ""
    return [
        f"lost, with nothing relevant left in the top {DEPTH}: {len(top.lost) or 'none'} of"
        f" {counted(top.queries, 'query', 'queries')}{names}; at most"
        f" {top.lost_share_at_most:.1%} of all such queries, with 95% confidence"
    ]


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
