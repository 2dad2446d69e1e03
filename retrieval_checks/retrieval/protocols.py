"""The shapes that a retriever, a reranker and an encoder have; nothing needs to inherit them."""

from collections.abc import Sequence
from typing import Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run


@runtime_checkable
class Retriever(Protocol):
    """Anything that returns a ranking of documents for each query."""

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        """At most `k` documents a query, in a Run with every query of `queries`."""


@runtime_checkable
class Movable(Protocol):
    """A retriever or reranking model that can be had over another corpus, all else the same."""

    def over(self, corpus: Corpus, /) -> Self:
        """The same over this corpus."""


@runtime_checkable
class Stage(Protocol):
    """Anything that reorders the best `depth` documents of a ranking."""

    @property
    def depth(self) -> int:
        """How many documents a query are reordered."""

    def rerank(self, run: Run, queries: Queries, corpus: Corpus, /) -> Run:
        """The same documents in another order."""


@runtime_checkable
class PairScorer(Protocol):
    """Anything that scores (query text, document text) pairs; higher is better."""

    def score_pairs(self, pairs: Sequence[tuple[str, str]], /) -> NDArray[np.float64]:
        """One finite score a pair, (n_pairs,)."""


class TextEncoder(Protocol):
    """Anything that turns queries and documents into vectors that are compared."""

    @property
    def similarity(self) -> str:
        """`"cosine"` or `"dot"`."""

    def encode_queries(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """(n_queries, d)."""

    def encode_documents(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """(n_documents, d)."""
