"""`properties`: what a test measured, as properties of its report; JUnit lists them by name."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

PROPERTY = "retrieval"  # of everything, as JSON: what our own reports read
_WORST_FIRST = ("FAIL", "INCONCLUSIVE", "PASS")


def properties(entries: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Everything as one JSON object, then what people and CI servers look for, each by its name.

    >>> for name, value in properties({"run": "bm25", "figures": {"nDCG@10": 0.5}}):
    ...     print(name, value)
    retrieval {"run": "bm25", "figures": {"nDCG@10": 0.5}}
    retrieval.pipeline bm25
    retrieval.nDCG@10 0.5
    """
    named = {f"{PROPERTY}.pipeline": entries["run"]} if "run" in entries else {}
    named |= {f"{PROPERTY}.{name}": value for name, value in entries.get("figures", {}).items()}
    named |= _judged(entries.get("verdicts", ()))
    whole = json.dumps(entries)
    return [(PROPERTY, whole), *((name, str(value)) for name, value in named.items())]


def is_property(name: str) -> bool:
    """Whether a property of this name is one of ours.

    >>> is_property("retrieval.nDCG@10"), is_property("retrieval-date")
    (True, False)
    """
    return name.partition(".")[0] == PROPERTY


def _judged(verdicts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the verdicts measured, and the worst of them: JUnit shows no text of a passed test."""
    if not verdicts:
        return {}
    measured = {}
    for verdict in verdicts:
        evidence = verdict["evidence"]
        value = evidence.get("value", evidence.get("candidate"))
        if "metric" in evidence and value is not None:
            measured[f"{PROPERTY}.{evidence['metric']}"] = value
    worst = min(verdicts, key=lambda verdict: _WORST_FIRST.index(verdict["outcome"]))
    return measured | {
        f"{PROPERTY}.outcome": worst["outcome"],
        f"{PROPERTY}.finding": worst["finding"].partition("\n")[0],
    }
