"""`lint`: every check of a golden file, before any run."""

from collections.abc import Mapping

from retrieval_checks.comparison.records import QueryRecord
from retrieval_checks.data.run import Run
from retrieval_checks.golden.lint.checks.bounds import find_idle_bounds
from retrieval_checks.golden.lint.checks.contradictions import find_contradictions
from retrieval_checks.golden.lint.checks.duplicates import find_duplicates
from retrieval_checks.golden.lint.checks.margins import find_margins
from retrieval_checks.golden.lint.checks.near_verbatim import find_near_verbatim
from retrieval_checks.golden.lint.checks.null_retrievers import find_null_passes, find_saturation
from retrieval_checks.golden.lint.checks.queries import find_weak_queries
from retrieval_checks.golden.lint.checks.stale_labels import (
    find_empty_documents,
    find_stale_labels,
)
from retrieval_checks.golden.lint.finding import Finding
from retrieval_checks.golden.lint.subject import LintSubject

NO_RUNS: Mapping[str, Run] = {}
NO_RECORDS: Mapping[str, QueryRecord] = {}


def lint(
    subject: LintSubject,
    *,
    blind: Mapping[str, Run] = NO_RUNS,
    bm25: Run | None = None,
    accepted: Mapping[str, QueryRecord] = NO_RECORDS,
) -> tuple[Finding, ...]:
    """Everything that the checks find, by line, the gravest first.

    Args:
        subject: the golden file with its collection.
        blind: `{name: run}` of retrievers that do not read the query, such as documents at random.
        bm25: what lexical search returns.
        accepted: the records of the lock; saturation is told by them, or else by `bm25`.

    >>> from pathlib import Path
    >>> from retrieval_checks.golden.suite import Expectations, GoldenQuery, GoldenSuite
    >>> expect = Expectations({"d": 2}, {"d": 5}, (), ())
    >>> query = GoldenQuery("q", "what purrs?", (), None, expect, line=3)
    >>> suite = GoldenSuite(Path("g.golden.yaml"), None, "test", (query,), (), False)
    >>> [(found.severity, found.code) for found in lint(LintSubject.of(suite))]
    [('note', 'no-collection'), ('error', 'contradictory-expectations')]
    """
    found = [
        *find_margins(subject),
        *find_null_passes(subject, blind, bm25),
        *find_saturation(subject, accepted, bm25),
        *find_near_verbatim(subject),
        *find_duplicates(subject),
        *find_stale_labels(subject),
        *find_empty_documents(subject),
        *find_contradictions(subject),
        *find_idle_bounds(subject),
        *find_weak_queries(subject),
        *_not_looked_at(subject),
    ]
    return tuple(sorted(found, key=lambda finding: finding.order))


def _not_looked_at(subject: LintSubject) -> list[Finding]:
    if subject.corpus is not None:
        return []
    return [
        Finding(
            "note",
            "no-collection",
            subject.where(1),
            "there are no documents to look at: stale labels, copies, queries in the words of their"
            " passage and what a broken retriever reaches stay unseen",
            "name the collection in the golden file or on the command line",
        )
    ]
