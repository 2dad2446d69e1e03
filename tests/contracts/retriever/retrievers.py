"""A small real retriever, and others like it, each with one fault that real ones have had."""

import time
from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from retrieval_checks.data.collection import Corpus, Queries
from tests.contracts.bi_encoder.encoders import Words

Row = list[tuple[str, float]]


class Dense:
    """The documents whose mean word vectors are nearest to the query's, equal ones by id."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.encoder = Words()
        self.vectors = self.encode(corpus.contents)

    def encode(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
        """One by one: exactly the same whatever stands beside."""
        return np.array([self.encoder.vector(text) for text in texts])

    def retrieve(self, queries: Queries, k: int, /) -> Any:
        return {query_id: self.search(queries[query_id], k) for query_id in queries}

    def search(self, text: str, k: int) -> Row:
        return self.scored(text)[:k]

    def scored(self, text: str) -> Row:
        query = self.encoder.vector(text)
        scores = [float((vector * query).sum()) for vector in self.vectors]
        rows = zip(self.corpus.doc_ids, scores, strict=True)
        return sorted(rows, key=lambda row: (row[1], row[0]), reverse=True)


class Moved(Dense):
    """Takes no corpus and is moved to one."""

    def __init__(self, corpus: Corpus | None = None) -> None:
        super().__init__(Corpus.from_dict({"d": "text"}) if corpus is None else corpus)

    def over(self, corpus: Corpus, /) -> Self:
        return type(self)(corpus)


class DropsUnmatched(Dense):
    """A query without a known word has no entry at all."""

    def retrieve(self, queries: Queries, k: int, /) -> Any:
        known = set(" ".join(self.corpus.contents).lower().split())
        found = super().retrieve(queries, k)
        return {q: row for q, row in found.items() if known & set(queries[q].lower().split())}


class OneTooMany(Dense):
    def search(self, text: str, k: int) -> Row:
        return super().search(text, k + 1)


class RerankerSeesOnlyK(Dense):
    """Reorders what is left after the cut: here, by the length of the document."""

    def search(self, text: str, k: int) -> Row:
        kept = super().search(text, k)[1:]
        first = super().search(text, 1)
        longest = sorted(kept, key=lambda row: -len(self.corpus[row[0]].text))
        return first + [(doc_id, 0.0 - rank) for rank, (doc_id, _) in enumerate(longest, 1)]


class PartitionsBeyondTheEnd(Dense):
    def search(self, text: str, k: int) -> Row:
        np.argpartition(np.zeros(len(self.corpus)), k - 1)
        return super().search(text, k)


class PadsWithInfinity(Dense):
    """What FAISS fills short rankings with, under the id of the last document."""

    def scored(self, text: str) -> Row:
        *rows, last = super().scored(text)
        return [*rows, (last[0], float("-inf"))]


class ScoresOfTheFirstStage(Dense):
    """The reranker's order with the retriever's scores."""

    def scored(self, text: str) -> Row:
        first, second, third, *rest = super().scored(text)
        return [first, third, second, *rest]


class PassagesOfOneDocument(Dense):
    def scored(self, text: str) -> Row:
        best, *rest = super().scored(text)
        return [best, best, *rest]


class RootNode(Dense):
    """An index with an entry of its own."""

    def scored(self, text: str) -> Row:
        best, *rest = super().scored(text)
        return [best, ("__root__", best[1]), *rest]


class OnlyLatin1(Dense):
    def search(self, text: str, k: int) -> Row:
        return super().search(text.encode("latin-1").decode("latin-1"), k)


class Jitter(Dense):
    """Too slight for any tolerance; the order stays."""

    noise = np.random.default_rng(1)

    def search(self, text: str, k: int) -> Row:
        shift = 1e-9 * self.noise.random()
        return [(doc_id, score + shift) for doc_id, score in super().search(text, k)]


class NormalisesOverTheBatch(Dense):
    def retrieve(self, queries: Queries, k: int, /) -> Any:
        found = super().retrieve(queries, k)
        return {q: [(d, s - 0.01 * len(queries)) for d, s in row] for q, row in found.items()}


class ForgetsTheOrder(Dense):
    """Encodes longest queries first, and gives the rankings to the queries as they stand."""

    def retrieve(self, queries: Queries, k: int, /) -> Any:
        texts = sorted(queries.texts, key=len, reverse=True)
        rows = [self.search(text, k) for text in texts]
        return dict(zip(queries.query_ids, rows, strict=True))


class InsertionOrder(Dense):
    """What is indexed first is found a little more easily, as in the graph of an index."""

    def scored(self, text: str) -> Row:
        place = {doc_id: row for row, doc_id in enumerate(self.corpus.doc_ids)}
        rows = [(doc_id, score - 1e-3 * place[doc_id]) for doc_id, score in super().scored(text)]
        return sorted(rows, key=lambda row: (row[1], row[0]), reverse=True)


class SharedBuffer(Dense):
    """Keeps the queries of a call where another thread overwrites them."""

    def retrieve(self, queries: Queries, k: int, /) -> Any:
        self.queries = queries
        time.sleep(0.002)
        found = super().retrieve(self.queries, k)
        return dict(zip(queries.query_ids, found.values(), strict=True))


class FiltersTheExactMatch(Dense):
    def search(self, text: str, k: int) -> Row:
        kept = [row for row in self.scored(text) if self.corpus[row[0]].text != text]
        return kept[:k]


class NeverDeletes(Dense):
    """An index shared by all, into which documents are only ever put."""

    index: dict[str, str] = {}  # noqa: RUF012  # shared on purpose

    def __init__(self, corpus: Corpus) -> None:
        self.index.update({doc_id: corpus[doc_id].text for doc_id in corpus})
        if len(self.index) > 12:  # the check of an added document is not to leave it there
            self.index.pop("added")
            super().__init__(corpus)
        else:
            super().__init__(Corpus.from_dict(self.index))


class LongDocumentsWin(Dense):
    """Sums word vectors instead of taking their mean: a long text has a bit of everything."""

    def scored(self, text: str) -> Row:
        rows = super().scored(text)
        longer = [(d, s + 1e-4 * max(0, len(self.corpus[d].text) - 500)) for d, s in rows]
        return sorted(longer, key=lambda row: (row[1], row[0]), reverse=True)
