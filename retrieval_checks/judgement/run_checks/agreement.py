"""Checks of how far two runs agree, whatever the judgements say."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, SettingsError
from retrieval_checks.judgement.explain import movement_table, query_line
from retrieval_checks.judgement.explain.wording import beside, counted, told_apart
from retrieval_checks.judgement.floor import check_share
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.metrics.agreement import overlap_at
from retrieval_checks.metrics.agreement import rbo as rbo_of


def check_rankings_agree(
    run: Run,
    reference: Run,
    *,
    overlap: float | None = None,
    rbo: float | None = None,
    k: int = 10,
    p: float = 0.9,
    every_query: bool = False,
    queries: Queries | None = None,
    corpus: Corpus | None = None,
    width: int = 100,
) -> Verdict:
    """Whether two runs rank alike: overlap of their top k, rank-biased overlap, or both.

    There is no default floor: how much may change is for the caller to say, and at least one floor
    must be given. Relevance plays no part.

    Args:
        run: the rankings.
        reference: what they should be like, for the same queries.
        overlap: the least mean overlap@k, in [0, 1]; see `overlap_at`.
        rbo: the least mean rank-biased overlap of the whole rankings, in [0, 1]; see `rbo`.
        k: the cut-off of overlap, and how many documents a failure shows.
        p: the persistence of RBO; the higher, the deeper it looks.
        every_query: hold every query to the floors, not the mean.
        queries: the texts of the queries.
        corpus: the texts of the documents.
        width: columns of a failure's text.

    Raises:
        SettingsError: no floor, or a floor that is not a number in [0, 1].
        DataError: the runs have not the same queries, or no query.

    >>> run, reference = Run.from_ids({"q1": ["a", "b"]}), Run.from_ids({"q1": ["b", "c"]})
    >>> check_rankings_agree(run, reference, overlap=0.8, k=2).finding
    "overlap@2 is 0.5000, 0.3000 below 0.8 (1 query; lowest 0.5000 for 'q1')"
    """
    if overlap is None and rbo is None:
        raise SettingsError("no floor given; for example overlap=0.8, rbo=0.9, or both")
    if not len(run) and not len(reference):
        raise DataError(f"runs {run.name!r} and {reference.name!r} have no queries")
    agreements = []
    if overlap is not None:
        floor = check_share(overlap, "overlap")
        agreements.append(
            _Agreement(f"overlap@{k}", overlap_at(run, reference, k), floor, every_query)
        )
    if rbo is not None:
        floor = check_share(rbo, "rbo")
        agreements.append(
            _Agreement(f"RBO(p={p:g})", rbo_of(run, reference, p), floor, every_query)
        )
    evidence: dict[str, object] = {"queries": len(run), "every_query": every_query}
    evidence |= {agreement.name: agreement.evidence for agreement in agreements}
    claim = ", ".join(agreement.claim for agreement in agreements)
    failed = [agreement for agreement in agreements if not agreement.holds]
    if not failed:
        finding = "\n".join(agreement.finding for agreement in agreements)
        return Verdict("PASS", claim, finding, evidence=evidence)
    worst = failed[0].worst
    table = movement_table(run, reference, worst, corpus=corpus, k=k, width=width)
    return Verdict(
        "FAIL",
        claim,
        "\n".join(agreement.finding for agreement in failed),
        f"{query_line(worst, queries, width=width)}\n{table}",
        "if the new order is as good, accept it as the reference;"
        " if not, look at what changed: the model, the texts or the index.",
        evidence,
    )


@dataclass(frozen=True, slots=True)
class _Agreement:
    """A measure of agreement, its values and the floor they are held to."""

    name: str
    values: Mapping[str, float]
    floor: float
    every_query: bool

    @property
    def worst(self) -> str:
        return min(self.values, key=lambda query_id: (self.values[query_id], query_id))

    @property
    def mean(self) -> float:
        return math.fsum(self.values.values()) / len(self.values)

    @property
    def judged(self) -> float:
        """The value that the floor is for."""
        return self.values[self.worst] if self.every_query else self.mean

    @property
    def holds(self) -> bool:
        return self.judged >= self.floor

    @property
    def claim(self) -> str:
        return f"{self.name} >= {self.floor!r}" + (" for every query" if self.every_query else "")

    @property
    def finding(self) -> str:
        shown, distance = beside(self.judged, self.floor)
        side = "above" if self.judged > self.floor else "below"
        found = (
            f"{distance} {side} {self.floor!r}"
            if self.judged != self.floor
            else "exactly the floor"
        )
        over = counted(len(self.values), "query", "queries")
        if not self.every_query:
            lowest = told_apart([self.values[self.worst]])[0]
            return f"{self.name} is {shown}, {found} ({over}; lowest {lowest} for {self.worst!r})"
        below = sum(value < self.floor for value in self.values.values())
        return (
            f"{self.name} is {shown}, {found}, for query {self.worst!r}"
            f" ({below} of {over} below the floor; mean {told_apart([self.mean])[0]})"
        )

    @property
    def evidence(self) -> dict[str, object]:
        return {
            "mean": self.mean,
            "worst": self.values[self.worst],
            "worst_query": self.worst,
            "floor": self.floor,
        }
