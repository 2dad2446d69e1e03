"""`TopTen`: what two systems show first: how much of it is judged, and what one of them lost."""

from dataclasses import dataclass

from retrieval_checks.comparison.significance import lost_share_bound
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import evaluate, mean_of
from retrieval_checks.metrics.metric import Metric

DEPTH = 10
_DECIMALS = 9  # what lies exactly on a bound is on it, however its mean was rounded
_JUDGED, _FOUND = Metric("Judged", DEPTH), Metric("Success", DEPTH)


@dataclass(frozen=True, slots=True)
class TopTen:
    """The first ten documents of a candidate and a baseline, over the queries of both."""

    queries: int
    judged: tuple[float, float] | None  # mean judged@10, candidate and baseline; None: says nothing
    lost: tuple[str, ...]  # a relevant document in the baseline's ten, none in the candidate's

    @property
    def gap(self) -> float:
        """How much more of the candidate is judged than of the baseline, in [-1, 1]."""
        return round(self.judged[0] - self.judged[1], _DECIMALS) if self.judged else 0.0

    @property
    def lost_share_at_most(self) -> float:
        """With 95 % confidence, the share of such queries that are lost, in (0, 1]."""
        return lost_share_bound(len(self.lost), self.queries)


def top_ten(candidate: Run, baseline: Run, qrels: Qrels) -> TopTen:
    """What the first ten documents of both show, by the judgements of the paired queries.

    judged@10 is averaged over the queries that both have results for, since no result is not an
    unjudged one, and that have a judged document which is not relevant: where only relevant ones
    are judged, judged@10 is precision, and a drop of it is what is to be found.

    >>> qrels = Qrels.from_dict({"q": {"a": 1}, "r": {"a": 1, "b": 0}})
    >>> before = Run.from_ids({"q": ["a"], "r": ["a", "b"]})
    >>> now = Run.from_ids({"q": ["x"], "r": ["a", "x"]})
    >>> top_ten(now, before, qrels)
    TopTen(queries=2, judged=(0.5, 1.0), lost=('q',))
    """
    now, before = (evaluate(run, qrels, [_JUDGED, _FOUND]) for run in (candidate, baseline))
    silent = {*now.missing, *before.missing}
    told = [
        row
        for row, query_id in enumerate(now.query_ids)
        if query_id not in silent and min(qrels[query_id].values()) < now.relevance_level
    ]
    judged = (mean_of(now.values[told, 0]), mean_of(before.values[told, 0])) if told else None
    fell = before.values[:, 1] > now.values[:, 1]
    lost = tuple(query_id for query_id, gone in zip(now.query_ids, fell, strict=True) if gone)
    return TopTen(len(now.query_ids), judged, lost)
