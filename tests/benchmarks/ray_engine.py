"""What Ray costs and gives: `python -m tests.benchmarks.ray_engine [--quick]`.

All in one run, in turns, on one machine: documents encoded here and by 1 and 2 workers, without the
store, for two sizes, so that what starting a pool costs is told apart from what a document costs;
then exact search of made vectors here and in 1 and 2 shards, whose results must be the same. Last,
what CPU seconds of one worker, which do not depend on what else the machine does, come to for 10
million and for a billion passages.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import cycle, islice, pairwise
from pathlib import Path
from statistics import median

import numpy as np

from retrieval_checks import BiEncoder, Corpus, Run, load_collection
from retrieval_checks.encoding.inference import Vectors
from retrieval_checks.encoding.store import Store, text_key
from retrieval_checks.retrieval.cluster.encoding import Block, encode_corpus
from retrieval_checks.retrieval.cluster.files import rows_of
from retrieval_checks.retrieval.cluster.session import need_ray, quiet
from retrieval_checks.retrieval.cluster.sharded import ShardedIndex, build_sharded
from retrieval_checks.retrieval.search.exact import search
from retrieval_checks.retrieval.search.index import Index, build_index
from tests.benchmarks.gating.real_runs import EXAMPLE, MODEL, scifact

DIMENSION, K = 384, 100
WORKERS = (1, 2)
PASSAGES = (10_000_000, 1_000_000_000)
CORES = (16, 1000)  # of the cluster that each is sized for


def in_turns(jobs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median wall seconds of each job, in turns."""
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            seconds[name].append(time.perf_counter() - start)
    return {name: median(each) for name, each in seconds.items()}


def encode(sizes: tuple[int, int], rounds: int) -> None:
    """Both sizes, here and by workers."""
    texts = passages(max(sizes))
    model = BiEncoder(MODEL, device="cpu")
    model.encode_documents(texts[:32])  # loaded before the clock runs
    small, large = (encode_in_turns(model, texts[:size], rounds) for size in sizes)
    print(f"\ndocuments encoded, {sizes[0]} and {sizes[1]} of them ({MODEL})")
    rates = {}
    for name in small:
        each = (large[name] - small[name]) / (sizes[1] - sizes[0])
        rates[name] = 1 / each
        print(
            f"  {name:10} {small[name]:6.1f} s {large[name]:6.1f} s {1 / each:8.1f} documents/s,"
            f" {small[name] - each * sizes[0]:5.1f} s to start;"
            f" {large['here'] / large[name]:.2f} times the speed of here"
        )
    print(f"  2 workers beside 1, once they run: {rates['2 workers'] / rates['1 workers']:.2f}")


def core_seconds_encoding(texts: Sequence[str]) -> float:
    """CPU seconds a document, of a process that may use one core."""
    model = BiEncoder(MODEL, device="cpu")
    model.encode_documents(texts[:32])
    start = time.process_time()
    model.encode_documents(texts)
    return (time.process_time() - start) / len(texts)


def core_seconds_searching(index: Index, queries: Vectors) -> float:
    """CPU seconds of a search in a process that may use one core."""
    search(queries[:10], index, K)
    start = time.process_time()
    search(queries, index, K)
    return time.process_time() - start


def encode_in_turns(model: BiEncoder, texts: Sequence[str], rounds: int) -> dict[str, float]:
    """Seconds here, with all cores, and by workers with one core each."""
    corpus = Corpus.from_dict({f"d{i}": text for i, text in enumerate(texts)})

    def by_workers(n: int) -> None:
        list(encode_corpus(corpus, model, workers=n, gpus=0))

    jobs: dict[str, Callable[[], object]] = {"here": partial(model.encode_documents, texts)}
    jobs |= {f"{n} workers": partial(by_workers, n) for n in WORKERS}
    return in_turns(jobs, rounds)


def passages(n: int) -> list[str]:
    """The first texts of SciFact, or of the example collection again and again."""
    collection = scifact() or load_collection(EXAMPLE)
    return list(islice(cycle(collection.corpus.contents), n))


