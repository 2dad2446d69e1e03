"""Haystack's retriever components, by words and by vectors."""

from collections.abc import Iterator
from typing import Any

import pytest

from retrieval_checks.data.collection import Queries
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.adapters.haystack import HaystackRetriever
from retrieval_checks.retrieval.adapters.hits import SearchError
from tests.retrieval.conftest import TableEncoder

pytest.importorskip("haystack")
from haystack import Document, component
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.document_stores.in_memory import InMemoryDocumentStore

QUERIES = Queries.from_dict({"q1": "garden"})


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemoryDocumentStore]:
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(
        [
            Document(id="c1", content="garden garden", embedding=[0.0, 2.0], meta={"of": "d1"}),
            Document(id="c2", content="the garden wall", embedding=[3.0, 4.0], meta={"of": "d2"}),
            Document(id="c3", content="a wall", embedding=[5.0, 0.0], meta={"of": "d2"}),
        ]
    )
    yield store
    store.shutdown()


def test_words_are_searched_with_as_many_results_as_asked_for(store: InMemoryDocumentStore) -> None:
    adapter = HaystackRetriever(InMemoryBM25Retriever(store, top_k=1))
    run = adapter.retrieve(QUERIES, 2)
    assert run.ranking("q1") == ("c1", "c2")  # two of two words, one of three
    assert run["q1"]["c1"] > run["q1"]["c2"] > 0


def test_vectors_are_made_by_a_bi_encoder(store: InMemoryDocumentStore) -> None:
    encoder = TableEncoder({"garden": [1, 0]})
    adapter = HaystackRetriever(InMemoryEmbeddingRetriever(store), embedder=encoder)
    run = adapter.retrieve(QUERIES, 2)
    assert run.to_dict() == {"q1": {"c3": pytest.approx(1.0), "c2": pytest.approx(0.6)}}


def test_vectors_are_made_by_an_embedder_of_haystack(store: InMemoryDocumentStore) -> None:
    @component
    class East:
        @component.output_types(embedding=list[float])
        def run(self, text: str) -> dict[str, list[float]]:
            return {"embedding": {"garden": [1.0, 0.0]}[text]}

    adapter = HaystackRetriever(InMemoryEmbeddingRetriever(store), embedder=East())
    assert adapter.retrieve(QUERIES, 1).ranking("q1") == ("c3",)


def test_chunks_count_once_for_their_document(store: InMemoryDocumentStore) -> None:
    encoder = TableEncoder({"garden": [1, 0]})
    adapter = HaystackRetriever(
        InMemoryEmbeddingRetriever(store), embedder=encoder, id_field="of", name="mine"
    )
    run = adapter.retrieve(QUERIES, 2)
    assert run.to_dict() == {"q1": {"d2": pytest.approx(1.0), "d1": pytest.approx(0.0)}}
    assert run.name == "mine"


def test_a_component_without_a_limit_returns_what_it_does() -> None:
    @component
    class Shelf:
        @component.output_types(documents=list[Document])
        def run(self, query: str) -> dict[str, list[Document]]:
            return {"documents": [Document(id="d2", score=0.1), Document(id="d1", score=0.9)]}

    with pytest.raises(SearchError, match=r"scores rise from 0\.1 at rank 1 to 0\.9"):
        HaystackRetriever(Shelf()).retrieve(QUERIES, 5)
    run = HaystackRetriever(Shelf(), use_scores=False).retrieve(QUERIES, 5)
    assert run.to_dict() == {"q1": {"d2": 1.0, "d1": 0.5}}


def test_a_document_without_that_id_is_an_error(store: InMemoryDocumentStore) -> None:
    adapter = HaystackRetriever(InMemoryBM25Retriever(store), id_field="source_id")
    with pytest.raises(SearchError, match=r"'c1' has no metadata 'source_id', as id_field.*'of'"):
        adapter.retrieve(QUERIES, 2)


def test_a_failing_component_is_an_error_that_names_the_query(store: InMemoryDocumentStore) -> None:
    encoder = TableEncoder({"garden": [1, 0, 0]})  # of another dimension than the documents
    adapter = HaystackRetriever(InMemoryEmbeddingRetriever(store), embedder=encoder)
    with pytest.raises(SearchError, match="haystack: query 'q1' failed: "):
        adapter.retrieve(QUERIES, 2)


@pytest.mark.parametrize(
    ("kind", "embedder", "message"),
    [
        (InMemoryEmbeddingRetriever, None, "InMemoryEmbeddingRetriever searches by vector; give"),
        (InMemoryBM25Retriever, TableEncoder({}), "InMemoryBM25Retriever searches by text; leave"),
        (lambda store: store, None, "InMemoryDocumentStore has no method run"),
    ],
)
def test_an_embedder_is_there_exactly_where_one_is_used(
    store: InMemoryDocumentStore, kind: Any, embedder: object, message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        HaystackRetriever(kind(store), embedder=embedder)
