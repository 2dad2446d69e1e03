"""Fusion, worked by hand."""

import math
import pickle

import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, SettingsError
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.fusion import Hybrid, fuse, z_scores
from retrieval_checks.retrieval.lexical import BM25Retriever
from tests.retrieval.conftest import TableEncoder

A = Run.from_dict({"q": {"d1": 9.0, "d2": 6.0, "d3": 3.0}})
B = Run.from_dict({"q": {"d3": 0.8, "d4": 0.6}})


def test_reciprocal_ranks_are_added() -> None:
    assert fuse([A, B])["q"] == {
        "d3": 1 / 63 + 1 / 61,
        "d1": 1 / 61,
        "d4": 1 / 62,
        "d2": 1 / 62,
    }


def test_k_and_weights_of_reciprocal_ranks() -> None:
    fused = fuse([A, B], k=0, weights=[1, 2])
    assert fused["q"] == pytest.approx({"d3": 1 / 3 + 2, "d1": 1, "d2": 0.5, "d4": 1.0})


def test_z_scores_are_added_and_the_absent_get_the_smallest() -> None:
    up = math.sqrt(1.5)  # z-scores of 9, 6, 3 are +-1.2247 and 0; those of 0.8 and 0.6 are +-1
    assert fuse([A, B], method="zscore")["q"] == pytest.approx(
        {"d1": up - 1, "d2": -1, "d3": -up + 1, "d4": -up - 1}
    )


def test_min_max_scores_are_added_and_the_absent_get_nothing() -> None:
    assert fuse([A, B], method="minmax")["q"] == pytest.approx(
        {"d1": 1.0, "d2": 0.5, "d3": 1.0, "d4": 0.0}
    )


@pytest.mark.parametrize(("method", "points"), [("zscore", 0.0), ("minmax", 1.0)])
def test_equal_scores_say_nothing_about_the_order(method: str, points: float) -> None:
    run = Run.from_dict({"q": {"d1": 0.1, "d2": 0.1, "d3": 0.1}})
    fused = fuse([run], method=method)  # type: ignore[arg-type]
    assert fused["q"] == {"d3": points, "d2": points, "d1": points}


def test_only_depth_documents_of_each_run_count_and_come_out() -> None:
    assert fuse([A, B], depth=1).to_dict() == {"q": {"d3": 1 / 61}}


def test_query_that_one_run_lacks_is_fused_from_the_others() -> None:
    only = Run.from_dict({"other": {"d1": 1.0}})
    fused = fuse([A, only])
    assert fused.query_ids == ("q", "other")
    assert fused["other"] == {"d1": 1 / 61}


def test_empty_ranking_stays_empty() -> None:
    empty = Run.from_dict({"q": {}})
    for method in ("rrf", "zscore", "minmax"):
        assert fuse([empty, empty], method=method).to_dict() == {"q": {}}


def test_order_of_equal_sums_does_not_depend_on_the_order_of_runs() -> None:
    runs = [Run.from_dict({"q": {f"d{i}": 0.1 * (i + j) for i in range(7)}}) for j in range(5)]
    assert fuse(runs, method="zscore").to_dict() == fuse(runs[::-1], method="zscore").to_dict()


def test_infinite_score_is_fused_by_rank_only() -> None:
    run = Run.from_dict({"q": {"d1": math.inf, "d2": 0.0}})
    assert fuse([run]).ranking("q") == ("d1", "d2")
    with pytest.raises(DataError, match="query 'q' has an infinite score"):
        fuse([run], method="zscore")


def test_tiny_spread_is_not_mistaken_for_none() -> None:
    points, least = z_scores({"d1": 1.0 + 2**-52, "d2": 1.0}, "q")
    assert points["d1"] > points["d2"] == least


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "rff"}, "did you mean 'rrf'"),
        ({"weights": [1.0]}, "1 weights for 2 runs"),
        ({"weights": [1.0, 0.0]}, "weight 0.0 must be above 0"),
        ({"depth": 0}, "at least 1, got 0"),
        ({"k": -1}, "must be at least 0, got -1"),
    ],
)
def test_impossible_parameters_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        fuse([A, B], **options)  # type: ignore[arg-type]


def test_nothing_cannot_be_fused() -> None:
    with pytest.raises(SettingsError, match="nothing to fuse"):
        fuse([])


def test_hybrid_asks_each_retriever_for_its_depth(corpus: Corpus, queries: Queries) -> None:
    lexical = BM25Retriever(corpus)
    hybrid = Hybrid([lexical, lexical], depth=3, name="both")
    run = hybrid.retrieve(queries, 1)
    assert run.name == "both"
    assert run.to_dict() == fuse([lexical.retrieve(queries, 3)] * 2, depth=3).top(1).to_dict()
    assert hybrid.corpus is corpus


def test_hybrid_cannot_be_changed_afterwards(corpus: Corpus) -> None:
    lexical = BM25Retriever(corpus)
    retrievers, weights = [lexical, lexical], [1.0, 2.0]
    hybrid = Hybrid(retrievers, weights=weights)
    retrievers.clear()
    weights.clear()
    assert hybrid.retrievers == (lexical, lexical)
    assert hybrid.weights == (1.0, 2.0)
    assert pickle.loads(pickle.dumps(hybrid)).weights == (1.0, 2.0)


def test_hybrid_moves_to_another_corpus(corpus: Corpus) -> None:
    table = {"x": [1.0], "market": [1.0]}
    hybrid = Hybrid([BM25Retriever(corpus), DenseRetriever(corpus, TableEncoder(table))])
    moved = hybrid.over(Corpus.from_dict({"new": "x"}))
    assert moved.retrieve(Queries.from_dict({"q": "market"}), 3).ranking("q") == ("new",)


def test_retriever_that_cannot_be_moved_is_named(corpus: Corpus) -> None:
    class Service:
        def retrieve(self, queries: Queries, k: int, /) -> Run:
            return Run.from_dict({})

    with pytest.raises(SettingsError, match="Service cannot be had over another corpus"):
        Hybrid([Service()]).over(corpus)
