"""A TREC file line by line: what each line means, and what is wrong with it."""

import os
from collections.abc import Iterator
from math import isfinite

from retrieval_checks.data.formats.entries import Entries, number_in
from retrieval_checks.data.formats.fields import between_tabs, shown
from retrieval_checks.data.formats.lines import FilePath, numbered_lines
from retrieval_checks.data.formats.trec.layout import QRELS, Layout
from retrieval_checks.data.postings import check_id
from retrieval_checks.errors import DataError

_COMMENT = ord("#")  # at the start of a line, as in trec_eval 10; inside an id it means nothing


def read_rows(path: FilePath, layout: Layout) -> Entries:
    """The entries of any file; `read_columns` is the same for ordinary files, and faster.

    Raises:
        DataError: with file and line, what the docstring of `read_trec_run` lists, but for what
            only all lines together show.
    """
    entries = Entries(path)  # filled without a call a line: there may be millions
    queries, documents = entries.queries, entries.documents
    add_row, add_doc = entries.rows.append, entries.docs.append
    add_value, add_line = entries.values.append, entries.lines.append
    for number, fields, value in _lines(path, layout):
        try:
            add_row(queries[fields[0]])
            add_doc(documents[fields[2]])
        except DataError as error:
            raise DataError(f"{entries.path}:{number}: {error}; {layout.remedy}") from None
        add_value(value)
        add_line(number)
    return entries


def read_subtopics(path: FilePath) -> dict[str, dict[str, dict[str, float]]]:
    """`{query_id: {subtopic: {doc_id: grade}}}` of judgements whose second column is a subtopic.

    Raises:
        DataError: with file and line, as `read_rows`; a grade that is not finite, a document judged
            twice for a subtopic.
    """
    grades: dict[str, dict[str, dict[str, float]]] = {}
    for number, fields, value in _lines(path, QRELS):
        where = f"{os.fspath(path)}:{number}"
        query_id, subtopic, doc_id = _names(where, fields)
        pair = f"document {doc_id!r} for query {query_id!r}"
        if not isfinite(value):
            raise DataError(
                f"{where}: grade {str(value)!r} of {pair} is not finite; a grade is a finite number"
            )
        judged = grades.setdefault(query_id, {}).setdefault(subtopic, {})
        if doc_id in judged:
            raise DataError(
                f"{where}: {pair} is judged already for subtopic {subtopic!r}"
                f" (grade {judged[doc_id]:g} there, {value:g} here); drop one of the lines"
            )
        judged[doc_id] = value
    return grades


def _names(where: str, fields: list[bytes]) -> list[str]:
    """Query, subtopic and document of one line."""
    names = []
    for kind, field in zip(("query", "subtopic", "document"), fields, strict=False):
        try:
            names.append(check_id(field.decode("utf-8"), kind))
        except UnicodeDecodeError:
            raise DataError(
                f"{where}: {kind} id {field!r} is not UTF-8; save the file as UTF-8"
            ) from None
        except DataError as error:
            raise DataError(f"{where}: {error}; {QRELS.remedy}") from None
    return names


def _lines(path: FilePath, layout: Layout) -> Iterator[tuple[int, list[bytes], float]]:
    """Number, columns and value of each line that is neither blank nor a comment."""
    width, at = layout.width, layout.value
    for number, line in numbered_lines(path):
        fields = between_tabs(line, width) if b"\t" in line else line.split()
        if not fields or line[0] == _COMMENT:
            continue
        if len(fields) != width:
            raise _bad_width(path, number, fields, layout)
        try:
            yield number, fields, number_in(fields[at])
        except ValueError:
            raise _bad_number(path, number, fields, layout) from None


def _bad_width(path: FilePath, number: int, fields: list[bytes], layout: Layout) -> DataError:
    found, width = len(fields), layout.width
    text = shown(b" ".join(fields))
    columns = "1 column" if found == 1 else f"{found} columns"
    remedy = layout.remedy
    if found > width:
        remedy = "where ids contain blanks, separate the columns by tabs"
    elif layout is QRELS and found == 3:
        remedy = "a BEIR folder, whose judgements have three columns, is read by read_beir"
    return DataError(
        f"{os.fspath(path)}:{number}: {columns} in {text}, {width} are needed"
        f" ({', '.join(layout.columns)}); {remedy}"
    )


def _bad_number(path: FilePath, number: int, fields: list[bytes], layout: Layout) -> DataError:
    texts = [field.decode("utf-8", "replace") for field in fields]
    return DataError(
        f"{os.fspath(path)}:{number}: {layout.kind} {texts[layout.value]!r} of document"
        f" {texts[2]!r} for query {texts[0]!r} is not a number; {layout.remedy}"
    )
