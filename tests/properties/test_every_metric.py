"""What holds of every registered metric, one's own added to the registry included."""

from dataclasses import replace
from math import fsum

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.formula import find_formula, formula_names
from retrieval_checks.metrics.metric import Metric
from tests.properties.cases import EVERY, Case, cases

REWARDED = [m for m in EVERY if find_formula(m.name).rewards and m.higher_is_better is not None]
# 1 for every ranking that has all judged documents, the best first, and nothing else
FULL = [f"{name}@18" for name in ("Success", "R", "RCap", "RR", "AP", "nDCG", "Judged", "bpref")]
FULL += ["RR", "AP", "nDCG", 'nDCG(gain="exp")', "Rprec", "bpref", "IPrec@0", "IPrec@0.3"]
FULL += ["IPrec@1.0", "P@1", "Success@1", "RCap@1", "RCap@2", "RR@1", "nDCG@1", "nDCG@2"]


def test_every_metric_is_here() -> None:
    assert {metric.name for metric in EVERY} == set(formula_names())
    assert len(EVERY) == len(set(EVERY))


@settings(max_examples=25)
@given(cases())
def test_values_and_means_lie_within_the_bounds(case: Case) -> None:
    evaluation = evaluate(case.run, case.qrels, EVERY)
    for metric, column in zip(EVERY, evaluation.values.T, strict=True):
        low, high = metric.bounds
        assert ((column >= low) & (column <= high)).all(), metric
        assert low <= evaluation.mean[str(metric)] <= high, metric


@settings(max_examples=20)
@given(cases())
def test_mean_is_the_exact_sum_over_the_number_of_queries(case: Case) -> None:
    evaluation = evaluate(case.run, case.qrels, EVERY)
    for metric in EVERY:
        values = evaluation.per_query(metric)
        assert list(values) == list(case.judged)
        assert evaluation.mean[str(metric)] == fsum(values.values()) / len(case.judged)


@settings(max_examples=20)
@given(cases(max_judged=5))
def test_ideal_ranking_is_worth_the_most(case: Case) -> None:
    grades = case.qrels.to_dict()
    ideal = Run.from_ids({q: sorted(own, key=lambda d: -own[d]) for q, own in grades.items()})
    assert (evaluate(ideal, case.qrels, FULL).values == 1).all()
    best = evaluate(ideal, case.qrels, REWARDED).values
    values = evaluate(case.run, case.qrels, REWARDED).values
    for metric, upper, lower in zip(REWARDED, best.T, values.T, strict=True):
        gain = upper - lower if metric.higher_is_better else lower - upper
        assert (gain >= -1e-12).all(), metric


@settings(max_examples=20)
@given(cases(max_queries=1, complete=True), st.data())
def test_document_moved_up_past_worse_ones_hurts_no_metric(case: Case, data: st.DataObject) -> None:
    query_id, qrels = case.qrels.query_ids[0], case.qrels
    before = list(case.run.ranking(query_id))
    grades = [qrels[query_id].get(doc_id, 0) for doc_id in before]
    moves = [
        (high, low)
        for low in range(len(before))
        for high in range(low)
        if grades[low] > max(0, *grades[high:low])
    ]
    assume(moves)
    high, low = data.draw(st.sampled_from(moves))
    after = [*before[:high], before[low], *before[high:low], *before[low + 1 :]]
    old = evaluate(Run.from_ids({query_id: before}), qrels, REWARDED).values[0]
    new = evaluate(Run.from_ids({query_id: after}), qrels, REWARDED).values[0]
    for metric, was, now in zip(REWARDED, old, new, strict=True):
        if find_formula(metric.name).rewards != "judged":
            assert now >= was - 1e-12, metric


@settings(max_examples=20)
@given(cases())
def test_ids_of_the_same_order_are_the_same(case: Case) -> None:
    other = case.renamed("document {}".format)
    values = evaluate(case.run, case.qrels, EVERY).values
    assert (evaluate(other.run, other.qrels, EVERY).values == values).all()


