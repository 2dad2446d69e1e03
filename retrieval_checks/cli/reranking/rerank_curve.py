"""`retrieval-checks rerank-curve`: what each depth of reranking gains and costs, and its knee."""

import argparse
import json
from pathlib import Path
from typing import get_args

from retrieval_checks.cli.console import progress
from retrieval_checks.cli.reranking.as_markdown import curve_markdown
from retrieval_checks.cli.reranking.as_svg import curve_svg
from retrieval_checks.cli.reranking.as_text import curve_lines
from retrieval_checks.cli.reranking.measured import Measured
from retrieval_checks.comparison.depths.curve import DepthCurve, depth_curve
from retrieval_checks.data.collection import Collection
from retrieval_checks.data.formats.lines import write_lines
from retrieval_checks.data.formats.loading import load_collection
from retrieval_checks.data.run import Run
from retrieval_checks.encoding.models import BiEncoder
from retrieval_checks.encoding.sources.loading import Dtype
from retrieval_checks.encoding.sources.resolve import OFFLINE_MODEL
from retrieval_checks.encoding.store import Store
from retrieval_checks.errors import SettingsError
from retrieval_checks.metrics.metric import parse_metric
from retrieval_checks.retrieval.build import build_retriever, parse_reranker
from retrieval_checks.retrieval.inspection.curve import depth_costs, rerank_at_depths
from retrieval_checks.retrieval.inspection.description import describe
from retrieval_checks.retrieval.rerank import Reranker

_DEPTHS = "10,20,50,100,200"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument("collection", metavar="COLLECTION", help="BEIR folder with judgements.")
    parser.add_argument("--split", default="test", help="Which judgements. Default: test.")
    parser.add_argument(
        "--depths",
        type=_depths,
        default=_depths(_DEPTHS),
        metavar="N,N,...",
        help=f"Candidates a query. Default: {_DEPTHS}.",
    )
    parser.add_argument(
        "--reranker",
        action="append",
        metavar="MODEL",
        help="late-interaction, late-interaction:MODEL, or a model's name, path or factory; may be"
        " given several times. Default: late-interaction.",
    )
    parser.add_argument(
        "--bi-encoder",
        default=OFFLINE_MODEL,
        metavar="MODEL",
        help=f"Of the first stage; none for BM25. Default: {OFFLINE_MODEL}.",
    )
    parser.add_argument("--metric", default="nDCG@10", help="What is lifted. Default: nDCG@10.")
    parser.add_argument(
        "--timed",
        type=_count,
        default=10,
        metavar="N",
        help="Queries that are timed, one at a time and without a cache. Default: 10.",
    )
    parser.add_argument("--dtype", choices=get_args(Dtype), help="Of the forward pass.")
    parser.add_argument("--device", help="As torch names it. Default: the best there is.")
    parser.add_argument(
        "--cache", type=Path, metavar="DIR", help="Default: the user's cache folder."
    )
    parser.add_argument("--svg", type=Path, metavar="FILE", help="Write the picture.")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="Write the tables.")
    parser.add_argument("--json", action="store_true", help="Print JSON.")


def run(args: argparse.Namespace) -> int:
    """Print the curves and write the files asked for; always 0: what to buy is not judged.

    Raises:
        RetrievalChecksError: a collection or a model that cannot be read, or makes no sense here.
    """
    _check(args)
    store = Store(args.cache)
    try:
        measured = _measured(args, load_collection(args.collection, split=args.split), store)
    finally:
        store.close()
    for path, text in ((args.svg, curve_svg), (args.markdown, curve_markdown)):
        if path is not None:
            write_lines(path, text(measured).splitlines())
    if args.json:
        print(json.dumps(measured.to_dict(), indent=1, allow_nan=False))
    else:
        print("\n".join(curve_lines(measured)))
    return 0


def _check(args: argparse.Namespace) -> None:
    """Refuse, before anything is measured, what could not be written or computed after it."""
    parse_metric(args.metric)
    for path, suffix, flag in ((args.svg, ".svg", "--svg"), (args.markdown, ".md", "--markdown")):
        if path is None:
            continue
        if path.suffix.lower() != suffix:
            raise SettingsError(f"{flag} {path}: what is written is {suffix}; call the file so")
        if path.is_dir() or not path.parent.is_dir():
            what = "is a folder" if path.is_dir() else f"there is no folder {str(path.parent)!r}"
            raise SettingsError(f"{flag} {path}: {what}")


def _measured(args: argparse.Namespace, collection: Collection, store: Store) -> Measured:
    encoder = _encoder(args, store)
    rerankers = {
        spec: _reranker(spec, args, encoder, store)
        for spec in dict.fromkeys(args.reranker or ["late-interaction"])
    }
    first = build_retriever(collection.corpus, bi_encoder=encoder)
    candidates = first.retrieve(collection.judged_queries, max(args.depths))
    ids = list(candidates)[:: max(1, len(candidates) // args.timed)][: args.timed]
    curves = [
        _curve(name, r, candidates, collection=collection, timed=ids, args=args)
        for name, r in rerankers.items()
    ]
    return Measured(collection.name, args.split, describe(first), len(ids), tuple(curves))


def _curve(
    spec: str,
    reranker: Reranker,
    candidates: Run,
    *,
    collection: Collection,
    timed: list[str],
    args: argparse.Namespace,
) -> DepthCurve:
    queries, corpus = collection.judged_queries, collection.corpus
    runs = rerank_at_depths(reranker, candidates, queries, corpus, depths=args.depths)
    costs = depth_costs(
        reranker, candidates.select(timed), queries.select(timed), corpus, depths=args.depths
    )
    return depth_curve(
        candidates,
        runs,
        collection.qrels,
        metric=args.metric,
        name=f"{spec} ({reranker.combine}, weight {reranker.weight:g})",
        milliseconds={depth: cost.milliseconds for depth, cost in costs.items()},
        padding={depth: cost.padding for depth, cost in costs.items()},
    )


def _encoder(args: argparse.Namespace, store: Store) -> BiEncoder | None:
    if args.bi_encoder == "none":
        return None
    return BiEncoder(
        args.bi_encoder, dtype=args.dtype, device=args.device, cache=store, progress=progress()
    )


def _reranker(
    spec: str, args: argparse.Namespace, encoder: BiEncoder | None, store: Store
) -> Reranker:
    model = parse_reranker(
        spec,
        bi_encoder=encoder,
        dtype=args.dtype,
        device=args.device,
        cache=store,
        progress=progress(),
    )
    if model is None:
        raise SettingsError(f"--reranker {spec}: there is nothing to draw a curve of; name a model")
    return Reranker(model)


def _depths(text: str) -> list[int]:
    """Whole numbers from 1, the smallest first.

    >>> _depths("50, 10")
    [10, 50]
    """
    return sorted({_count(part) for part in text.split(",")})


def _count(text: str) -> int:
    number = int(text) if text.strip().isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text.strip()!r}: a whole number from 1")
    return number
