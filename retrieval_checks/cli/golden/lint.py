"""`retrieval-checks lint`: what golden files can and cannot tell, before any run."""

import argparse
from pathlib import Path

from retrieval_checks.cli.golden.files import golden_files
from retrieval_checks.cli.golden.findings import LintedFile, as_json, as_text
from retrieval_checks.cli.golden.null_runs import bm25_run, longest_first, random_order
from retrieval_checks.data.collection import Corpus
from retrieval_checks.data.run import Run
from retrieval_checks.errors import RetrievalChecksError
from retrieval_checks.golden.lint import LintSubject
from retrieval_checks.golden.lint import lint as lint_golden
from retrieval_checks.golden.loading import load_named
from retrieval_checks.golden.lock import read_lock
from retrieval_checks.golden.reading.schema import read_golden

_UNREADABLE = 2
_LEAST_DEPTH = 100  # what golden files are retrieved to, at least


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="A golden file, or a folder with some."
    )
    parser.add_argument(
        "--collection",
        type=Path,
        metavar="FOLDER",
        help="BEIR folder in place of the one that the golden file names.",
    )
    parser.add_argument("--strict", action="store_true", help="Exit with 1 for warnings, too.")
    parser.add_argument("--json", action="store_true", help="Print the findings as JSON.")
    parser.add_argument(
        "--seed", type=int, default=0, help="Of the documents at random. Default: 0."
    )


def run(args: argparse.Namespace) -> int:
    """Print what is found; 1 for errors (with `--strict` for warnings, too), else 0.

    2 where a golden file or its collection cannot be read, after what was found in the others.

    Raises:
        SettingsError: a path that is not there, a folder without golden files.
    """
    files = [
        lint_file(path, collection=args.collection, seed=args.seed)
        for path in golden_files(args.paths)
    ]
    print(as_json(files) if args.json else as_text(files))
    if any(file.subject is None for file in files):
        return _UNREADABLE
    grave = ("error", "warning") if args.strict else ("error",)
    return int(any(finding.severity in grave for file in files for finding in file.findings))


def lint_file(path: Path, *, collection: Path | None, seed: int) -> LintedFile:
    """One golden file with its collection, and what the checks find."""
    try:
        return _linted(path, collection, seed)
    except RetrievalChecksError as error:
        return LintedFile.unreadable(path, error)


def _linted(path: Path, collection: Path | None, seed: int) -> LintedFile:
    suite = read_golden(path)
    folder = collection or suite.collection
    accepted = read_lock(path).records
    if folder is None:
        subject = LintSubject.of(suite)
        return LintedFile(path, subject, lint_golden(subject, accepted=accepted))
    where = "" if collection else suite.collection_place
    loaded = load_named(folder, split=suite.split, where=where)
    subject = LintSubject.of(
        suite, corpus=loaded.corpus, queries=loaded.queries, qrels=loaded.qrels
    )
    blind, bm25 = _null_runs(subject, loaded.corpus, seed)
    findings = lint_golden(subject, blind=blind, bm25=bm25, accepted=accepted)
    return LintedFile(path, subject, findings)


def _null_runs(subject: LintSubject, corpus: Corpus, seed: int) -> tuple[dict[str, Run], Run]:
    """By name, what retrievers return that do not read the query; and what BM25 does."""
    queries, depth = subject.bound.queries, max(_LEAST_DEPTH, subject.bound.suite.deepest)
    blind = (random_order(corpus, queries, depth, seed), longest_first(corpus, queries, depth))
    return {run.name: run for run in blind}, bm25_run(corpus, queries, depth)
