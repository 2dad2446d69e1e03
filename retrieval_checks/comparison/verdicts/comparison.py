"""`Comparison`: two systems on the same judged queries, and what has been decided about them."""

from collections.abc import Callable
from dataclasses import dataclass

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.context import Context, digest
from retrieval_checks.comparison.pairing import Pairs
from retrieval_checks.comparison.significance import Decision
from retrieval_checks.comparison.verdicts.top_ten import TopTen
from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.judgement.verdict import Outcome
from retrieval_checks.metrics.evaluation import evaluate, mean_of
from retrieval_checks.metrics.unjudged import PairToJudge, pairs_to_judge

_JUDGED_GAP = 0.10  # of judged@10 between the two
_SATURATED = 0.98
_DECIMALS = 9  # what lies exactly on a bound is on it, however its mean was rounded
_TO_JUDGE = 5


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """A candidate and a baseline on the same judged queries, by one metric."""

    pairs: Pairs
    decision: Decision
    candidate: Run
    baseline: Baseline
    qrels: Qrels  # of the paired queries
    top: TopTen  # of both, by these judgements
    queries: Queries | None = None
    corpus: Corpus | None = None
    width: int = 100
    now: Context | Callable[[], Context] | None = None  # what the candidate was measured with
    p_alone: float | None = None  # before it was adjusted for other gates; None: it was not

    @property
    def outcome(self) -> Outcome:
        """The decision, unless what is not judged may have made it."""
        return "INCONCLUSIVE" if self.is_unfair else self.decision.outcome

    @property
    def means(self) -> tuple[float, float]:
        """Of the baseline and of the candidate."""
        return mean_of(self.pairs.baseline), mean_of(self.pairs.candidate)

    @property
    def is_unfair(self) -> bool:
        """Whether judged@10 differs by more than .10, in favour of what would be decided.

        What is not judged counts as not relevant, so a candidate that is judged less looks worse
        than it is: where it passes all the same it does. One that is judged more looks better.
        """
        unproven = "PASS" if self.top.gap > 0 else "FAIL"
        return abs(self.top.gap) > _JUDGED_GAP and self.decision.outcome in (
            unproven,
            "INCONCLUSIVE",
        )

    @property
    def is_saturated(self) -> bool:
        """Whether the baseline leaves no room to rise."""
        return round(self.means[0], _DECIMALS) >= _SATURATED

    @property
    def to_judge(self) -> tuple[PairToJudge, ...]:
        """The unjudged documents, of the less judged run, that weigh most."""
        less = self.candidate if self.top.gap < 0 else self.baseline.run
        evaluation = evaluate(less, self.qrels, self.pairs.metric)
        return tuple(pairs_to_judge(evaluation, self.pairs.metric, most=_TO_JUDGE))

    @property
    def unanswered(self) -> tuple[str, ...]:
        """The queries that the candidate has no result for."""
        return tuple(q for q in self.pairs.query_ids if not self._has_result(q))

    @property
    def reworded(self) -> tuple[str, ...]:
        """The queries whose text is not what it was for the baseline, where both are known."""
        if self.queries is None:
            return ()
        kept = {q: r.text for q, r in self.baseline.records.items() if r.text and q in self.queries}
        ids = (q for q in self.pairs.query_ids if q in kept)
        return tuple(q for q in ids if kept[q] != digest(self.queries[q]))

    @property
    def cause(self) -> str:
        """Which class of change may explain the difference; empty where that is not known."""
        if self.now is None or not self.baseline.records:
            return ""
        return self.baseline.cause(self.now() if callable(self.now) else self.now)

    def _has_result(self, query_id: str) -> bool:
        return query_id in self.candidate and bool(self.candidate.ranking(query_id, k=1))
