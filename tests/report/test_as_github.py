"""Annotations: the level, the place, and nothing that ends a command early."""

from typing import Any

import pytest

from retrieval_checks.report.as_github import annotations


def entry(outcome: str, name: str = "q1", message: str = "gone") -> dict[str, Any]:
    return {"name": name, "outcome": outcome, "line": 3, "message": message}


def told(*tests: dict[str, Any], gates: list[dict[str, Any]] | None = None) -> list[str]:
    return annotations({"files": [{"path": "a.yaml", "gates": gates or [], "tests": list(tests)}]})


@pytest.mark.parametrize(
    ("outcome", "level"),
    [("failed", "error"), ("error", "error"), ("inconclusive", "warning")],
)
def test_what_is_not_green_is_annotated_at_its_line(outcome: str, level: str) -> None:
    assert told(entry(outcome)) == [f"::{level} file=a.yaml,line=3,title=q1::gone"]


@pytest.mark.parametrize("outcome", ["passed", "skipped", "waived"])
def test_what_is_green_is_not(outcome: str) -> None:
    assert told(entry(outcome)) == []


def test_gates_come_first_and_ten_of_each_level_are_shown() -> None:
    tests = [entry("failed", f"q{n}") for n in range(12)] + [entry("inconclusive", "w")]
    lines = told(*tests, gates=[entry("failed", "gate[R@10 >= 0.9]")])
    assert [line.partition("title=")[2].partition("::")[0] for line in lines] == [
        "gate[R@10 >= 0.9]",
        *(f"q{n}" for n in range(9)),
        "w",
    ]


def test_nothing_in_a_text_ends_the_command() -> None:
    (line,) = told(entry("failed", "a,b::c", "one\n::error::two\r 100%"))
    assert line == ("::error file=a.yaml,line=3,title=a%2Cb%3A%3Ac::one%0A::error::two%0D 100%25")


def test_the_folder_of_the_project_leads_to_the_file() -> None:
    file = {"path": "a.yaml", "gates": [], "tests": [entry("failed")]}
    (line,) = annotations({"files": [file]}, folder="search/tests")
    assert "file=search/tests/a.yaml," in line


def test_a_gate_that_cannot_tell_says_what_it_found() -> None:
    gate = entry("inconclusive", "gate", "") | {"verdicts": [{"finding": "0.9 -> 0.8"}]}
    assert told(gates=[gate]) == ["::warning file=a.yaml,line=3,title=gate::0.9 -> 0.8"]
