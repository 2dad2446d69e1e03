"""`Comparison`: two systems on the same judged queries, and what has been decided about them."""

from dataclasses import dataclass

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.context import Context, digest
from retrieval_checks.comparison.pairing import Pairs
from retrieval_checks.comparison.significance import Decision
from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.judgement.verdict import Outcome
from retrieval_checks.metrics.evaluation import evaluate, mean_of
from retrieval_checks.metrics.metric import Metric
from retrieval_checks.metrics.unjudged import PairToJudge, pairs_to_judge

JUDGED_DEPTH = 10
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
    queries: Queries | None = None
    corpus: Corpus | None = None
    width: int = 100
    now: Context | None = None  # what the candidate was measured with
    p_alone: float | None = None  # before it was adjusted for other gates; None: it was not

    @property
    def outcome(self) -> Outcome:
        """The decision, unless one of the two is too little judged for any."""
        return "INCONCLUSIVE" if self.is_unfair else self.decision.outcome

    @property
    def means(self) -> tuple[float, float]:
        """Of the baseline and of the candidate."""
        return mean_of(self.pairs.baseline), mean_of(self.pairs.candidate)

    @property
    def judged(self) -> tuple[float, float]:
        """Mean share of judged documents in the top 10 of candidate and baseline.

        Over the queries that both have results for: no result is not an unjudged one.
        """
        runs = self.candidate, self.baseline.run
        answered = [q for q in self.qrels if all(q in run and run.ranking(q, k=1) for run in runs)]
        if not answered:
            return 0.0, 0.0
        metric = Metric("Judged", JUDGED_DEPTH)
        shares = (evaluate(run, self.qrels, metric).per_query(metric) for run in runs)
        candidate, baseline = ([share[q] for q in answered] for share in shares)
        return sum(candidate) / len(answered), sum(baseline) / len(answered)

    @property
    def is_unfair(self) -> bool:
        """Whether judged@10 of the two differs by more than .10."""
        candidate, baseline = self.judged
        return round(abs(candidate - baseline), _DECIMALS) > _JUDGED_GAP

    @property
    def is_saturated(self) -> bool:
        """Whether the baseline leaves no room to rise."""
        return round(self.means[0], _DECIMALS) >= _SATURATED

    @property
    def to_judge(self) -> tuple[PairToJudge, ...]:
        """The unjudged documents, of the less judged run, that weigh most."""
        candidate, baseline = self.judged
        less = self.candidate if candidate < baseline else self.baseline.run
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
        return self.baseline.cause(self.now) if self.now is not None else ""

    def _has_result(self, query_id: str) -> bool:
        return query_id in self.candidate and bool(self.candidate.ranking(query_id, k=1))
