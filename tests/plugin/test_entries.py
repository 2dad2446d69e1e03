"""What the reports of tests say, whoever wrote them."""

import json
from typing import Any

import pytest

from retrieval_checks.plugin.entries import entry_of, is_inconclusive, kind_of, measurements

FILE = "a/b.golden.yaml"


def _report(name: str = "gate[AP >= 0.5]", **values: object) -> pytest.TestReport:
    given: dict[str, Any] = {
        "nodeid": f"{FILE}::{name}",
        "location": (FILE, 8, "x"),
        "keywords": {},
        "outcome": "passed",
        "longrepr": None,
        "when": "call",
    }
    return pytest.TestReport(**(given | values))


def _properties(*outcomes: str) -> list[tuple[str, object]]:
    verdicts = [{"outcome": outcome} for outcome in outcomes]
    return [("retrieval", json.dumps({"verdicts": verdicts}))]


@pytest.mark.parametrize(
    ("node_id", "kind"),
    [
        (f"{FILE}::q1", "query"),
        ("a.golden.yml::accepted", "query"),
        (f"{FILE}::gate[AP >= 0.5]", "gate"),
        (f"{FILE}::upgrade[x]", "upgrade"),
        (f"{FILE}::accept[new]", "writing"),
        (f"{FILE}::save[may]", "writing"),
        ("test_a.py::gate[x]", "test"),
    ],
)
def test_a_node_id_tells_what_it_stands_for(node_id: str, kind: str) -> None:
    assert kind_of(node_id) == kind


def test_only_a_gate_that_passed_and_could_not_tell_is_inconclusive() -> None:
    properties = _properties("INCONCLUSIVE")
    assert is_inconclusive(_report(user_properties=properties))
    assert not is_inconclusive(_report(user_properties=_properties("PASS")))
    assert not is_inconclusive(_report("q1", user_properties=properties))
    assert not is_inconclusive(_report(when="teardown", user_properties=properties))
    assert not is_inconclusive(_report(outcome="failed", longrepr="", user_properties=properties))


@pytest.mark.parametrize(
    "stranger", [("retrieval", "no JSON"), ("retrieval", "[1]"), ("other", "{}"), ("retrieval", 3)]
)
def test_properties_of_somebody_else_are_passed_over(stranger: tuple[str, object]) -> None:
    report = _report(user_properties=[stranger, ("retrieval", '{"figures": {"AP": 1}}')])
    assert measurements(report) == [{"figures": {"AP": 1}}]
    assert not is_inconclusive(report)


@pytest.mark.parametrize(
    ("values", "outcome", "message"),
    [
        ({}, "passed", ""),
        ({"outcome": "failed", "longrepr": "why"}, "failed", "why"),
        ({"outcome": "failed", "longrepr": "why", "when": "setup"}, "error", "why"),
        ({"outcome": "failed", "longrepr": "why", "when": "teardown"}, "error", "why"),
        ({"outcome": "skipped", "longrepr": ("f.py", 1, "Skipped: no")}, "skipped", "no"),
        ({"outcome": "skipped", "longrepr": "x", "wasxfail": "known"}, "waived", "known"),
        ({"user_properties": _properties("INCONCLUSIVE")}, "inconclusive", ""),
    ],
)
def test_how_a_test_ended_and_why(values: dict[str, Any], outcome: str, message: str) -> None:
    entry = entry_of(_report(**values))
    assert (entry.outcome, entry.message, entry.line) == (outcome, message, 9)
