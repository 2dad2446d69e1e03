"""Promises of what must not matter to a ranking: other queries, their order, threads, indexing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from retrieval_checks.contracts.promise import Promise, case
from retrieval_checks.contracts.retriever.rankings import K
from retrieval_checks.contracts.retriever.subject import Row, Rows, Searcher, as_rows
from retrieval_checks.contracts.sample.specimen import attempt
from retrieval_checks.data.collection import Corpus

_THREADS = 4
_ALONE = 50  # queries asked one by one


def _deterministic(subject: Searcher) -> Iterator[str | None]:
    first, second = (subject.rows(subject.queries, K) for _ in range(2))
    for query_id in subject.queries:
        before, after = first.get(query_id, []), second.get(query_id, [])
        yield case(
            repr(before) == repr(after),
            f"asked twice, {query_id!r} has {before[:3]} ..., then {after[:3]} ...",
        )


def _batch(subject: Searcher) -> Iterator[str | None]:
    together = subject.rows(subject.queries, K)
    alone: Rows = {}
    for query_id in islice(subject.queries, _ALONE):
        alone |= subject.rows(subject.queries.select([query_id]), K)
    yield from _same(subject, {q: together.get(q, []) for q in alone}, alone, "asked alone")


def _order_of_queries(subject: Searcher) -> Iterator[str | None]:
    before = subject.rows(subject.queries, K)
    turned = subject.queries.select(list(subject.queries)[::-1])
    yield from _same(subject, before, subject.rows(turned, K), "with the queries reversed")


def _order_of_documents(subject: Searcher) -> Iterator[str | None]:
    before = subject.rows(subject.queries, K)
    corpus = subject.corpus
    turned = Corpus.from_documents([corpus[doc_id] for doc_id in reversed(corpus.doc_ids)])
    after = as_rows(subject.over(turned), subject.queries, K)
    yield from _same(subject, before, after, "with the documents indexed in the reverse order")


def _concurrency(subject: Searcher) -> Iterator[str | None]:
    parts = [subject.queries.select([q]) for q in islice(subject.queries, _ALONE)]
    alone: Rows = {}
    for part in parts:
        alone |= subject.rows(part, K)
    with ThreadPoolExecutor(_THREADS) as pool:
        answers = list(pool.map(lambda part: attempt(lambda: subject.rows(part, K)), parts))
    change = f"called from {_THREADS} threads at once"
    together: Rows = {}
    for answer in answers:
        if isinstance(answer, str):
            yield f"{change}: {answer}"
        else:
            together |= answer
    yield from _same(subject, alone, together, change)


def _same(subject: Searcher, before: Rows, after: Rows, change: str) -> Iterator[str | None]:
    """A case a query: the same scores, and the same documents but for ties."""
    for query_id, old in before.items():
        new = after.get(query_id, [])
        yield case(
            _agree(subject, old, new),
            f"{change}, {query_id!r} has {new[:3]} ..., not {old[:3]} ...",
        )


def _agree(subject: Searcher, old: Row, new: Row) -> bool:
    """Whether scores are equal rank by rank, and who changed places was tied."""
    if len(old) != len(new):
        return False
    scores = dict(old)
    allowed = subject.tolerance * max((abs(score) for _, score in old + new), default=0)
    for (doc_id, score), (other_id, other_score) in zip(old, new, strict=True):
        if score != other_score and abs(score - other_score) > allowed:
            return False
        # one that came in at the cut is tied with the last
        if doc_id != other_id and abs(scores.get(other_id, old[-1][1]) - score) > allowed:
            return False
    return True


INVARIANCE = (
    Promise(
        "determinism",
        "the same queries have the same rankings and scores, to the last bit",
        "seed what is drawn, and break ties by document id.",
        _deterministic,
        at_least=1,
    ),
    Promise(
        "batch",
        "a query has the same ranking alone as among others",
        "leave out what looks at the scores of other queries.",
        _batch,
        at_least=1,
    ),
    Promise(
        "order-of-queries",
        "rankings belong to their queries, in whatever order these are asked",
        "if queries are sorted before they are encoded, put the rankings back in order.",
        _order_of_queries,
        at_least=1,
    ),
    Promise(
        "order-of-documents",
        "rankings do not depend on the order in which documents are indexed",
        "break ties by document id. The graph of an approximate index depends on the order: raise"
        " its effort, or waive this with the recall that check_index_recall finds.",
        _order_of_documents,
        at_least=1,
    ),
    Promise(
        "concurrency",
        "calls from several threads do not disturb one another",
        "keep what a call computes in local variables, take a lock, or open a connection a thread.",
        _concurrency,
        at_least=1,
    ),
)
