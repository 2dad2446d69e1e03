"""Encoders whose vectors the tests decide, many of them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.data.collection import Corpus, Queries


class Numbered:
    """Vectors by number: the text "7" has row 7."""

    def __init__(self, vectors: NDArray[np.float32], similarity: str = "cosine") -> None:
        self.vectors, self.similarity = vectors, similarity

    def encode_queries(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        return self.vectors[[int(text) for text in texts]]

    encode_documents = encode_queries


def clustered(n: int, d: int, *, seed: int = 0) -> NDArray[np.float32]:
    """Vectors around 20 centres, of different lengths."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((20, d))
    spread = centres[rng.integers(0, 20, n)] + 0.4 * rng.standard_normal((n, d))
    return (spread * rng.uniform(0.5, 2, (n, 1))).astype(np.float32)


def numbered_corpus(n: int) -> Corpus:
    return Corpus.from_dict({f"d{i}": str(i) for i in range(n)})


def numbered_queries(n: int) -> Queries:
    return Queries.from_dict({f"q{i}": str(i) for i in range(n)})
