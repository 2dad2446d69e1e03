"""TREC files: runs of six columns, judgements (qrels) of four."""

import os
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from retrieval_checks.data.formats.entries import Entries, number_in, whole_or_not
from retrieval_checks.data.formats.fields import between_tabs, shown
from retrieval_checks.data.formats.lines import FilePath, numbered_lines, without_gzip, write_lines
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError

_RUN_SUFFIXES = {".trec", ".run", ".res", ".txt", ".tsv", ".jsonl"}
_COMMENT = ord("#")  # at the start of a line, as in trec_eval 10; inside an id it means nothing


class _Layout(NamedTuple):
    columns: tuple[str, ...]
    value: int  # position of the number
    kind: str  # what the number is called
    remedy: str  # what to do about a bad line


_RUN = _Layout(
    ("query", "Q0", "document", "rank", "score", "tag"), 4, "score", "fix the run or drop the line"
)
_QRELS = _Layout(
    ("query", "iteration", "document", "grade"), 3, "grade", "fix the judgements or drop the line"
)


def read_trec_run(path: FilePath, *, name: str | None = None) -> Run:
    """The run in a TREC file: columns query, Q0, document, rank, score and tag.

    Plain or gzip; columns separated by blanks, by tabs or by both. Where a line has exactly six
    columns between tabs, ids may contain blanks. A line with tabs and fewer columns between them is
    read by its blanks where they can be no id's: column two is `Q0` or `0`, and no tab stands right
    before a document that has a blank right behind it. Any other is refused.

    As in trec_eval, columns two, four and six mean nothing: the order is that of `Run`, by score.
    Blank lines and lines that start with `#` are skipped, white space around an id is not part of
    it. Scores may be `inf` and `-inf`. A file without lines is a run without queries. Without
    `name` the run is called like its file.

    Raises:
        DataError: with file and line: wrong number of columns, a score that is no number or NaN,
            a document twice in a ranking, an empty id, an id that is not UTF-8; file missing or
            damaged.
    """
    return _read(path, _RUN).run(run_name(path) if name is None else name)


def write_trec_run(
    run: Run, path: FilePath, *, tag: str | None = None, separator: str = " "
) -> None:
    r"""Write a run as a TREC file, best document first; gzip when the name ends in `.gz`.

    Reading the file gives the same rankings with the same scores, bit for bit. Without `tag` the
    last column is the run's name, its blanks replaced by `_`.

    Raises:
        DataError: an id or tag that the format cannot hold (white space in it needs
            `separator="\t"`; tabs, line ends, `#` before a query id never work), a query with
            an empty ranking, which the format cannot express, or a file that cannot be written.
    """
    _check_separator(separator)
    check_no_empty_row(run, "an empty ranking")
    _check_ids(run, separator)
    last = "_".join(run.name.split()) or "run" if tag is None else tag
    check_column(last, "tag", separator=separator)
    write_lines(path, _run_lines(run, last, separator))


def read_trec_qrels(path: FilePath) -> Qrels:
    """The judgements in a TREC qrels file: columns query, iteration, document and grade.

    Plain or gzip; separators, blank lines and lines that start with `#` as in `read_trec_run`. The
    second column means nothing. A grade is any finite number.

    Raises:
        DataError: with file and line: wrong number of columns, a grade that is no finite number, a
            pair judged twice, an empty id, an id that is not UTF-8; no judgement at all; file
            missing or damaged.
    """
    return _read(path, _QRELS).qrels()


def write_trec_qrels(qrels: Qrels, path: FilePath, *, separator: str = " ") -> None:
    """Write judgements as a TREC qrels file; gzip when the name ends in `.gz`.

    Reading the file gives the same judgements; a whole grade is written without a decimal point.

    Raises:
        DataError: as `write_trec_run`; judgements without any query.
    """
    _check_separator(separator)
    check_no_empty_row(qrels, "no judgements")
    _check_ids(qrels, separator)
    if not len(qrels):
        raise DataError("there are no judgements to write; a qrels file has at least one line")
    write_lines(path, _qrels_lines(qrels, separator))


def run_name(path: FilePath) -> str:
    """What a run is called after its file: the file's name without `.gz` and `.trec` or the like.

    >>> run_name("runs/bm25_k1.2.trec.gz")
    'bm25_k1.2'
    """
    place = without_gzip(path)
    return (place.stem if place.suffix.lower() in _RUN_SUFFIXES else place.name) or "run"


def grade_text(grade: float) -> str:
    """A grade as files have it: `2` for a whole number, else the shortest text that reads back."""
    return repr(whole_or_not(grade))


