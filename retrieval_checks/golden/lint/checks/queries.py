"""Weak queries: not to be judged, asked twice, waived no more, too few for a gate of their tag."""

from datetime import date

from retrieval_checks.errors import listed
from retrieval_checks.golden.lint.finding import Finding
from retrieval_checks.golden.lint.near_copies import folded
from retrieval_checks.golden.lint.subject import LintSubject
from retrieval_checks.golden.suite import GoldenGate, GoldenQuery
from retrieval_checks.judgement.explain.wording import counted

SLICE = 25  # queries, the fewest that a gate over a tag may judge by


def find_weak_queries(subject: LintSubject) -> list[Finding]:
    """What is wrong with the queries themselves, and with the gates that count on them."""
    return [
        *_not_judgeable(subject),
        *_asked_twice(subject),
        *_ended_waivers(subject, date.today()),
        *(finding for gate in subject.gates for finding in _unjudged_in(subject, gate)),
        *(finding for gate in subject.gates for finding in _small_slice(subject, gate)),
        *_floors_without_judgements(subject),
    ]


def _not_judgeable(subject: LintSubject) -> list[Finding]:
    problems, found = subject.bound.problems, []
    for query in subject.queries:
        if query.query_id in problems:
            where = f"{subject.bound.suite.path.name}:{query.line}: "
            message = problems[query.query_id].removeprefix(where)
            advice = "correct the golden file, or name the collection that it is about"
            line = subject.where(query.line)
            found.append(Finding("error", "query-not-judgeable", line, message, advice))
    return found


def _asked_twice(subject: LintSubject) -> list[Finding]:
    first: dict[str, GoldenQuery] = {}
    found = []
    for query in subject.queries:
        text = folded(subject.text(query.query_id))
        earlier = first.setdefault(text, query)
        if text and earlier is not query:
            found.append(
                Finding(
                    "warning",
                    "same-text",
                    subject.where(query.line),
                    f"query {query.query_id!r} has the text of query {earlier.query_id!r} in line"
                    f" {earlier.line}: it counts twice in every mean",
                    "drop one, and join what is expected of them",
                )
            )
    return found


def _ended_waivers(subject: LintSubject, today: date) -> list[Finding]:
    return [
        Finding(
            "warning",
            "waiver-ended",
            subject.where(query.line),
            f"the waiver of query {query.query_id!r} ended on {query.waiver.until}: it hides"
            f" nothing any more ({query.waiver.reason})",
            "drop the waiver, or give it another day",
        )
        for query in subject.queries
        if query.waiver is not None and query.waiver.until < today
    ]


def _unjudged_in(subject: LintSubject, golden: GoldenGate) -> list[Finding]:
    gate = golden.gate
    unjudged = [
        query.query_id
        for query in subject.tagged(gate.tag)
        if query.query_id not in subject.qrels and query.query_id not in subject.bound.problems
    ]
    if gate.metric is None or not unjudged:
        return []
    return [
        Finding(
            "error",
            "gate-without-judgements",
            subject.where(golden.line),
            f"gate '{gate}' needs judgements, and {counted(len(unjudged), 'query', 'queries')} of"
            f" {len(subject.tagged(gate.tag))} have none: {listed(unjudged)}",
            "add 'relevant: {document: grade}' to the query, or judge it in the collection's qrels",
        )
    ]


def _small_slice(subject: LintSubject, golden: GoldenGate) -> list[Finding]:
    gate, where = golden.gate, subject.where(golden.line)
    size = len(subject.tagged(gate.tag))
    if gate.tag is None or size >= SLICE:
        return []
    message = (
        f"gate '{gate}' judges by {counted(size, 'query', 'queries')}: a mean over fewer than"
        f" {SLICE} swings with single ones"
    )
    advice = f"tag {SLICE - size} more queries, or pin these ones down by what is expected of each"
    return [Finding("warning", "small-slice", where, message, advice)]


def _floors_without_judgements(subject: LintSubject) -> list[Finding]:
    return [
        Finding(
            "error",
            "floor-without-judgements",
            subject.where(query.line),
            f"query {query.query_id!r} has the floor '{query.expect.metrics[0]}' and no judgements",
            "add 'relevant: {document: grade}' to the query, or judge it in the collection's qrels",
        )
        for query in subject.queries
        if query.expect.metrics
        and query.query_id not in subject.qrels
        and query.query_id not in subject.bound.problems
    ]
