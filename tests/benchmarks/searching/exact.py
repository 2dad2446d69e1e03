"""Exact search beside faiss flat, torch and sentence-transformers, all in one run."""

import time
from collections.abc import Callable

import numpy as np

from retrieval_checks.encoding.inference import Vectors
from retrieval_checks.retrieval.search.engines import Engine
from retrieval_checks.retrieval.search.exact import search
from retrieval_checks.retrieval.search.index import build_index
from tests.benchmarks.searching.vectors import unit

_THREADS = 2
_ENGINES: tuple[Engine, ...] = ("numpy", "torch", "faiss")


def contenders(documents: Vectors, queries: Vectors, k: int) -> dict[str, Callable[[], object]]:
    """What is timed; every one has its index built and returns positions of the k best."""
    import faiss
    import torch
    from sentence_transformers.util import semantic_search

    faiss.omp_set_num_threads(_THREADS)
    torch.set_num_threads(_THREADS)
    flat = faiss.IndexFlatIP(documents.shape[1])
    flat.add(documents)
    tensors = torch.from_numpy(documents), torch.from_numpy(queries)
    index = build_index(documents, [f"d{i}" for i in range(len(documents))], cosine=True)

    def ours(engine: Engine) -> Callable[[], object]:
        return lambda: search(queries, index, k, engine=engine)[0]

    return {
        "faiss flat": lambda: flat.search(queries, k)[1],
        **{f"ours, {engine}": ours(engine) for engine in _ENGINES},
        "torch matmul and topk": lambda: torch.topk(tensors[1] @ tensors[0].T, k, dim=1)[1].numpy(),
        "semantic_search": lambda: [
            [hit["corpus_id"] for hit in hits]
            for hits in semantic_search(tensors[1], tensors[0], top_k=k)
        ],
    }


def print_exact(n: int, d: int, n_queries: int, *, k: int, rounds: int) -> float:
    """Print seconds and ratios; the ratio of our numpy engine to faiss flat is returned."""
    documents, queries = unit(n, d, seed=0), unit(n_queries, d, seed=1)
    runs = contenders(documents, queries, k)
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    found: dict[str, list[set[int]]] = {}
    for _ in range(rounds):
        for name, run in runs.items():
            start = time.perf_counter()
            positions = run()
            seconds[name].append(time.perf_counter() - start)
            found[name] = [{int(p) for p in row} for row in positions]  # type: ignore[attr-defined]  # each has rows
    least = {name: min(times) for name, times in seconds.items()}
    print(f"exact search, {n:,} x {d}, {n_queries} queries, k = {k}, best of {rounds}:")
    for name, best in least.items():
        pairs = zip(found[name], found["ours, numpy"], strict=True)
        same = np.mean([len(a & b) / k for a, b in pairs])
        ratio = best / least["faiss flat"]
        print(f"  {name:22} {best:7.3f} s  {ratio:5.2f} of faiss flat  {same:.5f} as ours")
    return least["ours, numpy"] / least["faiss flat"]
