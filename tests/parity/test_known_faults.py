"""Faults of other libraries that we must not share; each test's comment names who has it."""

from fractions import Fraction

import numpy as np
import pytest

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.metrics.evaluation import evaluate


def test_rankings_and_judgements_are_paired_by_query_id() -> None:
    # ranx pairs plain dicts by position
    run = Run.from_ids({"q2": ["b"], "q1": ["x", "a"], "extra": ["a"]})
    qrels = Qrels.from_dict({"q1": {"a": 1}, "q2": {"b": 1}})
    assert evaluate(run, qrels, "RR").per_query("RR") == {"q1": 0.5, "q2": 1.0}


@pytest.mark.parametrize("beside", [{}, {"m": 0.5, "n": 0.5}], ids=["alone", "beside a tie"])
def test_scores_distinct_in_float64_and_equal_in_float32_keep_their_order(
    beside: dict[str, float],
) -> None:
    # pytrec_eval keeps float32 scores; there the tie goes to the higher id, "z"
    better, worse = 1 + 1e-12, 1.0
    assert np.float32(better) == np.float32(worse)
    run = Run.from_dict({"q": {"z": worse, "a": better, **beside}})
    assert run.ranking("q", k=2) == ("a", "z")
    assert evaluate(run, Qrels.from_dict({"q": {"a": 1}}), "RR").mean == {"RR": 1.0}


def test_missing_query_counts_as_0() -> None:
    # pytrec_eval drops it, and with it the mean rises
    run = Run.from_ids({"q1": ["a"]})
    qrels = Qrels.from_dict({"q1": {"a": 1}, "q2": {"a": 1}})
    evaluation = evaluate(run, qrels, ["nDCG@10", "RR"])
    assert evaluation.mean == {"nDCG@10": 0.5, "RR": 0.5}
    assert evaluation.missing == ("q2",)


def test_query_with_negative_grades_only_ends_and_scores_0() -> None:
    # pytrec_eval can hang on it
    run = Run.from_ids({"spam": ["a", "b"], "q": ["b"]})
    qrels = Qrels.from_dict({"spam": {"a": -1, "b": -2}, "q": {"b": 1}})
    evaluation = evaluate(run, qrels, ["nDCG", "AP", "P@2", 'nDCG(gain="exp")'])
    assert evaluation.values.tolist() == [[0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.5, 1.0]]


def test_relevant_document_with_a_score_of_0_or_less_counts() -> None:
    # torchmetrics discards it
    run = Run.from_dict({"q": {"a": 0.0, "x": -1.0, "b": -2.0, "c": float("-inf")}})
    qrels = Qrels.from_dict({"q": {"a": 1, "b": 1, "c": 1}})
    evaluation = evaluate(run, qrels, ["R@4", "P@4", "AP"])
    assert evaluation.mean == {
        "R@4": 1.0,
        "P@4": 3 / 4,
        "AP": pytest.approx((1 + 2 / 3 + 3 / 4) / 3, abs=1e-15),
    }


def test_relevant_document_that_was_not_retrieved_counts_in_r_and_in_the_ideal() -> None:
    # torchmetrics knows none; sentence-transformers' rerank evaluator divides by what was retrieved
    run = Run.from_ids({"q": ["a"]})
    qrels = Qrels.from_dict({"q": {"a": 1, "never retrieved": 1}})
    evaluation = evaluate(run, qrels, ["R@10", "AP@10", "nDCG@10"])
    ideal = 1 + 1 / np.log2(3)
    assert list(evaluation.mean.values()) == pytest.approx([0.5, 0.5, 1 / ideal], abs=1e-15)


@pytest.mark.parametrize(("relevant", "expected"), [("d9", 1.0), ("d10", 0.5)])
def test_ties_are_broken_alike_with_and_without_a_cutoff(relevant: str, expected: float) -> None:
    # ir_measures breaks ties differently for RR@k than for RR
    run = Run.from_dict({"q": {"d10": 1.0, "d9": 1.0}})
    qrels = Qrels.from_dict({"q": {relevant: 1}})
    metrics = ["RR", "RR@2", "RR@10", "AP", "AP@10"]
    assert set(evaluate(run, qrels, metrics).mean.values()) == {expected}


def test_duplicates_raise_instead_of_counting_twice() -> None:
    # metrics of Haystack and LlamaIndex exceeded 1
    with pytest.raises(DataError, match="duplicate document 'a' in ranking of 'q'"):
        Run.from_ids({"q": ["a", "a"]})
    with pytest.raises(DataError, match="duplicate document id 'a'"):
        Run.from_arrays(["q"], ("a", "a"), [[0, 1]], [[2.0, 1.0]])


def test_document_called_like_its_query_is_kept() -> None:
    # beir drops it
    run = Run.from_ids({"7": ["7", "8"]})
    qrels = Qrels.from_dict({"7": {"7": 1}})
    assert evaluate(run, qrels, "RR").mean == {"RR": 1.0}


def test_means_are_not_rounded() -> None:
    # beir rounds to five digits
    run = Run.from_ids({"q1": ["x", "y", "a"], "q2": ["x", "a"], "q3": ["x"]})
    qrels = Qrels.from_dict({q: {"a": 1} for q in ("q1", "q2", "q3")})
    exact = Fraction(1, 3) * (Fraction(1, 3) + Fraction(1, 2))
    assert evaluate(run, qrels, "RR").mean["RR"] == pytest.approx(float(exact), rel=1e-15)
