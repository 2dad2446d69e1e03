"""Promises of what a ranking is: every query's, sorted, without duplicates, no longer than k."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from math import isfinite

from retrieval_checks.contracts.promise import Promise, case
from retrieval_checks.contracts.retriever.subject import Searcher, as_rows, ids
from retrieval_checks.contracts.sample.odd import BARE, GIBBERISH, ODD
from retrieval_checks.contracts.sample.topics import LONG_PASSAGE
from retrieval_checks.data.collection import Queries

K = 10


def _every_query(subject: Searcher) -> Iterator[str | None]:
    """One that nothing matches as well: it has an empty ranking, not none."""
    queries = _and(subject.queries, {"gibberish": GIBBERISH})
    rows = subject.rows(queries, K)
    for query_id in queries:
        yield case(query_id in rows, f"no ranking for query {query_id!r}, {queries[query_id]!r}")
    others = sorted(set(rows) - set(queries))
    yield case(not others, f"rankings for queries that were not asked: {others[:5]}")


def _at_most_k(subject: Searcher) -> Iterator[str | None]:
    for k in (1, K):
        for query_id, row in subject.rows(subject.queries, k).items():
            yield case(len(row) <= k, f"{len(row)} documents for {query_id!r}, asked were {k}")


def _head(subject: Searcher) -> Iterator[str | None]:
    short, long = subject.rows(subject.queries, K // 2), subject.rows(subject.queries, K)
    for query_id in subject.queries:
        five, ten = (ids(rows.get(query_id, []))[: K // 2] for rows in (short, long))
        yield case(five == ten, f"of {query_id!r} with k=5 {five}, the first 5 with k=10 {ten}")


def _beyond(subject: Searcher) -> Iterator[str | None]:
    size = len(subject.corpus)
    all_of_it = subject.rows(subject.queries, size)
    try:
        rows = subject.rows(subject.queries, size + 5)
    except Exception as error:  # whatever is raised is what was found
        yield f"k={size + 5} of {size} documents: {type(error).__name__}: {str(error)[:200]}"
        return
    for query_id in subject.queries:
        more, right = (ids(each.get(query_id, [])) for each in (rows, all_of_it))
        yield case(
            more[: len(right)] == right,
            f"of {query_id!r} with k={size + 5} {more[:K]} ..., with k={size} {right[:K]} ...",
        )


def _finite(subject: Searcher) -> Iterator[str | None]:
    for query_id, row in _whole(subject):
        bad = [(doc_id, score) for doc_id, score in row if not isfinite(score)]
        yield case(not bad, f"scores {bad[:3]} for query {query_id!r}")


def _sorted(subject: Searcher) -> Iterator[str | None]:
    for query_id, row in _whole(subject):
        rises = [(a, b) for a, b in pairwise(row) if b[1] > a[1]]
        yield case(
            not rises,
            f"for query {query_id!r} {', then '.join(map(repr, rises[0] if rises else ()))}",
        )


def _duplicates(subject: Searcher) -> Iterator[str | None]:
    for query_id, row in _whole(subject):
        twice = [doc_id for doc_id, count in Counter(ids(row)).items() if count > 1]
        yield case(not twice, f"more than once for query {query_id!r}: {twice[:5]}")


def _known(subject: Searcher) -> Iterator[str | None]:
    for query_id, row in _whole(subject):
        unknown = [doc_id for doc_id in ids(row) if doc_id not in subject.corpus]
        yield case(not unknown, f"not in the corpus, for query {query_id!r}: {unknown[:5]}")


def _odd_queries(subject: Searcher) -> Iterator[str | None]:
    texts = {**BARE, **ODD, "nothing that matches": GIBBERISH, "1,800 words": LONG_PASSAGE}
    retriever = subject.retriever
    for what, text in texts.items():
        found = ""
        try:
            as_rows(retriever, Queries.from_dict({"q": text}), K)
        except Exception as error:  # whatever is raised is what was found
            found = f"{type(error).__name__}: {str(error)[:200]}"
        yield case(not found, f"{what} ({text[:40]!r}) as a query: {found}")


def _whole(subject: Searcher) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    """Every ranking, as deep as it goes: what is wrong is mostly wrong at its end."""
    yield from subject.rows(subject.queries, len(subject.corpus)).items()


def _and(queries: Queries, more: dict[str, str]) -> Queries:
    texts = {query_id: queries[query_id] for query_id in queries}
    return Queries.from_dict(texts | more)


RANKINGS = (
    Promise(
        "every-query",
        "every query that is asked has a ranking, empty where nothing matches, and no other has",
        "give an empty ranking where nothing is found: a missing query is an error to measure,"
        " an empty one is a miss.",
        _every_query,
        at_least=3,
    ),
    Promise(
        "at-most-k",
        "a ranking has at most k documents",
        "cut at k at the very end, after fusion and reranking.",
        _at_most_k,
        at_least=2,
    ),
    Promise(
        "head",
        "the first five of ten are the five that k=5 gives",
        "rerank, fuse and search as deep whatever k is, and cut afterwards: a reranker that sees"
        " only k documents answers otherwise with every k.",
        _head,
        at_least=1,
    ),
    Promise(
        "k-beyond-corpus",
        "more documents may be asked for than there are",
        "cut k at the number of documents before it reaches the index.",
        _beyond,
        at_least=1,
    ),
    Promise(
        "finite-scores",
        "every score is a finite number",
        "leave out what an index pads short rankings with.",
        _finite,
        at_least=1,
    ),
    Promise(
        "sorted-scores",
        "scores do not rise from one rank to the next",
        "give the scores that the order comes from; a distance wants its sign changed. A Run would"
        " put this ranking in another order.",
        _sorted,
        at_least=1,
    ),
    Promise(
        "no-duplicates",
        "no document stands twice in a ranking",
        "keep the best passage of each document where several are indexed.",
        _duplicates,
        at_least=1,
    ),
    Promise(
        "known-ids",
        "every document of a ranking is in the corpus",
        "index the corpus again, and map the index's own numbers to document ids.",
        _known,
        at_least=1,
    ),
    Promise(
        "odd-queries",
        "no query makes it fail",
        "queries come from users: quote them for the search engine, cut them, decode them as"
        " UTF-8, and give an empty ranking where nothing is left to search for.",
        _odd_queries,
        at_least=20,
    ),
)
