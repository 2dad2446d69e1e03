"""Whatever somebody searches with becomes a retriever, or is refused."""

import pytest

from retrieval_checks.data.collection import Queries
from retrieval_checks.data.run import Run
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.adapters.any_retriever import as_retriever
from retrieval_checks.retrieval.adapters.function import FunctionRetriever
from retrieval_checks.retrieval.adapters.haystack import HaystackRetriever
from retrieval_checks.retrieval.adapters.langchain import LangChainRetriever
from retrieval_checks.retrieval.adapters.llama_index import LlamaIndexRetriever

QUERIES = Queries.from_dict({"q1": "cats"})


class Mine:
    def retrieve(self, queries: Queries, k: int, /) -> Run:
        return Run.from_ids({query_id: ["d1"] for query_id in queries})


def test_a_retriever_stays_itself() -> None:
    mine = Mine()
    assert as_retriever(mine) is mine


def test_a_function_and_a_method_are_taken() -> None:
    for function in (Mine().retrieve, lambda queries, k: [["d1"]]):
        adapter = as_retriever(function)
        assert isinstance(adapter, FunctionRetriever)
        assert adapter.retrieve(QUERIES, 1).to_dict() == {"q1": {"d1": 1.0}}


def test_a_langchain_retriever_is_known() -> None:
    pytest.importorskip("langchain_core")
    from langchain_core.embeddings import DeterministicFakeEmbedding
    from langchain_core.vectorstores import InMemoryVectorStore

    store = InMemoryVectorStore(DeterministicFakeEmbedding(size=4))
    store.add_texts(["cats purr"], ids=["d1"])
    adapter = as_retriever(store.as_retriever())
    assert isinstance(adapter, LangChainRetriever)
    assert adapter.retrieve(QUERIES, 5).to_dict() == {"q1": {"d1": 1.0}}


def test_a_llama_index_retriever_is_known_though_it_has_a_method_retrieve() -> None:
    pytest.importorskip("llama_index.core")
    from llama_index.core import MockEmbedding, VectorStoreIndex
    from llama_index.core.schema import Document

    index = VectorStoreIndex.from_documents(
        [Document(id_="d1", text="cats purr")], embed_model=MockEmbedding(embed_dim=4)
    )
    adapter = as_retriever(index.as_retriever())
    assert isinstance(adapter, LlamaIndexRetriever)
    assert adapter.retrieve(QUERIES, 5).ranking("q1") == ("d1",)


def test_a_haystack_component_is_known_also_ones_own() -> None:
    pytest.importorskip("haystack")
    from haystack import Document, component
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    @component
    class Shelf:
        @component.output_types(documents=list[Document])
        def run(self, query: str, top_k: int) -> dict[str, list[Document]]:
            return {"documents": [Document(id="d1", score=2.0)]}

    assert isinstance(
        as_retriever(InMemoryBM25Retriever(InMemoryDocumentStore())), HaystackRetriever
    )
    adapter = as_retriever(Shelf())
    assert isinstance(adapter, HaystackRetriever)
    assert adapter.retrieve(QUERIES, 5).to_dict() == {"q1": {"d1": 2.0}}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (Mine, "Mine is a class; give an object of it"),
        (None, r"NoneType is no retriever; it needs the method retrieve\(queries, k\)"),
    ],
)
def test_what_does_not_retrieve_is_refused(value: object, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        as_retriever(value)
