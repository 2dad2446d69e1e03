"""Judgements and texts that a command is given: a file of judgements, a collection, or both."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.formats.beir import read_beir_qrels
from retrieval_checks.data.formats.jsonl import read_jsonl_qrels
from retrieval_checks.data.formats.lines import FilePath, without_gzip
from retrieval_checks.data.formats.loading import load_collection
from retrieval_checks.data.formats.trec import read_trec_qrels
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.errors import SettingsError


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Judgements, and the texts of queries and documents where a collection was named."""

    qrels: Qrels
    queries: Queries | None = None
    corpus: Corpus | None = None

    @property
    def tags(self) -> dict[str, tuple[str, ...]]:
        """The queries of each tag, as the collection has them."""
        found: dict[str, list[str]] = {}
        for query_id in self.queries or ():
            for tag in self.queries.tags(query_id) if self.queries else ():
                found.setdefault(tag, []).append(query_id)
        return {tag: tuple(query_ids) for tag, query_ids in found.items()}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare `--qrels`, `--collection` and `--split`."""
    parser.add_argument(
        "--qrels",
        type=Path,
        metavar="FILE",
        help="Judgements: TREC, BEIR (.tsv), .jsonl, .csv, .parquet. Default: the collection's.",
    )
    add_collection(parser)


def add_collection(parser: argparse.ArgumentParser) -> None:
    """Declare `--collection` and `--split`."""
    parser.add_argument(
        "--collection",
        metavar="FOLDER",
        help="BEIR folder with the texts of queries and documents, and with judgements.",
    )
    parser.add_argument(
        "--split", default="test", help="Which judgements of the collection. Default: test."
    )


def read_judged(args: argparse.Namespace) -> Judged | None:
    """What `--qrels` and `--collection` name; None where neither is given.

    Raises:
        DataError: a file or folder that cannot be read.
    """
    if args.collection is None:
        return None if args.qrels is None else Judged(read_qrels(args.qrels))
    loaded = load_collection(args.collection, split=args.split)
    qrels = loaded.qrels if args.qrels is None else read_qrels(args.qrels)
    return Judged(qrels, loaded.queries, loaded.corpus)


def need_judged(args: argparse.Namespace) -> Judged:
    """What `--qrels` and `--collection` name.

    Raises:
        SettingsError: neither is given.
        DataError: a file or folder that cannot be read.
    """
    judged = read_judged(args)
    if judged is None:
        raise SettingsError(
            "judgements are needed: --qrels FILE (TREC, .tsv, .jsonl, a table), or --collection"
            " FOLDER with judgements in it"
        )
    return judged


def read_qrels(path: FilePath) -> Qrels:
    """The judgements in a file: BEIR's `.tsv`, `.jsonl`, a table (`.csv`, `.parquet`), else TREC's.

    Raises:
        DataError: with file and line, as the reader of that format.
    """
    suffix, place = without_gzip(path).suffix.lower(), Path(path)
    if suffix == ".tsv":
        return read_beir_qrels(place)
    if suffix == ".jsonl":
        return read_jsonl_qrels(place)
    if suffix in (".csv", ".parquet"):
        from retrieval_checks.data.formats.tables.reading import read_table_qrels

        return read_table_qrels(place)
    return read_trec_qrels(place)
