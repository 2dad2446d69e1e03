"""Contradictory expectations: what no ranking can satisfy, and what the grades speak against."""

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from math import inf
from typing import NamedTuple

from retrieval_checks.errors import listed
from retrieval_checks.golden.lint.finding import Finding
from retrieval_checks.golden.lint.subject import LintSubject
from retrieval_checks.golden.suite import Expectations, GoldenQuery


class _Limit(NamedTuple):
    """A rank, and the expectations that make it a limit."""

    rank: float  # whole, or infinite
    why: str


class _Window(NamedTuple):
    """The ranks that a document may have."""

    first: _Limit
    last: _Limit


def find_contradictions(subject: LintSubject) -> list[Finding]:
    """A finding a query that no ranking can satisfy, one a document expected against its grade."""
    found = []
    for query in subject.queries:
        where = subject.where(query.line)
        if contradiction := why_impossible(query.expect):
            found.append(
                Finding(
                    "error",
                    "contradictory-expectations",
                    where,
                    f"no ranking can do what is expected of query {query.query_id!r}:"
                    f" {contradiction}",
                    "drop or correct one of these expectations",
                )
            )
        found += [
            Finding(
                "warning",
                "expected-against-grade",
                where,
                f"query {query.query_id!r}: {clash}",
                "correct the expectation or the grade; a better ranking must not break one of them",
            )
            for clash in _against_grades(query, subject.grades(query.query_id))
        ]
    return found


def why_impossible(expect: Expectations) -> str | None:
    """Why no ranking satisfies `within`, `absent` and `above` together; None where one does.

    It is decided exactly, metrics aside. Each limit is passed on along `above`; then a ranking
    exists if no span of ranks must hold more documents than it has ranks (Hall's condition), since
    filling the ranks from the top with whatever must come first keeps to `above` by itself.

    >>> why_impossible(Expectations({"a": 1, "b": 1}, {}, (), ()))
    "2 documents must stand at rank 1: 'a', 'b'"
    """
    try:
        order = _from_the_top(expect)
    except CycleError as error:
        return f"'above' runs in a circle: {' above '.join(map(repr, error.args[1]))}"
    windows = _windows(expect, order)
    for doc_id, (first, last) in windows.items():
        if first.rank > last.rank:
            return (
                f"{doc_id!r} must stand at rank {first.rank:g} or later ({first.why}) and at rank"
                f" {last.rank:g} or better ({last.why})"
            )
    return next(_overfull(windows), None)


def _from_the_top(expect: Expectations) -> list[str]:
    """All documents, each after those that must stand above it."""
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(expect.documents, ()))
    for upper, lower in expect.above:
        sorter.add(lower, upper)
    return list(sorter.static_order())


def _windows(expect: Expectations, order: list[str]) -> dict[str, _Window]:
    first = {d: _Limit(rank + 1, f"absent: {{{d}: {rank}}}") for d, rank in expect.absent.items()}
    last = {d: _Limit(rank, f"within: {{{d}: {rank}}}") for d, rank in expect.within.items()}
    for doc_id in order:
        own = [first.get(doc_id, _Limit(1, "the top"))]
        uppers = (upper for upper, lower in expect.above if lower == doc_id)
        own += [_Limit(first[u].rank + 1, f"below {u!r}, {first[u].why}") for u in uppers]
        first[doc_id] = max(own, key=lambda limit: limit.rank)
    for doc_id in reversed(order):
        own = [last.get(doc_id, _Limit(inf, "anywhere"))]
        lowers = (lower for upper, lower in expect.above if upper == doc_id)
        own += [_Limit(last[d].rank - 1, f"above {d!r}, {last[d].why}") for d in lowers]
        last[doc_id] = min(own, key=lambda limit: limit.rank)
    return {doc_id: _Window(first[doc_id], last[doc_id]) for doc_id in order}


def _overfull(windows: dict[str, _Window]) -> Iterator[str]:
    """Each span of ranks that must hold more documents than it has ranks, the best first."""
    for start in _ranks(window.first.rank for window in windows.values()):
        for end in _ranks(window.last.rank for window in windows.values()):
            inside = [d for d, (f, to) in windows.items() if f.rank >= start and to.rank <= end]
            if len(inside) > max(end - start + 1, 0):
                span = f"within rank {end}" if start == 1 else f"at ranks {start} to {end}"
                span = f"at rank {end}" if start == end else span
                yield f"{len(inside)} documents must stand {span}: {listed(sorted(inside))}"


def _ranks(limits: Iterable[float]) -> list[int]:
    return sorted({int(rank) for rank in limits if rank < inf})


def _against_grades(query: GoldenQuery, grades: dict[str, float]) -> Iterator[str]:
    expect = query.expect
    for doc_id, rank in expect.within.items():
        if grades.get(doc_id, 1) < 1:
            yield f"{doc_id!r} must stand within rank {rank}, and its grade is {grades[doc_id]:g}"
    for doc_id, rank in expect.absent.items():
        if grades.get(doc_id, 0) >= 1:
            yield (
                f"{doc_id!r} must be absent from the top {rank}, and it is relevant, grade"
                f" {grades[doc_id]:g}"
            )
    for upper, lower in expect.above:
        if upper in grades and lower in grades and grades[upper] < grades[lower]:
            yield (
                f"{upper!r}, grade {grades[upper]:g}, must stand above {lower!r}, grade"
                f" {grades[lower]:g}"
            )
