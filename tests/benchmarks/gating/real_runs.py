"""Pairs of real systems, per query: SciFact where it is at hand, and the example collection."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval_checks import BiEncoder, Collection, Store, evaluate, load_collection, read_trec_run
from retrieval_checks.data.postings import FloatArray
from tests.benchmarks.gating.arms import Arms
from tests.benchmarks.gating.degradations import METRIC, degraded_arms
from tests.shared_data import shared_data

MODEL = "sentence-transformers/all-MiniLM-L6-v2"
EXAMPLE = Path(__file__).parents[3] / "fixtures" / "ai_act"


def degraded(cache: Path | None) -> Iterator[tuple[str, list[Arms]]]:
    """(collection, arms of the model and of each degraded one); vectors are kept in the cache."""
    # all arms in bfloat16, which a CPU with support for it encodes two to three times as fast
    model = BiEncoder(MODEL, dtype="bfloat16", cache=Store(cache))
    yield "ai_act", list(degraded_arms(load_collection(EXAMPLE), model))
    if collection := scifact():
        yield "SciFact", list(degraded_arms(collection, model))


def stored_runs() -> list[Arms]:
    """BM25, BM25 with other parameters and MiniLM on SciFact, each beside each other."""
    collection = scifact()
    if collection is None:
        return []
    found = {name: _values(collection, name) for name in ("bm25", "bm25_k1.2_b0.75", "minilm")}
    names = list(found)
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    return [Arms(f"{a}, {b}", found[a], found[b]) for a, b in pairs]


def scifact() -> Collection | None:
    """The collection, or None and a line that says where it was looked for."""
    try:
        return load_collection(shared_data("scifact"))
    except pytest.skip.Exception as absent:
        print(f"\nSciFact is left out: {absent.msg}")
        return None


def _values(collection: Collection, name: str) -> FloatArray:
    run = read_trec_run(shared_data(f"scifact/runs/{name}.trec.gz"))
    return evaluate(run, collection.qrels, METRIC).values[:, 0]
