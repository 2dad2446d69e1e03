"""Golden files, their runs and what was accepted, in memory."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.context import Context
from retrieval_checks.comparison.gates import parse_gate
from retrieval_checks.comparison.records import make_records
from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.golden.bound import BoundSuite, bind
from retrieval_checks.golden.suite import Expectations, GoldenQuery, GoldenSuite
from retrieval_checks.report.details.subject import Reported

NOW = Context("2 documents", "dense B", "numpy 2")
BEFORE = Context("2 documents", "dense A", "numpy 2")
NOTHING = Expectations({}, {}, (), ())


def bound_suite(
    grades: Mapping[str, Mapping[str, float]],
    tags: Mapping[str, Sequence[str]] | None = None,
    corpus: Corpus | None = None,
) -> BoundSuite:
    """A golden file with these queries and judgements; an empty mapping is a query not judged."""
    queries = tuple(
        GoldenQuery(q, f"Ask {q}?", tuple((tags or {}).get(q, ())), row or None, NOTHING, line)
        for line, (q, row) in enumerate(grades.items(), start=3)
    )
    suite = GoldenSuite(Path("a.golden.yaml"), None, "test", queries, (), True)
    return bind(suite, corpus=corpus)


def accepted(rankings: Mapping[str, Mapping[str, float]], bound: BoundSuite) -> Baseline:
    """A lock of these rankings."""
    run = Run.from_dict(rankings)
    qrels: Qrels = bound.qrels
    queries: Queries = bound.queries
    records = make_records(run, queries, qrels, (), context=BEFORE, depth=10)
    return Baseline.from_records(records, name="a.lock")


def reported(
    bound: BoundSuite,
    now: Mapping[str, Mapping[str, float]],
    before: Mapping[str, Mapping[str, float]] | None = None,
    *,
    gates: Sequence[str] = (),
    stages: Mapping[str, Run] | None = None,
    depths: Mapping[str, int] | None = None,
) -> Reported:
    """Today's scores, and the accepted ones."""
    return Reported(
        bound,
        Run.from_dict(now, name="mine"),
        [parse_gate(gate) for gate in gates],
        NOW,
        reference=accepted(before, bound) if before is not None else None,
        stages=stages or {},
        depths=depths or {},
    )
