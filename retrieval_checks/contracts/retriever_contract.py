"""`retriever_checks`: what a search must do, whoever made it."""

from collections.abc import Callable
from math import isfinite

from retrieval_checks.contracts.promise import subject_name, suite_of
from retrieval_checks.contracts.retriever.documents import DOCUMENTS
from retrieval_checks.contracts.retriever.invariance import INVARIANCE
from retrieval_checks.contracts.retriever.rankings import RANKINGS
from retrieval_checks.contracts.retriever.subject import Searcher
from retrieval_checks.contracts.suite import Suite
from retrieval_checks.data.collection import Collection
from retrieval_checks.errors import SettingsError

PROMISES = RANKINGS + INVARIANCE + DOCUMENTS
DECLARED = 17  # said apart from the promises: one that gets lost is noticed


def retriever_checks(
    factory: Callable[..., object],
    *,
    name: str | None = None,
    collection: Collection | None = None,
    tolerance: float = 1e-5,
) -> Suite:
    """The checks of a retriever, as (check, id) pairs for pytest, or to `run` without it.

    17 checks: every query has a ranking of at most k known documents, sorted, without duplicates;
    five are the head of ten; more may be asked for than there is; other queries, any order, threads
    and the order of indexing do not matter; a text finds itself, a deleted document is gone, an
    added one does no harm. Nothing is built before the first check runs.

    Args:
        factory: makes the retriever: from a corpus, or without arguments where it has
            `over(corpus)`. A retriever has `retrieve(queries, k)` or is such a function; it gives a
            `Run`, or by query id pairs of document id and score, best first. Of one that searches
            a single corpus, what needs another does not apply; give its `collection`.
        name: in test ids and messages; the factory's own unless given.
        collection: what is searched and asked; a dozen passages and questions unless given. Checks
            that change the corpus keep to these dozen.
        tolerance: how far scores that should be equal may lie apart, as a share of the largest in
            their ranking.

    Raises:
        SettingsError: an argument that has no meaning.

    >>> from retrieval_checks.retrieval.lexical import BM25Retriever
    >>> str(retriever_checks(BM25Retriever).run())
    'BM25Retriever: 17 of 17 checks hold, in 227 cases'
    """
    if not isfinite(tolerance) or tolerance < 0:
        raise SettingsError(f"tolerance must be a number from 0, got {tolerance!r}")
    if collection is not None and not (len(collection.corpus) and len(collection.queries)):
        raise SettingsError(f"collection {collection.name!r} has no document or no query")
    subject = Searcher(subject_name(factory, name), factory, tolerance, collection)
    return suite_of(PROMISES, subject, declared=DECLARED)
