"""LangChain retrievers: langchain-core's own vector store, and custom ones."""

from typing import Any

import pytest

from retrieval_checks.data.collection import Queries
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.adapters.hits import SearchError
from retrieval_checks.retrieval.adapters.langchain import LangChainRetriever

pytest.importorskip("langchain_core")
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import InMemoryVectorStore

QUERIES = Queries.from_dict({"q1": "east"})
VECTORS = {
    "east": [1.0, 0.0],
    "north east": [1.0, 1.0],
    "east of north": [0.6, 0.8],
    "north": [0.0, 1.0],
}


class Compass(Embeddings):
    """Vectors looked up by text."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [VECTORS[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return VECTORS[text]


class Shelf(BaseRetriever):
    """A custom retriever: the same documents for every query."""

    documents: list[Document]

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return self.documents


class ShelfWithLimit(Shelf):
    k: int = 1

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return self.documents[: self.k]


@pytest.fixture
def store() -> InMemoryVectorStore:
    store = InMemoryVectorStore(Compass())
    store.add_documents(
        [
            Document(id="d1", page_content="north", metadata={"source": "a"}),
            Document(id="d2", page_content="north east", metadata={"source": "b"}),
            Document(id="d3", page_content="east of north", metadata={"source": "b"}),
        ]
    )
    return store


def test_a_vector_store_is_asked_for_k_whatever_its_own_k_is(store: InMemoryVectorStore) -> None:
    retriever = store.as_retriever(search_kwargs={"k": 1})
    run = LangChainRetriever(retriever).retrieve(QUERIES, 2)
    assert run.to_dict() == {"q1": {"d2": 1.0, "d3": 0.5}}  # cosines 0.71, 0.6, 0
    assert retriever.search_kwargs == {"k": 1}


def test_other_search_settings_stay(store: InMemoryVectorStore) -> None:
    def north(document: Document) -> bool:
        return bool(document.metadata["source"] == "a")

    retriever = store.as_retriever(search_kwargs={"k": 1, "filter": north})
    run = LangChainRetriever(retriever).retrieve(QUERIES, 5)
    assert run.ranking("q1") == ("d1",)


def test_ids_may_stand_in_the_metadata_and_chunks_count_once(store: InMemoryVectorStore) -> None:
    adapter = LangChainRetriever(store.as_retriever(), id_field="source")
    assert adapter.retrieve(QUERIES, 5).to_dict() == {"q1": {"b": 1.0, "a": 0.5}}
    assert adapter.retrieve(QUERIES, 2).ranking("q1") == ("b", "a")  # the third hit was fetched


def test_a_retriever_with_a_limit_of_its_own_is_asked_for_k() -> None:
    shelf = ShelfWithLimit(documents=[Document(id=d, page_content="") for d in ("d2", "d1", "d3")])
    assert LangChainRetriever(shelf).retrieve(QUERIES, 2).ranking("q1") == ("d2", "d1")
    assert shelf.k == 1


def test_a_retriever_without_a_limit_returns_what_it_does() -> None:
    shelf = Shelf(documents=[Document(id=d, page_content="") for d in ("d2", "d1", "d3")])
    assert LangChainRetriever(shelf).retrieve(QUERIES, 100).ranking("q1") == ("d2", "d1", "d3")
    assert LangChainRetriever(shelf).retrieve(QUERIES, 2).ranking("q1") == ("d2", "d1")


def test_scores_may_stand_in_the_metadata() -> None:
    documents = [
        Document(id="d1", page_content="", metadata={"score": 7}),
        Document(id="d2", page_content="", metadata={"score": 3.5}),
    ]
    run = LangChainRetriever(Shelf(documents=documents), score_field="score").retrieve(QUERIES, 5)
    assert run.to_dict() == {"q1": {"d1": 7.0, "d2": 3.5}}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, r"a document has no id \(metadata: \['score'\]\).*id_field="),
        (
            {"id_field": "source"},
            r"a document has no metadata 'source', as id_field says; it has \['score'\]",
        ),
    ],
)
def test_documents_without_that_id_are_an_error(options: dict[str, Any], message: str) -> None:
    shelf = Shelf(documents=[Document(page_content="", metadata={"score": 1})])
    with pytest.raises(SearchError, match=f"langchain: query 'q1': {message}"):
        LangChainRetriever(shelf, **options).retrieve(QUERIES, 5)


def test_a_failing_retriever_is_an_error_that_names_the_query() -> None:
    class Down(BaseRetriever):
        def _get_relevant_documents(
            self, query: str, *, run_manager: CallbackManagerForRetrieverRun
        ) -> list[Document]:
            raise TimeoutError("no answer")

    with pytest.raises(SearchError, match="query 'q1' failed: TimeoutError: no answer"):
        LangChainRetriever(Down()).retrieve(QUERIES, 5)


def test_what_has_no_invoke_is_refused(store: InMemoryVectorStore) -> None:
    with pytest.raises(SettingsError, match=r"InMemoryVectorStore has no method invoke.*as_retr"):
        LangChainRetriever(store)
