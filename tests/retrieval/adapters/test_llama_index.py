"""LlamaIndex retrievers: its own vector index, and custom ones."""

from typing import Any

import pytest

from retrieval_checks.data.collection import Queries
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.adapters.hits import SearchError
from retrieval_checks.retrieval.adapters.llama_index import LlamaIndexRetriever

pytest.importorskip("llama_index.core")
from llama_index.core import VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import (
    NodeRelationship,
    NodeWithScore,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)

QUERIES = Queries.from_dict({"q1": "east"})
VECTORS = {"east": [1.0, 0.0], "north east": [0.8, 0.6], "far": [0.6, 0.8], "north": [0.0, 1.0]}


class Compass(BaseEmbedding):
    """Vectors looked up by text."""

    def _get_text_embedding(self, text: str) -> list[float]:
        return VECTORS[text]

    def _get_query_embedding(self, query: str) -> list[float]:
        return VECTORS[query]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return VECTORS[query]


class Shelf(BaseRetriever):
    """A custom retriever: the same nodes for every query."""

    def __init__(self, nodes: list[NodeWithScore]) -> None:
        super().__init__()
        self.nodes = nodes

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return self.nodes


def _node(node_id: str, text: str, document: str | None) -> TextNode:
    node = TextNode(id_=node_id, text=text, metadata={})
    if document is not None:
        node.relationships[NodeRelationship.SOURCE] = RelatedNodeInfo(node_id=document)
    return node


@pytest.fixture
def index() -> VectorStoreIndex:
    nodes = [
        _node("n1", "north", "d1"),
        _node("n2", "north east", "d2"),
        _node("n3", "far", "d2"),
    ]
    return VectorStoreIndex(nodes, embed_model=Compass())


def test_chunks_count_once_for_their_document_with_the_best_score(index: VectorStoreIndex) -> None:
    retriever: Any = index.as_retriever(similarity_top_k=1)
    run = LlamaIndexRetriever(retriever).retrieve(QUERIES, 5)
    assert run.to_dict() == {"q1": {"d2": pytest.approx(0.8), "d1": pytest.approx(0.0)}}
    assert retriever.similarity_top_k == 1  # a copy was asked for more


def test_more_nodes_are_fetched_until_there_are_k_documents(index: VectorStoreIndex) -> None:
    run = LlamaIndexRetriever(index.as_retriever()).retrieve(QUERIES, 2)
    assert run.ranking("q1") == ("d2", "d1")


def test_nodes_may_be_the_documents(index: VectorStoreIndex) -> None:
    adapter = LlamaIndexRetriever(index.as_retriever(), id_field="node_id")
    assert adapter.retrieve(QUERIES, 2).ranking("q1") == ("n2", "n3")


def test_ids_may_stand_in_the_metadata() -> None:
    node = TextNode(id_="n1", text="north", metadata={"key": "d9"})
    adapter = LlamaIndexRetriever(Shelf([NodeWithScore(node=node, score=0.5)]), id_field="key")
    assert adapter.retrieve(QUERIES, 5).to_dict() == {"q1": {"d9": 0.5}}


@pytest.mark.parametrize(
    ("options", "scores", "expected"),
    [
        ({}, (0.9, 0.2), {"d1": 0.9, "d2": 0.2}),
        ({}, (0.9, None), {"d1": 1.0, "d2": 0.5}),
        ({"use_scores": False}, (0.2, 0.9), {"d1": 1.0, "d2": 0.5}),
    ],
)
def test_scores_count_where_all_nodes_have_one_and_they_may(
    options: dict[str, Any], scores: tuple[float | None, ...], expected: dict[str, float]
) -> None:
    nodes = [
        NodeWithScore(node=_node(f"n{i}", "", f"d{i}"), score=score)
        for i, score in enumerate(scores, start=1)
    ]
    run = LlamaIndexRetriever(Shelf(nodes), **options).retrieve(QUERIES, 5)
    assert run.to_dict() == {"q1": expected}


def test_a_node_without_that_id_is_an_error() -> None:
    shelf = Shelf([NodeWithScore(node=_node("n1", "", None), score=1.0)])
    with pytest.raises(SearchError, match="query 'q1': node 'n1' has no 'ref_doc_id'; choose id_f"):
        LlamaIndexRetriever(shelf).retrieve(QUERIES, 5)


def test_a_failing_retriever_is_an_error_that_names_the_query(index: VectorStoreIndex) -> None:
    queries = Queries.from_dict({"q1": "east", "q2": "nowhere"})
    with pytest.raises(SearchError, match="query 'q2' failed: KeyError: 'nowhere'"):
        LlamaIndexRetriever(index.as_retriever()).retrieve(queries, 5)


def test_what_has_no_retrieve_is_refused(index: VectorStoreIndex) -> None:
    with pytest.raises(SettingsError, match=r"VectorStoreIndex has no method retrieve.*as_retri"):
        LlamaIndexRetriever(index)
