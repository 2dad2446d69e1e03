"""The JSON report: strict, stable, written as a whole or not at all."""

import json
from pathlib import Path

import pytest

from retrieval_checks.errors import DataError
from retrieval_checks.report.as_json import to_json, write_json
from retrieval_checks.report.session import Entry, SessionRecord


def _record(*, reverse: bool = False, message: str = "why") -> SessionRecord:
    record = SessionRecord()
    entries = [
        Entry("a.golden.yaml::q1", "query", "passed", 4, ""),
        Entry("a.golden.yaml::q2", "query", "failed", 6, message),
        Entry("a.golden.yaml::gate[AP >= 0.5]", "gate", "error", 9, "no"),
        Entry("test_b.py::test_x", "test", "passed", 1, ""),
    ]
    for entry in reversed(entries) if reverse else entries:
        record.add(entry)
        if entry.line and entry.line < 9:
            record.measured(entry.node_id, {"figures": {"AP": 0.5}})
    return record


def test_files_have_their_gates_and_tests_with_what_they_measured() -> None:
    held = {"outcome": "passed", "message": "", "figures": {"AP": 0.5}}
    broken = {"outcome": "failed", "message": "why", "figures": {"AP": 0.5}}
    assert to_json(_record()) == {
        "format": 1,
        "files": [
            {
                "path": "a.golden.yaml",
                "gates": [
                    {"name": "gate[AP >= 0.5]", "outcome": "error", "line": 9, "message": "no"}
                ],
                "tests": [
                    {"name": "q1", "line": 4, **held},
                    {"name": "q2", "line": 6, **broken},
                ],
            },
            {
                "path": "test_b.py",
                "gates": [],
                "tests": [{"name": "test_x", "line": 1, **held}],
            },
        ],
    }


def test_the_order_of_arrival_does_not_change_a_byte(tmp_path: Path) -> None:
    write_json(_record(), tmp_path / "a.json")
    write_json(_record(reverse=True), tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_every_text_survives(tmp_path: Path) -> None:
    message = "naïve\n\x1b[31m\ud800 \U0001f99c"
    write_json(_record(message=message), tmp_path / "a.json")
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert "naïve\\n\\u001b[31m\\ud800 \U0001f99c" in text
    assert json.loads(text)["files"][0]["tests"][1]["message"] == message


def test_a_report_replaces_the_earlier_one_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("earlier")
    write_json(_record(), path)
    assert json.loads(path.read_text(encoding="utf-8"))["format"] == 1
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_is_an_error_and_leaves_the_earlier_report(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.json: cannot be written: No such file"):
        write_json(_record(), tmp_path / "none" / "a.json")
    path = tmp_path / "a.json"
    path.write_text("earlier")
    record = _record()
    record.measured("test_b.py::test_x", {"nan": float("nan")})
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(record, path)
    assert path.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [path]