@settings(max_examples=20)
@given(cases(), st.data())
def test_scores_count_by_their_order_alone(case: Case, data: st.DataObject) -> None:
    table = {}
    for query_id in case.run:
        scores = case.run[query_id]
        levels = sorted(set(scores.values()))
        steps = st.lists(st.integers(-99, 99), min_size=len(levels), max_size=len(levels))
        new = sorted(data.draw(steps.filter(lambda own: len(set(own)) == len(own))))
        table[query_id] = {d: float(new[levels.index(s)]) for d, s in scores.items()}
    values = evaluate(case.run, case.qrels, EVERY).values
    assert (evaluate(Run.from_dict(table), case.qrels, EVERY).values == values).all()


@settings(max_examples=20)
@given(cases(), st.data())
def test_order_of_entries_and_form_of_the_run_mean_nothing(case: Case, data: st.DataObject) -> None:
    shuffled = {
        q: dict(data.draw(st.permutations(list(case.run[q].items()))))
        for q in data.draw(st.permutations(case.run.query_ids))
    }
    values = evaluate(case.run, case.qrels, EVERY).values
    assert (evaluate(shuffled, case.qrels, EVERY).values == values).all()
    assert (evaluate(Run.from_dict(shuffled), case.qrels, EVERY).values == values).all()


@settings(max_examples=20)
@given(cases(), st.integers(1, 10))
def test_what_stands_below_k_changes_no_metric_at_k(case: Case, k: int) -> None:
    metrics = [replace(m, cutoff=k) for m in EVERY if m.depth is not None]
    assert len({m.name for m in metrics}) == len(formula_names()) - 1  # all but IPrec
    values = evaluate(case.run, case.qrels, metrics).values
    assert (evaluate(case.run.top(k), case.qrels, metrics).values == values).all()


@settings(max_examples=20)
@given(cases())
def test_judged_only_is_the_run_without_unjudged_documents(case: Case) -> None:
    judged = case.qrels.to_dict()
    without = Run.from_dict(
        {q: {d: s for d, s in case.run[q].items() if d in judged.get(q, {})} for q in case.run}
    )
    plain = [m for m in EVERY if not m.judged_only]
    condensed = [replace(m, params=(*m.params, ("judged_only", True))) for m in plain]
    expected = evaluate(without, case.qrels, plain).values
    assert (evaluate(case.run, case.qrels, condensed).values == expected).all()


@settings(max_examples=20)
@given(cases(), st.sampled_from([0.5, 2, 3]))
def test_level_of_a_metric_is_that_of_an_evaluation(case: Case, level: float) -> None:
    plain = [m for m in EVERY if not m.params and find_formula(m.name).uses_level]
    levelled = [replace(m, params=(("rel", level),)) for m in plain]
    assume(any(g >= level for own in case.qrels.to_dict().values() for g in own.values()))
    expected = evaluate(case.run, case.qrels, plain, relevance_level=level).values
    assert (evaluate(case.run, case.qrels, levelled).values == expected).all()


@settings(max_examples=20)
@given(cases(complete=True))
def test_greedy_ideal_of_subtopics_is_worth_1(case: Case) -> None:
    order: dict[str, list[str]] = {}
    for query_id, topics in case.judged.items():
        covers = {t: {d for d, g in own.items() if g >= 1} for t, own in topics.items()}
        weights, left, order[query_id] = dict.fromkeys(covers, 1.0), [*case.qrels[query_id]], []
        while left:
            gain = {d: fsum(weights[t] for t in covers if d in covers[t]) for d in left}
            best = max(left, key=lambda d: (gain[d], d))
            left.remove(best)
            order[query_id].append(best)
            for topic in covers:
                weights[topic] *= 0.5 if best in covers[topic] else 1.0
    metrics = [Metric("alpha_nDCG"), Metric("alpha_nDCG", 2)]
    values = evaluate(Run.from_ids(order), case.qrels, metrics).values
    assert values == pytest.approx(np.ones_like(values), abs=1e-12)
