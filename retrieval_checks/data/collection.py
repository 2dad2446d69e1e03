"""`Collection`: a corpus, the queries asked of it and their judgements, under one name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from retrieval_checks.data.columns import need_mapping
from retrieval_checks.data.corpus import Corpus, Document
from retrieval_checks.data.postings import first_duplicate, id_text
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.queries import Queries
from retrieval_checks.errors import DataError, listed

__all__ = ["Collection", "Corpus", "Document", "Queries"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """A corpus, the queries asked of it and their judgements, under one name."""

    corpus: Corpus
    queries: Queries
    qrels: Qrels
    name: str = "collection"

    @classmethod
    def from_dicts(
        cls,
        corpus: Mapping[Any, str | Mapping[str, Any]],
        queries: Mapping[Any, str],
        relevant_docs: Mapping[Any, Mapping[Any, float] | Iterable[Any]],
        *,
        name: str = "collection",
    ) -> Self:
        """A collection from the dicts of other libraries.

        Args:
            corpus: `{doc_id: text}`, or `{doc_id: {"title": ..., "text": ...}}` as BEIR's loader
                has it; other keys become metadata.
            queries: `{query_id: text}`.
            relevant_docs: `{query_id: {doc_id: grade}}`, or `{query_id: ids}` as
                sentence-transformers and LlamaIndex have it: each of them gets grade 1. A query
                with none has no judgements.
            name: what reports call the collection.

        Whole numbers as ids become strings.

        Raises:
            DataError: a float as an id, an id twice (`1` and `"1"`), a document or query without a
                text, judgements of a query that `queries` lacks.

        >>> cats = Collection.from_dicts({1: "Cats purr."}, {"q": "who purrs?"}, {"q": {1}})
        >>> cats.qrels.to_dict()
        {'q': {'1': 1.0}}
        """
        asked = _by_id(queries, "query", "queries")
        grades = {
            query_id: _grades(judged, query_id)
            for query_id, judged in _by_id(relevant_docs, "query", "relevant_docs").items()
        }
        unknown = [query_id for query_id, own in grades.items() if own and query_id not in asked]
        if unknown:
            raise DataError(
                f"relevant_docs has judgements for {listed(unknown)}, which the queries lack;"
                " add the text of each or drop its judgements"
            )
        documents = [_document(*item) for item in _by_id(corpus, "document", "corpus").items()]
        return cls(
            Corpus.from_documents(documents),
            Queries.from_dict(asked),
            Qrels.from_dict({query_id: judged for query_id, judged in grades.items() if judged}),
            name=name,
        )

    @property
    def stale_judgements(self) -> tuple[tuple[str, str], ...]:
        """(query_id, doc_id) pairs judged although the corpus lacks the document, sorted."""
        absent = {i for i, doc_id in enumerate(self.qrels.doc_ids) if doc_id not in self.corpus}
        if not absent:
            return ()
        return tuple(
            sorted(
                (query_id, doc_id)
                for query_id in self.qrels
                for doc_id in self.qrels[query_id]
                if doc_id not in self.corpus
            )
        )

    @property
    def judged_queries(self) -> Queries:
        """The queries that have judgements, in the order of `queries`."""
        return self.queries.select([q for q in self.queries if q in self.qrels])


def _by_id(items: Mapping[Any, T], kind: str, what: str) -> dict[str, T]:
    need_mapping(items, what)
    by_id = {id_text(key, kind, f"in {what}"): item for key, item in items.items()}
    if len(by_id) != len(items):
        twice = first_duplicate(str(key) for key in items)
        raise DataError(f"{kind} id {twice!r} is in {what} as text and as a number; keep one")
    return by_id


def _grades(judged: Mapping[Any, float] | Iterable[Any], query_id: str) -> dict[str, float]:
    where = f"in relevant_docs of {query_id!r}"
    if isinstance(judged, Mapping):
        return _by_id(judged, "document", f"relevant_docs of {query_id!r}")
    if isinstance(judged, str | bytes) or not isinstance(judged, Iterable):
        raise DataError(
            f"relevant_docs of {query_id!r} is a {type(judged).__name__}; give document ids, as a"
            " set, a list or a dict with grades"
        )
    ids = [id_text(doc_id, "document", where) for doc_id in judged]
    if len(set(ids)) != len(ids):
        raise DataError(f"duplicate document {first_duplicate(ids)!r} {where}; keep one")
    return dict.fromkeys(ids, 1.0)


def _document(doc_id: str, content: str | Mapping[str, Any]) -> Document:
    if not isinstance(content, Mapping):
        return Document(doc_id, content)
    if "text" not in content:
        raise DataError(f"document {doc_id!r} has no key 'text'; it has: {', '.join(content)}")
    others = {key: value for key, value in content.items() if key not in ("text", "title")}
    return Document(doc_id, content["text"], content.get("title") or "", others)
