"""`HaystackRetriever`: a retriever component of Haystack."""

import inspect
from dataclasses import dataclass, field
from typing import Any

from retrieval_checks.data.collection import Queries
from retrieval_checks.data.run import Run
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.adapters.hits import DocIdOf, Hit, SearchError, search_each


@dataclass(frozen=True, eq=False)
class HaystackRetriever:
    """What a Haystack component's `run` returns as `documents`, as a Run.

    A component that searches by text is asked with `query`, one that searches by vector with
    `query_embedding`, which `embedder` makes; both with `top_k`, where they have it. Chunks of one
    document count once, with the best score.

        HaystackRetriever(InMemoryBM25Retriever(store))
        HaystackRetriever(InMemoryEmbeddingRetriever(store), embedder=BiEncoder("..."))

    Args:
        retriever: a component whose `run` returns `{"documents": [...]}`.
        embedder: what turns a query into a vector: a `BiEncoder`, or a text embedder of Haystack.
        id_field: the metadata field that holds the document's id, such as `"source_id"`, where a
            splitter made the documents; `Document.id` unless given.
        use_scores: whether the documents' scores, where all have one, are the run's; otherwise the
            score of rank r is 1 / r.
        doc_id_of: turns that id into the corpus's.
        name: what reports call the run.

    Raises:
        SettingsError: an object that has no method `run`; an embedder where none is used, or none
            where one is needed.

    >>> class Words:
    ...     def run(self, query, top_k):
    ...         found = type("Document", (), {"id": "d1", "score": 2.5, "meta": {}})()
    ...         return {"documents": [found]}
    >>> HaystackRetriever(Words()).retrieve(Queries.from_dict({"q": "cats"}), 5).to_dict()
    {'q': {'d1': 2.5}}
    """

    retriever: Any
    embedder: Any = field(default=None, kw_only=True)
    id_field: str | None = field(default=None, kw_only=True)
    use_scores: bool = field(default=True, kw_only=True)
    doc_id_of: DocIdOf | None = field(default=None, kw_only=True)
    name: str = field(default="haystack", kw_only=True)

    def __post_init__(self) -> None:
        called = type(self.retriever).__name__
        if not callable(getattr(self.retriever, "run", None)):
            raise SettingsError(f"{called} has no method run; give a retriever component")
        by_vector = "query_embedding" in self._inputs()
        if by_vector and self.embedder is None:
            raise SettingsError(f"{called} searches by vector; give an embedder")
        if self.embedder is not None and not by_vector:
            raise SettingsError(f"{called} searches by text; leave out the embedder")

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        """At most `k` documents a query.

        Raises:
            SettingsError: k below 1.
            SearchError: the component failed, or returned documents without that id.
        """
        return search_each(
            queries, k, self._search, queries.texts, name=self.name, doc_id_of=self.doc_id_of
        )

    def _inputs(self) -> set[str]:
        return set(inspect.signature(self.retriever.run).parameters)

    def _search(self, text: str, k: int) -> list[Hit]:
        limit = {"top_k": k} if "top_k" in self._inputs() else {}
        if self.embedder is None:
            answer = self.retriever.run(query=text, **limit)
        else:
            answer = self.retriever.run(query_embedding=self._embedding(text), **limit)
        return [
            (self._id(document), document.score if self.use_scores else None)
            for document in answer["documents"]
        ]

    def _embedding(self, text: str) -> list[float]:
        if hasattr(self.embedder, "encode_queries"):
            vector: list[float] = self.embedder.encode_queries([text])[0].tolist()
        else:
            vector = self.embedder.run(text=text)["embedding"]
        return vector

    def _id(self, document: Any) -> object:
        if self.id_field is None:
            return document.id
        if self.id_field not in document.meta:
            raise SearchError(
                f"document {document.id!r} has no metadata {self.id_field!r}, as id_field says;"
                f" it has {sorted(document.meta)}"
            )
        return document.meta[self.id_field]
