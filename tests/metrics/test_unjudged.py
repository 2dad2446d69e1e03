"""What unjudged documents could change, against judgements that really have them."""

import re
from collections.abc import Mapping
from itertools import product
from math import log2
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MetricError
from retrieval_checks.metrics import unjudged
from retrieval_checks.metrics.evaluation import Evaluation, evaluate, metric_values
from retrieval_checks.metrics.formula import formula_names
from retrieval_checks.metrics.joins.judged_ranks import JudgedRanks
from retrieval_checks.metrics.metric import Metric, parse_metric
from retrieval_checks.metrics.unjudged import PairToJudge, pairs_to_judge, unjudged_band
from retrieval_checks.strategies import JudgedRun, judged_runs
from tests.metrics.variants import variants

METRICS = variants([n for n in formula_names() if n != "alpha_nDCG"], ranks=(2, 4), levels=(2, 5))
CASES = judged_runs(max_queries=3, max_depth=6, max_judged=4, grades=(0, 1, 2, 3, -1))

RUN = Run.from_ids({"q1": ["x", "a", "y"], "q2": ["b", "z"], "q9": ["w"]})
QRELS = Qrels.from_dict({"q1": {"a": 1}, "q2": {"b": 2, "m": 1}, "q3": {"c": 1}})
EVALUATION = evaluate(RUN, QRELS, "RR")


def free(evaluation: Evaluation, k: int | None) -> list[tuple[str, str]]:
    """The unjudged documents of the top k, query by query."""
    run, qrels = evaluation.run, evaluation.qrels
    return [
        (query_id, doc_id)
        for query_id in evaluation.query_ids
        if query_id in run
        for doc_id in run.ranking(query_id, k=k)
        if doc_id not in qrels[query_id]
    ]


def judged_too(qrels: Qrels, pairs: Mapping[tuple[str, str], float]) -> Qrels:
    table = qrels.to_dict()
    for (query_id, doc_id), grade in pairs.items():
        table[query_id][doc_id] = grade
    return Qrels.from_dict(table)


def highest(qrels: Qrels, metric: Metric) -> float:
    level = float(dict(metric.params).get("rel", 1))
    return max(level, *(g for q in qrels for g in qrels[q].values()))


@settings(max_examples=35)
@given(CASES, st.integers(0, 7))
def test_band_is_that_of_judgements_with_the_unjudged_documents(
    judged_run: JudgedRun, first: int
) -> None:
    evaluation = evaluate(*judged_run, "RR")
    run, qrels = judged_run
    for metric in METRICS[first::8]:
        pairs = dict.fromkeys(free(evaluation, metric.k), highest(qrels, metric))
        found = unjudged_band(evaluation, metric)
        dismissed = evaluate(run, judged_too(qrels, dict.fromkeys(pairs, 0.0)), metric)
        assert found.nonrelevant.tolist() == dismissed.values[:, 0].tolist(), metric
        supposed = evaluate(run, judged_too(qrels, pairs), metric).values[:, 0]
        assert found.relevant.tolist() == supposed.tolist(), metric
        assert (found.metric, found.query_ids) == (metric, qrels.query_ids)


BOUNDED = [f"{name}@{k}" for name in ("P", "Success", "RR", "RBP", "ERR") for k in (1, 3)]
BOUNDED += ["RR", "RBP(p=0.95)", "ERR", "NumRelRet", "NumRelRet@2", "P(rel=2)@3", "RR(rel=3)"]
RANKING = ["a", "b", "c", "d"]


@settings(max_examples=15)
@given(st.dictionaries(st.sampled_from(RANKING), st.sampled_from([0, 1, 2, -1]), min_size=1))
def test_any_outcome_lies_between_for_metrics_that_do_not_divide_by_the_relevant(
    known: dict[str, float],
) -> None:
    known["best"] = 3  # never retrieved
    unknown = [doc_id for doc_id in RANKING if doc_id not in known]
    outcomes = {
        f"{i}": {**known, **dict(zip(unknown, grades, strict=True))}
        for i, grades in enumerate(product((-1, 0, 1, 3), repeat=len(unknown)))
    }
    every = evaluate(Run.from_ids(dict.fromkeys(outcomes, RANKING)), outcomes, BOUNDED).values
    evaluation = evaluate(Run.from_ids({"q": RANKING}), {"q": known}, BOUNDED)
    for metric, column in zip(evaluation.metrics, every.T, strict=True):
        found = unjudged_band(evaluation, metric)
        assert found.nonrelevant[0] == pytest.approx(column.min(), rel=0, abs=1e-12), metric
        assert found.relevant[0] == pytest.approx(column.max(), rel=0, abs=1e-12), metric


