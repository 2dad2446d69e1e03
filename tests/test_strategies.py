"""The strategies keep what their options promise, reach the traps, and shrink to the least."""

import math
from collections.abc import Callable
from functools import partial
from random import Random

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from retrieval_checks.data.collection import Collection
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import SettingsError
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.metric import Metric
from retrieval_checks.strategies import (
    DOC_IDS,
    JudgedRun,
    collections,
    judged_runs,
    metrics,
    qrels,
    rankings,
    runs,
    scores,
)

brief = settings(max_examples=40)
without_shrinking = settings(phases=[Phase.generate])
shrinking = settings(phases=[Phase.generate, Phase.shrink])  # explaining is slow and unasked for
_find = partial(find, random=Random(0))  # what can be reached is found every time


@brief
@given(rankings(doc_ids=["a", "b", "c"], min_depth=1, max_depth=2))
def test_rankings_have_distinct_ids_of_the_pool_and_a_depth_within_bounds(
    ranking: list[str],
) -> None:
    assert 1 <= len(ranking) <= 2
    assert len(set(ranking)) == len(ranking)
    assert set(ranking) <= {"a", "b", "c"}


@brief
@given(rankings(doc_ids=["a", "b"]))
def test_rankings_are_no_deeper_than_the_pool(ranking: list[str]) -> None:
    assert len(ranking) <= 2


@brief
@given(rankings(doc_ids=st.text("xy", min_size=1)))
def test_ids_may_come_from_a_strategy(ranking: list[str]) -> None:
    assert set("".join(ranking)) <= {"x", "y"}
    assert len(set(ranking)) == len(ranking)


@brief
@given(scores())
def test_scores_are_exact_in_float32_and_never_nan(score: float) -> None:
    assert float(np.float32(score)) == score


def test_scores_reach_infinity_zero_and_negative_numbers() -> None:
    assert _find(scores(), math.isinf, settings=shrinking) == math.inf
    assert _find(scores(), lambda score: score < 0, settings=shrinking) == -1.0
    assert _find(scores(), lambda score: True, settings=shrinking) == 0.0


@brief
@given(
    runs(query_ids=["a", "b", "c"], min_queries=1, max_queries=2, min_depth=1, max_depth=3),
)
def test_runs_have_queries_and_depths_within_bounds(run: Run) -> None:
    assert 1 <= len(run) <= 2
    assert set(run) <= {"a", "b", "c"}
    assert all(1 <= len(run[q]) <= 3 for q in run)


@brief
@given(runs(ties=False))
def test_runs_without_ties_have_distinct_scores(run: Run) -> None:
    for query_id in run:
        ranked = list(run[query_id].values())
        assert len(set(ranked)) == len(ranked)


def has_ties(run: Run) -> bool:
    return len(set(run.scores.tolist())) < len(run.scores)


def has_no_documents(run: Run) -> bool:
    return len(run) > 0 and not len(run.docs)


def has_ids_in_two_orders(run: Run) -> bool:
    return any({"d9", "d10"} <= set(run.ranking(q)) for q in run)


@pytest.mark.parametrize("condition", [has_ties, has_no_documents, has_ids_in_two_orders])
def test_runs_reach_traps(condition: Callable[[Run], bool]) -> None:
    assert condition(_find(runs(), condition, settings=without_shrinking))


def test_run_with_a_tie_shrinks_to_two_documents() -> None:
    tied = _find(runs(max_queries=1, max_depth=3), has_ties, settings=shrinking)
    assert tied.to_dict() == {"q1": {"d2": 0.0, "d1": 0.0}}


@brief
@given(qrels(min_queries=2, max_queries=3, max_judged=2, grades=(0, 1, 2.5, -1)))
def test_qrels_have_queries_judgements_and_grades_within_bounds(judged: Qrels) -> None:
    assert 2 <= len(judged) <= 3
    for query_id in judged:
        assert 1 <= len(judged[query_id]) <= 2
        assert set(judged[query_id].values()) <= {0, 1, 2.5, -1}
        assert judged.relevant(query_id)


def test_qrels_without_relevant_documents_are_drawn_where_asked_for() -> None:
    strategy = qrels(max_queries=1, max_judged=2, relevant=False)
    empty = _find(
        strategy, lambda judged: not judged.relevant(judged.query_ids[0]), settings=shrinking
    )
    assert empty.to_dict() == {"q1": {"d1": 0.0}}


