"""Vectors to search, and encoders that have them already."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval_checks.encoding.inference import Vectors, unit_length


@dataclass(frozen=True)
class Encoded:
    """An encoder whose texts have their vectors already, in their order."""

    queries: Vectors
    documents: Vectors
    similarity: str = "cosine"

    def encode_queries(self, texts: Sequence[str], /) -> Vectors:
        return self.queries[: len(texts)]

    def encode_documents(self, texts: Sequence[str], /) -> Vectors:
        return self.documents


def unit(n: int, d: int, *, seed: int) -> Vectors:
    """Random vectors of unit length: the hardest case for a threshold, none stands out."""
    return unit_length(np.random.default_rng(seed).standard_normal((n, d), dtype=np.float32))


def clustered(n: int, d: int, *, seed: int) -> Vectors:
    """Unit vectors around a thousand centres, as those of real texts lie around topics."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(0).standard_normal((1000, d), dtype=np.float32)
    vectors = centres[rng.integers(0, 1000, n)]
    vectors += rng.standard_normal((n, d), dtype=np.float32)
    return unit_length(vectors)