@settings(max_examples=40)
@given(CASES, st.integers(0, 9), st.integers(1, 12), st.sampled_from([1, 7, 1 << 21]))
def test_pairs_are_those_of_judging_one_at_a_time(
    judged_run: JudgedRun, first: int, most: int, cells: int
) -> None:
    evaluation = evaluate(*judged_run, "RR")
    run, qrels = judged_run
    for metric in METRICS[first::20]:
        before = evaluate(run, qrels, metric).per_query(metric)
        tried = []
        reach = None if metric.judged_only else metric.k
        for place, (query_id, doc_id) in enumerate(free(evaluation, reach)):
            ranking = run.ranking(query_id)
            judged_above = [d for d in ranking[: ranking.index(doc_id)] if d in qrels[query_id]]
            if metric.judged_only and metric.k and len(judged_above) >= metric.k:
                continue
            one = judged_too(qrels, {(query_id, doc_id): highest(qrels, metric)})
            after = evaluate(run, one, metric).per_query(metric)[query_id]
            rank = ranking.index(doc_id) + 1
            change = (after - before[query_id]) / len(qrels)
            tried.append(
                (-round(abs(change), 12), place, PairToJudge(query_id, doc_id, rank, change))
            )
        expected = [pair for _, _, pair in sorted(tried)]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(unjudged, "_BLOCK_CELLS", cells)
            assert pairs_to_judge(evaluation, metric, most=most) == expected[:most], metric
            assert pairs_to_judge(evaluation, metric) == expected, metric


def test_band_by_hand() -> None:
    # relevant at ranks 2; 1; none. With x, y and z: at ranks 1 to 3; 1 and 2; none
    found = unjudged_band(EVALUATION, "precision@2")
    assert found.metric == Metric("P", 2)
    assert found.query_ids == ("q1", "q2", "q3")
    assert found.nonrelevant.tolist() == [0.5, 0.5, 0.0]
    assert found.relevant.tolist() == [1.0, 1.0, 0.0]
    assert found.mean == (1 / 3, 2 / 3)


def test_unjudged_documents_below_the_cut_stay_unjudged() -> None:
    # R of q1 becomes 2 at k = 2 (x, not y) and 3 without a cut
    assert unjudged_band(EVALUATION, "R@2").relevant.tolist() == [1.0, 2 / 3, 0.0]
    assert unjudged_band(EVALUATION, "NumRel").relevant.tolist() == [3.0, 3.0, 1.0]
    assert unjudged_band(EVALUATION, "NumRel(rel=2)@9").relevant.tolist() == [2.0, 2.0, 0.0]


def test_supposed_grade_is_the_highest_of_all_judgements() -> None:
    # q1's x gets 2, the grade of q2's b, and the ideal of q1 is then 2, 1
    found = unjudged_band(EVALUATION, "nDCG@1")
    assert found.nonrelevant.tolist() == [0.0, 1.0, 0.0]
    assert found.relevant.tolist() == [1.0, 1.0, 0.0]
    half = unjudged_band(EVALUATION, "nDCG@2")
    assert half.nonrelevant[0] == pytest.approx(1 / log2(3), abs=1e-15)
    assert half.relevant.tolist() == [1.0, 1.0, 0.0]


def test_metric_of_gain_may_fall() -> None:
    run = Run.from_ids({"q1": ["b", "x"], "q2": ["c", "y"], "q3": ["z"]})
    qrels = Qrels.from_dict({"q1": {"b": 1}, "q2": {"c": 3}, "q3": {"m": 3}})
    evaluation = evaluate(run, qrels, "nDCG")
    fallen, risen = (1 + 3 / log2(3)) / (3 + 1 / log2(3)), 3 / (3 + 3 / log2(3))
    found = unjudged_band(evaluation, "nDCG")
    assert found.nonrelevant.tolist() == [1.0, 1.0, 0.0]
    assert found.relevant.tolist() == pytest.approx([fallen, 1.0, risen], abs=1e-15)
    pairs = pairs_to_judge(evaluation, "nDCG")
    assert [pair.doc_id for pair in pairs] == ["z", "x", "y"]  # by size, not by sign
    changes = [risen / 3, (fallen - 1) / 3, 0.0]
    assert [pair.change for pair in pairs] == pytest.approx(changes, abs=1e-15)


