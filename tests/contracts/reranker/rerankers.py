"""A small real reranker, and others like it, each with one fault that real ones have had."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.retrieval.rerank import Reranker
from tests.contracts.bi_encoder.encoders import Words

Scores = NDArray[np.float64]
Pair = tuple[str, str]


class Cosine:
    """The cosine of the two texts' mean word vectors."""

    def __init__(self, seed: int = 7) -> None:
        self.encoder = Words(seed)

    def score_pairs(self, pairs: Sequence[Pair]) -> Any:
        return np.array([self.score(query, document) for query, document in pairs], np.float64)

    def score(self, query: str, document: str) -> float:
        return float(self.encoder.vector(query) @ self.encoder.vector(document))

    def rank(self, query: str, documents: Sequence[str]) -> list[dict[str, Any]]:
        scores = Cosine.score_pairs(self, [(query, document) for document in documents])
        hits = [{"corpus_id": row, "score": score} for row, score in enumerate(scores.tolist())]
        return sorted(hits, key=lambda hit: -hit["score"])


class NoWordIsNaN(Cosine):
    def score(self, query: str, document: str) -> float:
        bare = document.isascii() and document.strip() and not any(map(str.isalnum, document))
        return float("nan") if bare else super().score(query, document)


class DividesByLength(Cosine):
    def score(self, query: str, document: str) -> float:
        words = len(document.split())
        return super().score(query, document) * words / words


class OnlyLatin1(Cosine):
    def score(self, query: str, document: str) -> float:
        return super().score(query, document.encode("latin-1").decode("latin-1"))


class CutsThePairAsOne(Cosine):
    """The document first, the query behind it, and the end cut off."""

    def score(self, query: str, document: str) -> float:
        return super().score(query if len(document.split()) < 1000 else "", document)


class Distance(Cosine):
    def score(self, query: str, document: str) -> float:
        return 1 - super().score(query, document)


class RanksWorstFirst(Cosine):
    def rank(self, query: str, documents: Sequence[str]) -> list[dict[str, Any]]:
        return super().rank(query, documents)[::-1]


class RanksTenOnly(Cosine):
    def rank(self, query: str, documents: Sequence[str]) -> list[dict[str, Any]]:
        return super().rank(query, documents)[:10]


class SeesOnlyK:
    """A stage that says it takes 30 documents and reorders 10."""

    def __init__(self) -> None:
        self.model = Cosine()
        self.depth = 30

    def rerank(self, run: Run, queries: Queries, corpus: Corpus, /) -> Run:
        return Reranker(self.model, depth=10).rerank(run, queries, corpus)


class Dropout(Cosine):
    """So slight that no tolerance is touched; one number a call, so that copies still tie."""

    def __init__(self) -> None:
        super().__init__()
        self.noise = np.random.default_rng(1)

    def score_pairs(self, pairs: Sequence[Pair]) -> Scores:
        scores: Scores = super().score_pairs(pairs) + 1e-9 * self.noise.random()
        return scores


class ForgetsTheOrder(Cosine):
    def score_pairs(self, pairs: Sequence[Pair]) -> Scores:
        longest_first = sorted(pairs, key=lambda pair: len(pair[0] + pair[1]), reverse=True)
        return np.asarray(super().score_pairs(longest_first))


class SoftmaxOfTheCall(Cosine):
    """Adds what any normalisation over a call comes to: a number that its size decides."""

    def score_pairs(self, pairs: Sequence[Pair]) -> Scores:
        scores: Scores = super().score_pairs(pairs) - np.log(len(pairs))
        return scores


class AttendsToPadding(Cosine):
    def score_pairs(self, pairs: Sequence[Pair]) -> Scores:
        longest = max(len(document.split()) for _, document in pairs)
        scores: Scores = super().score_pairs(pairs) + 1e-3 * (longest > 1000)
        return scores


class BreaksTiesByPosition(Cosine):
    def score_pairs(self, pairs: Sequence[Pair]) -> Scores:
        scores: Scores = super().score_pairs(pairs) - 1e-9 * np.arange(len(pairs))
        return scores


class SharedBuffer(Cosine):
    """Keeps the pairs of a call where another thread overwrites them."""

    def score_pairs(self, pairs: Sequence[Pair]) -> Scores:
        self.pairs = pairs
        time.sleep(0.002)
        return np.asarray(super().score_pairs(self.pairs))


class NewlyInitialized(Cosine):
    """A head that was not in the checkpoint."""

    made = 0

    def __init__(self) -> None:
        NewlyInitialized.made += 1
        super().__init__(seed=7)
        self.bias = 0.1 * NewlyInitialized.made

    def score(self, query: str, document: str) -> float:
        return super().score(query, document) + self.bias
