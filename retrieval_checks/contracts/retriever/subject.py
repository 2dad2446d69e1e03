"""`Searcher`: the retriever that is checked, over any corpus, and the rows that it returns."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from retrieval_checks.contracts.check import DoesNotApply
from retrieval_checks.contracts.sample.specimen import Specimen
from retrieval_checks.contracts.sample.topics import CORPUS, QUERIES
from retrieval_checks.data.collection import Collection, Corpus, Queries
from retrieval_checks.errors import DataError, ModelError
from retrieval_checks.retrieval.protocols import Movable

Row = list[tuple[str, float]]  # (document id, score), in the order that came back
Rows = dict[str, Row]  # by query id; a query that is missing has none


@dataclass(frozen=True, slots=True, eq=False)
class Searcher(Specimen):
    """A retriever under check: what it gives is kept as it comes, not put in order."""

    name: str
    factory: Callable[..., object]
    tolerance: float  # of scores that should be equal, as a share of the ranking's largest
    collection: Collection | None

    @property
    def corpus(self) -> Corpus:
        """What is searched: the collection's documents, or the sample's."""
        return self.collection.corpus if self.collection is not None else CORPUS

    @property
    def queries(self) -> Queries:
        """What is asked: the collection's queries, or the sample's."""
        return self.collection.queries if self.collection is not None else QUERIES

    @property
    def retriever(self) -> object:
        """The retriever over `corpus`; made on first use.

        Raises:
            DoesNotApply: the factory takes no corpus, and what it gives cannot be moved to one.
        """
        return self.once("retriever", lambda: self.over(self.corpus))

    def over(self, corpus: Corpus) -> object:
        """A new retriever over this corpus.

        Raises:
            DoesNotApply: the factory takes no corpus, and what it gives cannot be moved to one.
        """
        if _takes_a_corpus(self.factory):
            return self.factory(corpus)
        given = self.factory()
        if isinstance(given, Movable):
            return given.over(corpus)
        if self.collection is not None and corpus is self.corpus:
            return given
        raise DoesNotApply(
            "it searches one corpus only; let the factory take a corpus, or give the retriever"
            " over(corpus)"
        )

    def rows(self, queries: Queries, k: int, *, retriever: object = None) -> Rows:
        """What comes back for the queries, by query, as it came."""
        return as_rows(self.retriever if retriever is None else retriever, queries, k)


def as_rows(retriever: object, queries: Queries, k: int) -> Rows:
    """What a retriever, or a function of (queries, k), gives: a Run, or rankings by query id.

    A ranking is a sequence of (document id, score) pairs, or a dict from ids to scores.

    Raises:
        ModelError: it cannot be called, or gives neither.

    >>> as_rows(lambda queries, k: {"q": {"d1": 2}}, Queries.from_dict({"q": "cats"}), 10)
    {'q': [('d1', 2.0)]}
    """
    retrieve = getattr(retriever, "retrieve", retriever)
    if not callable(retrieve):
        raise ModelError(f"{type(retriever).__name__} has no retrieve(queries, k)")
    found = retrieve(queries, k)
    if not isinstance(found, Mapping) and not hasattr(found, "query_ids"):
        raise ModelError(
            f"retrieve(queries, k) gave {type(found).__name__}; expected a Run, or rankings by"
            " query id"
        )
    return {str(query_id): _as_row(found[query_id]) for query_id in found}


def _as_row(ranking: Any) -> Row:
    pairs = list(ranking.items() if isinstance(ranking, Mapping) else ranking)
    if any(isinstance(pair, str) or len(pair) != 2 for pair in pairs):
        raise DataError(f"a ranking is (document id, score) pairs, got {ranking!r}")
    return [(str(doc_id), float(score)) for doc_id, score in pairs]


def _takes_a_corpus(factory: Callable[..., object]) -> bool:
    """Whether it can be called with one argument."""
    try:
        inspect.signature(factory).bind(None)
    except TypeError:
        return False
    return True


def ids(row: Row) -> list[str]:
    """The document ids of a ranking."""
    return [doc_id for doc_id, _ in row]
