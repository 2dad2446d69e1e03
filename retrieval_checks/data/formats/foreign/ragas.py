"""Test sets of ragas, as objects, rows or the files that it writes."""

import ast
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from retrieval_checks.data.collection import Collection
from retrieval_checks.data.corpus import Corpus
from retrieval_checks.data.formats.foreign.questions import (
    Question,
    named,
    question_collection,
    strings,
)
from retrieval_checks.data.formats.lines import FilePath, without_gzip
from retrieval_checks.data.formats.objects import json_lines
from retrieval_checks.data.formats.tables.delimited import read_delimited
from retrieval_checks.errors import DataError

_LISTS = ("reference_context_ids", "reference_contexts")


def read_ragas(source: object, *, corpus: Corpus | None = None) -> Collection:
    """The collection in a test set of ragas: its questions, and what their answers rest on.

    Args:
        source: a `Testset` or `EvaluationDataset`; a list of its rows as mappings; or the file that
            `to_jsonl` or `to_csv` wrote. Used are `user_input`, `reference_context_ids`,
            `reference_contexts` and, where there is one, `id`; other keys are not read. Questions
            without an id are q1, q2 ... in their order.
        corpus: the documents. Without it they are those with both an id and a text; with it, texts
            without ids are found in it.

    Every reference context has grade 1; whole numbers as ids become strings.

    Raises:
        DataError: with the place of the row: several turns of a conversation instead of one
            question, no reference context, an id with two texts, a text that no document has.

    >>> row = {"user_input": "who purrs?", "reference_context_ids": [7],
    ...        "reference_contexts": ["Cats purr."]}
    >>> read_ragas([row]).qrels.to_dict()
    {'q1': {'7': 1.0}}
    """
    name = Path(source).stem if isinstance(source, str | os.PathLike) else "collection"
    questions = [
        _question(row, number, place) for number, (place, row) in enumerate(_rows(source), 1)
    ]
    return question_collection(questions, corpus, name=name)


def _question(row: Mapping[str, Any], number: int, place: str) -> Question:
    if not isinstance(row, Mapping):
        raise DataError(f"{place}: is a {type(row).__name__}; give a mapping, as to_list() does")
    text = row.get("user_input")
    if isinstance(text, list | tuple):
        raise DataError(f"{place}: a conversation of {len(text)} turns is not one question")
    query_id = row.get("id")
    doc_ids, contexts = (row.get(key) for key in _LISTS)
    return Question(
        place,
        f"q{number}" if query_id is None else named(query_id, "query", "in 'id'", place),
        text,
        strings(doc_ids, _LISTS[0], place, ids=True),
        strings(contexts, _LISTS[1], place),
    )


def _rows(source: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each row, and the place where it stands."""
    if isinstance(source, str | os.PathLike):
        yield from _in_file(source)
        return
    listed: object = source.to_list() if hasattr(source, "to_list") else source
    if not isinstance(listed, Sequence) or isinstance(listed, str | bytes):
        raise DataError(
            "a test set of ragas is a Testset, an EvaluationDataset, a list of rows or a file,"
            f" got {type(source).__name__}"
        )
    yield from ((f"row {number}", row) for number, row in enumerate(listed, 1))


def _in_file(path: FilePath) -> Iterator[tuple[str, Mapping[str, Any]]]:
    suffix = without_gzip(path).suffix.lower()
    if suffix == ".jsonl":
        yield from ((f"{line.path}:{line.line}", line.fields) for line in json_lines(path))
    elif suffix == ".csv":
        yield from _in_csv(path)
    else:
        raise DataError(f"{os.fspath(path)}: ragas writes .jsonl and .csv, this is {suffix!r}")


def _in_csv(path: FilePath) -> Iterator[tuple[str, Mapping[str, Any]]]:
    table = read_delimited(path)
    columns = {name: table.column(name).to_pylist() for name in table.columns}
    for number, values in enumerate(zip(*columns.values(), strict=True)):
        row = {key: value for key, value in zip(columns, values, strict=True) if value}
        place = table.place(number)
        yield place, row | {key: _list(row[key], key, place) for key in _LISTS if key in row}


def _list(text: str, key: str, place: str) -> Any:
    """What ragas wrote into a field of CSV: a list as Python shows it."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        raise DataError(f"{place}: {key!r} is {text[:40]!r}; write a list: ['d1', 'd2']") from None
