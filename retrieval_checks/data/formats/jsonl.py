"""JSONL files, one object a line: corpora, queries, judgements and runs."""

from collections.abc import Iterator
from typing import Any

from retrieval_checks.data.columns import Metadata, thawed_mapping
from retrieval_checks.data.corpus import Corpus
from retrieval_checks.data.formats.entries import Entries, whole_or_not
from retrieval_checks.data.formats.lines import FilePath, write_lines
from retrieval_checks.data.formats.objects import JsonLine, json_lines, json_text
from retrieval_checks.data.formats.trec import check_no_empty_row, check_no_subtopics, run_name
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.queries import Queries
from retrieval_checks.data.run import Run

_QUERY_ID = ("query_id", "query-id")
_DOC_ID = ("doc_id", "corpus-id")


def read_jsonl_corpus(path: FilePath) -> Corpus:
    """The documents in a JSONL file, plain or gzip, in its order.

    Keys: `_id` or `id`, `text`, and where they are there `title` (a string) and `metadata` (an
    object). Other keys are not read.

    Raises:
        DataError: with file and line: no JSON object, a missing key or a wrong type, a key or an
            id twice, NaN or Infinity; file missing or damaged.
    """
    seen: dict[str, int] = {}
    texts: list[str] = []
    titles: list[str] = []
    metadata: list[Metadata] = []
    for line in json_lines(path):
        _add_id(seen, line, "document")
        texts.append(line.text("text"))
        titles.append(line.text("title", default=""))
        metadata.append(line.mapping("metadata"))
    return Corpus(tuple(seen), tuple(texts), tuple(titles), tuple(metadata))


def write_jsonl_corpus(corpus: Corpus, path: FilePath) -> None:
    """Write documents with the keys `_id`, `title`, `text`, `metadata`; gzip for `.gz`.

    Raises:
        DataError: metadata that JSON cannot express; the file cannot be written.
    """
    columns = zip(corpus.doc_ids, corpus.titles, corpus.texts, corpus.metadata, strict=True)
    lines = (
        _line({"_id": doc_id, "title": title, "text": text}, metadata, "document")
        for doc_id, title, text, metadata in columns
    )
    write_lines(path, lines)


def read_jsonl_queries(path: FilePath) -> Queries:
    """The queries in a JSONL file, plain or gzip, in its order.

    Keys: `_id` or `id`, `text`, and where they are there `metadata` (an object) and `tags` (a list
    of strings), which may also stand inside the metadata; `Queries.tags` gives them. Other keys
    are not read.

    Raises:
        DataError: as `read_jsonl_corpus`; a query without text.
    """
    seen: dict[str, int] = {}
    texts: list[str] = []
    metadata: list[Metadata] = []
    for line in json_lines(path):
        query_id = _add_id(seen, line, "query")
        texts.append(line.text("text"))
        if not texts[-1].strip():
            raise line.error(f"query {query_id!r} has no text; write one or drop the line")
        metadata.append(_with_tags(line))
    return Queries(tuple(seen), tuple(texts), tuple(metadata))


def write_jsonl_queries(queries: Queries, path: FilePath) -> None:
    """Write queries with the keys `_id`, `text`, `metadata` (tags inside it); gzip for `.gz`.

    Raises:
        DataError: as `write_jsonl_corpus`.
    """
    columns = zip(queries.query_ids, queries.texts, queries.metadata, strict=True)
    lines = (
        _line({"_id": query_id, "text": text}, metadata, "query")
        for query_id, text, metadata in columns
    )
    write_lines(path, lines)


def read_jsonl_qrels(path: FilePath) -> Qrels:
    """The judgements in a JSONL file, plain or gzip, one pair a line.

    Keys: `query_id` (or `query-id`), `doc_id` (or `corpus-id`), `grade` (or `score`). Other keys
    are not read.

    Raises:
        DataError: with file and line: as `read_jsonl_corpus`, a pair judged twice, a grade that is
            not finite; no judgement at all.
    """
    entries = Entries(path)
    for line in json_lines(path):
        _add_pair(entries, line, ("grade", "score"))
    return entries.qrels()


