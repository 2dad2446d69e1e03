"""`retrieval-checks runs`: the saved baselines, accepted rankings and TREC runs that there are."""

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from retrieval_checks.cli import judgements
from retrieval_checks.cli.console import painted
from retrieval_checks.cli.judging.saved_file import Kind, SavedFile, kind_of, read_saved_file
from retrieval_checks.data.formats.lines import near_files
from retrieval_checks.errors import SettingsError
from retrieval_checks.judgement.explain.wording import counted, plain_id
from retrieval_checks.metrics.metric import parse_metric

FORMAT = 1
_SAVE = "pytest --retrieval-golden --retrieval-save NAME"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        default=[Path()],
        metavar="PATH",
        help="A folder, searched with what is below it, or a file. Default: here.",
    )
    judgements.add_arguments(parser)
    parser.add_argument(
        "--metric",
        action="append",
        metavar="METRIC",
        help="Of TREC runs, by judgements that are given; repeatable. Default: nDCG@10.",
    )
    parser.add_argument("--json", action="store_true", help="Print the list as JSON.")


def run(args: argparse.Namespace) -> int:
    """Print the list; 1 where a file is damaged, else 0.

    Raises:
        SettingsError: a path that is not there, or a file that is none of these.
        DataError: judgements that cannot be read.
    """
    judged = judgements.read_judged(args)
    metrics = [parse_metric(name) for name in args.metric or ["nDCG@10"]]
    found = dict(entry for path in args.paths for entry in _found(path))
    files = [
        read_saved_file(path, kind, judged.qrels if judged else None, metrics)
        for path, kind in found.items()
    ]
    print(_as_json(files) if args.json else _as_text(files, args.paths))
    return int(any(file.error for file in files))


def _found(path: Path) -> Iterator[tuple[Path, Kind]]:
    """The files at a path, sorted, with their kinds."""
    if not path.exists():
        raise SettingsError(f"{path}: no such file or folder{near_files(path)}")
    if path.is_dir():
        yield from ((file, kind) for file in _files(path) if (kind := kind_of(file)))
        return
    kind = kind_of(path)
    if kind is None:
        raise SettingsError(
            f"{path}: neither a baseline (*.baseline.jsonl), nor a lock (*.golden.lock.jsonl), nor"
            " a TREC run (*.trec, *.run, *.res, of six columns)"
        )
    yield path, kind


def _files(folder: Path) -> Iterator[Path]:
    """The files below a folder in the order of their paths; hidden folders are left alone."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place, name) for name in sorted(names))


def _as_json(files: Sequence[SavedFile]) -> str:
    rows = [file.to_dict() for file in files]
    return json.dumps({"format": FORMAT, "runs": rows}, indent=1, allow_nan=False)


def _as_text(files: Sequence[SavedFile], paths: Sequence[Path]) -> str:
    if not files:
        where = ", ".join(map(str, paths))
        return f"no baseline, lock or TREC run under {where}; save a baseline: {_SAVE}"
    return "\n".join(_told(file) for file in files)


def _told(file: SavedFile) -> str:
    """A line that names it, then indented what it was measured with and what it came to."""
    head = painted(plain_id(str(file.path)), "bold")
    if file.error:
        return f"{head}: {painted('DAMAGED', 'red')}\n  {file.error}"
    commit = f"commit {file.commit}" if file.commit else ""
    size = counted(file.queries, "query", "queries")
    about = [f"{file.kind} '{plain_id(file.name)}'", file.date, commit, size]
    lines = [f"{head}: {', '.join(filter(None, about))}"]
    lines += [f"  pipeline {plain_id(file.pipeline)}"] if file.pipeline else []
    lines += [f"  corpus {plain_id(file.corpus)}"] if file.corpus else []
    means = "  ".join(f"{name} {value:.4f}" for name, value in file.means.items())
    return "\n".join([*lines, *([f"  {means}"] if means else [])])
