"""The lines of the terminal summary."""

import pytest

from retrieval_checks.report.as_text import summary_lines
from retrieval_checks.report.session import Entry, SessionRecord

FILE = "a.golden.yaml"


def _record(queries: dict[str, str], gates: dict[str, str] | None = None) -> SessionRecord:
    record = SessionRecord()
    for line, (name, outcome) in enumerate(queries.items()):
        record.add(Entry(f"{FILE}::{name}", "query", outcome, line, ""))
        values = {"figures": {"P@1": 0.25}, "verdicts": [{}]}
        record.measured(f"{FILE}::{name}", values)
    for floor, outcome in (gates or {}).items():
        node_id = f"{FILE}::gate[{floor}]"
        record.add(Entry(node_id, "gate", outcome, 99, ""))
        if outcome != "error":
            verdict = {
                "claim": floor,
                "finding": "found it\nsecond line",
                "evidence": {"metric": floor.split()[0], "value": 0.61237},
            }
            record.measured(node_id, {"verdicts": [verdict]})
    return record


GATES = {"AP >= 0.7": "failed", "P@1 >= 0.5": "passed", "R@9 >= 0.1": "error"}


def test_a_line_a_file_says_how_many_hold_and_the_value_of_each_gate() -> None:
    record = _record({"q1": "passed", "q2": "failed", "q3": "error", "q4": "skipped"}, GATES)
    line = f"{FILE}: 1 of 4 queries as expected (q2, q3 not); AP 0.6124, P@1 0.6124"
    assert summary_lines(record, verbosity=-1) == [line]


def test_gates_that_do_not_hold_are_shown_and_with_v_all_of_them() -> None:
    record = _record({"q1": "passed"}, GATES)
    line = f"{FILE}: 1 of 1 queries as expected; AP 0.6124, P@1 0.6124"
    failed, passed = "  FAIL AP >= 0.7: found it", "  PASS P@1 >= 0.5: found it"
    error = "  ERROR gate[R@9 >= 0.1]: error"
    assert summary_lines(record, verbosity=0) == [line, failed, error]
    assert summary_lines(record, verbosity=1) == [line, failed, passed, error]
    assert summary_lines(record, verbosity=2) == [
        *(line, failed, passed, error),
        "  PASS q1  P@1 0.250",
    ]


@pytest.mark.parametrize(
    ("broken", "named"), [(5, "q0, q1, q2, q3, q4 not"), (6, "q0, q1, q2, q3, q4, ... not")]
)
def test_at_most_five_are_named(broken: int, named: str) -> None:
    record = _record({f"q{number}": "failed" for number in range(broken)})
    (line,) = summary_lines(record, verbosity=0)
    assert line == f"{FILE}: 0 of {broken} queries as expected ({named})"


def test_a_gate_alone_has_no_count_of_queries() -> None:
    assert summary_lines(_record({}, {"AP >= 0.5": "passed"}), verbosity=0) == [
        f"{FILE}: AP 0.6124"
    ]
    assert summary_lines(_record({}, {"AP >= 0.5": "error"}), verbosity=-1) == [FILE]


def test_tests_of_python_files_are_called_tests() -> None:
    record = SessionRecord()
    record.add(Entry("test_a.py::test_x", "test", "passed", 1, ""))
    assert summary_lines(record, verbosity=0) == ["test_a.py: 1 of 1 tests as expected"]


def test_nothing_measured_is_nothing_said() -> None:
    assert summary_lines(SessionRecord(), verbosity=2) == []


def test_a_query_without_expectations_is_not_counted_as_expected() -> None:
    record = _record({"q1": "passed", "q2": "passed"})
    record.measurements[f"{FILE}::q2"]["verdicts"] = []
    (line,) = summary_lines(record, verbosity=0)
    assert line == f"{FILE}: 1 of 2 queries as expected, 1 judged by gates only"
