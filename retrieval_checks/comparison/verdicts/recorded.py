"""The verdict on a drop of recorded figures, of which no judgements are at hand."""

from dataclasses import asdict

from retrieval_checks.comparison.pairing import Pairs
from retrieval_checks.comparison.significance import Decision, bca_intervals
from retrieval_checks.comparison.verdicts.wording import advised, decided, numbers
from retrieval_checks.errors import listed
from retrieval_checks.judgement.explain.wording import wrapped
from retrieval_checks.judgement.verdict import Verdict

_WIDTH = 100


def recorded_verdict(
    pairs: Pairs, decision: Decision, *, cause: str = "", p_alone: float | None = None
) -> Verdict:
    """The decision as a verdict: its numbers and the changed queries, without their rankings.

    Args:
        pairs: the figures of both.
        decision: what they came to, its p value adjusted for the other metrics.
        cause: which class of change may explain a difference; empty where that is not known.
        p_alone: the p value before it was adjusted; None: it was not.
    """
    notes = [f"cause: {cause}"] if cause and pairs.changed else []
    if len(pairs.query_ids) > 1:
        low, high = bca_intervals(pairs.differences[:, None])[0].tolist()
        notes.append(
            f"mean difference {decision.mean:+.4f}, 95 % interval {low:+.4f} to {high:+.4f}"
        )
    if decision.outcome != "PASS":
        notes += numbers(pairs, decision, p_alone)
    named = {"no result, scored 0": pairs.missing, "new, not paired": pairs.new}
    notes += [f"{what}: {listed(names)}" for what, names in named.items() if names]
    evidence = {
        **asdict(decision),
        "metric": str(pairs.metric),
        "changed_queries": list(pairs.changed),
        "missing": list(pairs.missing),
        "new": list(pairs.new),
    }
    return Verdict(
        decision.outcome,
        f"{pairs.metric} drop <= {decision.margin:g}",
        decided(pairs, decision),
        "\n".join(wrapped(note, _WIDTH) for note in notes),
        advised(decision),
        evidence,
    )
