"""Subjects of gates, and what gates say of them."""

from collections.abc import Mapping
from dataclasses import replace

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.gates import parse_gate
from retrieval_checks.comparison.judging import Subject, judge_gates
from retrieval_checks.data.run import Run
from retrieval_checks.errors import RetrievalChecksError
from retrieval_checks.judgement.verdict import Verdict
from tests.comparison.factories import judged, names


def judge(subject: Subject, *gates: str) -> dict[str, Verdict | RetrievalChecksError]:
    results = judge_gates([parse_gate(gate) for gate in gates], subject)
    return {str(gate): result for gate, result in results.items()}


def verdict_of(subject: Subject, gate: str) -> Verdict:
    (result,) = judge(subject, gate).values()
    assert isinstance(result, Verdict), result
    return result


def refusal_of(subject: Subject, gate: str) -> RetrievalChecksError:
    (result,) = judge(subject, gate).values()
    assert isinstance(result, RetrievalChecksError), result
    return result


def against(now: Run, before: Run, n: int, **rest: object) -> Subject:
    return replace(Subject(now, judged(n), Baseline.from_run(before, name="may")), **rest)  # type: ignore[arg-type]


def tags_of(**ranges: range) -> Mapping[str, tuple[str, ...]]:
    return {tag: tuple(names(max(rows) + 1)[row] for row in rows) for tag, rows in ranges.items()}
