"""`tie_band` against every order of the tied documents, tried one by one."""

import math
import re
from collections.abc import Iterator, Mapping
from itertools import groupby, permutations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MetricError
from retrieval_checks.metrics import formula as registry
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.formula import formula
from retrieval_checks.metrics.metric import Metric, parse_metric
from retrieval_checks.metrics.ranked import RankedRelevance, row_sums
from retrieval_checks.metrics.ties import TieBand, tie_band
from retrieval_checks.metrics.unjudged import pairs_to_judge, unjudged_band
from tests.metrics.variants import rewarded, variants

TIED = {"q1": {"a": 1.0, "b": 1.0, "c": 1.0, "d": 0.5}, "q2": {"x": 2.0, "y": 1.0}}
JUDGED = {"q1": {"b": 1, "d": 2, "a": 0}, "q2": {"y": 1}, "q3": {"z": 1}}

IDS = ["a", "b", "c", "d", "e"]
scores = st.dictionaries(st.sampled_from(IDS), st.sampled_from([0.0, -0.0, 1.0, math.inf]))
grades = st.dictionaries(st.sampled_from([*IDS, "f"]), st.sampled_from([0, 1, 2, 3, -1]))
METRICS = variants(rewarded(), ranks=(1, 2, 4))
LEAST_AT_BEST = {"RBP_residual"}


def band(
    metric: str | Metric,
    table: Mapping[str, Mapping[str, float]] = TIED,
    judged: Mapping[str, Mapping[str, float]] = JUDGED,
) -> TieBand:
    return tie_band(evaluate(Run.from_dict(table), Qrels.from_dict(judged), "RR"), metric)


def orders(scores: Mapping[str, float]) -> Iterator[list[str]]:
    """Every ranking that the scores allow."""
    ranked = sorted(scores, key=lambda d: -scores[d])
    groups = [list(group) for _, group in groupby(ranked, key=lambda d: scores[d])]
    for choice in product(*(permutations(group) for group in groups)):
        yield [doc_id for group in choice for doc_id in group]


def tried(
    scores: Mapping[str, float], grades: Mapping[str, float], metrics: tuple[Metric, ...]
) -> np.ndarray[Any, Any]:
    """Each metric under each order, (orders, metrics)."""
    rankings = {str(i): order for i, order in enumerate(orders(scores))}
    qrels = Qrels.from_dict(dict.fromkeys(rankings, grades))
    return evaluate(Run.from_ids(rankings), qrels, metrics).values


@settings(max_examples=35)
@given(scores, grades, st.integers(0, 8))
def test_band_is_the_worst_and_the_best_of_every_order(
    scores: dict[str, float], grades: dict[str, float], first: int
) -> None:
    grades["relevant"] = 3
    metrics = METRICS[first::9]
    values = tried(scores, grades, metrics)
    evaluation = evaluate(Run.from_dict({"q": scores}), Qrels.from_dict({"q": grades}), "RR")
    for metric, column in zip(metrics, values.T, strict=True):
        found = tie_band(evaluation, metric)
        ends = column.min(), column.max()
        worst, best = reversed(ends) if metric.name in LEAST_AT_BEST else ends
        assert found.worst[0] == pytest.approx(worst, rel=0, abs=1e-12), metric
        assert found.best[0] == pytest.approx(best, rel=0, abs=1e-12), metric
        assert found.affected == (("q",) if ends[1] - ends[0] > 1e-9 else ()), metric
        assert found.value[0] == evaluate(evaluation.run, evaluation.qrels, metric).values[0, 0]


@settings(max_examples=60)
@given(scores, grades, st.integers(1, 5))
def test_cut_is_tied_where_the_order_decides_who_is_above_it(
    scores: dict[str, float], grades: dict[str, float], k: int
) -> None:
    grades["relevant"] = 3
    judged = {d: s for d, s in scores.items() if d in grades}
    for table, metric in ((scores, f"P@{k}"), (judged, f"P(judged_only=True)@{k}")):
        ranked = sorted(table.values(), reverse=True)
        is_tied = len(ranked) > k and ranked[k - 1] == ranked[k]
        found = band(metric, {"p": {"a": 1.0}, "q": scores}, {"q": grades, "r": {"a": 1}})
        assert found.tied_cuts == (("q",) if is_tied else ())


def test_band_by_hand() -> None:
    # b is at rank 1 at best, at 3 at worst and at 2 by its id; d is at 4; q3 is missing
    found = band("mrr")
    assert found.metric == Metric("RR")
    assert found.query_ids == ("q1", "q2", "q3")
    assert found.worst.tolist() == [1 / 3, 0.5, 0.0]
    assert found.value.tolist() == [0.5, 0.5, 0.0]
    assert found.best.tolist() == [1.0, 0.5, 0.0]
    assert found.mean == ((1 / 3 + 0.5) / 3, 1 / 3, 0.5)
    assert found.affected == ("q1",)
    assert found.tied_cuts == ()


def test_cut_at_every_rank_by_hand() -> None:
    cuts = [band(f"P@{k}").tied_cuts for k in (1, 2, 3, 4, 5)]
    assert cuts == [("q1",), ("q1",), (), (), ()]
    # judged are a and b, tied at ranks 1 and 2, and d
    cuts = [band(f"P(judged_only=True)@{k}").tied_cuts for k in (1, 2, 3)]
    assert cuts == [("q1",), (), ()]


