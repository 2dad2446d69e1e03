"""Checks of a reranker: its run beside the run that it was given."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.judgement.explain import lost_table, movement_table, query_line, stale_line
from retrieval_checks.judgement.explain.wording import beside, counted, told_apart
from retrieval_checks.judgement.floor import check_share
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.metrics.agreement import check_same_queries
from retrieval_checks.metrics.evaluation import NoRelevant, evaluate
from retrieval_checks.metrics.metric import Metric, parse_metric

_NO_STATISTICS = "two means as they stand: whether the difference could be chance is not tested"
_RERANKER_ADVICE = (
    "read what the reranker moved up in the queries that lost most: a better answer that nobody"
    " judged, or a model that is wrong for these texts?"
)


def check_reranker_improves(
    first_stage: Run,
    reranked: Run,
    qrels: Qrels,
    metric: str | Metric = "nDCG@10",
    *,
    by: float = 0.0,
    relevance_level: float = 1,
    no_relevant: NoRelevant = "zero",
    queries: Queries | None = None,
    corpus: Corpus | None = None,
    width: int = 100,
) -> Verdict:
    """Whether a reranker raises the mean of a metric over the run that it was given.

    It must raise it by at least `by`; at `by=0` it must raise it, and an equal mean fails. Two
    means are compared as they stand: whether the difference could be chance is not asked.

    Args:
        first_stage: the run that was reranked.
        reranked: what came of it, for the same queries.
        qrels: the judgements; the means are over their queries.
        metric: a spelling or a `Metric`.
        by: the least gain, in [0, 1].
        relevance_level: the lowest grade that is relevant.
        no_relevant: what becomes of a query without a relevant document, see `evaluate`.
        queries: the texts of the queries.
        corpus: the texts of the documents.
        width: columns of a failure's text.

    Raises:
        SettingsError: `by` is not a number in [0, 1].
        DataError: the runs have not the same queries, or none that is judged.

    >>> first, second = Run.from_ids({"q1": ["a", "b"]}), Run.from_ids({"q1": ["b", "a"]})
    >>> qrels = Qrels.from_dict({"q1": {"b": 1}})
    >>> print(check_reranker_improves(first, second, qrels, "RR@10").finding)
    reranking raises RR@10 from 0.5000 to 1.0000: +0.5000 (1 query: 1 better, 0 equal, 0 worse)
    two means as they stand: whether the difference could be chance is not tested
    """
    wanted = parse_metric(metric)
    least = check_share(by, "by")
    check_same_queries(first_stage, reranked)
    before, after = (
        evaluate(r, qrels, wanted, relevance_level=relevance_level, no_relevant=no_relevant)
        for r in (first_stage, reranked)
    )
    if not any(query_id in reranked for query_id in after.query_ids):
        raise DataError(f"none of the {len(after.query_ids)} judged queries is in the two runs")
    gains = _Gains(
        wanted,
        before.per_query(wanted),
        after.per_query(wanted),
        before.mean[str(wanted)],
        after.mean[str(wanted)],
    )
    passed = gains.gain >= least if least else gains.gain > 0
    claim = f"reranking raises {wanted}" + (f" by at least {least!r}" if least else "")
    return Verdict(
        "PASS" if passed else "FAIL",
        claim,
        gains.finding(least) + stale_line(qrels, corpus),
        ""
        if passed
        else gains.context(first_stage, reranked, queries=queries, corpus=corpus, width=width),
        "" if passed else _RERANKER_ADVICE,
        gains.evidence(least),
    )


@dataclass(frozen=True, slots=True)
class _Gains:
    """A metric before and after reranking."""

    metric: Metric
    before: Mapping[str, float]
    after: Mapping[str, float]
    mean_before: float
    mean_after: float

    @property
    def gain(self) -> float:
        """The difference of the means in decimal, so that 0.6 - 0.5 is 0.1."""
        return float(Decimal(repr(self.mean_after)) - Decimal(repr(self.mean_before)))

    def finding(self, least: float) -> str:
        old, new = told_apart([self.mean_before, self.mean_after])
        tally = ", ".join(f"{number} {name}" for name, number in self.tally().items())
        over = f"{counted(len(self.after), 'query', 'queries')}: {tally}"
        if self.gain == 0:
            return f"reranking leaves {self.metric} at {new} ({over})\n{_NO_STATISTICS}"
        verb = "raises" if self.gain > 0 else "lowers"
        shown, short = beside(self.gain, least)
        sign = "+" if self.gain > 0 else ""
        asked = f", {short} short of {least!r}" if 0 < least > self.gain else ""
        return (
            f"reranking {verb} {self.metric} from {old} to {new}: {sign}{shown}{asked} ({over})"
            f"\n{_NO_STATISTICS}"
        )

    def tally(self) -> dict[str, int]:
        changes = [self.after[q] - self.before[q] for q in self.after]
        return {
            "better": sum(change > 0 for change in changes),
            "equal": changes.count(0),
            "worse": sum(change < 0 for change in changes),
        }

    def context(
        self,
        first_stage: Run,
        reranked: Run,
        *,
        queries: Queries | None,
        corpus: Corpus | None,
        width: int,
    ) -> str:
        lost = lost_table(self.before, self.after, queries=queries, width=width)
        if not lost:
            return ""
        worst = min(self.after, key=lambda q: (self.after[q] - self.before[q], q))
        moved = ""
        if worst in reranked:
            table = movement_table(reranked, first_stage, worst, corpus=corpus, k=5, width=width)
            moved = f"{query_line(worst, queries, width=width)}\n{table}"
        return f"{self.metric} fell most for:\n{lost}\n\n{moved}".rstrip()

    def evidence(self, least: float) -> dict[str, object]:
        return {
            "metric": str(self.metric),
            "first_stage": self.mean_before,
            "reranked": self.mean_after,
            "difference": self.gain,
            "by": least,
            "queries": len(self.after),
            **self.tally(),
        }