def write_jsonl_qrels(qrels: Qrels, path: FilePath) -> None:
    """Write judgements with the keys `query_id`, `doc_id` and `grade`; gzip for `.gz`.

    Raises:
        DataError: a query without judgements or judgements with subtopics, which the format cannot
            express; the file cannot be written.
    """
    check_no_subtopics(qrels, "a JSONL file")
    check_no_empty_row(qrels, "no judgements")
    lines = (
        json_text(
            {"query_id": query_id, "doc_id": doc_id, "grade": whole_or_not(grade)}, "judgement"
        )
        for query_id in qrels
        for doc_id, grade in qrels[query_id].items()
    )
    write_lines(path, lines)


def read_jsonl_run(path: FilePath, *, name: str | None = None) -> Run:
    """The run in a JSONL file, plain or gzip, one retrieved document a line.

    Keys: `query_id` (or `query-id`), `doc_id` (or `corpus-id`), `score`; an infinite score is
    written `1e999`. A line with a query id alone states an empty ranking. Other keys are not read.
    Without `name` the run is called like its file.

    Raises:
        DataError: with file and line: as `read_jsonl_corpus`, a document twice in a ranking, an
            empty ranking stated for a query that has documents.
    """
    entries = Entries(path)
    for line in json_lines(path):
        if len(line.fields) == 1 and any(key in line.fields for key in _QUERY_ID):
            entries.add_empty(line.line, line.id(*_QUERY_ID, kind="query"))
        else:
            _add_pair(entries, line, ("score",))
    return entries.run(run_name(path) if name is None else name)


def write_jsonl_run(run: Run, path: FilePath) -> None:
    """Write a run with the keys `query_id`, `doc_id`, `score`, best first; gzip for `.gz`.

    Reading the file gives the same rankings with the same scores, empty rankings included.

    Raises:
        DataError: the file cannot be written.
    """
    write_lines(path, _run_lines(run))


def _add_id(seen: dict[str, int], line: JsonLine, kind: str) -> str:
    item_id = line.id("_id", "id", kind=kind)
    first = seen.setdefault(item_id, line.line)
    if first != line.line:
        raise line.error(
            f"{kind} {item_id!r} stands in line {first} already; drop one of the lines"
        )
    return item_id


def _add_pair(entries: Entries, line: JsonLine, value_keys: tuple[str, ...]) -> None:
    query_id = line.id(*_QUERY_ID, kind="query")
    doc_id = line.id(*_DOC_ID, kind="document")
    entries.add(line.line, query_id, doc_id, line.number(*value_keys))


def _with_tags(line: JsonLine) -> dict[str, Any]:
    metadata = dict(line.mapping("metadata"))
    stated = [at["tags"] for at in (metadata, line.fields) if at.get("tags") is not None]
    if len(stated) == 2 and stated[0] != stated[1]:
        raise line.error("'tags' and the tags in 'metadata' differ; keep one of them")
    metadata.pop("tags", None)
    return metadata | {"tags": line.tags(stated[0])} if stated else metadata


def _line(fields: dict[str, Any], metadata: Metadata, kind: str) -> str:
    if metadata:
        fields["metadata"] = thawed_mapping(metadata)
    return json_text(fields, f"{kind} {fields['_id']!r}")


def _run_lines(run: Run) -> Iterator[str]:
    for query_id in run:
        ranking = run[query_id]
        if not ranking:
            yield json_text({"query_id": query_id}, "query")
        for doc_id, score in ranking.items():
            ids = json_text({"query_id": query_id, "doc_id": doc_id}, "ranking")
            yield f'{ids[:-1]}, "score": {_score_text(score)}}}'


def _score_text(score: float) -> str:
    # JSON has no Infinity; a number beyond float64 is read as infinite by every usual reader.
    return repr(score).replace("inf", "1e999")