def test_run_of_one_result_or_none_has_no_ties() -> None:
    for table in ({}, {"q1": {"b": 1.0}}, {"q3": {}, "q1": {"b": 1.0}}):
        found = band("P@1", table)
        assert (found.affected, found.tied_cuts) == ((), ())
        assert found.worst.tolist() == found.value.tolist() == found.best.tolist()


def test_same_score_in_two_queries_is_no_tie() -> None:
    found = band("RR", {"q1": {"x": 1.0}, "q2": {"y": 1.0, "z": 0.5}, "q3": {"z": 0.5}})
    assert found.affected == ()
    assert found.value.tolist() == [0.0, 1.0, 1.0]


def test_level_is_the_metrics_or_else_the_evaluations() -> None:
    run = Run.from_dict({"q": {"a": 1.0, "b": 1.0}})
    evaluation = evaluate(run, Qrels.from_dict({"q": {"a": 1, "b": 2}}), "RR", relevance_level=2)
    assert [tie_band(evaluation, m).mean for m in ("RR", "RR(rel=1)", "RR(rel=3)")] == [
        (0.5, 1.0, 1.0),
        (1.0, 1.0, 1.0),
        (0.0, 0.0, 0.0),
    ]


def test_gain_counts_from_grade_0_up() -> None:
    table, judged = {"q": {"a": 1.0, "b": 1.0}}, {"q": {"a": -2, "b": -1, "m": 1}}
    assert band("nDCG", table, judged).affected == ()
    assert band("nDCG", table, {"q": {"a": -2, "b": 1}}).affected == ("q",)


def test_residual_is_best_where_judged_documents_come_first() -> None:
    found = band("RBP_residual(p=0.5)@1", {"q": {"a": 1.0, "x": 1.0}}, {"q": {"a": 1}})
    assert found.mean == (1.0, 1.0, 0.5)


def test_queries_left_out_of_the_evaluation_are_left_out_here() -> None:
    run, judged = Run.from_dict(TIED), Qrels.from_dict({**JUDGED, "q1": {"a": 0}})
    found = tie_band(evaluate(run, judged, "RR", no_relevant="skip"), "RR")
    assert found.query_ids == ("q2", "q3")
    assert found.value.tolist() == [0.5, 0.0]


def test_dict_of_scores_has_the_band_of_its_run() -> None:
    found = tie_band(evaluate(TIED, JUDGED, "RR"), "RR")
    assert found.mean == band("RR").mean


@pytest.mark.parametrize("metric", ["infAP", "alpha_nDCG@5", "infAP(judged_only=True)@3"])
def test_metric_that_promises_nothing_has_no_band(metric: str) -> None:
    message = (
        f"{parse_metric(metric)} has no known range over the orders of tied documents: nothing says"
        " that it gains when a better document moves up; see the `rewards` of formula()"
    )
    with pytest.raises(MetricError, match=f"^{re.escape(message)}$"):
        band(metric)


def test_all_metrics_but_two_have_a_band() -> None:
    assert {m.name for m in variants()} - set(rewarded()) == {"infAP", "alpha_nDCG"}


@pytest.fixture
def depth_of_relevant() -> Iterator[str]:
    """One's own metric, of which less is better."""
    before = dict(registry._FORMULAS), dict(registry._SPELLINGS)

    @formula("Depth", cutoff="optional", higher_is_better=False, rewards="relevant")
    def depth(ranked: RankedRelevance, k: int | None) -> Any:
        return row_sums(np.where(ranked.hits(k), ranked.ranks, 0.0))

    yield "Depth"
    registry._FORMULAS.clear()
    registry._SPELLINGS.clear()
    registry._FORMULAS.update(before[0])
    registry._SPELLINGS.update(before[1])


def test_ones_own_metric_has_a_band_by_its_promise(depth_of_relevant: str) -> None:
    assert band(depth_of_relevant).worst.tolist() == [7.0, 2.0, 0.0]
    assert band(depth_of_relevant).best.tolist() == [5.0, 2.0, 0.0]


@settings(max_examples=40)
@given(st.permutations(IDS), grades, st.integers(0, 3))
def test_promise_holds_neighbour_by_neighbour(
    ranking: list[str], grades: dict[str, float], at: int
) -> None:
    grades["relevant"] = 3
    swapped = [*ranking[:at], ranking[at + 1], ranking[at], *ranking[at + 2 :]]
    run = Run.from_ids({"before": ranking, "after": swapped})
    qrels = Qrels.from_dict({"before": grades, "after": grades})
    values = evaluate(run, qrels, METRICS).values
    upper, lower = ranking[at], ranking[at + 1]
    for metric, (before, after) in zip(METRICS, values.T, strict=True):
        rewards = registry.find_formula(metric.name).rewards
        level = float(dict(metric.params).get("rel", 1))
        was, now = (worth(grades.get(d), rewards, level) for d in (upper, lower))
        change = (before - after) if metric.name in LEAST_AT_BEST else (after - before)
        if now > was:
            assert change >= -1e-12, metric
        elif now == was:
            assert abs(change) < 1e-12, metric


def worth(grade: float | None, rewards: str | None, level: float) -> float:
    if grade is None:
        return 0
    return {"relevant": float(grade >= level), "gain": max(grade, 0), "judged": 1}[str(rewards)]


@pytest.mark.parametrize("function", [tie_band, unjudged_band, pairs_to_judge])
def test_a_run_is_no_evaluation(function: Any) -> None:
    message = r"expected what evaluate\(run, qrels, metrics\) gives, got Run"
    with pytest.raises(DataError, match=message):
        function(Run.from_ids({"q": ["a"]}), "RR")
