"""`retrieval-checks label RUN...`: judge the pairs that matter most, and keep each answer."""

import argparse
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from retrieval_checks.cli import judgements
from retrieval_checks.cli.labelling.answers import take_answers
from retrieval_checks.cli.labelling.asking import Asking
from retrieval_checks.cli.labelling.judged_file import JudgedFile
from retrieval_checks.cli.labelling.pool import UnjudgedPair, unjudged_pairs
from retrieval_checks.comparison.baseline import SUFFIX, load_baseline
from retrieval_checks.data.collection import Collection
from retrieval_checks.data.formats.loading import load_collection
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import SettingsError, listed
from retrieval_checks.judgement.explain.wording import counted
from retrieval_checks.metrics.metric import Metric, parse_metric

FORMAT = 1
_STDIN = Path("/dev/stdin")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument(
        "runs",
        nargs="+",
        type=Path,
        metavar="RUN",
        help=f"TREC runs or files *{SUFFIX}, whose unjudged documents are asked about.",
    )
    parser.add_argument(
        "--qrels",
        type=Path,
        required=True,
        metavar="FILE",
        help="Where judgements are read and added: BEIR (.tsv) or TREC; made if missing.",
    )
    judgements.add_collection(parser)
    parser.add_argument(
        "--metric", default="nDCG@10", help="What judging could change. Default: nDCG@10."
    )
    parser.add_argument(
        "--most", type=int, default=50, metavar="N", help="Pairs at most. Default: 50."
    )
    parser.add_argument(
        "--grades",
        metavar="LIST",
        help="Such as 0,1,2,3. Default: 0 to the highest in FILE, or 0 to 3 in a new one.",
    )
    parser.add_argument(
        "--answers",
        type=Path,
        metavar="FILE",
        help="Ask nothing: take judgements from lines of JSON (query_id, doc_id, grade); -: stdin.",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="Ask nothing: print the pairs with their texts as JSON; with --answers what was done.",
    )


def run(args: argparse.Namespace) -> int:
    """Ask for judgements, list the pairs to judge, or take answers in; always 0.

    Raises:
        RetrievalChecksError: a file that cannot be read or written, settings without meaning.
    """
    if args.most < 1:
        raise SettingsError(f"--most {args.most}: at least one pair must be asked for")
    file, metric = JudgedFile(args.qrels), parse_metric(args.metric)
    grades = _grades(args.grades, file.qrels)
    texts = load_collection(args.collection, split=args.split) if args.collection else None
    if args.answers is not None:
        return _take(args, file, grades, texts)
    pairs = unjudged_pairs(_runs(args.runs), file.qrels, metric, most=args.most)
    if args.json:
        print(_as_json(pairs, metric, texts))
        return 0
    _ask(pairs, metric, file, grades=grades, texts=texts)
    return 0


def _ask(
    pairs: Sequence[UnjudgedPair],
    metric: Metric,
    file: JudgedFile,
    *,
    grades: Sequence[float],
    texts: Collection | None,
) -> None:
    known = (texts.queries, texts.corpus) if texts else (None, None)
    if not pairs:
        print(f"nothing to judge: all that {metric} looks at is judged in {file.path}")
        return
    print(f"{counted(len(pairs), 'pair')} to judge, those first that could move {metric} most")
    judged = Asking(pairs, metric, grades, file, *known).ask_all()
    left = len(pairs) - judged
    print(f"{judged} judged, in {file.path}; {left} left: the same command goes on")


def _take(
    args: argparse.Namespace, file: JudgedFile, grades: Sequence[float], texts: Collection | None
) -> int:
    path = _STDIN if str(args.answers) == "-" else args.answers
    new = take_answers(path, file, grades, texts)
    told = {"format": FORMAT, "written": str(file.path), "judged": new}
    print(json.dumps(told) if args.json else f"{new} judged, in {file.path}")
    return 0


def _runs(paths: Sequence[Path]) -> list[Run]:
    """The runs, each under a name of its own."""
    runs = [load_baseline(path).run for path in paths]
    names = [run.name for run in runs]
    twice = [str(path) for path, name in zip(paths, names, strict=True) if names.count(name) > 1]
    if twice:
        raise SettingsError(f"runs need names of their own; alike are those of {listed(twice)}")
    return runs


def _grades(text: str | None, qrels: Qrels | None) -> list[float]:
    """The grades that may be given, in ascending order."""
    if text is None:
        highest = 3 if qrels is None else max(1, math.ceil(qrels.grades.max()))
        return [float(grade) for grade in range(highest + 1)]
    try:
        grades = sorted({float(part) for part in text.split(",")})
    except ValueError:
        grades = []
    if len(grades) < 2 or not all(map(math.isfinite, grades)):
        raise SettingsError(f"--grades {text!r}: write two numbers or more, such as 0,1,2,3")
    return grades


def _as_json(pairs: Sequence[UnjudgedPair], metric: Metric, texts: Collection | None) -> str:
    told = {
        "format": FORMAT,
        "metric": str(metric),
        "pairs": [_entry(pair, texts) for pair in pairs],
    }
    return json.dumps(told, indent=1, allow_nan=False)


def _entry(pair: UnjudgedPair, texts: Collection | None) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "query_id": pair.query_id,
        "doc_id": pair.doc_id,
        "change": pair.change,
        "ranks": dict(pair.ranks),
    }
    if texts and pair.query_id in texts.queries:
        entry["query"] = texts.queries[pair.query_id]
    if texts and pair.doc_id in texts.corpus:
        document = texts.corpus[pair.doc_id]
        entry |= {"title": document.title, "text": document.text}
    return entry
