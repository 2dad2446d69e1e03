import json
from typing import Any

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run


def run(*rankings: str, name: str = "run") -> Run:
    """Queries q0, q1, ..., each with the letters of a word as its documents, best first."""
    return Run.from_ids({f"q{i}": list(ids) for i, ids in enumerate(rankings)}, name=name)


def judged(*relevant: str) -> Qrels:
    """Queries q0, q1, ..., each with the letters of a word as its relevant documents."""
    return Qrels.from_dict({f"q{i}": dict.fromkeys(ids, 1) for i, ids in enumerate(relevant)})


def through_json(value: dict[str, Any]) -> dict[str, Any]:
    """The value after a journey through strict JSON."""
    read: dict[str, Any] = json.loads(json.dumps(value, allow_nan=False))
    return read
