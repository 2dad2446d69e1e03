"""Golden files, read: every value checked, every error with its line and the nearest spelling."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from retrieval_checks.data.formats.loading import is_named
from retrieval_checks.errors import SettingsError, did_you_mean
from retrieval_checks.golden.reading.expectations import read_expectations
from retrieval_checks.golden.reading.gates import read_gates
from retrieval_checks.golden.reading.located import Located, read_yaml
from retrieval_checks.golden.suite import GoldenGate, GoldenQuery, GoldenSuite, Waiver

FORMAT = 1
_TAKEN = {  # the starts of the names of other items than queries
    "gate[": "a gate",
    "accept[": "an acceptance",
    "save[": "a baseline being saved",
    "upgrade[": "an upgrade",
    "noise[": "a measurement of noise",
}


def read_golden(path: Path) -> GoldenSuite:
    """The golden file at `path`.

    Raises:
        SettingsError: anything that has no meaning, with file, line and the nearest valid spelling.
    """
    root = read_yaml(path)
    fields = root.fields(
        "the golden file", ("format", "collection", "split", "lock", "queries", "gates")
    )
    if "format" not in fields:
        root.fail(f"'format: {FORMAT}' is missing; it says which rules the file follows")
    if fields["format"].number("format") != FORMAT:
        fields["format"].fail(
            f"format {fields['format'].text('format')} is unknown; this version reads {FORMAT}"
        )
    if "queries" not in fields:
        root.fail("no 'queries' in the golden file")
    if "split" in fields and "collection" not in fields:
        fields["split"].fail("'split' belongs to a 'collection'; name that too")
    collection = fields.get("collection")
    queries = tuple(_query(entry) for entry in fields["queries"].items("queries"))
    if not queries:
        fields["queries"].fail("'queries' is empty: a golden file needs at least one query")
    _check_unique(queries, path)
    gates = read_gates(fields["gates"]) if "gates" in fields else ()
    needs_lock = _needs_lock(fields.get("lock"))
    if not needs_lock:
        _check_no_lock_needed(queries, fields["lock"])
        if not gates:
            _check_expecting(queries, fields["queries"])
    _check_tags(gates, queries, fields.get("gates"))
    return GoldenSuite(
        path=path,
        collection=_collection(collection) if collection else None,
        split=fields["split"].text("split") if "split" in fields else "test",
        queries=queries,
        gates=gates,
        needs_lock=needs_lock,
        collection_line=collection.line if collection else 1,
    )


def _query(entry: Located) -> GoldenQuery:
    fields = entry.fields("a golden query", ("id", "text", "tags", "relevant", "expect", "waiver"))
    if "id" not in fields:
        entry.fail("a golden query needs an 'id'")
    query_id = fields["id"].text("id")
    _check_id(query_id, fields["id"])
    tags = fields["tags"].items("tags") if "tags" in fields else ()
    return GoldenQuery(
        query_id=query_id,
        text=fields["text"].words("text") if "text" in fields else None,
        tags=tuple(_tag(tag) for tag in tags),
        relevant=_relevant(fields["relevant"]) if "relevant" in fields else None,
        expect=read_expectations(fields.get("expect")),
        line=entry.line,
        waiver=_waiver(fields["waiver"]) if "waiver" in fields else None,
    )


def _waiver(entry: Located) -> Waiver:
    fields = entry.fields("a waiver", ("reason", "until"))
    for name in ("reason", "until"):
        if name not in fields:
            entry.fail(f"a waiver needs {name!r}: why, and the last day it holds (2026-12-31)")
    text = fields["until"].text("until")
    try:
        until = date.fromisoformat(text)
    except ValueError:
        fields["until"].fail(f"until {text!r} is no day; write it as 2026-12-31")
    return Waiver(fields["reason"].text("reason"), until)


def _check_id(query_id: str, entry: Located) -> None:
    """Refuse what pytest, or a reader, would take for something else in the name of a test."""
    if "::" in query_id or any(not c.isprintable() for c in query_id):
        entry.fail(f"id {query_id!r} cannot be part of a test's name: no '::', no controls")
    if "[" in query_id and not query_id.endswith("]"):
        entry.fail(f"id {query_id!r} cannot be part of a test's name: after '[', ']' must end it")
    for start, what in _TAKEN.items():
        if query_id.startswith(start):
            entry.fail(f"id {query_id!r} reads like {what}; begin it with anything but {start!r}")


def _tag(entry: Located) -> str:
    tag = entry.text("a tag")
    if not re.fullmatch(r"[A-Za-z][\w.+-]*", tag):
        entry.fail(f"tag {tag!r} cannot be selected: a letter, then letters, digits, _ . + -")
    return tag


def _relevant(entry: Located) -> Mapping[str, float]:
    grades = {
        doc_id: value.number(f"the grade of {doc_id!r}")
        for doc_id, (_, value) in entry.mapping("relevant").items()
    }
    if not any(grade >= 1 for grade in grades.values()):
        entry.fail("no document of grade 1 or more in 'relevant': nothing could be found")
    return grades


def _collection(entry: Located) -> Path:
    source = entry.text("collection")
    return Path(source) if is_named(source) else (entry.path.parent / source).resolve()


def _needs_lock(entry: Located | None) -> bool:
    if entry is not None and entry.text("lock") != "none":
        entry.fail(f"lock is {entry.text('lock')!r}; write 'none', or leave it out")
    return entry is None


def _check_no_lock_needed(queries: tuple[GoldenQuery, ...], entry: Located) -> None:
    for query in queries:
        if query.expect.needs_lock:
            entry.fail(
                f"query {query.query_id!r} in line {query.line} is compared with the accepted"
                " ranking, and 'lock: none' says that there is none; drop one of them"
            )


def _check_tags(
    gates: tuple[GoldenGate, ...], queries: tuple[GoldenQuery, ...], entry: Located | None
) -> None:
    tags = {tag for query in queries for tag in query.tags}
    for gate in gates:
        if entry is not None and gate.gate.tag is not None and gate.gate.tag not in tags:
            near = did_you_mean(gate.gate.tag, tags) if tags else "no query has a tag"
            entry.fail(f"gate '{gate.gate}' is for a tag that no query has; {near}")


def _check_expecting(queries: tuple[GoldenQuery, ...], entry: Located) -> None:
    for query in queries:
        if not (query.expect.documents or query.expect.metrics):
            entry.fail(
                f"nothing is expected of query {query.query_id!r} in line {query.line}:"
                " give it an 'expect', or the file 'gates'"
            )


def _check_unique(queries: tuple[GoldenQuery, ...], path: Path) -> None:
    first: dict[str, int] = {}
    for query in queries:
        line = first.setdefault(query.query_id, query.line)
        if line != query.line:
            raise SettingsError(
                f"{path}:{query.line}: query {query.query_id!r} stands already in line {line};"
                " every query needs an id of its own"
            )
