"""Single queries through a real model: torch encodes, then the vectors are searched."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval_checks import BiEncoder, Corpus, DenseRetriever, Queries
from retrieval_checks.encoding.inference import Vectors
from retrieval_checks.retrieval.inspection.latency import time_queries
from retrieval_checks.retrieval.search.engines import Engine
from tests.benchmarks.searching.vectors import unit

MODEL = "sentence-transformers/all-MiniLM-L6-v2"
_WORDS = [
    "the",
    "growth",
    "factor",
    "of",
    "human",
    "lung",
    "protein",
    "binds",
    "to",
    "its",
    "receptor",
    "in",
    "mice",
]
_ENGINES: tuple[Engine, ...] = ("numpy", "torch", "faiss", "auto")


@dataclass(frozen=True)
class QueriesOnly:
    """The real model for queries, random vectors for documents."""

    model: BiEncoder
    documents: Vectors
    similarity: str = "cosine"

    def encode_queries(self, texts: Sequence[str], /) -> Vectors:
        return self.model.encode_queries(texts)

    def encode_documents(self, texts: Sequence[str], /) -> Vectors:
        return self.documents


def print_latency(n: int, n_queries: int) -> None:
    """Print the median and the 95th percentile for each engine."""
    encoder = QueriesOnly(BiEncoder(MODEL, device="cpu"), unit(n, 384, seed=0))
    corpus = Corpus.from_dict({f"d{i}": str(i) for i in range(n)})
    rng = np.random.default_rng(0)
    texts = {f"q{i}": " ".join(rng.choice(_WORDS, 12)) for i in range(n_queries)}
    times: dict[Engine, list[float]] = {engine: [] for engine in _ENGINES}
    for _ in range(2):
        for engine in _ENGINES:
            retriever = DenseRetriever(corpus, encoder, engine=engine)
            times[engine] += time_queries(retriever, Queries.from_dict(texts), 100).tolist()
    print(f"one query at a time, encoded by {MODEL.split('/')[1]}, over {n:,} x 384:")
    for name, own in times.items():
        middle, high = np.percentile(own, [50, 95])
        print(f"  {name:6} median {middle:6.1f} ms, 95th percentile {high:6.1f} ms")
