"""Reranking: what is scored, in which order it comes out, and what lies below."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.encoding.models import CrossEncoderModel, LateInteraction
from retrieval_checks.errors import DataError, ModelError, SettingsError
from retrieval_checks.retrieval.rerank import Combine, Reranker
from tests.encoding.letters import Spelt
from tests.retrieval.conftest import SharedWords

FIRST = Run.from_dict({"q1": {"d1": 4.0, "d2": 3.0, "d3": 2.0, "d4": 1.0}, "q2": {"d4": 1.0}})


class Fixed:
    """The same score for a document whatever the query."""

    def __init__(self, scores: dict[str, float]) -> None:
        self.scores = scores

    def score_pairs(self, pairs: Sequence[tuple[str, str]], /) -> NDArray[np.float64]:
        return np.array([self.scores[document] for _, document in pairs])


def test_alone_orders_by_the_models_score(corpus: Corpus, queries: Queries) -> None:
    run = Reranker(SharedWords()).rerank(FIRST, queries, corpus)
    # "cat in the garden" shares cat and the with d1, in, the and garden with d2
    assert run["q1"] == {"d2": 3.0, "d1": 2.0, "d3": 1.0, "d4": 1.0}
    assert run.ranking("q1") == ("d2", "d1", "d4", "d3")
    assert run["q2"] == {"d4": 1.0}


def test_below_depth_order_and_ties_are_kept(corpus: Corpus, queries: Queries) -> None:
    first = Run.from_dict({"q1": {"d3": 9.0, "d1": 8.0, "d2": 7.0, "d4": 7.0}})
    run = Reranker(SharedWords(), depth=2).rerank(first, queries, corpus)
    assert run.ranking("q1") == ("d1", "d3", "d4", "d2")
    assert run["q1"]["d4"] == run["q1"]["d2"]


@pytest.mark.parametrize("floor", [-5.0, 0.0, 1e20, -1e300])
def test_below_depth_lies_under_scores_of_any_size(
    corpus: Corpus, queries: Queries, floor: float
) -> None:
    scores = dict.fromkeys(corpus.contents, floor)
    run = Reranker(Fixed(scores), depth=1).rerank(FIRST, queries, corpus)
    assert run.ranking("q1") == ("d1", "d2", "d3", "d4")


def test_documents_are_the_same_as_before(corpus: Corpus, queries: Queries) -> None:
    run = Reranker(SharedWords(), depth=2).rerank(FIRST, queries, corpus)
    assert {q: set(run.ranking(q)) for q in run} == {q: set(FIRST.ranking(q)) for q in FIRST}


def test_only_the_best_depth_are_scored(corpus: Corpus, queries: Queries) -> None:
    model = SharedWords()
    Reranker(model, depth=2).rerank(FIRST, queries, corpus)
    assert model.asked == [
        ("cat in the garden", "the cat sat on the mat"),
        ("cat in the garden", "dogs chase cats in the garden"),
        ("market", "the stock market fell"),
    ]


def test_z_scores_are_added_to_those_of_the_first_stage(corpus: Corpus, queries: Queries) -> None:
    scores = dict(zip(corpus.contents, [0.0, 0.0, 0.0, 10.0], strict=True))
    run = Reranker(Fixed(scores), combine="zscore").rerank(FIRST, queries, corpus)
    first = [1.5, 0.5, -0.5, -1.5]  # 4, 3, 2, 1 less their mean, over their deviation
    ours = [-2.5, -2.5, -2.5, 7.5]
    expected = {
        f"d{i + 1}": a / math.sqrt(1.25) + b / math.sqrt(18.75)
        for i, (a, b) in enumerate(zip(first, ours, strict=True))
    }
    assert run["q1"] == pytest.approx(expected)


def test_weight_is_the_models_share(corpus: Corpus, queries: Queries) -> None:
    scores = dict(zip(corpus.contents, [0.0, 0.0, 0.0, 10.0], strict=True))

    def first_of(weight: float) -> str:
        reranker = Reranker(Fixed(scores), combine="zscore", weight=weight)
        return reranker.rerank(FIRST, queries, corpus).ranking("q1")[0]

    assert (first_of(0.5), first_of(2.0)) == ("d1", "d4")


def test_reciprocal_ranks_are_added(corpus: Corpus, queries: Queries) -> None:
    scores = dict(zip(corpus.contents, [0.0, 1.0, 2.0, 3.0], strict=True))
    run = Reranker(Fixed(scores), combine="rrf").rerank(FIRST, queries, corpus)
    assert run["q1"] == pytest.approx(
        {"d1": 1 / 61 + 1 / 64, "d2": 1 / 62 + 1 / 63, "d3": 1 / 63 + 1 / 62, "d4": 1 / 64 + 1 / 61}
    )


def test_default_combination_follows_the_model() -> None:
    late, other = Reranker(LateInteraction("some/model")), Reranker(CrossEncoderModel("some/model"))
    assert (late.combine, late.weight) == ("zscore", 2.0)
    assert (other.combine, other.weight) == ("alone", 1.0)
    assert (Reranker(SharedWords()).combine, Reranker(SharedWords()).weight) == ("alone", 1.0)


def test_weight_of_late_interaction_is_of_its_z_scores_and_can_be_set() -> None:
    model = LateInteraction("some/model")
    assert Reranker(model, combine="zscore").weight == 2.0
    assert Reranker(model, combine="rrf").weight == 1.0
    assert Reranker(model, weight=1).weight == 1.0
    assert Reranker(SharedWords(), combine="zscore").weight == 1.0


def test_model_with_over_scores_as_what_that_returns(corpus: Corpus, queries: Queries) -> None:
    class Untold(SharedWords):
        def over(self, told: Corpus, /) -> Fixed:
            assert told is corpus
            return Fixed(dict.fromkeys(told.contents, 7.0))

    run = Reranker(Untold(), depth=2).rerank(FIRST, queries, corpus)
    assert list(run["q1"].values())[:2] == [7.0, 7.0]


def test_late_interaction_is_weighed_by_the_corpus_that_is_searched() -> None:
    corpus = Corpus.from_dict({"d1": "ab", "d2": "c", "d3": "b"})
    late = LateInteraction(Spelt(), token_weights="idf")
    run = Reranker(late, combine="alone").rerank(
        Run.from_ids({"q": ["d1", "d2", "d3"]}), Queries.from_dict({"q": "abc"}), corpus
    )
    once, twice = math.log(4 / 1.5), math.log(4 / 2.5)  # a and c: in 1 of 3 documents, b: in 2
    total = 2 * once + twice
    expected = {"d1": (once + twice) / total, "d2": once / total, "d3": twice / total}
    assert run["q"] == pytest.approx(expected)


def test_any_object_with_predict_or_rank_reranks(corpus: Corpus, queries: Queries) -> None:
    class Predicts:
        def predict(self, pairs: list[tuple[str, str]]) -> list[float]:
            return list(SharedWords().score_pairs(pairs))

    class Ranks:
        def rank(self, query: str, documents: list[str]) -> list[dict[str, float]]:
            scores = SharedWords().score_pairs([(query, d) for d in documents]).tolist()
            hits = [{"corpus_id": i, "score": s} for i, s in enumerate(scores)]
            return sorted(hits, key=lambda hit: -hit["score"])

    expected = Reranker(SharedWords()).rerank(FIRST, queries, corpus).to_dict()
    for model in (Predicts(), Ranks()):
        assert Reranker(model).rerank(FIRST, queries, corpus).to_dict() == expected


def test_empty_rankings_stay_empty(corpus: Corpus, queries: Queries) -> None:
    run = Reranker(SharedWords()).rerank(Run.from_dict({"q1": {}}), queries, corpus)
    assert run.to_dict() == {"q1": {}}


def test_only_candidates_are_read(queries: Queries) -> None:
    class Large(Corpus):
        @property
        def contents(self) -> tuple[str, ...]:
            return pytest.fail("the whole corpus was put together")

    corpus = Large(("d1", "d2", "d3"), ("sat", "slept", "ran"), ("the cat", "", "a dog"))
    model = SharedWords()
    Reranker(model).rerank(Run.from_ids({"q1": ["d1", "d2"]}), queries, corpus)
    assert [document for _, document in model.asked] == ["the cat sat", "slept"]


def test_candidate_without_text_is_named(corpus: Corpus, queries: Queries) -> None:
    stale = Run.from_dict({"q1": {"gone": 1.0}}, name="index of last week")
    message = "document 'gone' in run 'index of last week' for query 'q1' is not in the corpus"
    with pytest.raises(DataError, match=message):
        Reranker(SharedWords()).rerank(stale, queries, corpus)


def test_query_without_text_is_named(corpus: Corpus, queries: Queries) -> None:
    with pytest.raises(DataError, match="query 'q9' is not among the 2 queries"):
        Reranker(SharedWords()).rerank(Run.from_dict({"q9": {"d1": 1.0}}), queries, corpus)


@pytest.mark.parametrize(
    ("scores", "message"),
    [([1.0], r"scores of shape \(1,\) for 5 pairs"), ([np.nan] * 5, "returned nan for query")],
)
def test_bad_scores_are_refused(
    corpus: Corpus, queries: Queries, scores: list[float], message: str
) -> None:
    class Bad:
        def score_pairs(self, pairs: Sequence[tuple[str, str]], /) -> NDArray[np.float64]:
            return np.array(scores)

    with pytest.raises(ModelError, match=message):
        Reranker(Bad()).rerank(FIRST, queries, corpus)


def test_what_is_no_reranker_is_refused() -> None:
    with pytest.raises(ModelError, match="int is no reranker"):
        Reranker(3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"depth": 0}, "at least 1, got 0"),
        ({"combine": "zscores"}, "did you mean 'zscore'"),
        ({"weight": 0}, "weight must be above 0"),
    ],
)
def test_impossible_parameters_are_refused(options: dict[str, Combine], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Reranker(SharedWords(), **options)  # type: ignore[arg-type]
