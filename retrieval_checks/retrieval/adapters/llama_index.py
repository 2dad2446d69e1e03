"""`LlamaIndexRetriever`: a LlamaIndex `BaseRetriever`."""

import copy
from dataclasses import dataclass, field
from typing import Any

from retrieval_checks.data.collection import Queries
from retrieval_checks.data.run import Run
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.adapters.hits import DocIdOf, Hit, SearchError, search_each


@dataclass(frozen=True, eq=False)
class LlamaIndexRetriever:
    """What a LlamaIndex retriever's `retrieve` returns, as a Run.

    A node is a chunk; its document is the source that it was made from, and chunks of one document
    count once, with the best score. The retriever is asked for `k` by its `similarity_top_k`, on a
    copy; one that has none returns as many as it does.

        LlamaIndexRetriever(index.as_retriever())

    Args:
        retriever: a `BaseRetriever`.
        id_field: `"ref_doc_id"`, the source document's id; `"node_id"`, where nodes are the
            documents; or a key of the node's metadata.
        use_scores: whether the nodes' scores, where all have one, are the run's; otherwise, the
            score of rank r is 1 / r. Switch it off where a postprocessor orders them anew.
        doc_id_of: turns that id into the corpus's.
        name: what reports call the run.

    Raises:
        SettingsError: an object that has no method `retrieve`.

    >>> class Index:
    ...     def retrieve(self, text):
    ...         node = type("Node", (), {"ref_doc_id": "d1", "node_id": "n7", "metadata": {}})()
    ...         return [type("NodeWithScore", (), {"node": node, "score": 0.5})()]
    >>> LlamaIndexRetriever(Index()).retrieve(Queries.from_dict({"q": "cats"}), 5).to_dict()
    {'q': {'d1': 0.5}}
    """

    retriever: Any
    id_field: str = field(default="ref_doc_id", kw_only=True)
    use_scores: bool = field(default=True, kw_only=True)
    doc_id_of: DocIdOf | None = field(default=None, kw_only=True)
    name: str = field(default="llama-index", kw_only=True)

    def __post_init__(self) -> None:
        if not callable(getattr(self.retriever, "retrieve", None)):
            raise SettingsError(
                f"{type(self.retriever).__name__} has no method retrieve(text); give a LlamaIndex"
                " BaseRetriever, such as index.as_retriever()"
            )

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        """At most `k` documents a query.

        Raises:
            SettingsError: k below 1.
            SearchError: the retriever failed, or returned nodes without that id.
        """
        return search_each(
            queries, k, self._search, queries.texts, name=self.name, doc_id_of=self.doc_id_of
        )

    def _search(self, text: str, k: int) -> list[Hit]:
        return [
            (self._id(found.node), found.score if self.use_scores else None)
            for found in _asking_for(self.retriever, k).retrieve(text)
        ]

    def _id(self, node: Any) -> object:
        if self.id_field in ("ref_doc_id", "node_id"):
            own = getattr(node, self.id_field)
        else:
            own = node.metadata.get(self.id_field)
        if own is None:
            raise SearchError(
                f"node {node.node_id!r} has no {self.id_field!r}; choose id_field: 'ref_doc_id',"
                f" 'node_id', or a key of its metadata: {sorted(node.metadata)}"
            )
        return own


def _asking_for(retriever: Any, k: int) -> Any:
    """A copy that returns `k` nodes; the retriever itself where that cannot be said."""
    if not hasattr(retriever, "similarity_top_k"):
        return retriever
    deeper = copy.copy(retriever)
    deeper.similarity_top_k = k
    return deeper
