"""The JSON report: strict, stable, written as a whole or not at all, read only where it fits."""

import json
from pathlib import Path
from typing import Any

import pytest

from retrieval_checks.errors import DataError
from retrieval_checks.report.as_json import FORMAT, read_json, to_json, write_json
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
        if entry.kind == "query":
            documents = {f"z{entry.name}": "Cats purr.", "a": "Dogs bark."}
            record.detailed(entry, {"item": {"relevant": 1, "documents": documents}, "file": None})
    record.detailed(entries[0], {"item": None, "file": {"run": "mine"}})
    record.left_out["a.golden.yaml"] = "not evaluated: gate"
    return record


def test_files_have_their_gates_and_tests_with_what_they_measured() -> None:
    document = to_json(_record())
    assert document["format"] == FORMAT
    held = {"kind": "query", "outcome": "passed", "message": "", "figures": {"AP": 0.5}}
    broken = {"kind": "query", "outcome": "failed", "message": "why", "figures": {"AP": 0.5}}
    assert document["files"] == [
        {
            "path": "a.golden.yaml",
            "gates": [
                {
                    "name": "gate[AP >= 0.5]",
                    "kind": "gate",
                    "outcome": "error",
                    "line": 9,
                    "message": "no",
                    "details": None,
                }
            ],
            "tests": [
                {"name": "q1", "line": 4, **held, "details": {"relevant": 1}},
                {"name": "q2", "line": 6, **broken, "details": {"relevant": 1}},
            ],
            "not_evaluated": "not evaluated: gate",
            "details": {"run": "mine"},
            "documents": {"a": "Dogs bark.", "zq1": "Cats purr.", "zq2": "Cats purr."},
        },
        {
            "path": "test_b.py",
            "gates": [],
            "tests": [
                {"name": "test_x", "line": 1, **held, "kind": "test", "details": None},
            ],
            "not_evaluated": "",
            "details": None,
            "documents": {},
        },
    ]


def test_what_a_test_measured_does_not_hide_how_it_ended() -> None:
    record = _record()
    record.measured("test_b.py::test_x", {"outcome": "failed", "details": "mine"})
    shown = to_json(record)["files"][1]["tests"][0]
    assert (shown["outcome"], shown["details"]) == ("passed", None)


def test_the_order_of_arrival_does_not_change_a_byte(tmp_path: Path) -> None:
    write_json(_record(), tmp_path / "a.json")
    write_json(_record(reverse=True), tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_every_text_survives(tmp_path: Path) -> None:
    message = "naïve\n\x1b[31m\ud800 \U0001f99c"
    write_json(_record(message=message), tmp_path / "a.json")
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert "naïve\\n\\u001b[31m\\ud800 \U0001f99c" in text
    assert read_json(tmp_path / "a.json")["files"][0]["tests"][1]["message"] == message


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    write_json(_record(), tmp_path / "a.json")
    assert read_json(tmp_path / "a.json") == to_json(_record())


def test_a_report_replaces_the_earlier_one_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("earlier")
    write_json(_record(), path)
    assert json.loads(path.read_text(encoding="utf-8"))["format"] == FORMAT
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


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", r"a\.json: no JSON report: Expecting"),
        ("[]", r"a\.json: no report of retrieval-checks; --retrieval-report X\.json makes one"),
        ('{"format": 2}', r"a\.json: no report of retrieval-checks"),
        ('{"format": 1, "files": []}', r"of format 1, this version reads 2; run pytest with"),
        (b"\xff\xfe", r"a\.json: no JSON report: .*utf-8"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path: Path, content: Any, told: str) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DataError, match=told):
        read_json(path)


def test_a_missing_report_has_near_names(tmp_path: Path) -> None:
    (tmp_path / "report.json").touch()
    with pytest.raises(DataError, match=r"no such file; near names in its folder: report\.json"):
        read_json(tmp_path / "reprt.json")
    with pytest.raises(DataError, match="cannot be read: Is a directory"):
        read_json(tmp_path)


@pytest.mark.parametrize("files", [[{}], [[]], [{"path": "a", "gates": []}], {}, None])
def test_a_document_that_lacks_what_a_page_is_made_of_is_refused(
    tmp_path: Path, files: object
) -> None:
    (tmp_path / "r.json").write_text(json.dumps({"format": FORMAT, "files": files}))
    with pytest.raises(DataError, match="no report of retrieval-checks"):
        read_json(tmp_path / "r.json")
