"""`retrieval-checks new COLLECTION`: a golden file to start from."""

import argparse
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from retrieval_checks.cli.golden.files import SUFFIXES
from retrieval_checks.cli.golden.starting.draft import draft
from retrieval_checks.cli.golden.starting.picking import PickedQuery, pick_queries
from retrieval_checks.comparison.baseline import SUFFIX, Baseline, load_baseline
from retrieval_checks.data.collection import Collection
from retrieval_checks.data.formats.lines import write_lines
from retrieval_checks.data.formats.loading import is_named, load_collection
from retrieval_checks.errors import SettingsError
from retrieval_checks.golden.reading.schema import read_golden
from retrieval_checks.judgement.explain.wording import counted
from retrieval_checks.metrics.evaluation import evaluate

FORMAT = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument("collection", metavar="COLLECTION", help="BEIR folder with judgements.")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help=f"The golden file to write; its name ends in {SUFFIXES[0]}.",
    )
    parser.add_argument(
        "--queries", type=int, default=20, metavar="N", help="How many. Default: 20."
    )
    parser.add_argument("--seed", type=int, default=0, help="Which ones. Default: 0.")
    parser.add_argument("--split", default="test", help="Of the judgements. Default: test.")
    parser.add_argument(
        "--run",
        type=Path,
        metavar="RUN",
        help=f"A TREC run or a file *{SUFFIX}: ranks are expected as it has them. Without one,"
        " relevant documents are expected in the top 10.",
    )
    parser.add_argument("--force", action="store_true", help="Replace the file if it is there.")
    parser.add_argument("--json", action="store_true", help="Print what was written as JSON.")


def run(args: argparse.Namespace) -> int:
    """Write the file and say what to do next; always 0.

    Raises:
        SettingsError: another suffix, a file that is there already, a number of queries below 1.
        DataError: a collection or run that cannot be read, nothing to pick from.
    """
    _check(args)
    collection = load_collection(args.collection, split=args.split)
    reference = load_baseline(args.run) if args.run else None
    picked = pick_queries(
        collection,
        count=args.queries,
        seed=args.seed,
        run=reference.run if reference else None,
    )
    text = draft(
        picked,
        collection=_as_seen_from(args.output, args.collection),
        split=args.split,
        source=_source(args, collection),
        measured=_measured(collection, picked, reference),
    )
    _check_readable(text)
    write_lines(args.output, text.rstrip("\n").split("\n"))
    print(_as_json(args.output, picked) if args.json else _as_text(args.output, picked))
    return 0


def _check(args: argparse.Namespace) -> None:
    if not args.output.name.endswith(SUFFIXES):
        raise SettingsError(
            f"{args.output}: pytest collects files whose name ends in {' or '.join(SUFFIXES)};"
            " call it so"
        )
    if args.output.exists() and not args.force:
        raise SettingsError(f"{args.output} is there already; --force replaces it")
    if not args.output.parent.is_dir():
        raise SettingsError(f"{args.output}: there is no folder {str(args.output.parent)!r}")
    if args.queries < 1:
        raise SettingsError(f"--queries {args.queries}: at least one query is needed")


def _as_seen_from(output: Path, collection: str) -> str:
    """The collection's path from the folder of the golden file, with `/` on every system."""
    if is_named(collection):
        return collection
    return Path(os.path.relpath(Path(collection).resolve(), output.resolve().parent)).as_posix()


def _source(args: argparse.Namespace, collection: Collection) -> str:
    ranks = f", ranks as in {args.run.name}" if args.run else ""
    return f"started from collection {collection.name!r} (seed {args.seed}{ranks})"


def _measured(collection: Collection, picked: list[PickedQuery], reference: Baseline | None) -> str:
    if reference is None:
        return ""
    qrels = collection.qrels.select([query.query_id for query in picked])
    name, value = next(iter(evaluate(reference.run, qrels, "nDCG@10").mean.items()))
    return f"{name} of {reference.name!r} is {value:.4f} here; a floor stands well below"


def _check_readable(text: str) -> None:
    """Refuse what pytest would: an id of the collection that cannot be a test's name."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "new.golden.yaml")
        path.write_text(text, encoding="utf-8")
        read_golden(path)


def _as_text(output: Path, picked: list[PickedQuery]) -> str:
    bare = [query.query_id for query in picked if not query.within]
    lines = [f"{output}: {counted(len(picked), 'query', 'queries')}"]
    if bare:
        lines.append(f"  of which {len(bare)} expect nothing yet: the run does not find them")
    lines += [
        "next:",
        f"  retrieval-checks lint {output}",
        f"  pytest --retrieval-golden {output} --retrieval-accept new",
    ]
    return "\n".join(lines)


def _as_json(output: Path, picked: list[PickedQuery]) -> str:
    queries = [{"id": query.query_id, "within": dict(query.within)} for query in picked]
    return json.dumps({"format": FORMAT, "written": str(output), "queries": queries}, indent=1)
