"""A reranker at several depths: the same runs as asked one by one, each pair scored once."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.encoding.models import CrossEncoderModel, LateInteraction
from retrieval_checks.encoding.store import Store
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.inspection.curve import depth_costs, rerank_at_depths
from retrieval_checks.retrieval.rerank import Combine, Reranker
from tests.encoding.letters import Spelt
from tests.retrieval.conftest import SharedWords
from tests.retrieval.inspection.test_padding import Tokenized

FIRST = Run.from_dict({"q1": {"d4": 4.0, "d1": 3.0, "d3": 2.0, "d2": 1.0}, "q2": {"d4": 1.0}})


@pytest.mark.parametrize("combine", ["alone", "zscore", "rrf"])
def test_each_depth_is_as_if_it_were_asked_alone(
    corpus: Corpus, queries: Queries, combine: Combine
) -> None:
    reranker = Reranker(SharedWords(), combine=combine, weight=3)
    found = rerank_at_depths(reranker, FIRST, queries, corpus, depths=[4, 1, 2])
    assert list(found) == [1, 2, 4]
    for depth, run in found.items():
        alone = Reranker(SharedWords(), combine=combine, weight=3, depth=depth)
        assert run.to_dict() == alone.rerank(FIRST, queries, corpus).to_dict()


def test_every_pair_is_scored_once(corpus: Corpus, queries: Queries) -> None:
    model = SharedWords()
    rerank_at_depths(Reranker(model), FIRST, queries, corpus, depths=[1, 2, 3])
    assert len(model.asked) == len(set(model.asked)) == 4  # three of q1, the one of q2


def test_late_interaction_is_weighed_by_the_corpus() -> None:
    corpus = Corpus.from_dict({"d1": "ab", "d2": "c", "d3": "b"})
    run, queries = Run.from_ids({"q": ["d1", "d2", "d3"]}), Queries.from_dict({"q": "abc"})
    reranker = Reranker(LateInteraction(Spelt(), token_weights="idf"), depth=3)
    (found,) = rerank_at_depths(reranker, run, queries, corpus, depths=[3]).values()
    assert found.to_dict() == reranker.rerank(run, queries, corpus).to_dict()


def test_a_depth_below_one_is_refused(corpus: Corpus, queries: Queries) -> None:
    for ask in (rerank_at_depths, depth_costs):
        with pytest.raises(SettingsError, match="at least 1, got 0"):
            ask(Reranker(SharedWords()), FIRST, queries, corpus, depths=[5, 0])


def test_every_timed_query_is_scored_anew_and_alone(corpus: Corpus, queries: Queries) -> None:
    model = SharedWords()
    costs = depth_costs(Reranker(model), FIRST, queries, corpus, depths=[2, 1])
    assert list(costs) == [1, 2]
    assert all(cost.milliseconds > 0 for cost in costs.values())
    # at each depth the first query warms up and is timed, then the second
    assert [query for query, _ in model.asked] == [
        *("cat in the garden", "cat in the garden", "market"),
        *("cat in the garden",) * 4,
        "market",
    ]


def test_milliseconds_are_the_median_without_the_warming_up(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = Queries.from_dict({f"q{i}": "cat" for i in range(3)})
    run = Run.from_ids({query_id: ["d1"] for query_id in queries})
    ends = iter([0.0, 9.0, 10.0, 10.5, 20.0, 20.25, 30.0, 32.0])
    monkeypatch.setattr("time.perf_counter", lambda: next(ends))
    (cost,) = depth_costs(Reranker(SharedWords()), run, queries, corpus, depths=[1]).values()
    assert cost.milliseconds == 500.0  # of 500, 250 and 2000


def test_nothing_is_served_from_the_cache(tmp_path: Path) -> None:
    corpus = Corpus.from_dict({"d1": "ab", "d2": "c"})
    run, queries = Run.from_ids({"q": ["d1", "d2"]}), Queries.from_dict({"q": "abc"})
    model = Spelt()
    reranker = Reranker(LateInteraction(model, cache=Store(tmp_path)), depth=2)
    reranker.rerank(run, queries, corpus)
    model.encoded.clear()
    reranker.rerank(run, queries, corpus)
    assert model.encoded == []
    depth_costs(reranker, run, queries, corpus, depths=[2])
    assert sorted(model.encoded) == ["ab", "ab", "abc", "abc", "c", "c"]


def test_padding_is_of_cross_encoders_that_show_their_tokens(
    corpus: Corpus, queries: Queries
) -> None:
    class Blind:
        def predict(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
            return np.zeros(len(pairs))

    def padding(model: object) -> list[float | None]:
        run = Run.from_ids({"q2": ["d3", "d1"]})
        costs = depth_costs(Reranker(model), run, queries.select(["q2"]), corpus, depths=[1, 2])
        return [cost.padding for cost in costs.values()]

    # "market" with "a garden of roses" and "the cat sat on the mat": 7 and 9 tokens, read to 6
    assert padding(CrossEncoderModel(Tokenized())) == [0.0, 0.0]
    longer = Tokenized()
    longer.max_seq_length = 9
    assert padding(CrossEncoderModel(longer)) == [0.0, pytest.approx(2 / 18)]
    assert padding(CrossEncoderModel(Blind())) == padding(SharedWords()) == [None, None]
