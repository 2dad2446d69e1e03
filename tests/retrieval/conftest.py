"""Small real encoders and rerankers, and a collection that fits on a page."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval_checks.data.collection import Corpus, Queries


class TableEncoder:
    """Vectors looked up by text: what a search finds is decided by the test."""

    def __init__(self, vectors: Mapping[str, Sequence[float]], similarity: str = "cosine") -> None:
        self.vectors = vectors
        self.similarity = similarity
        self.encoded: list[str] = []

    def encode_queries(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        return np.array([self.vectors[text] for text in texts], np.float32)

    def encode_documents(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        self.encoded.extend(texts)
        return self.encode_queries(texts)


class SharedWords:
    """Scores a pair by the number of words in common; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def score_pairs(self, pairs: Sequence[tuple[str, str]], /) -> NDArray[np.float64]:
        self.asked.extend(pairs)
        return np.array([len(set(q.split()) & set(d.split())) for q, d in pairs], np.float64)


@pytest.fixture
def corpus() -> Corpus:
    return Corpus.from_dict(
        {
            "d1": "the cat sat on the mat",
            "d2": "dogs chase cats in the garden",
            "d3": "a garden of roses",
            "d4": "the stock market fell",
        }
    )


@pytest.fixture
def queries() -> Queries:
    return Queries.from_dict({"q1": "cat in the garden", "q2": "market"})
