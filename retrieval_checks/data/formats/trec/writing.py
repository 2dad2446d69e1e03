"""TREC files out of a `Run` or `Qrels`, and what such a file cannot hold."""

from collections.abc import Iterator, Mapping

import numpy as np

from retrieval_checks.data.formats.entries import whole_or_not
from retrieval_checks.data.formats.lines import FilePath, write_lines
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.data.subtopics import Subtopics
from retrieval_checks.errors import DataError

Aspects = dict[str, dict[str, dict[str, float]]]  # {query_id: {subtopic: {doc_id: grade}}}


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


def write_trec_qrels(qrels: Qrels, path: FilePath, *, separator: str = " ") -> None:
    """Write judgements as a TREC qrels file; gzip when the name ends in `.gz`.

    Reading the file gives the same judgements; a whole grade is written without a decimal point.
    Judgements with subtopics take a line for each (query, subtopic, document), the subtopic in
    column two, and are the same again when read with `read_trec_qrels(path, subtopics=True)`.

    Raises:
        DataError: as `write_trec_run`; judgements without any query; a subtopic with white space
            in it, as for ids; a document without a subtopic, or whose own grade is not its highest.
    """
    _check_separator(separator)
    check_no_empty_row(qrels, "no judgements")
    _check_ids(qrels, separator)
    if not len(qrels):
        raise DataError("there are no judgements to write; a qrels file has at least one line")
    aspects = None if qrels.subtopics is None else _by_subtopic(qrels, qrels.subtopics, separator)
    lines = _qrels_lines(qrels) if aspects is None else _subtopic_lines(aspects)
    write_lines(path, (separator.join(columns) for columns in lines))


def grade_text(grade: float) -> str:
    """A grade as files have it: `2` for a whole number, else the shortest text that reads back."""
    return repr(whole_or_not(grade))


def check_no_empty_row(table: Run | Qrels, lack: str) -> None:
    """Refuse a query without entries: a file with one line per pair would lose it."""
    for row in np.flatnonzero(np.diff(table.indptr) == 0)[:1].tolist():
        raise DataError(
            f"query {table.query_ids[row]!r} has {lack}, which a file with one line per document"
            " cannot express; leave the query out with select()"
        )


def check_no_subtopics(qrels: Qrels, what: str) -> None:
    """Refuse judgements with subtopics: a file with one grade per pair would lose them."""
    if qrels.subtopics is not None:
        raise DataError(
            f"the judgements have subtopics, which {what} cannot hold; use write_trec_qrels"
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
            " can hold; change it, or write JSONL, which holds any id but no subtopics"
        )


def _check_separator(separator: str) -> None:
    if separator not in (" ", "\t"):
        raise DataError(f'separator is {separator!r}; allowed are " " and "\\t"')


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


def _qrels_lines(qrels: Qrels) -> Iterator[tuple[str, ...]]:
    for query_id, docs, grades in _rows(qrels, qrels.grades):
        for doc_id, grade in zip(docs, grades, strict=True):
            yield query_id, "0", doc_id, grade_text(grade)


def _subtopic_lines(aspects: Aspects) -> Iterator[tuple[str, ...]]:
    for query_id, subtopics in aspects.items():
        for subtopic in sorted(subtopics):
            for doc_id, grade in subtopics[subtopic].items():
                yield query_id, subtopic, doc_id, grade_text(grade)


def _by_subtopic(qrels: Qrels, subtopics: Subtopics, separator: str) -> Aspects:
    """What such a file holds, as `Qrels.from_subtopics` takes it; an error where it is not all."""
    for position in np.unique(subtopics.topics).tolist():
        check_column(subtopics.names[position], "subtopic", separator=separator)
    aspects: Aspects = {}
    covered = subtopics.rows()
    for query_id, docs, grades in _rows(qrels, qrels.grades):
        own = aspects.setdefault(query_id, {})
        for doc_id, grade, covers in zip(docs, grades, covered, strict=False):
            _check_own_grade(covers, grade, f"document {doc_id!r} for query {query_id!r}")
            for subtopic, value in covers.items():
                own.setdefault(subtopic, {})[doc_id] = value
    return aspects


def _check_own_grade(covers: Mapping[str, float], grade: float, pair: str) -> None:
    """Refuse a document that would not be read back with its own grade, or not at all."""
    highest = max(covers.values(), default=None)
    if highest == grade:
        return
    has = "no subtopic" if highest is None else f"grade {grade:g}, for a subtopic {highest:g}"
    raise DataError(
        f"{pair} has {has}; a TREC file with subtopics holds documents by subtopic, and the highest"
        " of these grades is a document's own; make the judgements with Qrels.from_subtopics"
    )
