"""Promises of what is indexed: a text finds itself, a deleted one is not found."""

from collections.abc import Iterator

from retrieval_checks.contracts.promise import Promise, case
from retrieval_checks.contracts.retriever.subject import Row, Searcher, as_rows, ids
from retrieval_checks.contracts.sample.topics import CORPUS, LONGEST, QUERIES
from retrieval_checks.data.collection import Corpus, Document, Queries

_FIRST = 3
_DELETED = CORPUS.doc_ids[::4]
_ADDED = "added"
_TEXTS = Queries.from_dict({doc_id: CORPUS[doc_id].text for doc_id in CORPUS})


def _itself(subject: Searcher) -> Iterator[str | None]:
    rows = as_rows(subject.over(CORPUS), _TEXTS, _FIRST)
    for doc_id in CORPUS:
        found = ids(rows.get(doc_id, []))
        yield case(found[:1] == [doc_id], f"asked for the text of {doc_id!r}, it finds {found}")


def _deleted(subject: Searcher) -> Iterator[str | None]:
    as_rows(subject.over(CORPUS), QUERIES, _FIRST)  # an index that knows them all comes first
    rest = Corpus.from_documents([CORPUS[d] for d in CORPUS if d not in _DELETED])
    rows = as_rows(subject.over(rest), _TEXTS, len(rest))
    for query_id, row in rows.items():
        there = [doc_id for doc_id in ids(row) if doc_id in _DELETED]
        yield case(not there, f"{there} were deleted and are found with the text of {query_id!r}")


def _added(subject: Searcher) -> Iterator[str | None]:
    documents = [Document(_ADDED, LONGEST), *(CORPUS[doc_id] for doc_id in CORPUS)]
    before = as_rows(subject.over(CORPUS), QUERIES, _FIRST)
    after = as_rows(subject.over(Corpus.from_documents(documents)), QUERIES, _FIRST)
    for query_id in QUERIES:
        old, new = _first(before.get(query_id)), _first(after.get(query_id))
        yield case(
            old[:1] == new[:1] and _ADDED not in new,
            f"a long document about nothing that was asked makes {new} of {old}, for"
            f" {QUERIES[query_id]!r}",
        )


def _first(row: Row | None) -> list[str]:
    return ids(row or [])[:_FIRST]


DOCUMENTS = (
    Promise(
        "itself-first",
        "a document's own text finds it first",
        "check that the index was built by the model that encodes queries, that scores grow with"
        " likeness, and that nothing filters out the exact match.",
        _itself,
        at_least=12,
    ),
    Promise(
        "deleted-document",
        "a document that is no longer in the corpus is not found",
        "delete what left the corpus from the index, and make the corpus part of the key under"
        " which an index is kept.",
        _deleted,
        at_least=9,
    ),
    Promise(
        "added-document",
        "an irrelevant document, added, does not come to the top nor move the first one",
        "normalise by length: a long document has a bit of everything. If ids moved by one place,"
        " they were taken from the corpus before.",
        _added,
        at_least=12,
    ),
)
