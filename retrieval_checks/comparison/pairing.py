"""`Pairs`: one figure a query of two systems, paired by query id, or refused."""

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from retrieval_checks.data.postings import FloatArray, read_only
from retrieval_checks.errors import NotComparableError, listed
from retrieval_checks.judgement.explain.wording import counted
from retrieval_checks.metrics.metric import Metric

LEAST_SHARED = 0.8  # of the baseline's queries
_DECIMALS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """The values of one metric for every query of the baseline, and the candidate's for the same.

    A query that the candidate lacks scores 0 there; one that only the candidate has is new and not
    paired.
    """

    metric: Metric
    query_ids: tuple[str, ...]  # the baseline's, sorted
    candidate: FloatArray  # float64 (n_queries,)
    baseline: FloatArray  # float64 (n_queries,)
    missing: tuple[str, ...]  # of the baseline's queries, those that the candidate lacks
    new: tuple[str, ...]

    @property
    def differences(self) -> FloatArray:
        """Candidate minus baseline, (n_queries,).

        To twelve decimals: figures that were written on another machine may differ in the last.
        """
        differences: FloatArray = np.round(self.candidate - self.baseline, _DECIMALS)
        return differences

    @property
    def changed(self) -> tuple[str, ...]:
        """The queries whose value differs, the largest drop first."""
        d = self.differences
        order = sorted(np.flatnonzero(d).tolist(), key=lambda row: (d[row], self.query_ids[row]))
        return tuple(self.query_ids[row] for row in order)

    @property
    def fallen(self) -> frozenset[str]:
        """The queries that are worth less to the candidate."""
        rows = np.flatnonzero(self.differences < 0).tolist()
        return frozenset(self.query_ids[row] for row in rows)

    def select(self, query_ids: Collection[str]) -> "Pairs":
        """The same of some of the queries only."""
        rows = [row for row, query_id in enumerate(self.query_ids) if query_id in query_ids]
        return replace(
            self,
            query_ids=tuple(self.query_ids[row] for row in rows),
            candidate=read_only(self.candidate[rows]),
            baseline=read_only(self.baseline[rows]),
            missing=tuple(query_id for query_id in self.missing if query_id in query_ids),
            new=tuple(query_id for query_id in self.new if query_id in query_ids),
        )


def pair(
    metric: Metric,
    candidate: Mapping[str, float],
    baseline: Mapping[str, float],
    *,
    names: Sequence[str] = ("the candidate", "the baseline"),
) -> Pairs:
    """The values of the baseline's queries on both sides, by id, never by position.

    Raises:
        NotComparableError: the candidate has no query, or fewer than 80 %, of the baseline's.

    >>> from retrieval_checks.metrics.metric import parse_metric
    >>> pairs = pair(parse_metric("RR@10"), {"q2": 0.5, "q1": 1.0}, {"q1": 1.0, "q2": 1.0})
    >>> pairs.query_ids, pairs.differences.tolist(), pairs.changed
    (('q1', 'q2'), [0.0, -0.5], ('q2',))
    """
    query_ids = tuple(sorted(baseline))  # a random test does not depend on how a file is sorted
    missing = check_shared(candidate, query_ids, names=names)
    now = np.array([candidate.get(query_id, 0.0) for query_id in query_ids], np.float64)
    before = np.array([baseline[query_id] for query_id in query_ids], np.float64)
    new = tuple(sorted(query_id for query_id in candidate if query_id not in baseline))
    return Pairs(metric, query_ids, read_only(now), read_only(before), missing, new)


def check_shared(
    candidate: Container[str], query_ids: Sequence[str], *, names: Sequence[str]
) -> tuple[str, ...]:
    """Those of the baseline's queries that the candidate lacks.

    Raises:
        NotComparableError: the candidate has none, or fewer than 80 %, of them.
    """
    missing = tuple(query_id for query_id in query_ids if query_id not in candidate)
    shared = len(query_ids) - len(missing)
    if not shared or shared / len(query_ids) < LEAST_SHARED:
        raise NotComparableError(
            f"NOT COMPARABLE: {names[0]} has {shared} of the"
            f" {counted(len(query_ids), 'query', 'queries')} of {names[1]}, at least"
            f" {LEAST_SHARED:.0%} are needed"
            + (f"; it lacks {listed(missing, most=3)}" if missing else "")
        )
    return missing
