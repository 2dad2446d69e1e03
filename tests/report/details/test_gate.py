"""The change of every query that a gate compares."""

import pytest

from retrieval_checks.comparison.gates import parse_gate
from retrieval_checks.data.run import Run
from retrieval_checks.report.details.gate import gate_details
from retrieval_checks.report.details.subject import Reported
from tests.report.details.factories import NOW, accepted, bound_suite, reported

GRADES = {f"q{number}": {"a": 1} for number in range(4)}
FIRST, SECOND = {"a": 2.0, "b": 1.0}, {"a": 1.0, "b": 2.0}
DROP = parse_gate("RR@10 drop <= 0.1")


def test_a_drop_has_both_values_of_every_query_and_an_interval() -> None:
    now = {"q0": SECOND, "q1": SECOND, "q2": FIRST, "q3": FIRST}
    made = reported(bound_suite(GRADES), now, dict.fromkeys(GRADES, FIRST))
    found = gate_details(made, DROP)
    assert found is not None
    rows = [(row["query_id"], row["accepted"], row["now"]) for row in found["differences"]]
    assert rows == [("q0", 1, 0.5), ("q1", 1, 0.5), ("q2", 1, 1), ("q3", 1, 1)]
    low, high = found["interval"]
    assert -0.5 <= low < -0.25 < high <= 0


def test_a_tag_has_its_own_queries() -> None:
    bound = bound_suite(GRADES, tags={"q2": ["legal"]})
    made = reported(bound, dict.fromkeys(GRADES, FIRST), dict.fromkeys(GRADES, FIRST))
    found = gate_details(made, parse_gate("tag:legal RR@10 drop <= 0.1"))
    assert found == {
        "interval": None,
        "differences": [{"query_id": "q2", "accepted": 1.0, "now": 1.0}],
    }


def test_repeats_are_averaged_by_query() -> None:
    bound = bound_suite({"q0": {"a": 1}})
    again = Run.from_dict({"q0": SECOND})
    reference = accepted({"q0": FIRST}, bound)
    made = Reported(bound, Run.from_dict({"q0": FIRST}), [], NOW, reference, repeats=[again])
    found = gate_details(made, DROP)
    assert found is not None
    assert found["differences"] == [{"query_id": "q0", "accepted": 1.0, "now": 0.75}]


@pytest.mark.parametrize("gate", ["RR@10 >= 0.5", "churn@1 <= 15%"])
def test_other_gates_have_none(gate: str) -> None:
    made = reported(bound_suite(GRADES), dict.fromkeys(GRADES, FIRST), dict.fromkeys(GRADES, FIRST))
    assert gate_details(made, parse_gate(gate)) is None


def test_nothing_to_compare_with_is_none_rather_than_an_error() -> None:
    alone = reported(bound_suite(GRADES), dict.fromkeys(GRADES, FIRST))
    assert gate_details(alone, DROP) is None
    elsewhere = reported(
        bound_suite({**GRADES, "other": {"a": 1}}), dict.fromkeys(GRADES, FIRST), {"other": FIRST}
    )
    assert gate_details(elsewhere, DROP) is None
