"""Upgrades between real models: `python -m tests.benchmarks.upgrade`.

Prints the report of three moves on SciFact, dense search alone: to a larger model, to int8 weights,
and to a sixth of the dimensions. `--queries N` judges the first N queries only. Needs the extra
`upgrade`, and says so where SciFact is not at hand. The vectors of the documents take up to half an
hour on two cores the first time and are kept in `--cache`; the times are of queries encoded anew.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

from retrieval_checks import BiEncoder, Collection, DenseRetriever, Store
from retrieval_checks.comparison.upgrade import System, Upgrade, judge_upgrade
from retrieval_checks.retrieval.inspection.costs import index_size, truncated_share
from retrieval_checks.retrieval.inspection.latency import time_stages
from tests.benchmarks.gating.real_runs import scifact
from tests.benchmarks.upgrading.models import encoders

MOVES = (
    ("MiniLM-L3", "MiniLM-L6"),
    ("MiniLM-L6", "MiniLM-L6, int8 weights"),
    ("MiniLM-L6", "MiniLM-L6, 64 dimensions"),
)
_DEPTH = 100
_TIMED = 20  # queries, evenly spread


def system(name: str, encoder: BiEncoder, collection: Collection) -> System:
    """Dense search with this encoder over the judged queries, and its costs."""
    retriever = DenseRetriever(collection.corpus, encoder)
    queries = collection.judged_queries
    run = retriever.retrieve(queries, _DEPTH).renamed(name)
    timed = list(queries)[:: max(1, len(queries) // _TIMED)][:_TIMED]
    size = index_size(retriever)
    return System(
        name,
        run,
        latencies=time_stages(retriever, queries.select(timed), _DEPTH),
        dimension=size[0] if size else None,
        index_bytes=size[1] if size else None,
        truncated=truncated_share(retriever, collection.corpus.contents),
    )


def first(collection: Collection, most: int) -> Collection:
    """The collection with its first judged queries only."""
    judged = list(collection.judged_queries)[:most]
    queries, qrels = collection.queries.select(judged), collection.qrels.select(judged)
    return Collection(collection.corpus, queries, qrels, collection.name)


def moves(collection: Collection, store: Store | None) -> Iterator[Upgrade]:
    """Each move judged."""
    systems = {name: system(name, encoder, collection) for name, encoder in encoders(store).items()}
    for current, candidate in MOVES:
        yield judge_upgrade(
            systems[current],
            systems[candidate],
            collection.qrels,
            queries=collection.queries,
            corpus=collection.corpus,
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.upgrade")
    parser.add_argument(
        "--cache", type=Path, help="folder of the vectors; the user's own if absent"
    )
    parser.add_argument("--queries", type=int, help="judge the first so many only; all if absent")
    options = parser.parse_args()
    start, collection = time.perf_counter(), scifact()
    if collection is None:
        return
    judged = first(collection, options.queries or len(collection.judged_queries))
    print(f"SciFact, {len(judged.corpus):,} documents, {len(judged.judged_queries)} judged queries")
    for upgrade in moves(judged, Store(options.cache)):
        print(f"\n{'=' * 100}\n{upgrade.explain()}", flush=True)
    print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
