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
    error = "  ERROR R@9 >= 0.1: error"
    assert summary_lines(record, verbosity=0) == [line, failed, error]
    assert summary_lines(record, verbosity=1) == [line, failed, passed, error]
    assert summary_lines(record, verbosity=2) == [
        *(line, failed, passed, error),
        "  PASS q1  P@1 0.250",
    ]


def test_a_wide_terminal_shows_how_the_figures_are_distributed_over_the_queries() -> None:
    record = _record({f"q{number}": "passed" for number in range(10)})
    record.measured(f"{FILE}::q9", {"figures": {"P@1": 1.0}})
    line = f"{FILE}: 10 of 10 queries as expected"
    drawn = f"{line}  P@1   █    ▂"  # nine in the third eighth from 0, one in the last
    assert summary_lines(record, verbosity=0, width=len(drawn)) == [drawn]
    assert summary_lines(record, verbosity=0, width=len(drawn) - 1) == [line]


@pytest.mark.parametrize("outside", [-0.5, 1.5])
def test_no_distribution_is_drawn_of_few_queries_or_beyond_one(outside: float) -> None:
    few = _record({f"q{number}": "passed" for number in range(9)})
    assert summary_lines(few, verbosity=0, width=200) == [f"{FILE}: 9 of 9 queries as expected"]
    record = _record({f"q{number}": "passed" for number in range(10)})
    record.measured(f"{FILE}::q9", {"figures": {"P@1": outside}})
    assert "P@1" not in summary_lines(record, verbosity=0, width=200)[0]


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


def _verdict(**evidence: object) -> dict[str, object]:
    return {
        "outcome": "INCONCLUSIVE",
        "claim": "AP drop <= 0.1",
        "finding": "AP 0.5 -> 0.4: cannot tell",
        "context": "a note\nsaturated: at 1\n\na table",
        "evidence": {"metric": "AP", "candidate": 0.4, **evidence},
    }


def test_a_gate_that_cannot_tell_has_its_notes_and_a_warning_is_said_once() -> None:
    record = SessionRecord()
    for number, outcome in enumerate(("inconclusive", "passed")):
        node_id = f"{FILE}::gate[{number}]"
        record.add(Entry(node_id, "gate", outcome, number, ""))
        warnings = ["saturated: at 1", "coin flip"] if number == 0 else ["coin flip"]
        record.measured(node_id, {"verdicts": [_verdict(warnings=warnings)]})
    assert summary_lines(record, verbosity=0)[1:] == [
        "  INCONCLUSIVE AP drop <= 0.1: AP 0.5 -> 0.4: cannot tell",
        "      a note",
        "      saturated: at 1",
        "  ! coin flip",
    ]
    assert len(summary_lines(record, verbosity=-1)) == 1


def test_a_gate_that_could_not_be_judged_says_why() -> None:
    record = SessionRecord()
    record.add(Entry(f"{FILE}::gate[AP >= 0.5]", "gate", "error", 9, "no judgements\nmore"))
    assert summary_lines(record, verbosity=0)[1:] == ["  ERROR AP >= 0.5: no judgements"]


@pytest.mark.parametrize("verbosity", [-1, 0, 1])
def test_rankings_that_nobody_accepted_are_one_line(verbosity: int) -> None:
    record = _record(dict.fromkeys(["q1", "q2", "q3"], "failed") | {"q4": "waived"})
    for name in ("q1", "q2", "q4"):  # q3 fails for another reason
        missing = {"outcome": "FAIL", "evidence": {"lock": "missing"}}
        record.measured(f"{FILE}::{name}", {"verdicts": [missing]})
    lines = summary_lines(record, verbosity=verbosity)
    assert lines[0].startswith(f"{FILE}: 0 of 4 queries as expected, 1 waived")
    assert lines[1:] == [
        "2 rankings were never accepted: look at them (-v), then pytest --retrieval-golden"
        " --retrieval-accept new"
    ]


def test_what_was_written_and_what_was_not_has_its_lines() -> None:
    record = SessionRecord()
    record.add(Entry(f"{FILE}::accept[new]", "writing", "passed", 1, ""))
    record.measured(f"{FILE}::accept[new]", {"written": "a.lock: 2 accepted\n  refused 'q1'"})
    record.add(Entry(f"{FILE}::save[may]", "writing", "error", 1, "nothing was written: no\nmore"))
    assert summary_lines(record, verbosity=0) == [
        FILE,
        "  a.lock: 2 accepted",
        "    refused 'q1'",
        "  save[may]: nothing was written: no",
    ]