def test_grades_without_a_relevant_one_are_refused() -> None:
    with pytest.raises(
        SettingsError, match=r"no grade of 1 or more among \(0, -1\); pass relevant"
    ):
        qrels(grades=(0, -1))


@brief
@given(judged_runs())
def test_judged_runs_can_be_evaluated(judged_run: JudgedRun) -> None:
    run, judged = judged_run
    assert evaluate(run, judged, "nDCG@10").query_ids == judged.query_ids


@brief
@given(judged_runs(complete=True))
def test_complete_judged_runs_miss_and_ignore_no_query(judged_run: JudgedRun) -> None:
    run, judged = judged_run
    evaluation = evaluate(run, judged, "nDCG@10")
    assert (evaluation.missing, evaluation.ignored) == ((), ())


def is_missing(pair: JudgedRun) -> bool:
    return not len(pair.run)


def is_empty(pair: JudgedRun) -> bool:
    return pair.qrels.query_ids[0] in pair.run and not pair.run[pair.qrels.query_ids[0]]


def is_foreign(pair: JudgedRun) -> bool:
    return bool(evaluate(pair.run, pair.qrels, "RR").ignored)


def has_unjudged(pair: JudgedRun) -> bool:
    return bool(set(pair.run.doc_ids) - set(pair.qrels.doc_ids))


@pytest.mark.parametrize("condition", [is_missing, is_empty, is_foreign, has_unjudged])
def test_judged_runs_reach_traps(condition: Callable[[JudgedRun], bool]) -> None:
    assert condition(_find(judged_runs(), condition, settings=without_shrinking))


def test_judged_run_without_a_hit_shrinks_to_one_query() -> None:
    def has_no_hit(pair: JudgedRun) -> bool:
        return evaluate(pair.run, pair.qrels, "RR").mean["RR"] == 0

    run, judged = _find(
        judged_runs(max_queries=1, max_judged=2, max_depth=2), has_no_hit, settings=shrinking
    )
    assert run.to_dict() == {}
    assert judged.to_dict() == {"q1": {"d1": 1.0}}


@brief
@given(collections(min_documents=2, max_documents=3, min_queries=2, max_queries=2))
def test_collections_are_consistent_and_within_bounds(collection: Collection) -> None:
    assert 2 <= len(collection.corpus) <= 3
    assert len(collection.queries) == 2
    assert collection.judged_queries.query_ids == collection.queries.query_ids
    assert collection.stale_judgements == ()
    assert all(collection.qrels.relevant(q) for q in collection.queries)


@brief
@given(collections(words=["one", "two"], doc_ids=["a"], query_ids=["b"], grades=(2, 0)))
def test_collections_are_made_of_what_is_given(collection: Collection) -> None:
    assert set(" ".join(collection.corpus.texts).split()) <= {"one", "two"}
    assert (collection.corpus.doc_ids, collection.queries.query_ids) == (("a",), ("b",))
    assert collection.qrels.to_dict() == {"b": {"a": 2.0}}


def test_least_collection_is_one_document_and_one_query() -> None:
    least = _find(
        collections(max_documents=2, max_queries=1), lambda collection: True, settings=shrinking
    )
    assert least.corpus.to_frame().to_dict("list") == {
        "doc_id": ["d1"],
        "title": [""],
        "text": [""],
    }
    assert least.queries["q1"] == "the"
    assert least.qrels.to_dict() == {"q1": {"d1": 1.0}}


@brief
@given(metrics(names=["P", "ndcg"], max_cutoff=3))
def test_metrics_have_the_names_and_cutoffs_given(metric: Metric) -> None:
    assert metric.name in {"P", "nDCG"}
    assert metric.cutoff in ({1, 2, 3} if metric.name == "P" else {None, 1, 2, 3})


@pytest.mark.parametrize(("name", "found"), [("nDCG", 'nDCG(gain="exp")'), ("RR", "RR(rel=2)")])
def test_metrics_reach_every_parameter(name: str, found: str) -> None:
    metric = _find(metrics(names=[name]), lambda metric: bool(metric.params), settings=shrinking)
    assert str(metric) == found


def test_pool_has_more_documents_than_a_ranking_is_deep() -> None:
    assert len(DOC_IDS) == 12  # ten are ranked at most: some document is always unretrieved
