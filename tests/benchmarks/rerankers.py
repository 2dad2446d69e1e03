"""Rerankers on queries that none was tuned on: `python -m tests.benchmarks.rerankers`.

Prints, for the example's test split, its golden queries and SciFact's test queries: the first
stage (MiniLM, exact search), then each reranker over its best 50, alone and combined with it, with
the paired interval of the lift, the gate's verdict on "not worse than the first stage", and the
milliseconds of a query; then the notebook's question: ranks of its relevant passages before and
after. A cross-encoder takes part where its weights are on this machine. SciFact is encoded once,
which takes minutes; `--dtype bfloat16` is two to three times as fast.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from retrieval_checks import (
    BiEncoder,
    Collection,
    CrossEncoderModel,
    DenseRetriever,
    LateInteraction,
    Reranker,
    Run,
    Store,
    compare,
    load_collection,
)
from retrieval_checks.comparison.attribution import two_stage
from retrieval_checks.encoding.sources.resolve import local_path
from retrieval_checks.golden.reading.schema import read_golden
from retrieval_checks.retrieval.inspection.curve import depth_costs
from tests.benchmarks.gating.real_runs import EXAMPLE, MODEL, scifact
from tests.benchmarks.upgrade import first
from tests.oracles.notebook import CROSS_ENCODER

GOLDEN = EXAMPLE.parent / "golden" / "ai_act.golden.yaml"
QUESTION = "personal-use"  # the notebook's own
DEPTH = 50
_TIMED = 10  # queries, evenly spread


class Way(NamedTuple):
    """One way to use a model; the models of one group cost the same."""

    model: str
    name: str
    reranker: Reranker


def ways(encoder: BiEncoder) -> Iterator[Way]:
    """Each model alone, then combined with the first stage."""
    cache = encoder.cache
    plain = LateInteraction(encoder, layer=-1, token_weights="uniform", cache=cache)
    late = LateInteraction(encoder, cache=cache)
    yield Way("MaxSim", "MaxSim of the last layer, alone", Reranker(plain, combine="alone"))
    yield Way("MaxSim", "... and z-scores, weight 1", Reranker(plain, weight=1))
    yield Way("late", "late interaction, alone", Reranker(late, combine="alone"))
    yield Way("late", "... and z-scores, weight 1", Reranker(late, weight=1))
    yield Way("late", "... and z-scores, weight 2: default", Reranker(late))
    yield Way("late", "... and reciprocal ranks", Reranker(late, combine="rrf"))
    if local_path(CROSS_ENCODER) is None:
        return
    cross = CrossEncoderModel(CROSS_ENCODER, dtype=encoder.dtype, cache=cache)
    yield Way("cross-encoder", f"{CROSS_ENCODER}, alone", Reranker(cross))
    yield Way("cross-encoder", "... and z-scores", Reranker(cross, combine="zscore"))


def print_collection(collection: Collection, encoder: BiEncoder) -> None:
    """A line for each way."""
    queries, qrels = collection.judged_queries, collection.qrels
    dense = DenseRetriever(collection.corpus, encoder).retrieve(queries, 100)
    timed = list(queries)[:: max(1, len(queries) // _TIMED)][:_TIMED]
    seen: set[str] = set()
    for way in ways(encoder):
        run = way.reranker.rerank(dense, queries, collection.corpus)
        stage = two_stage(dense, run, qrels, depth=DEPTH)
        if not seen:
            print(f"\n{collection.name}, {len(stage.query_ids)} queries, nDCG@10")
            print(f"  {'dense':38}{stage.first:.4f}; the best order of {DEPTH}: {stage.oracle:.4f}")
        cost = ""
        if way.model not in seen:
            seen.add(way.model)
            cost = _cost(way.reranker, dense.select(timed), collection)
        verdict = compare(run, dense, qrels).outcome
        print(
            f"  {way.name:38}{stage.reranked:.4f}  {stage.lift!s:28} {verdict:12} {cost}".rstrip()
        )


def print_question(collection: Collection, encoder: BiEncoder) -> None:
    """The notebook's question among the example's passages."""
    query = collection.queries.select([QUESTION])
    dense = DenseRetriever(collection.corpus, encoder).retrieve(query, 100)
    relevant = [d for d, grade in collection.qrels[QUESTION].items() if grade >= 1]
    print(f'\n"{query[QUESTION]}"\n  ranks of its relevant passages {relevant}')
    runs = {"dense": dense} | {
        way.name: way.reranker.rerank(dense, query, collection.corpus) for way in ways(encoder)
    }
    for name, run in runs.items():
        print(f"  {name:38}{_ranks(run, relevant)}")


def collections(*, quick: bool) -> Iterator[Collection]:
    """Held-out queries: nothing was chosen on them."""
    test = load_collection(EXAMPLE)
    golden = [query.query_id for query in read_golden(GOLDEN).queries]
    queries, qrels = test.queries.select(golden), test.qrels.select(golden)
    found = [
        Collection(test.corpus, test.queries, test.qrels, "ai_act, test"),
        Collection(test.corpus, queries, qrels, "ai_act, golden"),
    ]
    if quick:
        yield from (first(collection, 8) for collection in found)
        return
    yield from found
    if collection := scifact():
        yield Collection(collection.corpus, collection.queries, collection.qrels, "SciFact, test")


def _cost(reranker: Reranker, run: Run, collection: Collection) -> str:
    queries = collection.queries.select(list(run))
    cost = depth_costs(reranker, run, queries, collection.corpus, depths=[DEPTH])[DEPTH]
    padding = "" if cost.padding is None else f", padding {100 * cost.padding:.0f} %"
    return f"{cost.milliseconds:.0f} ms{padding}"


def _ranks(run: Run, doc_ids: list[str]) -> str:
    ranking = list(run.ranking(QUESTION))
    places = [ranking.index(doc_id) + 1 if doc_id in ranking else None for doc_id in doc_ids]
    return " ".join("-" if place is None else str(place) for place in places)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.rerankers")
    parser.add_argument("--cache", type=Path, help="folder of the vectors; the user's if absent")
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="float32")
    parser.add_argument("--quick", action="store_true", help="the example's first 8 queries only")
    options = parser.parse_args()
    encoder = BiEncoder(MODEL, dtype=options.dtype, device="cpu", cache=Store(options.cache))
    print(f"{MODEL}, {options.dtype}, best {DEPTH} reranked; in brackets 95 % intervals (BCa)")
    for collection in collections(quick=options.quick):
        print_collection(collection, encoder)
    print_question(load_collection(EXAMPLE), encoder)


if __name__ == "__main__":
    main()