def _read(path: FilePath, layout: _Layout) -> Entries:
    # One tight loop for both kinds of file: a run of two million lines takes it as many times.
    entries = Entries(path)
    width, at = len(layout.columns), layout.value
    queries, documents = entries.queries, entries.documents
    add_row, add_doc = entries.rows.append, entries.docs.append
    add_value, add_line = entries.values.append, entries.lines.append
    for number, line in numbered_lines(path):
        fields = between_tabs(line, width) if b"\t" in line else line.split()
        if not fields or line[0] == _COMMENT:
            continue
        if len(fields) != width:
            raise _bad_width(path, number, fields, layout)
        try:
            add_value(number_in(fields[at]))
            add_row(queries[fields[0]])
            add_doc(documents[fields[2]])
        except DataError as error:
            raise DataError(f"{entries.path}:{number}: {error}; {layout.remedy}") from None
        except ValueError:
            raise _bad_number(path, number, fields, layout) from None
        add_line(number)
    return entries


def _bad_width(path: FilePath, number: int, fields: list[bytes], layout: _Layout) -> DataError:
    found, width = len(fields), len(layout.columns)
    text = shown(b" ".join(fields))
    columns = "1 column" if found == 1 else f"{found} columns"
    remedy = layout.remedy
    if found > width:
        remedy = "where ids contain blanks, separate the columns by tabs"
    elif layout is _QRELS and found == 3:
        remedy = "a BEIR folder, whose judgements have three columns, is read by read_beir"
    return DataError(
        f"{os.fspath(path)}:{number}: {columns} in {text}, {width} are needed"
        f" ({', '.join(layout.columns)}); {remedy}"
    )


def _bad_number(path: FilePath, number: int, fields: list[bytes], layout: _Layout) -> DataError:
    texts = [field.decode("utf-8", "replace") for field in fields]
    return DataError(
        f"{os.fspath(path)}:{number}: {layout.kind} {texts[layout.value]!r} of document"
        f" {texts[2]!r} for query {texts[0]!r} is not a number; {layout.remedy}"
    )


def _check_separator(separator: str) -> None:
    if separator not in (" ", "\t"):
        raise DataError(f'separator is {separator!r}; allowed are " " and "\\t"')


def check_no_empty_row(table: Run | Qrels, lack: str) -> None:
    """Refuse a query without entries: a file with one line per pair would lose it."""
    for row in np.flatnonzero(np.diff(table.indptr) == 0)[:1].tolist():
        raise DataError(
            f"query {table.query_ids[row]!r} has {lack}, which a file with one line per document"
            " cannot express; leave the query out with select()"
        )


def check_column(text: str, what: str, *, separator: str) -> None:
    """Refuse a text that would not come back as one column of a TREC file.

    Between blanks no white space may stand in it, between tabs no tab, no line end and no white
    space around it. Other tools split at more than ASCII white space, so that counts too.
    """
    if separator == " ":
        if len(text.split()) != 1 or text != text.strip():
            raise DataError(
                f"{what} {text!r} contains white space, which separates the columns;"
                ' write with separator="\\t"'
            )
    elif any(mark in text for mark in "\t\n\r") or text != text.strip() or not text:
        raise DataError(
            f"{what} {text!r} has a tab, a line end or white space around it, which no TREC file"
            " can hold; change the id or write JSONL"
        )


def _check_ids(table: Run | Qrels, separator: str) -> None:
    for query_id in table.query_ids:
        check_column(query_id, "query id", separator=separator)
        if query_id.startswith(("#", "\ufeff")):
            raise DataError(
                f"query id {query_id!r} starts with {query_id[0]!r}, which makes its line a comment"
                " or a byte order mark in a TREC file; change the id or write JSONL"
            )
    for position in np.unique(table.docs).tolist():
        check_column(table.doc_ids[position], "document id", separator=separator)


def _rows(table: Run | Qrels, values: FloatArray) -> Iterator[tuple[str, list[str], list[float]]]:
    for query_id, start, end in zip(
        table.query_ids, table.indptr[:-1].tolist(), table.indptr[1:].tolist(), strict=True
    ):
        docs = [table.doc_ids[doc] for doc in table.docs[start:end].tolist()]
        yield query_id, docs, values[start:end].tolist()


def _run_lines(run: Run, tag: str, separator: str) -> Iterator[str]:
    for query_id, docs, scores in _rows(run, run.scores):
        for rank, (doc_id, score) in enumerate(zip(docs, scores, strict=True), start=1):
            yield separator.join((query_id, "Q0", doc_id, str(rank), repr(score), tag))


def _qrels_lines(qrels: Qrels, separator: str) -> Iterator[str]:
    for query_id, docs, grades in _rows(qrels, qrels.grades):
        for doc_id, grade in zip(docs, grades, strict=True):
            yield separator.join((query_id, "0", doc_id, grade_text(grade)))
