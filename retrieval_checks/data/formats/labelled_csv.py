"""CSV files with the passages for one query and whether each is relevant."""

import csv
import os
from collections.abc import Iterator
from typing import NoReturn

from retrieval_checks.data.collection import Collection, Corpus, Queries
from retrieval_checks.data.formats.entries import Entries
from retrieval_checks.data.formats.lines import FilePath, numbered_lines, without_gzip, write_lines
from retrieval_checks.data.formats.trec import check_no_subtopics, grade_text
from retrieval_checks.errors import DataError, did_you_mean, listed

_COLUMNS = ("passage_id", "passage", "relevant")
_WORDS = {"true": 1.0, "false": 0.0}


def read_labelled_csv(path: FilePath, *, query: str, query_id: str = "q1") -> Collection:
    """The collection in a CSV file whose passages are labelled for one query.

    Columns `passage_id`, `passage` and `relevant`, in any order, others are not read; quoted as by
    Python's `csv` module. `relevant` is 0 or 1, true or false, or any finite grade. Ids are strings
    even where they look like numbers. The collection is called like the file.

    Raises:
        DataError: with file and line: a missing column (with the nearest name), a row of another
            length, a label that is no grade, a passage id twice or empty, broken quoting; no
            passage at all; a blank query; file missing or damaged.
    """
    queries = Queries.from_dict({query_id: query})
    entries = Entries(path)
    texts: list[str] = []
    for line, (doc_id, text, label) in _rows(path):
        entries.add(line, query_id, doc_id, _grade(label, doc_id, f"{os.fspath(path)}:{line}"))
        texts.append(text)
    if not texts:
        raise DataError(f"{os.fspath(path)}: no passages; a labelled CSV has at least one row")
    qrels = entries.qrels()  # before the corpus, since it names file and line of an id twice
    corpus = Corpus(tuple(entries.documents.names), tuple(texts))
    return Collection(corpus, queries, qrels, name=without_gzip(path).stem)


def write_labelled_csv(collection: Collection, path: FilePath) -> None:
    """Write the passages of a collection with one query as CSV; gzip when the name ends in `.gz`.

    Columns as `read_labelled_csv` reads them, passages in the corpus's order, texts in quotes.
    Reading the file with the query's text and id gives the same corpus, query and judgements; the
    query itself and metadata are not in it.

    Raises:
        DataError: not exactly one query, judgements with subtopics, a passage that is not judged, a
            judged one that the corpus lacks, a title, a passage too long to be read back, no
            passage at all; a file that cannot be written.
    """
    grades = _only_grades(collection)
    corpus = collection.corpus
    titled = [doc_id for doc_id, title in zip(corpus, corpus.titles, strict=True) if title]
    if titled:
        raise DataError(f"a labelled CSV has no titles, but {listed(titled)} have; write_beir does")
    for doc_id, text in zip(corpus, corpus.texts, strict=True):
        if max(len(text), len(doc_id)) > csv.field_size_limit():
            raise DataError(f"passage {doc_id!r:.60}: {_too_long()}")
    rows = (
        f"{_quoted(doc_id)},{_quoted(text)},{grade_text(grades[doc_id])}"
        for doc_id, text in zip(corpus, corpus.texts, strict=True)
    )
    write_lines(path, [",".join(_COLUMNS), *rows])


def _only_grades(collection: Collection) -> dict[str, float]:
    """The grades of the one query, of every passage and no other."""
    queries, corpus = collection.queries, collection.corpus
    check_no_subtopics(collection.qrels, "a labelled CSV")
    if len(queries) != 1 or collection.qrels.query_ids != queries.query_ids or not len(corpus):
        raise DataError(
            "a labelled CSV holds passages judged for one query; this collection has"
            f" {len(corpus)} passages, {len(queries)} queries and judgements for"
            f" {listed(collection.qrels.query_ids, most=3) or 'none'}; write_beir writes any"
        )
    grades = collection.qrels[queries.query_ids[0]]
    unjudged = [doc_id for doc_id in corpus if doc_id not in grades]
    if unjudged:
        raise DataError(f"a labelled CSV labels every passage; not judged: {listed(unjudged)}")
    stale = [doc_id for doc_id in grades if doc_id not in corpus]
    if stale:
        raise DataError(f"judged, but not in the corpus, so without a passage: {listed(stale)}")
    return grades


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _too_long() -> str:
    return (
        f"longer than {csv.field_size_limit()} characters, the most that Python's csv module reads;"
        " split the passage, keep it in a BEIR folder, or raise csv.field_size_limit()"
    )


def _rows(path: FilePath) -> Iterator[tuple[int, tuple[str, str, str]]]:
    reader = csv.reader(_texts(path), strict=True)
    header: list[str] = []
    positions: list[int] = []
    line = 1
    try:
        for row in reader:
            if not header and row:
                header, positions = row, _positions(row, f"{os.fspath(path)}:{line}")
            elif row:
                if len(row) != len(header):
                    _refuse(path, line, f"{len(row)} columns, the header has {len(header)}")
                passage_id, passage, relevant = (row[position] for position in positions)
                yield line, (passage_id, passage, relevant)
            line = reader.line_num + 1  # where the next row starts: a passage may span lines
    except csv.Error as error:
        if "field limit" in str(error):
            raise DataError(f"{os.fspath(path)}:{line}: a field is {_too_long()}") from None
        _refuse(path, line, f"not CSV: {error}")


def _texts(path: FilePath) -> Iterator[str]:
    for number, line in numbered_lines(path):
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            _refuse(path, number, "not UTF-8")


def _positions(header: list[str], place: str) -> list[int]:
    names = [name.strip().lower() for name in header]
    for column in _COLUMNS:
        if column not in names:
            hint = did_you_mean(column, header).replace("allowed:", "the file has:")
            if len(header) == 1 and ";" in header[0]:
                hint = "the file is separated by semicolons; save it with commas"
            raise DataError(f"{place}: no column {column!r}; {hint}")
        if names.count(column) > 1:
            raise DataError(f"{place}: column {column!r} stands twice; rename one of them")
    return [names.index(column) for column in _COLUMNS]


def _grade(label: str, doc_id: str, place: str) -> float:
    text = label.strip().lower()
    try:
        return _WORDS[text] if text in _WORDS else float(text.replace("_", "?"))
    except ValueError:
        raise DataError(
            f"{place}: 'relevant' is {label!r} for passage {doc_id!r}; write 0 or 1, true or"
            " false, or a grade"
        ) from None


def _refuse(path: FilePath, line: int, problem: str) -> NoReturn:
    raise DataError(f"{os.fspath(path)}:{line}: {problem}; fix the file")
