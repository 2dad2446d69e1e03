"""`Verdict`: what was asked, what was found, and what to do about it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self, get_args

from retrieval_checks.data.columns import frozen_mapping, thawed_mapping
from retrieval_checks.errors import DataError, RetrievalAssertionError
from retrieval_checks.judgement.explain.wording import wrapped

_WIDTH = 100  # columns of the advice
Outcome = Literal["PASS", "FAIL", "INCONCLUSIVE"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a check, with everything a reader needs to act on it.

    `finding` is one or two lines that can be understood alone: its first line is what pytest's
    short summary shows. `context` (rankings, worst queries) is made where a check fails and empty
    where it passes. `evidence` holds the numbers behind the finding, fit for strict JSON: a score
    that is infinite stands there as None. It cannot be changed; `to_dict` copies it.

    Raises:
        DataError: an outcome that does not exist, no claim or finding, evidence that is not JSON.

    >>> verdict = Verdict("FAIL", "nDCG@10 >= 0.62", "nDCG@10 is 0.5871, 0.0329 below 0.62")
    >>> print(verdict.explain())
    nDCG@10 is 0.5871, 0.0329 below 0.62
    asked: nDCG@10 >= 0.62 -> FAIL
    """

    outcome: Outcome
    claim: str  # what was asked
    finding: str  # what was found, and how far off
    context: str = ""  # what it looks like: query, ranking, worst queries
    advice: str = ""  # what to do
    evidence: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if self.outcome not in get_args(Outcome):
            raise DataError(f"outcome must be one of {get_args(Outcome)}, got {self.outcome!r}")
        if not self.claim or not self.finding:
            raise DataError("a verdict needs a claim and a finding")
        object.__setattr__(self, "evidence", frozen_mapping(_json_object(self.evidence)))

    def __reduce__(self) -> tuple[type["Verdict"], tuple[object, ...]]:
        # Read-only mappings cannot be pickled; the constructor makes them again.
        return Verdict, tuple(self.to_dict().values())

    @property
    def passed(self) -> bool:
        """Whether the outcome is PASS; INCONCLUSIVE is not a pass."""
        return self.outcome == "PASS"

    def explain(self) -> str:
        """The whole verdict as text for a terminal, in paragraphs: finding, context, advice."""
        asked = f"{self.finding}\nasked: {self.claim} -> {self.outcome}"
        advice = wrapped(f"to do: {self.advice}", _WIDTH) if self.advice else ""
        return "\n\n".join(filter(None, (asked, self.context, advice)))

    def to_dict(self) -> dict[str, Any]:
        """The verdict as strict JSON takes it; `Verdict(**verdict.to_dict())` restores it."""
        return {
            "outcome": self.outcome,
            "claim": self.claim,
            "finding": self.finding,
            "context": self.context,
            "advice": self.advice,
            "evidence": thawed_mapping(self.evidence),
        }

    def raise_if_failed(self) -> Self:
        """The verdict itself, unless its outcome is FAIL.

        Raises:
            RetrievalAssertionError: it failed; the text is `explain()`, `.verdict` this verdict.
        """
        __tracebackhide__ = True
        if self.outcome == "FAIL":
            raise RetrievalAssertionError(self.explain(), verdict=self)
        return self


def _json_object(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """A deep copy, made through JSON, so that what is kept is what is written later."""
    try:
        copy: dict[str, Any] = json.loads(
            json.dumps(thawed_mapping(dict(evidence)), allow_nan=False)
        )
    except (TypeError, ValueError) as error:
        raise DataError(f"evidence must be strict JSON: {error}") from None
    return copy
