"""Ways in which a dense retriever gets worse, each in one place and all else unchanged."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from retrieval_checks import BiEncoder, Collection, Corpus, DenseRetriever, evaluate
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.retrieval.protocols import TextEncoder
from tests.benchmarks.gating.arms import Arms

Vectors = NDArray[np.float32]
Change = Callable[[Vectors], Vectors]
METRIC = "nDCG@10"
FOREIGN_PROMPT = "Represent this sentence for searching relevant passages: "


@dataclass(frozen=True, slots=True)
class Altered:
    """A bi-encoder whose vectors are changed before they are compared."""

    model: BiEncoder
    change: Change

    @property
    def similarity(self) -> str:
        return self.model.similarity

    def encode_queries(self, texts: Sequence[str], /) -> Vectors:
        return self.change(self.model.encode_queries(texts))

    def encode_documents(self, texts: Sequence[str], /) -> Vectors:
        return self.change(self.model.encode_documents(texts))


@dataclass(frozen=True, slots=True)
class Prompted:
    """A bi-encoder whose queries get another model's prompt; its index is kept."""

    model: BiEncoder

    @property
    def similarity(self) -> str:
        return self.model.similarity

    def encode_queries(self, texts: Sequence[str], /) -> Vectors:
        return replace(self.model, query_prompt=FOREIGN_PROMPT).encode_queries(texts)

    def encode_documents(self, texts: Sequence[str], /) -> Vectors:
        return self.model.encode_documents(texts)


def degraded_arms(collection: Collection, model: BiEncoder) -> Iterator[Arms]:
    """The model's own search beside each degraded one, per judged query."""
    corpus = collection.corpus
    expected = values(collection, corpus, model)
    for name, (searched, encoder) in degradations(corpus, model).items():
        yield Arms(name, expected, values(collection, searched, encoder))


def degradations(corpus: Corpus, model: BiEncoder) -> dict[str, tuple[Corpus, TextEncoder]]:
    """What is searched and with what, by name; from harmless to heavy."""
    return {
        "int8 vectors": (corpus, Altered(model, _int8)),
        "another model's prompt": (corpus, Prompted(model)),
        "no titles": (Corpus(corpus.doc_ids, corpus.texts), model),
        "256 of 384 dimensions": (corpus, Altered(model, lambda v: v[:, :256])),
        "128 dimensions": (corpus, Altered(model, lambda v: v[:, :128])),
        "64 dimensions": (corpus, Altered(model, lambda v: v[:, :64])),
        "5 % of documents lost": (_without(corpus, 0.05), model),
        "20 % of documents lost": (_without(corpus, 0.20), model),
        "first 32 words": (_first_words(corpus, 32), model),
    }


def values(collection: Collection, corpus: Corpus, encoder: object) -> FloatArray:
    """The metric of each judged query, found in this corpus by this encoder."""
    run = DenseRetriever(corpus, encoder).retrieve(collection.judged_queries, 10)
    return evaluate(run, collection.qrels, METRIC).values[:, 0]


def _int8(vectors: Vectors) -> Vectors:
    """Each dimension in 255 steps of its own."""
    step = np.maximum(np.abs(vectors).max(axis=0), 1e-9) / 127  # a dimension may be all zeros
    rounded: Vectors = np.round(vectors / step) * step
    return rounded


def _without(corpus: Corpus, share: float) -> Corpus:
    """Documents left out by what their id hashes to."""
    kept = [d for d in corpus if _number(d) >= share]
    return Corpus.from_documents([corpus[d] for d in kept])


def _number(doc_id: str) -> float:
    return int.from_bytes(hashlib.sha256(doc_id.encode()).digest()[:6], "big") / 2**48


def _first_words(corpus: Corpus, most: int) -> Corpus:
    return Corpus(corpus.doc_ids, tuple(" ".join(t.split()[:most]) for t in corpus.contents))
