"""A report's document with everything in it, made by the real code."""

from typing import Any

from retrieval_checks.comparison.depths.curve import depth_curve
from retrieval_checks.comparison.gates import parse_gate
from retrieval_checks.comparison.judging import Subject, judge_gates
from retrieval_checks.comparison.upgrade import System, judge_upgrade
from retrieval_checks.data.collection import Corpus
from retrieval_checks.data.run import Run
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.report.as_json import to_json
from retrieval_checks.report.details.file import file_details
from retrieval_checks.report.details.gate import gate_details
from retrieval_checks.report.details.query import query_details
from retrieval_checks.report.details.subject import Reported
from retrieval_checks.report.session import Entry, SessionRecord
from tests.report.details.factories import NOW, accepted, bound_suite

FILE = "golden/a.golden.yaml"
_GATES = ("nDCG@10 drop <= 0.05", "nDCG@10 >= 0.9", "churn@1 <= 10%")


def document(
    queries: int = 12, text: str = "Which animals purr?", words: str = "Cats purr.", name: str = "q"
) -> dict[str, Any]:
    """A session of one golden file: every third query moved its only relevant document down.

    Args:
        queries: how many.
        text: of every query.
        words: of every document.
        name: what ids begin with.
    """
    ids = [f"{name}{number}" for number in range(queries)]
    docs = [f"{name}-d{number:02}" for number in range(14)]
    gold = docs[0]
    moved = {q: [*docs[1:4], gold, *docs[4:]] for q in ids[2::3]}
    now = Run.from_ids({q: moved.get(q, docs) for q in ids}, name="dense > rerank")
    tags = {q: ["odd" if row % 2 else "even"] for row, q in enumerate(ids)}
    corpus = Corpus.from_dict(dict.fromkeys(docs, words))
    bound = bound_suite({q: {gold: 1, docs[1]: 0} for q in ids}, tags, corpus)
    before = Run.from_ids(dict.fromkeys(ids, docs))
    gates = [parse_gate(gate) for gate in _GATES]
    reported = Reported(
        bound,
        now,
        gates,
        NOW,
        reference=accepted(before.to_dict(), bound),
        stages={"dense": before, "rerank": now},
        depths={"rerank": 10},
        curves={"rerank": depth_curve(before, {3: now.top(3), 10: now}, bound.qrels)},
    )
    record = SessionRecord()
    _add_gates(record, reported)
    _add_queries(record, reported, set(moved), text)
    _add_others(record, reported)
    return to_json(record)


def _add_gates(record: SessionRecord, reported: Reported) -> None:
    bound = reported.bound
    subject = Subject(
        reported.run,
        bound.qrels,
        baseline=reported.reference,
        queries=bound.queries,
        corpus=bound.corpus,
        context=NOW,
    )
    names = {"PASS": "passed", "FAIL": "failed", "INCONCLUSIVE": "inconclusive"}
    for line, (gate, verdict) in enumerate(judge_gates(reported.gates, subject).items(), 5000):
        assert isinstance(verdict, Verdict)
        outcome = names[verdict.outcome]
        entry = Entry(f"{FILE}::gate[{gate}]", "gate", outcome, line, "")
        record.add(entry)
        record.measured(entry.node_id, {"gate": str(gate), "verdicts": [verdict.to_dict()]})
        record.detailed(entry, {"item": gate_details(reported, gate)})


def _add_queries(record: SessionRecord, reported: Reported, failed: set[str], text: str) -> None:
    for query in reported.bound.suite.queries:
        is_bad = query.query_id in failed
        outcome, told = ("failed", "FAIL") if is_bad else ("passed", "PASS")
        entry = Entry(
            f"{FILE}::{query.query_id}", "query", outcome, query.line, "why" if is_bad else ""
        )
        claim = f"the first as accepted, for query {query.query_id!r}"
        verdict = Verdict(told, claim, "it is second" if is_bad else "it is first")  # type: ignore[arg-type]
        record.add(entry)
        record.measured(
            entry.node_id,
            {"text": text, "tags": list(query.tags), "verdicts": [verdict.to_dict()]},
        )
        record.detailed(entry, {"item": query_details(reported, query.query_id)})
    record.about[FILE] = file_details(reported)


def _add_others(record: SessionRecord, reported: Reported) -> None:
    writing = Entry(f"{FILE}::accept[new]", "writing", "passed", 1, "")
    record.add(writing)
    record.measured(writing.node_id, {"written": "a.lock: nothing new"})
    upgrade = Entry(f"{FILE}::upgrade[b]", "upgrade", "failed", 1, "HOLD")
    reference = reported.reference
    assert reference is not None
    judged = judge_upgrade(
        System("current: dense", reference.run, {"dense": reported.run.scores[:20]}),
        System("candidate: dense > rerank", reported.run, dimension=384),
        reported.bound.qrels,
        gates=[parse_gate("nDCG@10 drop <= 0.05"), parse_gate("p95_ms <= 9")],
        tags=reported.bound.suite.tags,
        swapped={stage: System(stage, run) for stage, run in reported.stages.items()},
    )
    record.add(upgrade)
    record.measured(upgrade.node_id, {"upgrade": judged.to_dict(), "written": judged.explain()})
