"""Files of query records: one query a line, so that a change is reviewed and merged by query."""

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from retrieval_checks.comparison.context import Context
from retrieval_checks.comparison.records import Acceptance, QueryRecord
from retrieval_checks.data.formats.lines import numbered_lines, write_lines
from retrieval_checks.data.formats.objects import JsonLine, json_lines, json_text
from retrieval_checks.errors import DataError, did_you_mean

Kind = Literal["lock", "baseline"]
FORMAT = 1
_MARKERS = (b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||")
_KEYS = {"query_id", "figures", "ranking", "depth", "text", "judgements", "context", "accepted"}


@dataclass(frozen=True, slots=True)
class Saved:
    """What stands in one file: what the first line says, and a record a query."""

    about: Mapping[str, str]  # of the first line, beside kind and format
    records: Mapping[str, QueryRecord]  # by query id, sorted
    lines: Mapping[str, int]  # where each stands, 1-based


def write_saved(
    path: Path, kind: Kind, records: Mapping[str, QueryRecord], *, about: Mapping[str, str]
) -> None:
    """Write a file of records, sorted by query; as a whole or not at all.

    Raises:
        DataError: the file cannot be written, or an id holds half a surrogate pair; what stood
            there is still there.
    """
    write_lines(path, _lines(kind, records, about))


def read_saved(path: Path, *kinds: Kind) -> Saved:
    """The records in a file that `write_saved` wrote, of one of these kinds.

    Raises:
        DataError: with file and line: marks of an unfinished merge, a line that is cut off, a
            query or a key twice, an unknown format or kind, a context that no line defines.
    """
    _refuse_damage(path)
    lines = iter(json_lines(path))
    about = _about(next(lines, None), path, kinds)
    contexts: dict[str, Context] = {}
    records: dict[str, QueryRecord] = {}
    numbers: dict[str, int] = {}
    for line in lines:
        if "corpus" in line.fields:
            _add_context(contexts, line)
            continue
        record = _record(line, contexts)
        if record.query_id in records:
            raise line.error(
                f"query {record.query_id!r} stands already in line {numbers[record.query_id]};"
                " keep the line that is meant"
            )
        records[record.query_id] = record
        numbers[record.query_id] = line.line
    return Saved(about, dict(sorted(records.items())), numbers)


def _lines(
    kind: Kind, records: Mapping[str, QueryRecord], about: Mapping[str, str]
) -> Iterator[str]:
    yield _text({"format": FORMAT, "kind": kind, **about})
    contexts = {record.context.id: record.context for record in records.values()}
    for name in sorted(contexts):
        yield _text({"context": name, **asdict(contexts[name])})
    for query_id in sorted(records):
        record = records[query_id]
        fields_ = {
            "query_id": query_id,
            "figures": dict(sorted(record.figures.items())),
            "ranking": record.ranking,
            "depth": record.depth,
            "text": record.text,
            "judgements": record.judgements,
            "context": record.context.id,
        }
        accepted = {"accepted": asdict(record.accepted)} if record.accepted else {}
        yield _text({**fields_, **accepted})


def _text(item: Mapping[str, Any]) -> str:
    return json_text(item, "a record")


def _refuse_damage(path: Path) -> None:
    for number, line in numbered_lines(path):
        if line.startswith(_MARKERS):
            raise DataError(
                f"{os.fspath(path)}:{number}: marks of an unfinished merge; keep one line a query"
                " and delete the marks, or delete the file and accept or save anew"
            )
        if not line.endswith(b"\n"):
            raise DataError(
                f"{os.fspath(path)}:{number}: the last line is cut off; restore the file from"
                " version control"
            )


def _about(line: JsonLine | None, path: Path, kinds: Sequence[Kind]) -> dict[str, str]:
    wanted = " or ".join(kinds)
    if line is None:
        raise DataError(
            f"{os.fspath(path)}:1: the file is empty; restore it, or delete it and accept or save"
            " anew"
        )
    if "format" not in line.fields or "kind" not in line.fields:
        raise line.error(f"no {wanted} file: its first line must have 'format' and 'kind'")
    if line.number("format") != FORMAT:
        raise line.error(
            f"format {line.fields['format']!r} is unknown; this version reads {FORMAT}: install"
            " the version that wrote the file, or delete it and accept or save anew"
        )
    if line.fields["kind"] not in kinds:
        raise line.error(f"this is a {line.fields['kind']} file, a {wanted} file is needed")
    return {key: line.text(key) for key in line.fields if key not in ("format", "kind")}


def _add_context(contexts: dict[str, Context], line: JsonLine) -> None:
    names = {"context", *(field.name for field in fields(Context))}
    for unknown in sorted(line.fields.keys() - names)[:1]:
        raise line.error(f"unknown key {unknown!r} of a context; {did_you_mean(unknown, names)}")
    context = Context(**{field.name: line.text(field.name) for field in fields(Context)})
    name = line.text("context")
    if context.id != name:
        raise line.error(f"context {name!r} does not fit its content, which is {context.id!r}")
    contexts[name] = context


def _record(line: JsonLine, contexts: Mapping[str, Context]) -> QueryRecord:
    query_id, name = line.id("query_id", kind="query"), line.text("context")
    for unknown in sorted(line.fields.keys() - _KEYS)[:1]:
        hint = did_you_mean(unknown, _KEYS)
        raise line.error(f"unknown key {unknown!r} of query {query_id!r}; {hint}")
    if name not in contexts:
        raise line.error(f"context {name!r} of query {query_id!r} stands in no line before")
    accepted = line.mapping("accepted")
    return QueryRecord(
        query_id,
        _ranking(line),
        _figures(line),
        line.text("text"),
        line.text("judgements"),
        contexts[name],
        _acceptance(line, accepted) if accepted else None,
        _depth(line),
    )


def _ranking(line: JsonLine) -> tuple[tuple[str, float | None], ...]:
    entries = line.fields.get("ranking")
    if not isinstance(entries, list) or not all(map(_is_entry, entries)):
        raise line.error("'ranking' must be a list of [document, score], best first")
    ids = [doc_id for doc_id, _ in entries]
    if len(set(ids)) != len(ids):
        raise line.error("a document stands twice in 'ranking'")
    return tuple((doc_id, None if score is None else float(score)) for doc_id, score in entries)


def _is_entry(entry: object) -> bool:
    if not isinstance(entry, list) or len(entry) != 2:
        return False
    doc_id, score = entry
    return isinstance(doc_id, str) and bool(doc_id) and (score is None or _is_finite(score))


def _is_finite(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer beyond any float
        return False


def _depth(line: JsonLine) -> int | None:
    depth = line.fields.get("depth")
    if depth is not None and (type(depth) is not int or depth < len(line.fields["ranking"])):
        raise line.error(
            f"'depth' is {depth!r}; it is how many documents were asked for, at least those in"
            " 'ranking'"
        )
    return depth


def _figures(line: JsonLine) -> dict[str, float]:
    """By metric as it is spelled: one of the user's own may be unknown where the file is read."""
    figures = line.mapping("figures")
    for name, value in figures.items():
        if not _is_finite(value):
            raise line.error(f"the figure {name} is {value!r}; a figure is a finite number")
    return {name: float(value) for name, value in figures.items()}


def _acceptance(line: JsonLine, fields_: Mapping[str, Any]) -> Acceptance:
    names = [field.name for field in fields(Acceptance)]
    if sorted(fields_) != sorted(names) or not all(isinstance(v, str) for v in fields_.values()):
        raise line.error(f"'accepted' must have {', '.join(names)}, each a string")
    return Acceptance(**fields_)
