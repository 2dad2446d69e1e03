"""`LangChainRetriever`: a LangChain `BaseRetriever`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from retrieval_checks.data.collection import Queries
from retrieval_checks.data.run import Run
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.adapters.hits import DocIdOf, Hit, SearchError, search_each

_LIMITS = ("k", "top_k")  # how retrievers without search_kwargs call it


@dataclass(frozen=True, eq=False)
class LangChainRetriever:
    """What a LangChain retriever's `invoke` returns, as a Run.

    It is asked for `k` documents by its `search_kwargs`, or by its field `k` or `top_k`, on a copy;
    one that has none of them returns as many as it does. Chunks of one document count once. A
    LangChain retriever passes no scores on, so the score of rank r is 1 / r unless `score_field`
    says where they are.

        LangChainRetriever(vector_store.as_retriever(), id_field="source")

    Args:
        retriever: a `BaseRetriever`, or anything else with `invoke(text)` that returns documents.
        id_field: the metadata field that holds the document's id; `Document.id` unless given.
        score_field: the metadata field that holds the score, higher is better.
        doc_id_of: turns that id into the corpus's, such as a chunk's id into its document's.
        name: what reports call the run.

    Raises:
        SettingsError: an object that has no method `invoke`.

    >>> class Chain:
    ...     def invoke(self, text):
    ...         return [type("Document", (), {"id": "d1", "metadata": {}})()]
    >>> LangChainRetriever(Chain()).retrieve(Queries.from_dict({"q": "cats"}), 5).to_dict()
    {'q': {'d1': 1.0}}
    """

    retriever: Any
    id_field: str | None = field(default=None, kw_only=True)
    score_field: str | None = field(default=None, kw_only=True)
    doc_id_of: DocIdOf | None = field(default=None, kw_only=True)
    name: str = field(default="langchain", kw_only=True)

    def __post_init__(self) -> None:
        if not callable(getattr(self.retriever, "invoke", None)):
            raise SettingsError(
                f"{type(self.retriever).__name__} has no method invoke(text); give a LangChain"
                " BaseRetriever, such as vector_store.as_retriever()"
            )

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        """At most `k` documents a query.

        Raises:
            SettingsError: k below 1.
            SearchError: the retriever failed, or returned documents without an id.
        """
        return search_each(
            queries, k, self._search, queries.texts, name=self.name, doc_id_of=self.doc_id_of
        )

    def _search(self, text: str, k: int) -> list[Hit]:
        return [
            (self._id(document), self._score(document))
            for document in _asking_for(self.retriever, k).invoke(text)
        ]

    def _id(self, document: Any) -> object:
        if self.id_field is not None:
            return _metadata(document, self.id_field, "id_field")
        own = getattr(document, "id", None)
        if own is None:
            raise SearchError(
                f"a document has no id (metadata: {sorted(document.metadata)}); store documents"
                " with ids, or name the metadata field that holds them: id_field=..."
            )
        return own

    def _score(self, document: Any) -> float | None:
        if self.score_field is None:
            return None
        return float(_metadata(document, self.score_field, "score_field"))


def _asking_for(retriever: Any, k: int) -> Any:
    """A copy that returns `k` documents; the retriever itself where that cannot be said."""
    settings = getattr(retriever, "search_kwargs", None)
    if isinstance(settings, Mapping):
        return retriever.model_copy(update={"search_kwargs": {**settings, "k": k}})
    for limit in _LIMITS:
        if limit in getattr(type(retriever), "model_fields", {}):
            return retriever.model_copy(update={limit: k})
    return retriever


def _metadata(document: Any, key: str, setting: str) -> Any:
    if key not in document.metadata:
        raise SearchError(
            f"a document has no metadata {key!r}, as {setting} says; it has"
            f" {sorted(document.metadata)}"
        )
    return document.metadata[key]
