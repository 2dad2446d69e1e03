"""`RankingParity`: how far two encoders' rankings agree, and whether a metric dropped."""

from collections.abc import Mapping
from dataclasses import dataclass

from retrieval_checks.data.collection import Collection
from retrieval_checks.data.run import Run
from retrieval_checks.judgement.explain import movement_table, query_line
from retrieval_checks.judgement.explain.wording import beside, counted
from retrieval_checks.judgement.verdict import Outcome, Verdict
from retrieval_checks.metrics.agreement import rbo, top_1_churn

_P = 0.9  # of RBO: the first ten ranks carry 86 % of it
_RBO = f"RBO(p={_P:g})"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What two sets of rankings must keep to."""

    rbo: float  # the least mean
    churn: float  # the largest share of queries with another first document


@dataclass(frozen=True, slots=True, eq=False)
class RankingParity:
    """A candidate's rankings beside a reference's, and the verdict on their metric.

    >>> run = Run.from_ids({"q1": ["a", "b"], "q2": ["b", "a"]})
    >>> other = Run.from_ids({"q1": ["b", "a"], "q2": ["b", "a"]})
    >>> same = Verdict("PASS", "nDCG@10 drop <= 0.02", "nDCG@10 is the same")
    >>> RankingParity(other, run, same, Bounds(rbo=0.5, churn=0.1)).failed
    ['top-1 churn is 0.5000, 0.4000 above 0.1 (2 queries)']
    """

    candidate: Run
    reference: Run
    compared: Verdict  # of the metric
    bounds: Bounds

    @property
    def claim(self) -> str:
        """What is asked of the rankings."""
        return (
            f"{self.candidate.name} ranks as {self.reference.name}: {_RBO} >="
            f" {self.bounds.rbo:g}, top-1 churn <= {self.bounds.churn:g}, {self.compared.claim}"
        )

    @property
    def failed(self) -> list[str]:
        """What does not keep to its bound, a line each."""
        lines = []
        if self._rbo < self.bounds.rbo:
            lines.append(f"{self._rbo_line} ({self._queries})")
        if self._churn > self.bounds.churn:
            lines.append(f"{self._churn_line} ({self._queries})")
        if self.compared.outcome == "FAIL":
            lines.append(self.compared.finding)
        return lines

    @property
    def findings(self) -> list[str]:
        """What keeps to its bound, or cannot be told, a line each."""
        kept = []
        if self._rbo >= self.bounds.rbo:
            kept.append(self._rbo_line)
        if self._churn <= self.bounds.churn:
            kept.append(self._churn_line)
        lines = [f"{'; '.join(kept)} ({self._queries})"] if kept else []
        if self.is_unchanged:
            return [*lines, f"{self.compared.evidence['metric']} is the same for every query"]
        return lines if self.compared.outcome == "FAIL" else [*lines, self.compared.finding]

    @property
    def outcome(self) -> Outcome:
        """FAIL where a bound is missed; PASS where no query's value changed: nothing dropped."""
        if self.failed:
            return "FAIL"
        return "PASS" if self.is_unchanged else self.compared.outcome

    @property
    def is_unchanged(self) -> bool:
        """Whether every query has the metric's value that it had."""
        return self.compared.evidence.get("changed") == 0

    @property
    def evidence(self) -> dict[str, object]:
        """The numbers."""
        return {
            "rbo": self._rbo,
            "top_1_churn": self._churn,
            "queries": len(self.reference),
            "worst_query": self._worst,
            "comparison": dict(self.compared.to_dict()),
        }

    def context(self, collection: Collection) -> str:
        """The query whose ranking changed most, and how."""
        table = movement_table(
            self.candidate, self.reference, self._worst, corpus=collection.corpus
        )
        return f"{query_line(self._worst, collection.queries, width=100)}\n{table}"

    @property
    def _overlaps(self) -> Mapping[str, float]:
        return rbo(self.candidate, self.reference, _P)

    @property
    def _rbo(self) -> float:
        return sum(self._overlaps.values()) / len(self.reference)

    @property
    def _churn(self) -> float:
        return sum(top_1_churn(self.candidate, self.reference).values()) / len(self.reference)

    @property
    def _worst(self) -> str:
        overlaps = self._overlaps
        return min(overlaps, key=lambda query_id: (overlaps[query_id], query_id))

    @property
    def _queries(self) -> str:
        return counted(len(self.reference), "query", "queries")

    @property
    def _rbo_line(self) -> str:
        return f"{_RBO} is {_beside(self._rbo, self.bounds.rbo)}"

    @property
    def _churn_line(self) -> str:
        return f"top-1 churn is {_beside(self._churn, self.bounds.churn)}"


def _beside(value: float, bound: float) -> str:
    if value == bound:
        return f"{bound:g}, exactly the bound"
    found, off = beside(value, bound)
    return f"{found}, {off} {'above' if value > bound else 'below'} {bound:g}"
