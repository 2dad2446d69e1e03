from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval_checks.comparison.attribution.ideal import ideal_rerank, ideal_run
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.formula import find_formula, formula_names
from retrieval_checks.strategies import JudgedRun, judged_runs
from tests.comparison.attribution.factories import judged, run

ORDERED = [
    name + {"recall": "@0.5", "required": "@3", "optional": "@3"}[find_formula(name).cutoff]
    for name in formula_names()
    if find_formula(name).rewards in ("relevant", "gain") and find_formula(name).higher_is_better
]


def test_candidates_stand_by_grade_and_the_rest_keeps_its_order() -> None:
    qrels = Qrels.from_dict({"q0": {"a": 1, "b": 2, "n": -1, "d": 3}})
    assert ideal_rerank(run("nxaybd"), qrels, depth=5).ranking("q0") == tuple("baxynd")


def test_what_lies_below_the_depth_keeps_its_order_whatever_its_grade() -> None:
    qrels = Qrels.from_dict({"q0": {"a": 1, "b": 2}, "not run": {"a": 1}})
    assert ideal_rerank(run("xnab"), qrels, depth=2).ranking("q0") == tuple("xnab")


def test_depth_beyond_the_ranking_reaches_its_end() -> None:
    assert ideal_rerank(run("xya", "", "a"), judged("a", "a", "a"), depth=9).to_dict() == {
        "q0": {"a": 1.0, "x": 1 / 2, "y": 1 / 3},
        "q1": {},
        "q2": {"a": 1.0},
    }


def test_queries_without_judgements_stay_as_they_are() -> None:
    given_run = Run.from_ids({"other": ["b", "a"], "q1": ["x", "a"], "q0": ["x", "a"]})
    best = ideal_rerank(given_run, judged("a", "a"), depth=2)
    assert best.query_ids == ("other", "q1", "q0")
    assert best.ranking("other") == ("b", "a")
    assert best.ranking("q1") == best.ranking("q0") == ("a", "x")


def test_ideal_run_has_all_judged_documents_best_first() -> None:
    qrels = Qrels.from_dict({"q0": {"a": 1, "b": 2, "n": -1}, "q1": {"c": 1}})
    assert ideal_run(qrels).ranking("q0") == ("b", "a", "n")
    assert ideal_run(qrels).ranking("q1") == ("c",)


@pytest.mark.parametrize("metric", ORDERED)
@settings(max_examples=25, deadline=None)
@given(case=judged_runs(grades=(0, 1, 2, 3, -1)), depth=st.integers(1, 4))
def test_no_order_of_the_candidates_is_better(metric: str, case: JudgedRun, depth: int) -> None:
    best = evaluate(ideal_rerank(case.run, case.qrels, depth=depth), case.qrels, metric)
    most = best.per_query(metric)
    shared = [query_id for query_id in case.qrels if query_id in case.run]
    for query_id in shared[:2]:
        ranking = case.run.ranking(query_id)
        for order in permutations(ranking[:depth]):
            other = Run.from_ids({query_id: [*order, *ranking[depth:]]})
            value = evaluate(other, case.qrels, metric).per_query(metric)
            if query_id in most:
                assert value[query_id] <= most[query_id] + 1e-12


@pytest.mark.parametrize("metric", ORDERED)
@settings(max_examples=25, deadline=None)
@given(case=judged_runs(grades=(0, 1, 2, 3, -1)))
def test_no_run_is_better_than_the_judgements_own(metric: str, case: JudgedRun) -> None:
    best = evaluate(ideal_run(case.qrels), case.qrels, metric).values
    assert (evaluate(case.run, case.qrels, metric).values <= best + 1e-12).all()
