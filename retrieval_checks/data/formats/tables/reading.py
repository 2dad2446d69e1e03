"""What a table holds: a `Corpus`, `Queries`, `Qrels` or a `Run`."""

import os
from contextlib import suppress
from typing import Any

from retrieval_checks.data.columns import Metadata
from retrieval_checks.data.corpus import Corpus
from retrieval_checks.data.formats.entries import Columns as RowColumns
from retrieval_checks.data.formats.entries import Entries, grouped
from retrieval_checks.data.formats.lines import without_gzip
from retrieval_checks.data.formats.tables.roles import CORPUS, QRELS, QUERIES, RUN
from retrieval_checks.data.formats.tables.sources import as_table
from retrieval_checks.data.formats.tables.table import Columns, Table
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.queries import Queries
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError

_AS_NAMED: Columns = {}


def read_table_corpus(source: object, *, columns: Columns = _AS_NAMED) -> Corpus:
    """The documents in a table, one a row, in its order.

    Args:
        source: a file (.parquet, .csv, .tsv), a DataFrame, a `datasets.Dataset`, an Arrow table.
        columns: `{role: column}` where the names are not known ones. Roles: `doc_id`, `text`, and
            where there is one `title`, and `metadata` (a column of mappings). Other columns are
            not read.

    Ids are strings; whole numbers become their digits.

    Raises:
        DataError: with the place of the row: an id that is missing, empty, twice or a float, a
            text that is missing or no string; no column, or several, for a role.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"pk": [1], "body": ["Cats purr."]})
    >>> read_table_corpus(frame, columns={"doc_id": "pk"})["1"].text
    'Cats purr.'
    """
    table = as_table(source)
    at = CORPUS.assigned(table.columns, columns, table.name)
    doc_ids = table.unique_ids(at["doc_id"], "document")
    texts = table.texts(at["text"], "text")
    titles = table.texts(at["title"], "title", missing="") if "title" in at else ()
    return Corpus(tuple(doc_ids), tuple(texts), tuple(titles), _metadata(table, at))


def read_table_queries(source: object, *, columns: Columns = _AS_NAMED) -> Queries:
    """The queries in a table, one a row, in its order.

    Args:
        source: as in `read_table_corpus`.
        columns: `{role: column}`. Roles: `query_id`, `text`, and where there is one `metadata` (a
            column of mappings) and `tags` (a column of lists of strings).

    Raises:
        DataError: as `read_table_corpus`; a query without text.

    >>> import pandas as pd
    >>> read_table_queries(pd.DataFrame({"qid": ["q1"], "question": ["who purrs?"]}))["q1"]
    'who purrs?'
    """
    table = as_table(source)
    at = QUERIES.assigned(table.columns, columns, table.name)
    query_ids = table.unique_ids(at["query_id"], "query")
    texts = table.texts(at["text"], "text")
    for row, (query_id, text) in enumerate(zip(query_ids, texts, strict=True)):
        if not text.strip():
            raise DataError(
                f"{table.place(row)}: query {query_id!r} has no text; write one or drop the row"
            )
    return Queries(tuple(query_ids), tuple(texts), _metadata(table, at))


def read_table_qrels(source: object, *, columns: Columns = _AS_NAMED) -> Qrels:
    """The judgements in a table, one pair a row.

    Args:
        source: as in `read_table_corpus`.
        columns: `{role: column}`. Roles: `query_id`, `doc_id`, `grade`.

    Raises:
        DataError: with the place of the row: an id that is missing, empty or a float, a grade
            that is no finite number, a pair judged twice; no judgement at all.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"query_id": ["q1"], "corpus-id": [7], "stars": [3]})
    >>> read_table_qrels(frame, columns={"grade": "stars"}).to_dict()
    {'q1': {'7': 3.0}}
    """
    table = as_table(source)
    at = QRELS.assigned(table.columns, columns, table.name)
    values = table.numbers(at["grade"], "grade")
    with suppress(DataError):  # reading by rows finds it again, and says in which row
        if len(values):
            return Qrels(*_columns(table, at, values))
    return _entries(table, at, values).qrels()


def read_table_run(source: object, *, columns: Columns = _AS_NAMED, name: str | None = None) -> Run:
    """The run in a table, one retrieved document a row; a column of ranks is not read.

    Args:
        source: as in `read_table_corpus`.
        columns: `{role: column}`. Roles: `query_id`, `doc_id`, `score`.
        name: what reports call the run; a file's is called like it unless this says otherwise.

    Raises:
        DataError: with the place of the row: an id that is missing, empty or a float, a score
            that is missing or no number, a document twice in a ranking.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"query_id": ["q1", "q1"], "doc_id": ["a", "b"], "score": [1, 2]})
    >>> read_table_run(frame).ranking("q1")
    ('b', 'a')
    """
    table = as_table(source)
    at = RUN.assigned(table.columns, columns, table.name)
    values = table.numbers(at["score"], "score")
    name = _run_name(source) if name is None else name
    with suppress(DataError):  # as above
        return Run(*_columns(table, at, values), name=name)
    return _entries(table, at, values).run(name)


def _columns(table: Table, at: dict[str, str], values: FloatArray) -> RowColumns:
    """The pairs of a table without a loop over its rows."""
    queries, documents = (
        table.ids(at[role], kind).combine_chunks().dictionary_encode()
        for role, kind in (("query_id", "query"), ("doc_id", "document"))
    )
    query_ids = tuple(queries.dictionary.to_pylist())
    rows, docs = queries.indices.to_numpy(), documents.indices.to_numpy()
    grid = grouped(rows, docs, values, n_rows=len(query_ids))
    return RowColumns(query_ids, tuple(documents.dictionary.to_pylist()), *grid)


def _entries(table: Table, at: dict[str, str], values: FloatArray) -> Entries:
    entries = Entries(table.name, unit="line" if table.lines else "row")
    queries, documents = table.ids(at["query_id"], "query"), table.ids(at["doc_id"], "document")
    numbers = table.lines or range(1, len(values) + 1)
    rows = zip(numbers, queries.to_pylist(), documents.to_pylist(), values.tolist(), strict=True)
    for row in rows:
        entries.add(*row)
    return entries


def _metadata(table: Table, at: dict[str, str]) -> tuple[Metadata, ...]:
    """What stands in `metadata`, with the `tags`; Arrow has null for a key that a row lacks."""
    given: dict[str, list[Any]] = {
        role: table.objects(at[role], role) for role in ("metadata", "tags") if role in at
    }
    if not given:
        return ()
    rows = zip(*given.values(), strict=True)
    return tuple(
        _row_metadata(dict(zip(given, row, strict=True)), table.place(number))
        for number, row in enumerate(rows)
    )


def _row_metadata(given: dict[str, Any], place: str) -> Metadata:
    metadata = given.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise DataError(f"{place}: 'metadata' is a {type(metadata).__name__}; give a mapping")
    own = {key: value for key, value in metadata.items() if value is not None}
    tags = given.get("tags")
    if tags is not None:
        if "tags" in own and own["tags"] != tags:
            raise DataError(f"{place}: 'tags' and the tags in 'metadata' differ; keep one of them")
        own["tags"] = tags
    stated = own.get("tags", [])
    if not isinstance(stated, list) or not all(isinstance(tag, str) for tag in stated):
        raise DataError(f"{place}: 'tags' is {stated!r:.60}; write a list of strings")
    return own


def _run_name(source: object) -> str:
    return without_gzip(source).stem if isinstance(source, str | os.PathLike) else "run"
