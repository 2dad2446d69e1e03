"""Each planted fault is caught by the check that is about it, and by no other."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from retrieval_checks.contracts import retriever_checks
from retrieval_checks.contracts.retriever_contract import DECLARED, PROMISES
from retrieval_checks.contracts.sample.topics import CORPUS
from retrieval_checks.data.collection import Collection, Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, ModelError, SettingsError
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.lexical import BM25Retriever
from tests.contracts.bi_encoder.encoders import Words
from tests.contracts.retriever import retrievers

FAULTS: list[tuple[str, Callable[..., object], str]] = [
    ("every-query", retrievers.DropsUnmatched, "no ranking for query 'gibberish', 'qzxv jwkp'"),
    ("at-most-k", retrievers.OneTooMany, "2 documents for '.*', asked were 1"),
    ("head", retrievers.RerankerSeesOnlyK, "with k=5 .*, the first 5 with k=10"),
    ("k-beyond-corpus", retrievers.PartitionsBeyondTheEnd, "k=17 of 12 documents: ValueError"),
    ("finite-scores", retrievers.PadsWithInfinity, r"scores \[\('.*', -inf\)\] for query"),
    ("sorted-scores", retrievers.ScoresOfTheFirstStage, r"for query '.*' \('.*\), then \('"),
    ("no-duplicates", retrievers.PassagesOfOneDocument, "more than once for query '.*': "),
    ("known-ids", retrievers.RootNode, r"not in the corpus, for query '.*': \['__root__'\]"),
    ("odd-queries", retrievers.OnlyLatin1, "emoji .* as a query: UnicodeEncodeError"),
    ("determinism", retrievers.Jitter, "asked twice, '.*' has .*, then"),
    ("batch", retrievers.NormalisesOverTheBatch, "asked alone, '.*' has .*, not"),
    ("order-of-queries", retrievers.ForgetsTheOrder, "with the queries reversed, '.*' has"),
    ("order-of-documents", retrievers.InsertionOrder, "indexed in the reverse order, '.*' has"),
    ("concurrency", retrievers.SharedBuffer, "called from 4 threads at once, '.*' has"),
    ("itself-first", retrievers.FiltersTheExactMatch, "asked for the text of '.*', it finds"),
    ("deleted-document", retrievers.NeverDeletes, "were deleted and are found with the text of"),
    ("added-document", retrievers.LongDocumentsWin, r"makes \['added', .*\] of \['"),
]


@pytest.mark.parametrize(
    ("fault", "factory", "found"), FAULTS, ids=[f"{row[0]}-{row[1].__name__}" for row in FAULTS]
)
def test_fault_is_caught_by_the_check_that_is_about_it(
    fault: str, factory: Callable[..., object], found: str
) -> None:
    broken = retriever_checks(factory).broken()
    assert set(broken) == {fault}
    assert re.search(found, broken[fault]), broken[fault]
    assert "\n\nto do: " in broken[fault]


def test_every_check_has_a_fault_that_it_catches() -> None:
    assert {fault for fault, _, _ in FAULTS} == {promise.id for promise in PROMISES}


@pytest.mark.parametrize(
    "factory",
    [
        retrievers.Dense,
        retrievers.Moved,
        BM25Retriever,
        lambda corpus: DenseRetriever(corpus, Words()),
    ],
)
def test_retriever_without_fault_holds_in_full(factory: Callable[..., object]) -> None:
    summary = retriever_checks(factory, name="retriever").run()
    assert (summary.checks, summary.waived, summary.not_applied) == (DECLARED, (), ())


def test_function_of_queries_and_k_is_a_retriever() -> None:
    def factory(corpus: Corpus) -> Callable[[Queries, int], Run]:
        return lambda queries, k: BM25Retriever(corpus).retrieve(queries, k)

    assert retriever_checks(factory).broken() == {}


def test_retriever_of_one_corpus_is_checked_without_changing_it() -> None:
    corpus = Corpus.from_dict({f"d{n}": f"cats purr {n} times" for n in range(20)})
    collection = Collection(corpus, Queries.from_dict({"q": "cats"}), Qrels.from_dict({}))
    retriever = BM25Retriever(corpus)
    suite = retriever_checks(lambda: retriever.retrieve, collection=collection)
    assert suite.run().not_applied == (
        *("order-of-documents", "itself-first", "deleted-document", "added-document"),
    )


def test_retriever_of_an_unknown_corpus_cannot_be_checked() -> None:
    retriever = BM25Retriever(CORPUS)
    results = retriever_checks(lambda: retriever.retrieve).results()
    assert {result.outcome for result in results} == {"does not apply"}
    with pytest.raises(AssertionError, match="no check holds: this proves nothing"):
        retriever_checks(lambda: retriever.retrieve).run()


@pytest.mark.parametrize(
    ("given", "error", "told"),
    [
        ([], ModelError, "retrieve.* gave list; expected a Run, or rankings by query"),
        ({"moon": ["d1", "d2"]}, DataError, r"a ranking is \(document id, score\) pairs, got"),
    ],
)
def test_what_is_no_ranking_is_an_error(given: Any, error: type[Exception], told: str) -> None:
    suite = retriever_checks(lambda corpus: lambda queries, k: given)
    with pytest.raises(error, match=told):
        suite.broken()


def test_object_that_does_not_retrieve_is_an_error() -> None:
    with pytest.raises(ModelError, match=r"Corpus has no retrieve\(queries, k\)"):
        retriever_checks(lambda corpus: corpus).broken()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"tolerance": -1.0}, "tolerance must be a number from 0"),
        (
            {"collection": Collection(CORPUS, Queries.from_dict({}), Qrels.from_dict({}))},
            "collection 'collection' has no document or no query",
        ),
    ],
)
def test_argument_without_meaning_is_refused(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        retriever_checks(BM25Retriever, **settings)
