"""Times of single queries: every model is asked anew, the index and the user's things stay."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.encoding.models import BiEncoder
from retrieval_checks.encoding.store import Store
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.fusion import Hybrid
from retrieval_checks.retrieval.inspection.latency import time_queries, without_cache
from retrieval_checks.retrieval.lexical import BM25Retriever
from retrieval_checks.retrieval.pipeline import Pipeline
from retrieval_checks.retrieval.protocols import Retriever

CORPUS = Corpus.from_dict({"d1": "a cat", "d2": "a bat", "d3": "bees"})
QUERIES = Queries.from_dict({"q1": "aa", "q2": "ab", "q3": "bb"})


class Letters:
    """An encoder that remembers what it was given."""

    fingerprint = "letters-1"

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        self.encoded.extend(texts)
        return [[float(text.count("a")), float(text.count("b")), 1.0] for text in texts]


def _plain(dense: DenseRetriever) -> Retriever:
    return dense


def _pipeline(dense: DenseRetriever) -> Retriever:
    return Pipeline({"dense": dense})


def _hybrid(dense: DenseRetriever) -> Retriever:
    return Hybrid([BM25Retriever(CORPUS), dense])


def _nested(dense: DenseRetriever) -> Retriever:
    return Pipeline({"hybrid": _hybrid(dense)})


@pytest.mark.parametrize("build", [_plain, _pipeline, _hybrid, _nested])
def test_queries_are_encoded_anew_and_documents_are_not(
    build: Callable[[DenseRetriever], Retriever], tmp_path: Path
) -> None:
    letters = Letters()
    retriever = build(DenseRetriever(CORPUS, BiEncoder(letters, cache=Store(tmp_path))))
    expected = retriever.retrieve(QUERIES, 3)
    letters.encoded.clear()
    retriever.retrieve(QUERIES, 3)
    assert letters.encoded == []
    times = time_queries(retriever, QUERIES, 3)
    assert letters.encoded == ["aa", "aa", "ab", "bb"]  # the first warms up
    assert times.shape == (3,)
    assert (times > 0).all()
    letters.encoded.clear()
    again = retriever.retrieve(QUERIES, 3)
    assert letters.encoded == []  # the retriever itself still has its cache
    assert [again.ranking(name) for name in again] == [expected.ranking(name) for name in expected]


class Slow:
    """Takes 20 ms a query; has a cache of its own, of its own kind."""

    def __init__(self) -> None:
        self.cache: dict[str, int] = {}
        self.asked: list[tuple[str, ...]] = []

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        self.asked.append(queries.query_ids)
        self.cache[queries.query_ids[0]] = k
        time.sleep(0.02 * len(queries))
        return Run.from_ids({query_id: ["d1"] for query_id in queries})


def test_each_query_is_asked_alone_and_its_time_is_its_own() -> None:
    slow = Slow()
    times = time_queries(slow, QUERIES, 5)
    assert slow.asked == [("q1",), ("q1",), ("q2",), ("q3",)]
    assert (times >= 20).all()


def test_what_a_retriever_of_ones_own_keeps_is_left_alone() -> None:
    slow = Slow()
    assert without_cache(slow) is slow
    time_queries(slow, QUERIES, 5)
    assert slow.cache == {"q1": 5, "q2": 5, "q3": 5}


def test_no_query_is_no_time() -> None:
    assert time_queries(Slow(), Queries.from_dict({}), 5).shape == (0,)
