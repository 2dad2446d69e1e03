"""Which judged queries a new golden file starts with, and what may be expected of each."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval_checks.comparison.gates import is_tag
from retrieval_checks.data.collection import Collection
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError

_BOUNDS = (1, 3, 5, 10)  # ranks that a reader looks down to
_DEEPEST = _BOUNDS[-1]
_MOST = 3  # documents of one query


@dataclass(frozen=True, slots=True)
class PickedQuery:
    """A judged query, and within which rank which relevant documents may be expected."""

    query_id: str
    text: str
    tags: tuple[str, ...]
    within: Mapping[str, int]  # document: worst allowed rank
    note: str  # what its author should know; empty where there is nothing


def pick_queries(
    collection: Collection, *, count: int, seed: int, run: Run | None = None
) -> list[PickedQuery]:
    """So many judged queries of a collection, in its order, or all where it has fewer.

    Which ones depends on their ids and the seed alone: the order of the files does not matter, and
    with a query more in the collection at most one pick changes.

    Args:
        collection: with queries and judgements.
        count: of queries.
        seed: another one picks others.
        run: rankings of these queries, from which ranks are taken.

    Raises:
        DataError: no judged query has a relevant document that the corpus holds, or the run has
            none of these queries.

    >>> from retrieval_checks.data.collection import Corpus, Queries
    >>> from retrieval_checks.data.qrels import Qrels
    >>> corpus, queries = Corpus.from_dict({"cat": "Purrs."}), Queries.from_dict({"q": "Purring?"})
    >>> cats = Collection(corpus, queries, Qrels.from_dict({"q": {"cat": 1}}))
    >>> dict(pick_queries(cats, count=1, seed=0)[0].within)
    {'cat': 10}
    """
    usable = _usable(collection, run)
    picked = set(sorted(usable, key=lambda query_id: _lot(query_id, seed))[:count])
    return [_picked(collection, query_id, run) for query_id in usable if query_id in picked]


def _usable(collection: Collection, run: Run | None) -> list[str]:
    """The queries of which something can be expected, in the order of the collection."""
    stale = {query_id for query_id, _ in collection.stale_judgements}
    judged = [
        query_id
        for query_id in collection.judged_queries
        if query_id not in stale and collection.qrels.relevant(query_id)
    ]
    if not judged:
        raise DataError(
            f"collection {collection.name!r} has no query to pick: none of"
            f" {len(collection.qrels)} judged ones has a relevant document and only judgements"
            " whose documents the corpus holds"
        )
    found = [query_id for query_id in judged if run is None or query_id in run]
    if run is not None and not found:
        raise DataError(
            f"run {run.name!r} has none of the {len(judged)} queries that could be picked, such as"
            f" {judged[0]!r}; give the run of this collection"
        )
    return found


def _lot(query_id: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}\0{query_id}".encode("utf-8", "surrogatepass")).digest()


def _picked(collection: Collection, query_id: str, run: Run | None) -> PickedQuery:
    relevant = collection.qrels.relevant(query_id)
    within = (
        dict.fromkeys(relevant[:_MOST], _DEEPEST)
        if run is None
        else _found(relevant, run.ranking(query_id, k=_DEEPEST))
    )
    tags = tuple(tag for tag in collection.queries.tags(query_id) if is_tag(tag))
    note = "" if run is None else _note(relevant, within, run.ranking(query_id))
    return PickedQuery(query_id, collection.queries[query_id], tags, within, note)


def _found(relevant: Sequence[str], ranking: Sequence[str]) -> dict[str, int]:
    """The best relevant documents of a ranking, and the nearest bound that each keeps to."""
    ranks = {doc_id: rank for rank, doc_id in enumerate(ranking, start=1)}
    found = [doc_id for doc_id in relevant if doc_id in ranks][:_MOST]
    return {doc_id: next(b for b in _BOUNDS if b >= ranks[doc_id]) for doc_id in found}


def _note(relevant: Sequence[str], within: Mapping[str, int], ranking: Sequence[str]) -> str:
    """Where the best document stands, if not where one would look for it."""
    if within:
        return ""
    best = relevant[0]
    kept = f"not among the {len(ranking)} of the run"
    where = f"at rank {ranking.index(best) + 1}" if best in ranking else kept
    return f"nothing relevant in the top {_DEEPEST}: {best!r} is {where}"
