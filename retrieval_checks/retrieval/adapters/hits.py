"""`search_each`: what a backend found for each query, as a `Run`."""

import hashlib
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from typing import Any, Generic, TypeVar

from retrieval_checks.data.collection import Queries
from retrieval_checks.data.postings import check_id
from retrieval_checks.data.run import Run
from retrieval_checks.errors import MissingDependencyError, RetrievalChecksError
from retrieval_checks.retrieval.search.cut import check_k

Hit = tuple[object, float | None]  # the backend's own id and its score; None where it gives none
DocIdOf = Callable[[Any], str]
Asked = TypeVar("Asked")  # what a query is asked by: its text or its vector


class SearchError(RetrievalChecksError, RuntimeError):
    """A search backend that did not answer a query, or answered nonsense; never a miss.

    >>> raise SearchError("query 'q1': the server is down")
    Traceback (most recent call last):
    retrieval_checks.retrieval.adapters.hits.SearchError: query 'q1': the server is down
    """


def search_each(
    queries: Queries,
    k: int,
    search: Callable[[Asked, int], Sequence[Hit]],
    asked: Sequence[Asked],
    *,
    name: str,
    doc_id_of: DocIdOf | None = None,
    threads: int = 1,
) -> Run:
    """The first `k` documents that a backend finds for each query.

    Hits of the same document, such as its chunks, are one document with the score of the best of
    them; where that leaves fewer than `k` documents, twice as many hits are asked for, until there
    are `k` or no more. Scores are the backend's where every hit has one, else 1 / rank. The order
    is the backend's, except that equal scores are ordered as everywhere: by id, descending.

    Args:
        queries: whose ids the run has.
        k: documents a query.
        search: the hits of one query, best first, at most as many as it is told.
        asked: what `search` is given, one a query, in their order.
        name: what the run and errors are called.
        doc_id_of: turns the backend's id into the corpus's; ids are strings already unless given.
        threads: queries asked at once.

    Raises:
        SettingsError: k below 1.
        SearchError: the search of a query failed, with its id; scores that rise along a ranking
            or are NaN; an id that is no non-empty string.

    >>> chunks = {"cats": [("d1#2", 0.9), ("d2#1", 0.8), ("d1#1", 0.7)]}
    >>> run = search_each(
    ...     Queries.from_dict({"q": "cats"}), 2, lambda text, n: chunks[text][:n], ["cats"],
    ...     name="chunks", doc_id_of=lambda chunk: chunk.split("#")[0],
    ... )
    >>> run.to_dict()
    {'q': {'d1': 0.9, 'd2': 0.8}}
    """
    one = _OneQuery(check_k(k), search, name, doc_id_of)
    if threads == 1:
        found = [one.ranking(*pair) for pair in zip(queries.query_ids, asked, strict=True)]
    else:
        found = _threaded(one, list(zip(queries.query_ids, asked, strict=True)), threads)
    return Run.from_dict(dict(zip(queries.query_ids, found, strict=True)), name=name)


def need(module: str, extra: str) -> Any:
    """An optional library, imported.

    Raises:
        MissingDependencyError: it is not installed; the message names the extra.

    >>> need("json", "json").dumps([1])
    '[1]'
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingDependencyError(
            f'{module} cannot be imported ({error}); pip install "retrieval-checks[{extra}]"'
        ) from error


def digest_of(*settings: object) -> str:
    """A digest that changes with the settings, 64 hexadecimal digits: an adapter's fingerprint.

    >>> digest_of("docs", 1) == digest_of("docs", 1) != digest_of("docs", 2)
    True
    """
    return hashlib.sha256(repr(settings).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _OneQuery(Generic[Asked]):
    """The search of one query, and everything that can go wrong with it."""

    k: int
    search: Callable[[Asked, int], Sequence[Hit]]
    name: str
    doc_id_of: DocIdOf | None

    def ranking(self, query_id: str, asked: Asked) -> dict[str, float]:
        wanted = self.k
        try:
            while True:
                hits = self.search(asked, wanted)
                documents = _merged(self._named(hits))
                if len(documents) >= self.k or len(hits) < wanted:
                    return _numbered(dict(list(documents.items())[: self.k]))
                wanted *= 2
        except MissingDependencyError:
            raise
        except RetrievalChecksError as error:
            # the message is complete; what lies behind may hold secrets
            raise SearchError(f"{self.name}: query {query_id!r}: {error}") from None
        except Exception as error:
            what = f"{type(error).__name__}: {error}"
            raise SearchError(f"{self.name}: query {query_id!r} failed: {what}") from error

    def _named(self, hits: Sequence[Hit]) -> list[tuple[str, float | None]]:
        of = self.doc_id_of or _as_it_is
        return [
            (check_id(of(own), "document", f"at rank {rank}"), score)
            for rank, (own, score) in enumerate(hits, start=1)
        ]


def _merged(hits: Sequence[tuple[str, float | None]]) -> dict[str, float | None]:
    """The best score of each document, in the backend's order; all None where one hit has none."""
    scores = [score for _, score in hits if score is not None]
    if len(scores) < len(hits):
        return {doc_id: None for doc_id, _ in hits}
    for (doc_id, _), number in zip(hits, scores, strict=True):
        if math.isnan(number):
            raise SearchError(f"the score of document {doc_id!r} is NaN")
    for rank, (higher, following) in enumerate(pairwise(scores), start=1):
        if following > higher:
            raise SearchError(
                f"scores rise from {higher:g} at rank {rank} to {following:g}: they are distances,"
                " or the hits are ordered by something else; leave the scores out to keep the"
                " order as it is"
            )
    best: dict[str, float | None] = {}
    for doc_id, score in hits:  # scores do not rise: the first of a document is its best
        best.setdefault(doc_id, score)
    return best


def _numbered(documents: dict[str, float | None]) -> dict[str, float]:
    """Scores as numbers: the backend's own, or 1 / rank where it gave none."""
    return {
        doc_id: 1.0 / rank if score is None else float(score)
        for rank, (doc_id, score) in enumerate(documents.items(), start=1)
    }


def _threaded(
    one: _OneQuery[Asked], pairs: list[tuple[str, Asked]], threads: int
) -> list[dict[str, float]]:
    with ThreadPoolExecutor(max_workers=threads) as pool:
        rankings = [pool.submit(one.ranking, *pair) for pair in pairs]
        try:
            return [ranking.result() for ranking in rankings]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)  # the first failure is enough
            raise


def _as_it_is(doc_id: Any) -> str:
    return doc_id  # type: ignore[no-any-return]  # checked by the caller
