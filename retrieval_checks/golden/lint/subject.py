"""`LintSubject`: a golden file with the texts and judgements it is about, faults included."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.golden.bound import BoundSuite, bind
from retrieval_checks.golden.suite import GoldenGate, GoldenQuery, GoldenSuite


@dataclass(frozen=True, slots=True, eq=False)
class LintSubject:
    """A golden file, and what is known about its queries.

    Unlike the suite that is judged, this one keeps the judgements of documents that the corpus
    lacks: to name them is what it is for.

    >>> from pathlib import Path
    >>> from retrieval_checks.golden.suite import Expectations
    >>> query = GoldenQuery("q", "what purrs?", (), {"d": 1}, Expectations({}, {}, (), ()), line=3)
    >>> suite = GoldenSuite(Path("g.golden.yaml"), None, "test", (query,), (), False)
    >>> subject = LintSubject.of(suite)
    >>> subject.where(3), subject.grades("q")
    ('g.golden.yaml:3', {'d': 1.0})
    """

    bound: BoundSuite  # bound to no corpus, so that stale labels are still in its judgements
    corpus: Corpus | None

    @classmethod
    def of(
        cls,
        suite: GoldenSuite,
        *,
        corpus: Corpus | None = None,
        queries: Queries | None = None,
        qrels: Qrels | None = None,
    ) -> Self:
        """The suite with what its file leaves to the collection."""
        return cls(bind(suite, queries=queries, qrels=qrels), corpus)

    @property
    def queries(self) -> tuple[GoldenQuery, ...]:
        """The golden queries, in the order of the file."""
        return self.bound.suite.queries

    @property
    def gates(self) -> tuple[GoldenGate, ...]:
        """The gates, in the order of the file."""
        return self.bound.suite.gates

    @property
    def qrels(self) -> Qrels:
        """The judgements of the golden queries, stale ones included."""
        return self.bound.qrels

    def where(self, line: int) -> str:
        """A line of the file, as findings name it."""
        return f"{self.bound.suite.path}:{line}"

    def text(self, query_id: str) -> str:
        """The text of a query; empty where it has none."""
        known = self.bound.queries
        return known[query_id] if query_id in known else ""  # noqa: SIM401  # no mapping

    def grades(self, query_id: str) -> dict[str, float]:
        """`{doc_id: grade}` of one query; empty where it is not judged."""
        known = self.qrels
        return known[query_id] if query_id in known else {}  # noqa: SIM401  # no mapping

    def relevant(self, query_id: str) -> tuple[str, ...]:
        """The documents of one query with a grade of 1 or more, the best grade first."""
        return self.qrels.relevant(query_id) if query_id in self.qrels else ()

    def tagged(self, tag: str | None) -> Sequence[GoldenQuery]:
        """The queries with a tag; all of them without one."""
        return [query for query in self.queries if tag is None or tag in query.tags]

    def judged(self, tag: str | None) -> Qrels:
        """The judgements of the queries with a tag; of all of them without one."""
        query_ids = [query.query_id for query in self.tagged(tag)]
        return self.qrels.select([query_id for query_id in query_ids if query_id in self.qrels])
