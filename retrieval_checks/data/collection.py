"""`Collection`: a corpus, the queries asked of it and their judgements, under one name."""

from dataclasses import dataclass

from retrieval_checks.data.corpus import Corpus, Document
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.queries import Queries

__all__ = ["Collection", "Corpus", "Document", "Queries"]


@dataclass(frozen=True, slots=True, eq=False)
class Collection:
    """A corpus, the queries asked of it and their judgements, under one name."""

    corpus: Corpus
    queries: Queries
    qrels: Qrels
    name: str = "collection"

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
