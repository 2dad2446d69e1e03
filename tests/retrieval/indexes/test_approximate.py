"""Approximate indexes: the exact scores of what they find, and most of what there is."""

from collections.abc import Callable

import numpy as np
import pytest

from retrieval_checks.errors import ModelError, SettingsError
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.indexes.approximate import ApproximateRetriever
from retrieval_checks.retrieval.inspection.description import describe
from retrieval_checks.retrieval.protocols import Movable, Retriever
from tests.retrieval.indexes.vectors import (
    Numbered,
    clustered,
    numbered_corpus,
    numbered_queries,
)

N = 2000
CORPUS, QUERIES = numbered_corpus(N), numbered_queries(40)
INDEXES = ["hnsw", "ivf", "usearch"]


def built(index: object, similarity: str = "cosine") -> ApproximateRetriever:
    if isinstance(index, str):
        pytest.importorskip("usearch" if index == "usearch" else "faiss")
    return ApproximateRetriever(CORPUS, Numbered(clustered(N, 16), similarity), index=index)


@pytest.mark.parametrize("index", INDEXES)
@pytest.mark.parametrize("similarity", ["cosine", "dot"])
def test_most_of_the_exact_top_ten_is_found_with_the_exact_scores(
    index: str, similarity: str
) -> None:
    retriever = built(index, similarity)
    exact = DenseRetriever(CORPUS, retriever.bi_encoder).retrieve(QUERIES, N)
    found = retriever.retrieve(QUERIES, 10)
    shares = [len({*found[q]} & {*exact.ranking(q, k=10)}) / 10 for q in QUERIES]
    assert np.mean(shares) > 0.9
    for query_id in QUERIES:
        scores = exact[query_id]
        assert found[query_id] == {d: scores[d] for d in found[query_id]}


@pytest.mark.parametrize("index", INDEXES)
def test_an_index_that_is_built_again_finds_the_same(index: str) -> None:
    runs = [built(index).retrieve(QUERIES, 10) for _ in range(2)]
    assert runs[0].to_dict() == runs[1].to_dict()


@pytest.mark.parametrize("index", INDEXES)
def test_k_beyond_the_corpus_returns_no_document_twice(index: str) -> None:
    retriever = built(index).over(numbered_corpus(3))
    run = retriever.retrieve(QUERIES, 10)
    assert all(set(run[q]) <= {"d0", "d1", "d2"} for q in QUERIES)
    assert set(run["q0"]) == {"d0", "d1", "d2"}


@pytest.mark.parametrize("index", INDEXES)
@pytest.mark.parametrize("k", [1, 5])
def test_one_query_finds_what_it_finds_among_others(index: str, k: int) -> None:
    retriever = built(index)
    together, alone = (retriever.retrieve(numbered_queries(n), k) for n in (40, 1))
    assert alone["q0"] == together["q0"]


def test_the_index_is_built_once() -> None:
    class Scan:
        builds = 0

        def build(self, vectors: np.ndarray) -> Callable[[np.ndarray, int], np.ndarray]:
            self.builds += 1
            return lambda queries, k: np.argsort(-(queries @ vectors.T), axis=1)[:, :k]

    scan = Scan()
    retriever = built(scan)
    retriever.retrieve(QUERIES, 3)
    assert retriever.retrieve(QUERIES, 3).ranking("q7")[0] == "d7"
    assert scan.builds == 1


class Fixed:
    """Finds what the test says."""

    def __init__(self, positions: object) -> None:
        self.positions = positions

    def build(self, vectors: np.ndarray) -> Callable[[np.ndarray, int], object]:
        return lambda queries, k: self.positions


def test_minus_one_is_no_document() -> None:
    run = built(Fixed([[4, -1]])).retrieve(numbered_queries(1), 2)
    assert run.ranking("q0") == ("d4",)


@pytest.mark.parametrize("positions", [[[N]], [[0.5]], [[0], [1]], [0]])
def test_positions_that_make_no_sense_are_refused(positions: object) -> None:
    with pytest.raises(ModelError, match="expected positions below 2000, a row a query"):
        built(Fixed(positions)).retrieve(numbered_queries(1), 1)


@pytest.mark.parametrize("index", ["hsnw", 3, object()])
def test_an_index_that_does_not_exist_is_refused(index: object) -> None:
    with pytest.raises(SettingsError, match="allowed: 'hnsw', 'ivf', 'usearch'"):
        ApproximateRetriever(CORPUS, Numbered(clustered(2, 2)), index=index)


def test_it_is_a_retriever_that_can_be_moved_and_described() -> None:
    retriever = built("hnsw")
    assert isinstance(retriever, Retriever)
    assert isinstance(retriever, Movable)
    assert describe(retriever) == (
        "approximate Numbered HNSW(m=32, ef_construction=200, ef_search=64, threads=1)"
    )