def test_supposed_grade_is_relevant_whatever_the_level() -> None:
    assert unjudged_band(EVALUATION, "P(rel=7)@2").mean == (0.0, (0.5 + 0.5) / 3)
    evaluation = evaluate(RUN, QRELS, "RR", relevance_level=2)
    assert unjudged_band(evaluation, "P@1").mean == (1 / 3, 2 / 3)
    assert unjudged_band(evaluation, "P(rel=1)@1").mean == (1 / 3, 2 / 3)


def test_pairs_by_hand() -> None:
    # RR: x lifts q1 from 1/2 to 1; nothing else changes anything
    assert pairs_to_judge(EVALUATION, "RR") == [
        PairToJudge("q1", "x", 1, 0.5 / 3),
        PairToJudge("q1", "y", 3, 0.0),
        PairToJudge("q2", "z", 2, 0.0),
    ]
    assert [pair.doc_id for pair in pairs_to_judge(EVALUATION, "RR@2")] == ["x", "z"]
    assert [pair.doc_id for pair in pairs_to_judge(EVALUATION, "RR", most=2)] == ["x", "y"]


def test_level_of_the_evaluation_holds_for_every_pair() -> None:
    # a has grade 1, which is not relevant: x, judged 2, is the first that is
    evaluation = evaluate(RUN, QRELS, "RR", relevance_level=2)
    assert pairs_to_judge(evaluation, "RR", most=2) == [
        PairToJudge("q1", "x", 1, 1 / 3),
        PairToJudge("q1", "y", 3, (1 / 3) / 3),
    ]
    # "rel" takes its place
    assert pairs_to_judge(evaluation, "RR(rel=1)", most=1) == [PairToJudge("q1", "x", 1, 0.5 / 3)]


