"""Folders of tables: `corpus`, `queries` and `qrels/<split>`, each Parquet, CSV, TSV or JSONL."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from retrieval_checks.data.collection import Collection
from retrieval_checks.data.corpus import Corpus
from retrieval_checks.data.formats.beir import check_known_queries
from retrieval_checks.data.formats.jsonl import (
    read_jsonl_corpus,
    read_jsonl_qrels,
    read_jsonl_queries,
)
from retrieval_checks.data.formats.lines import FilePath, without_gzip
from retrieval_checks.data.formats.tables.reading import (
    read_table_corpus,
    read_table_qrels,
    read_table_queries,
)
from retrieval_checks.data.formats.tables.sources import TABLE_SUFFIXES
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.queries import Queries
from retrieval_checks.errors import DataError, printable

T = TypeVar("T", Corpus, Queries, Qrels)

_SUFFIXES = (*TABLE_SUFFIXES, ".jsonl")


def is_table_folder(folder: Path, split: str) -> bool:
    """Whether a corpus, queries or judgements stand there as a table that BEIR does not have."""
    stems = (folder / "corpus", folder / "queries", folder / "qrels" / split, folder / "qrels")
    found = [file for stem in stems for file in _files(stem)]
    beir = folder / "qrels" / f"{split}.tsv"
    return any(
        without_gzip(file).suffix.lower() in TABLE_SUFFIXES and without_gzip(file) != beir
        for file in found
    )


def read_table_folder(path: FilePath, *, split: str = "test") -> Collection:
    r"""The collection in a folder of tables, called like the folder.

    The files are `corpus`, `queries` and `qrels/<split>` (or `qrels`, where there is one split),
    each with one of the suffixes .parquet, .csv, .tsv and .jsonl, the text files also .gz. Columns
    have their usual names. A folder with a corpus alone is a collection of documents.

    Raises:
        DataError: a file is missing or there in two formats, malformed content, a judged query
            that the queries lack.

    >>> import tempfile, pathlib
    >>> folder = tempfile.TemporaryDirectory()
    >>> for name, text in {
    ...     "corpus.csv": "id,text\nd1,Cats purr.\n",
    ...     "queries.csv": "id,text\nq1,who purrs?\n",
    ...     "qrels.csv": "query_id,doc_id,grade\nq1,d1,1\n",
    ... }.items():
    ...     _ = (pathlib.Path(folder.name) / name).write_text(text)
    >>> read_table_folder(folder.name).qrels.to_dict()
    {'q1': {'d1': 1.0}}
    >>> folder.cleanup()
    """
    folder = Path(path)
    corpus_file, queries_file = _file(folder / "corpus"), _file(folder / "queries")
    qrels_file = _file(folder / "qrels" / split) or _file(folder / "qrels")
    name = folder.resolve().name or "collection"
    alone = corpus_file and not queries_file and not (folder / "qrels").exists() and not qrels_file
    if corpus_file and alone:
        corpus = _read(corpus_file, read_table_corpus, read_jsonl_corpus)
        return Collection(corpus, Queries.from_dict({}), Qrels.from_dict({}), name=name)
    if not corpus_file or not queries_file or not qrels_file:
        parts = {"corpus": corpus_file, "queries": queries_file, f"qrels/{split}": qrels_file}
        raise DataError(
            f"{folder}: missing: {', '.join(part for part, file in parts.items() if not file)};"
            f" each a file in {', '.join(_SUFFIXES)}{_splits(folder)}"
        )
    corpus = _read(corpus_file, read_table_corpus, read_jsonl_corpus)
    queries = _read(queries_file, read_table_queries, read_jsonl_queries)
    qrels = _read(qrels_file, read_table_qrels, read_jsonl_qrels)
    check_known_queries(qrels, queries, qrels_file, queries_file)
    return Collection(corpus, queries, qrels, name=name)


def _read(file: Path, table: Callable[[Path], T], jsonl: Callable[[Path], T]) -> T:
    return jsonl(file) if without_gzip(file).suffix.lower() == ".jsonl" else table(file)


def _file(stem: Path) -> Path | None:
    """The one file of that name; the plain one where it is there as gzip too."""
    files = _files(stem)
    if len({without_gzip(file) for file in files}) > 1:
        names = " and ".join(file.name for file in files)
        raise DataError(f"{stem.parent}: both {names} are there; keep the one that counts")
    return files[0] if files else None


def _files(stem: Path) -> list[Path]:
    names = [f"{stem.name}{suffix}{gzip}" for suffix in _SUFFIXES for gzip in ("", ".gz")]
    return [file for file in map(stem.parent.joinpath, names) if file.is_file()]


def _splits(folder: Path) -> str:
    place = folder / "qrels"
    files = [without_gzip(file) for file in place.iterdir()] if place.is_dir() else []
    splits = sorted({file.stem for file in files if file.suffix.lower() in _SUFFIXES})
    return f"; splits there: {', '.join(map(printable, splits))}" if splits else ""
