"""The session as one JSON document: what every other report is rendered from."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from retrieval_checks.data.formats.lines import FilePath, near_files, write_lines
from retrieval_checks.errors import DataError
from retrieval_checks.report.headline import headline
from retrieval_checks.report.session import Entry, SessionRecord

FORMAT = 2
SCHEMA = Path(__file__).with_name("report.schema.json")

Document = dict[str, Any]  # as report.schema.json says


def to_json(record: SessionRecord) -> Document:
    """The record as one document: the verdict, then files, in each its gates and tests.

    Same results, same document: entries stand in the order of their file's lines, however they
    arrived. `report.schema.json`, beside this module, says what it holds.
    """
    files = [_file(record, file, entries) for file, entries in record.files().items()]
    return {
        "format": FORMAT,
        "version": version("retrieval-checks"),
        "verdict": headline(files),
        "files": files,
    }


def write_json(record: SessionRecord, path: FilePath) -> None:
    """Write the document to a file, at once or not at all.

    Raises:
        DataError: the file cannot be written.
    """
    text = json.dumps(to_json(record), indent=1, ensure_ascii=False, allow_nan=False)
    # Half a surrogate pair becomes the escape that JSON has for it.
    write_lines(path, text.encode("utf-8", "backslashreplace").decode("utf-8").split("\n"))


def read_json(path: FilePath) -> Document:
    """The document in a file that `write_json` wrote.

    Raises:
        DataError: no such file, no JSON, not a report, or one of another format.
    """
    place = Path(path)
    try:
        document = json.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"{place}: no such file{near_files(place)}") from None
    except OSError as error:
        raise DataError(f"{place}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:  # not JSON, or not UTF-8
        raise DataError(f"{place}: no JSON report: {error}") from None
    if not isinstance(document, dict) or not _is_whole(document.get("files")):
        raise DataError(
            f"{place}: no report of retrieval-checks; --retrieval-report X.json makes one"
        )
    if document.get("format") != FORMAT:
        raise DataError(
            f"{place}: a report of format {document.get('format')!r}, this version reads {FORMAT};"
            " run pytest with --retrieval-report once more"
        )
    return document


def _is_whole(files: object) -> bool:
    """Whether every file has what a page is made of."""
    needed = ("path", "gates", "tests", "not_evaluated", "documents")
    return isinstance(files, list) and all(
        isinstance(file, dict) and all(key in file for key in needed) for file in files
    )


def _file(record: SessionRecord, file: str, entries: list[Entry]) -> Document:
    gates: list[Document] = []
    tests: list[Document] = []
    documents: dict[str, str] = {}
    for entry in entries:
        details = record.details.get(entry.node_id)
        documents |= (details or {}).get("documents", {})
        shown = _entry(record, entry, details)
        (gates if entry.kind == "gate" else tests).append(shown)
    return {
        "path": file,
        "gates": gates,
        "tests": tests,
        "not_evaluated": record.left_out.get(file, ""),
        "details": record.about.get(file),
        "documents": documents,
    }


def _entry(record: SessionRecord, entry: Entry, details: Document | None) -> Document:
    shown = {
        "name": entry.name,
        "kind": entry.kind,
        "outcome": entry.outcome,
        "line": entry.line,
        "message": entry.message,
    }
    own = {key: value for key, value in (details or {}).items() if key != "documents"}
    measured = record.measurements.get(entry.node_id, {})
    return {**shown, **measured, **shown, "details": own or None}
