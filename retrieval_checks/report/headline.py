"""`headline`: what a session came to, in one sentence."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from retrieval_checks.judgement.explain.wording import counted

Outcome = Literal["failed", "error", "inconclusive", "passed", "empty"]
_WRONG: tuple[Outcome, ...] = ("failed", "error", "inconclusive")  # worst first
_VERBS = {
    "failed": ("fails", "fail"),
    "error": ("could not be judged", "could not be judged"),
    "inconclusive": ("cannot tell", "cannot tell"),
    "passed": ("passes", "pass"),
}
_NOUNS = {"gate": ("gate", "gates"), "query": ("golden query", "golden queries")}


def headline(files: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The outcome of a report's files, how often each kind of test had which, and a sentence.

    >>> gates = [{"kind": "gate", "outcome": "passed"}]
    >>> queries = [{"kind": "query", "outcome": "failed"}, {"kind": "query", "outcome": "passed"}]
    >>> told = headline([{"gates": gates, "tests": queries}])
    >>> told["outcome"], told["sentence"]
    ('failed', '1 of 2 golden queries fails; the only gate passes.')
    """
    entries = [entry for file in files for entry in (*file["gates"], *file["tests"])]
    counts: dict[str, dict[str, int]] = {}
    for entry in entries:
        kind = entry["kind"] if entry["kind"] in _NOUNS else "test"
        of_kind = counts.setdefault(kind, {})
        of_kind[entry["outcome"]] = of_kind.get(entry["outcome"], 0) + 1
    counts = {kind: dict(sorted(counts[kind].items())) for kind in sorted(counts)}
    return {"outcome": _outcome(counts.values()), "sentence": _sentence(counts), "counts": counts}


def _outcome(counts: Iterable[Mapping[str, int]]) -> Outcome:
    found = {outcome for of_kind in counts for outcome in of_kind}
    for outcome in _WRONG:
        if outcome in found:
            return outcome
    return "passed" if found & {"passed", "waived"} else "empty"


def _sentence(counts: Mapping[str, Mapping[str, int]]) -> str:
    """What is wrong of each kind, gates first; then what is not."""
    if _outcome(counts.values()) == "empty":
        return "Nothing was judged."
    kinds = [kind for kind in ("gate", "query", "test") if kind in counts]
    wrong = [told for kind in kinds if (told := _wrong(kind, counts[kind]))]
    right = [told for kind in kinds if (told := _right(kind, counts[kind]))]
    sentence = "; ".join([*wrong, *filter(None, [" and ".join(right)])])
    return f"{sentence[:1].upper()}{sentence[1:]}."


def _wrong(kind: str, outcomes: Mapping[str, int]) -> str:
    """`1 of 5 gates fails and 2 cannot tell`; empty where nothing is wrong."""
    of = sum(outcomes.values())
    found = [(name, outcomes[name]) for name in _WRONG if outcomes.get(name)]
    told = [
        f"{number if row else _who(kind, number, of)} {_does(name, number)}"
        for row, (name, number) in enumerate(found)
    ]
    return " and ".join(told)


def _right(kind: str, outcomes: Mapping[str, int]) -> str:
    """`all 5 gates pass`; empty where something is wrong: the rest is then what is left."""
    fine, of = outcomes.get("passed", 0), sum(outcomes.values())
    if any(outcomes.get(name) for name in _WRONG):
        return ""
    told = f"{_who(kind, fine, of)} {_does('passed', fine)}"
    waived = outcomes.get("waived", 0)
    return f"{told}, {waived} waived" if waived else told


def _who(kind: str, number: int, of: int) -> str:
    one, many = _NOUNS.get(kind, ("other test", "other tests"))
    if number == of:
        return f"the only {one}" if of == 1 else f"all {counted(of, one, many)}"
    return f"{number} of {counted(of, one, many)}"


def _does(outcome: str, number: int) -> str:
    one, many = _VERBS[outcome]
    return one if number == 1 else many
