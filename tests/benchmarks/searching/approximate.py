"""Approximate indexes beside exact search: recall, time to build and to search."""

import time

from retrieval_checks import Corpus, DenseRetriever, Queries
from retrieval_checks.contracts.index.recall import check_index_recall
from retrieval_checks.retrieval.indexes.approximate import ApproximateRetriever
from tests.benchmarks.searching.vectors import Encoded, clustered


def print_approximate(n: int, d: int, n_queries: int, *, k: int) -> dict[str, float]:
    """Print recall and ratios to exact search; the recalls are returned."""
    corpus = Corpus.from_dict({f"d{i}": str(i) for i in range(n)})
    queries = Queries.from_dict({f"q{i}": str(i) for i in range(n_queries)})
    encoder = Encoded(clustered(n_queries, d, seed=1), clustered(n, d, seed=2))
    exact = DenseRetriever(corpus, encoder)
    exact.retrieve(queries, k)  # indexed
    by_exact = _seconds(exact, queries, k)
    print(f"approximate, {n:,} x {d} in clusters, {n_queries} queries one by one, k = {k}:")
    recalls = {}
    for name in ("hnsw", "ivf", "usearch"):
        retriever = ApproximateRetriever(corpus, encoder, index=name)
        start = time.perf_counter()
        retriever.retrieve(queries, k)
        built = time.perf_counter() - start
        verdict = check_index_recall(retriever, exact, queries, k)
        recalls[name] = float(verdict.evidence[f"overlap@{k}"]["mean"])
        ratio = _seconds(retriever, queries, k) / by_exact
        print(
            f"  {name:8} recall {recalls[name]:.4f} ({verdict.outcome} at 0.95), search"
            f" {ratio:.2f} of exact, {built:.1f} s to build on one thread"
        )
    return recalls


def _seconds(retriever: DenseRetriever, queries: Queries, k: int) -> float:
    """Of the search alone, best of 3: what a Run costs beside it is the same for all."""
    index, vectors = retriever._index(), retriever._encoder.encode_queries(queries.texts)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        for row in range(len(vectors)):
            retriever._search(vectors[row : row + 1], index, k)
        times.append(time.perf_counter() - start)
    return min(times)