@pytest.mark.parametrize(
    ("cells", "sizes"), [(1, [1] * 5), (9, [3, 2]), (8, [2, 2, 1]), (15, [5]), (99, [5])]
)
def test_variants_are_tried_in_blocks_of_so_many_judgements(
    cells: int, sizes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def recorded(ranks: JudgedRanks, *given: Any, **options: Any) -> FloatArray:
        tried.append(len(ranks))
        return metric_values(ranks, *given, **options)

    run = Run.from_ids({"q1": ["v", "w", "x"], "q2": ["y", "b", "z"]})
    evaluation = evaluate(run, Qrels.from_dict({"q1": {"a": 1}, "q2": {"a": 1, "b": 1}}), "RR")
    monkeypatch.setattr(unjudged, "_BLOCK_CELLS", cells)
    monkeypatch.setattr(unjudged, "metric_values", recorded)
    assert len(pairs_to_judge(evaluation, "RR")) == 5  # each with two judgements at most, and one
    assert tried == [2, *sizes]


def test_hundred_pairs_are_given_unless_asked_otherwise() -> None:
    run = Run.from_ids({"q": [f"x{i}" for i in range(150)]})
    evaluation = evaluate(run, Qrels.from_dict({"q": {"a": 1}}), "RR")
    assert len(pairs_to_judge(evaluation, "P@150")) == 100
    assert len(pairs_to_judge(evaluation, "P@150", most=149)) == 149
    assert [p.rank for p in pairs_to_judge(evaluation, "P@150", most=3)] == [1, 2, 3]


def test_nothing_unjudged_is_nothing_to_judge() -> None:
    evaluation = evaluate(Run.from_ids({"q2": ["b", "m"]}), QRELS, "RR")
    assert pairs_to_judge(evaluation, "nDCG") == []
    found = unjudged_band(evaluation, "nDCG")
    assert found.nonrelevant.tolist() == found.relevant.tolist()
    assert pairs_to_judge(evaluate({}, QRELS, "RR"), "nDCG@5") == []


def test_queries_left_out_of_the_evaluation_are_left_out_here() -> None:
    qrels = Qrels.from_dict({"q1": {"a": 0}, "q2": {"b": 2}})
    evaluation = evaluate(RUN, qrels, "RR", no_relevant="skip")
    assert unjudged_band(evaluation, "P@2").query_ids == ("q2",)
    assert pairs_to_judge(evaluation, "P@2") == [PairToJudge("q2", "z", 2, 0.5)]


@pytest.mark.parametrize("most", [0, -1, 2.0, None, "3"])
def test_number_of_pairs_is_a_whole_number_from_1(most: Any) -> None:
    message = f"most is {most!r}; at least one pair must be asked for"
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        pairs_to_judge(EVALUATION, "RR", most=most)


def test_subtopics_of_unjudged_documents_are_not_known() -> None:
    qrels = Qrels.from_subtopics({"q1": {"s": {"a": 1}}})
    evaluation = evaluate(RUN, qrels, "alpha_nDCG@3")
    message = (
        f"what unjudged documents could change of {parse_metric('alphandcg@3')} is not known:"
        " nothing says which subtopics they would cover"
    )
    for ask in (unjudged_band, pairs_to_judge):
        with pytest.raises(MetricError, match=f"^{re.escape(message)}$"):
            ask(evaluation, "alpha_nDCG@3")
    assert unjudged_band(evaluation, "P@1").mean == (0.0, 1.0)


def test_a_condensed_ranking_reaches_down_to_the_kth_judged_document() -> None:
    run = Run.from_ids({"q": ["x", "y", "a", "z"]})
    evaluation = evaluate(run, Qrels.from_dict({"q": {"a": 0, "b": 1}}), "RR@1")
    pairs = pairs_to_judge(evaluation, "RR(judged_only=True)@1")
    assert [(pair.doc_id, pair.change) for pair in pairs] == [("x", 1.0), ("y", 1.0)]


@pytest.mark.parametrize(
    ("metric", "band"),
    [("bpref", (0.0, 1.0)), ("P(judged_only=True)@1", (0.0, 1.0)), ("Judged@2", (1.0, 1.0))],
)
def test_metrics_that_tell_unjudged_from_irrelevant_count_them_as_irrelevant(
    metric: str, band: tuple[float, float]
) -> None:
    evaluation = evaluate(Run.from_ids({"q": ["x", "a"]}), {"q": {"a": 1, "b": 0}}, "RR")
    assert unjudged_band(evaluation, metric).mean == band


def test_equal_changes_stand_in_the_order_of_the_queries() -> None:
    run = Run.from_ids({q: ["x", "a"][: 1 + (q == "q1")] for q in ("q1", "q2", "q3")})
    evaluation = evaluate(run, {q: {"a": 1} for q in run}, "P@10")
    assert [pair.query_id for pair in pairs_to_judge(evaluation, "P@10")] == ["q1", "q2", "q3"]


def test_level_of_the_evaluation_holds_with_and_without_the_supposed() -> None:
    run, qrels = Run.from_ids({"q": ["a", "x"]}), Qrels.from_dict({"q": {"a": 1, "b": 2}})
    evaluation = evaluate(run, qrels, "RR", relevance_level=2)
    assert unjudged_band(evaluation, "P@2").mean == (0.0, 0.5)
    assert pairs_to_judge(evaluation, "P@2") == [PairToJudge("q", "x", 2, 0.5)]


def test_condensed_ranking_is_judged_down_to_its_kth_judged_document() -> None:
    run, qrels = Run.from_ids({"q": ["a", "x", "b", "y"]}), Qrels.from_dict({"q": {"a": 1, "b": 0}})
    pairs = pairs_to_judge(evaluate(run, qrels, "RR"), "P(judged_only=True)@2")
    assert pairs == [PairToJudge("q", "x", 2, 0.5)]


def test_what_counts_as_not_relevant_gains_nothing_at_any_level() -> None:
    run = Run.from_ids({"q": ["x", "a"]})
    high = evaluate(run, {"q": {"a": 2}}, "RR", relevance_level=2)
    assert unjudged_band(high, "nDCG").mean[0] == pytest.approx(1 / log2(3), abs=1e-15)
    low = evaluate(run, {"q": {"a": 0}}, "RR", relevance_level=0)
    assert unjudged_band(low, "P@2").mean == (0.5, 1.0)