def search_shards(n: int, n_queries: int, rounds: int) -> float:
    """Core seconds a million documents and a thousand queries."""
    ray = need_ray()
    rng = np.random.default_rng(1)
    vectors, queries = unit(rng, n), unit(rng, n_queries)
    ids = [f"passage-{i:09}" for i in range(n)]
    index = build_index(vectors, ids, cosine=True)
    sharded: dict[int, ShardedIndex] = {}
    for shards in WORKERS:
        edges = np.linspace(0, n, shards + 1).astype(int).tolist()
        blocks = [Block(b - a, ray.put(table(ids[a:b], vectors[a:b]))) for a, b in pairwise(edges)]
        sharded[shards] = build_sharded(blocks, cosine=True, cpus=shards)
    same(index, sharded[2], queries[:20], ids)
    jobs: dict[str, Callable[[], object]] = {"here": partial(search, queries, index, K)}
    jobs |= {f"{n} shards": partial(built.search, queries, K) for n, built in sharded.items()}
    taken = in_turns(jobs, rounds)
    print(f"\n{n_queries} queries, top {K} of {n} x {DIMENSION}, the same results")
    for name, seconds in taken.items():
        print(
            f"  {name:10} {seconds:7.2f} s {taken['here'] / seconds:6.2f} times the speed of here"
        )
    empty = in_turns({"one": lambda: sharded[2].search(queries[:1], 1)}, 20)["one"]
    print(f"  one query in 2 shards: {1000 * empty:.0f} ms")
    alone = ray.remote(core_seconds_searching).options(num_cpus=1)
    core: float = ray.get(alone.remote(sharded[1].shards[0], queries))
    return core / (n / 1e6) / (n_queries / 1000)


def same(index: Index, sharded: ShardedIndex, queries: Vectors, ids: Sequence[str]) -> None:
    names = [f"q{i}" for i in range(len(queries))]
    here = Run.from_arrays(names, ids, *search(queries, index, K))
    there = Run.from_arrays(names, *sharded.search(queries, K))
    if here.to_dict() != there.to_dict():
        raise SystemExit("the run of the shards is not the local one")


def unit(rng: np.random.Generator, n: int) -> Vectors:
    vectors = rng.standard_normal((n, DIMENSION), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def table(ids: Sequence[str], vectors: Vectors) -> object:
    import pyarrow as pa

    column = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(4 * DIMENSION), len(vectors), [None, pa.py_buffer(np.ascontiguousarray(vectors))]
    )
    return rows_of(ids, ids).drop_columns(["text"]).append_column("vector", column)


def stored_bytes(n: int) -> float:
    """Bytes a passage takes in the store."""
    rng = np.random.default_rng(2)
    keys = [text_key(str(i)) for i in range(n)]
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder)
        for start in range(0, n, 128):  # as it is written while texts are encoded
            part = keys[start : start + 128]
            store.complete("model", "document", part, lambda rows: [(rows, unit(rng, len(rows)))])
        store.close()
        return sum(f.stat().st_size for f in Path(folder).rglob("*") if f.is_file()) / n


def print_sizes(encoding: float, searching: float, stored: float) -> None:
    """What the measured figures come to."""
    print("\nwhat that comes to")
    held = 4 * DIMENSION + 4 * 8 + 24  # vector; length, place, divisor, error; id
    for n, cores in zip(PASSAGES, CORES, strict=True):
        hours = n * encoding / 3600
        print(f"  {n:,} passages, {cores} cores")
        print(f"    encoding: {hours:,.0f} core hours, {hours / cores:,.1f} hours")
        print(f"    store: {n * stored / 1e9:,.0f} GB on the driver's disk")
        total = n * held / 1e9
        print(f"    memory of the cluster: {total:,.0f} GB, {total / cores:,.1f} GB a core")
        seconds = searching * n / 1e6
        print(f"    1,000 queries: {seconds:,.0f} core seconds, {seconds / cores:,.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute or two, rougher")
    quick = parser.parse_args().quick
    ray = need_ray()
    with quiet():
        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        encode((64, 192) if quick else (500, 2500), 1 if quick else 3)
        alone = ray.remote(core_seconds_encoding).options(num_cpus=1)
        encoding = ray.get(alone.remote(passages(192 if quick else 1000)))
        searching = search_shards(*((20_000, 100) if quick else (200_000, 1000)), 3)
        ray.shutdown()
    print(f"\none core: {1 / encoding:.1f} documents encoded a second;", end=" ")
    print(f"{searching:.1f} s for 1,000 queries in a million documents")
    print_sizes(encoding, searching, stored_bytes(2_000 if quick else 20_000))


if __name__ == "__main__":
    main()
