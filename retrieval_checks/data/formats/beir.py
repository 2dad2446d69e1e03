"""BEIR folders: `corpus.jsonl`, `queries.jsonl` and `qrels/<split>.tsv`, each plain or gzip."""

import os
from collections.abc import Iterator
from pathlib import Path

from retrieval_checks.data.collection import Collection, Queries
from retrieval_checks.data.formats.entries import Entries, number_in
from retrieval_checks.data.formats.fields import ITERATIONS, shown
from retrieval_checks.data.formats.jsonl import (
    read_jsonl_corpus,
    read_jsonl_queries,
    write_jsonl_corpus,
    write_jsonl_queries,
)
from retrieval_checks.data.formats.lines import (
    FilePath,
    near_files,
    numbered_lines,
    without_gzip,
    write_lines,
)
from retrieval_checks.data.formats.trec import check_no_empty_row, check_no_subtopics, grade_text
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.errors import DataError, did_you_mean, listed, printable

_HEADER = ("query-id", "corpus-id", "score")


def read_beir(path: FilePath, *, split: str = "test") -> Collection:
    """The collection in a BEIR folder, called like the folder.

    Read are `corpus.jsonl`, `queries.jsonl` and `qrels/<split>.tsv`, or each with `.gz` (the plain
    file if both are there). The judgements have the columns query-id, corpus-id and score, with or
    without that header; ids contain blanks where the columns are separated by tabs. A TREC qrels
    file in that place (four columns, the second `0` or `Q0`) is read too. Judged documents that the
    corpus lacks are no error here: `Collection.stale_judgements` names them.

    Raises:
        DataError: a file or the split is missing (the splits that are there are listed), a
            malformed line (with file and line), a judged query that `queries.jsonl` lacks.
    """
    folder = Path(path)
    corpus_file, queries_file = _files(folder)
    qrels_file = _qrels_file(folder, split)
    corpus, queries = read_jsonl_corpus(corpus_file), read_jsonl_queries(queries_file)
    qrels = read_beir_qrels(qrels_file)
    check_known_queries(qrels, queries, qrels_file, queries_file)
    return Collection(corpus, queries, qrels, name=folder.resolve().name or "collection")


def write_beir(collection: Collection, path: FilePath, *, split: str = "test") -> None:
    """Write a collection as a BEIR folder; the folder is made where it is missing.

    Raises:
        DataError: a judged id with a tab or a line end, a query without judgements in the qrels,
            judgements with subtopics, metadata that JSON cannot express, a file that cannot be
            written.
    """
    lines = list(_qrels_lines(collection.qrels))
    folder = Path(path)
    try:
        (folder / "qrels").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{folder}: no folder can be made: {error.strerror or error}") from None
    write_jsonl_corpus(collection.corpus, folder / "corpus.jsonl")
    write_jsonl_queries(collection.queries, folder / "queries.jsonl")
    write_lines(folder / "qrels" / f"{split}.tsv", lines)


def check_known_queries(
    qrels: Qrels, queries: Queries, qrels_place: FilePath, queries_place: FilePath
) -> None:
    """Refuse judgements of queries that have no text; the message names both places."""
    unknown = [query_id for query_id in qrels if query_id not in queries]
    if unknown:
        raise DataError(
            f"{os.fspath(qrels_place)}: {len(unknown)} judged"
            f" {'query is' if len(unknown) == 1 else 'queries are'} not in"
            f" {os.fspath(queries_place)}: {listed(unknown)};"
            " add the text of each or drop its judgements"
        )


def _files(folder: Path) -> tuple[Path, Path]:
    found = [plain_or_gzip(folder / name) for name in ("corpus.jsonl", "queries.jsonl")]
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder{near_files(folder)}")
    absent = [
        name
        for name, file in zip(("corpus.jsonl", "queries.jsonl"), found, strict=True)
        if not file
    ]
    if not plain_or_gzip(folder / "qrels"):
        absent.append("qrels/")
    corpus, queries = found
    if absent or corpus is None or queries is None:
        raise DataError(
            f"{folder}: not a BEIR folder, which has corpus.jsonl, queries.jsonl (either may end in"
            f" .gz) and qrels/; missing: {', '.join(absent)}"
        )
    return corpus, queries


def plain_or_gzip(path: Path) -> Path | None:
    """The file at a path, or the one with `.gz` beside it, the first that is there."""
    packed = path.with_name(f"{path.name}.gz")
    return next((file for file in (path, packed) if file.exists()), None)


def _qrels_file(folder: Path, split: str) -> Path:
    file = plain_or_gzip(folder / "qrels" / f"{split}.tsv")
    if file:
        return file
    files = (without_gzip(file) for file in (folder / "qrels").iterdir())
    splits = sorted({file.stem for file in files if file.suffix == ".tsv"})
    if not splits:
        raise DataError(f"{folder / 'qrels'}: no judgements; put {split}.tsv there")
    hint = did_you_mean(split, splits)
    there = (
        ""
        if hint.startswith("allowed:")
        else f"splits there: {', '.join(map(printable, splits))}; "
    )
    raise DataError(
        f"{folder}: no split {split!r}; {there}{hint.replace('allowed:', 'splits there:')}"
    )


def read_beir_qrels(path: Path) -> Qrels:
    """The judgements of a TSV file with query, document and grade; a header line is optional.

    Raises:
        DataError: a line without meaning, a pair judged twice.
    """
    entries = Entries(path)
    first = True
    for number, line in numbered_lines(path):
        if not line.strip():
            continue
        if first and _is_header(line, path, number):
            first = False
            continue
        first = False
        query, document, text = _fields(line, path, number)
        try:
            grade = number_in(text)
        except ValueError:
            raise DataError(
                f"{path}:{number}: grade {text.decode('utf-8', 'replace')!r} is not a number;"
                " fix the judgements or drop the line"
            ) from None
        entries.add(number, query, document, grade)
    return entries.qrels()


def _is_header(line: bytes, path: Path, number: int) -> bool:
    names = line.decode("utf-8", "replace").lower().replace("_", "-").split()
    if not names or names[0] not in ("query-id", "query", "qid"):
        return False
    if len(names) != 3 or names[2] not in ("score", "grade", "relevance", "label"):
        raise DataError(
            f"{path}:{number}: the header is {shown(line)}; the columns of a BEIR qrels file are"
            f" {', '.join(_HEADER)}"
        )
    return True


def _fields(line: bytes, path: Path, number: int) -> tuple[bytes, bytes, bytes]:
    fields = line.rstrip(b"\r\n").split(b"\t") if b"\t" in line else line.split()
    if len(fields) == 4 and fields[1] in ITERATIONS:
        del fields[1]
    if len(fields) == 3:
        return fields[0], fields[1], fields[2].strip()
    raise DataError(
        f"{path}:{number}: {shown(line)} is not three columns ({', '.join(_HEADER)}) separated by"
        " tabs; fix the judgements or drop the line"
    )


def _qrels_lines(qrels: Qrels) -> Iterator[str]:
    check_no_subtopics(qrels, "a BEIR folder")
    check_no_empty_row(qrels, "no judgements")
    yield "\t".join(_HEADER)
    for query_id in qrels:
        for doc_id, grade in qrels[query_id].items():
            for item_id in (query_id, doc_id):
                if any(mark in item_id for mark in "\t\n\r"):
                    raise DataError(
                        f"id {item_id!r} has a tab or a line end, which a BEIR qrels file cannot"
                        " hold; change the id"
                    )
            yield f"{query_id}\t{doc_id}\t{grade_text(grade)}"
