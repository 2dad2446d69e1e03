"""The session as JSON: same results, same bytes."""

import json
from pathlib import Path
from typing import Any

from retrieval_checks.data.formats.lines import write_lines
from retrieval_checks.report.session import Entry, SessionRecord

FORMAT = 1


def to_json(record: SessionRecord) -> dict[str, Any]:
    """The record as JSON objects: files, in each its gates and tests, in the order of the file."""
    files = [_file(record, file, entries) for file, entries in record.files().items()]
    return {"format": FORMAT, "files": files}


def write_json(record: SessionRecord, path: Path) -> None:
    """Write the record to a file, at once or not at all.

    Raises:
        DataError: the file cannot be written.
    """
    text = json.dumps(to_json(record), indent=1, ensure_ascii=False, allow_nan=False)
    # Half a surrogate pair becomes the escape that JSON has for it.
    write_lines(path, text.encode("utf-8", "backslashreplace").decode("utf-8").split("\n"))


def _file(record: SessionRecord, file: str, entries: list[Entry]) -> dict[str, Any]:
    gates: list[dict[str, Any]] = []
    tests: list[dict[str, Any]] = []
    for entry in entries:
        shown = {
            "name": entry.name,
            "outcome": entry.outcome,
            "line": entry.line,
            "message": entry.message,
        }
        shown = {**shown, **record.measurements.get(entry.node_id, {}), **shown}
        (gates if entry.kind == "gate" else tests).append(shown)
    return {"path": file, "gates": gates, "tests": tests}
