"""`load_collection`: the collection at a path or under a name, whichever format it has."""

import os
from pathlib import Path

from retrieval_checks.data.collection import Collection, Queries
from retrieval_checks.data.formats.beir import plain_or_gzip, read_beir
from retrieval_checks.data.formats.jsonl import read_jsonl_corpus
from retrieval_checks.data.formats.lines import FilePath, near_files, without_gzip
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.errors import DataError

IR_DATASETS, HUGGING_FACE = "ir-datasets", "hf"  # ir-datasets:beir/scifact/test, hf:mteb/scifact


def load_collection(source: FilePath, *, split: str = "test") -> Collection:
    """The collection at a path or under a name.

    Args:
        source: a folder in BEIR layout (`read_beir`), or with its tables as Parquet, CSV or TSV
            (`read_table_folder`), or written by Hugging Face's `datasets` (`read_hugging_face`); a
            JSON file of LlamaIndex (`read_llama_index`); `ir-datasets:ID` (`read_ir_datasets`);
            `hf:ID` for a dataset in the hub's local cache (`read_hugging_face`).
        split: which judgements. Not for LlamaIndex, whose file has no splits.

    Nothing is downloaded. A folder with a corpus and neither queries nor judgements is a collection
    of documents alone, such as golden files that bring their own queries and judgements are about.

    Raises:
        DataError: nothing there, a file of another kind (for a CSV file the message shows the call
            that reads it), a folder that lacks one of the files, malformed content.
        MissingDependencyError: a library that reads this is not installed.

    >>> load_collection("ir-datasets:no/such-id")
    Traceback (most recent call last):
    ...
    retrieval_checks.errors.DataError: ir-datasets:no/such-id: ir_datasets has no 'no/such-id'; ...
    """
    scheme, _, name = os.fspath(source).partition(":")
    if is_named(source) and scheme == IR_DATASETS:
        from retrieval_checks.data.formats.foreign.ir_datasets import read_ir_datasets

        return read_ir_datasets(name, split=split)
    if is_named(source):
        from retrieval_checks.data.formats.tables.hugging_face import read_hugging_face

        return read_hugging_face(name, split=split)
    place = Path(source)
    return _in_folder(place, split) if place.is_dir() else _in_file(place, split)


def is_named(source: FilePath) -> bool:
    """Whether this is no path but a name that another library knows: `ir-datasets:`, `hf:`.

    >>> is_named("ir-datasets:beir/scifact/test"), is_named("fixtures/ai_act")
    (True, False)
    """
    return os.fspath(source).startswith((f"{IR_DATASETS}:", f"{HUGGING_FACE}:"))


def _in_folder(folder: Path, split: str) -> Collection:
    beir = ("corpus.jsonl", "queries.jsonl", f"qrels/{split}.tsv")
    if all(plain_or_gzip(folder / name) for name in beir):  # and no other reader is imported
        return read_beir(folder, split=split)
    from retrieval_checks.data.formats.tables.folders import is_table_folder, read_table_folder
    from retrieval_checks.data.formats.tables.hugging_face import (
        is_hugging_face_folder,
        read_hugging_face,
    )

    if is_table_folder(folder, split):
        return read_table_folder(folder, split=split)
    if is_hugging_face_folder(folder):
        return read_hugging_face(folder, split=split)
    return _documents_alone(folder) or read_beir(folder, split=split)


def _in_file(path: Path, split: str) -> Collection:
    name = os.fspath(path)
    if not path.exists():
        raise DataError(f"{name}: no such folder{near_files(path)}")
    suffix = without_gzip(path).suffix.lower()
    if suffix == ".json":
        from retrieval_checks.data.formats.foreign.llama_index import read_llama_index

        if split != "test":
            raise DataError(f"{name}: LlamaIndex's datasets have no splits, got split={split!r}")
        return read_llama_index(path)
    if suffix == ".csv":
        raise DataError(
            f"{name}: a CSV file of passages labelled for one query is read by"
            f" read_labelled_csv({name!r}, query=...), which needs the query's text; tables of"
            " documents, queries and judgements stand in a folder as corpus.csv, queries.csv and"
            f" qrels/{split}.csv"
        )
    raise DataError(
        f"{name}: a collection is a folder with corpus.jsonl, queries.jsonl and"
        f" qrels/{split}.tsv, this is a file; give the folder"
    )


def _documents_alone(folder: Path) -> Collection | None:
    corpus_file = plain_or_gzip(folder / "corpus.jsonl")
    more = any(plain_or_gzip(folder / name) for name in ("queries.jsonl", "qrels"))
    if corpus_file is None or more:
        return None
    corpus, name = read_jsonl_corpus(corpus_file), folder.resolve().name or "collection"
    return Collection(corpus, Queries.from_dict({}), Qrels.from_dict({}), name=name)
