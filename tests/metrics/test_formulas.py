"""Each formula on cases worked by hand; h says relevant or not, R counts relevant documents."""

from collections.abc import Mapping, Sequence
from math import log2

import pytest

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.metrics.evaluation import evaluate

# Ranks 1..5 hold h = 0, 1, 1, 0, 1; d (relevant) and e (judged, not relevant) are not retrieved.
RANKING = ["x", "a", "b", "n", "c"]
JUDGED = {"a": 1, "b": 1, "c": 1, "d": 1, "n": 0, "e": 0}  # R = 4

GRADED_RANKING = ["b", "n", "a", "u", "c"]
GRADED = {"a": 3, "b": 1, "c": 2, "n": 0}


def value(ranking: Sequence[str], judged: Mapping[str, float], metric: str) -> float:
    """Beside metrics without a cut-off, so that the whole ranking is there to be cut."""
    metrics = [metric, "RR", "AP", "nDCG"]
    evaluation = evaluate(Run.from_ids({"q": ranking}), Qrels.from_dict({"q": judged}), metrics)
    return evaluation.per_query(metric)["q"]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("Success@1", 0.0),
        ("Success@2", 1.0),
        ("Success@10", 1.0),
        ("P@1", 0.0),
        ("P@3", 2 / 3),
        ("P@5", 3 / 5),
        ("P@10", 3 / 10),  # divides by k, although 5 documents were retrieved
        ("R@1", 0.0),
        ("R@3", 2 / 4),
        ("R@5", 3 / 4),
        ("R@10", 3 / 4),
        ("F1@1", 0.0),
        ("F1@3", 2 * (2 / 3) * (2 / 4) / (2 / 3 + 2 / 4)),
        ("F1@10", 2 * (3 / 10) * (3 / 4) / (3 / 10 + 3 / 4)),
        ("RR@1", 0.0),
        ("RR@2", 1 / 2),
        ("RR@10", 1 / 2),
        ("RR", 1 / 2),
        ("AP@1", 0.0),
        ("AP@2", (1 / 2) / 4),
        ("AP@3", (1 / 2 + 2 / 3) / 4),
        ("AP@5", (1 / 2 + 2 / 3 + 3 / 5) / 4),
        ("AP", (1 / 2 + 2 / 3 + 3 / 5) / 4),
        ("nDCG@1", 0.0),
        ("nDCG@2", (1 / log2(3)) / (1 + 1 / log2(3))),
        ("nDCG@3", (1 / log2(3) + 1 / log2(4)) / (1 + 1 / log2(3) + 1 / log2(4))),
        (
            "nDCG",
            (1 / log2(3) + 1 / log2(4) + 1 / log2(6))
            / (1 + 1 / log2(3) + 1 / log2(4) + 1 / log2(5)),
        ),
        ("Judged@1", 0.0),
        ("Judged@2", 1 / 2),
        ("Judged@5", 4 / 5),
        ("Judged@10", 4 / 5),  # divides by the 5 that were retrieved
    ],
)
def test_binary_case(metric: str, expected: float) -> None:
    assert value(RANKING, JUDGED, metric) == pytest.approx(expected, rel=0, abs=1e-15)


IDEAL_AT_3 = 3 + 2 / log2(3) + 1 / log2(4)
EXP_IDEAL_AT_3 = 7 + 3 / log2(3) + 1 / log2(4)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("nDCG@1", 1 / 3),
        ("nDCG@3", (1 + 3 / log2(4)) / IDEAL_AT_3),
        ("nDCG", (1 + 3 / log2(4) + 2 / log2(6)) / IDEAL_AT_3),
        ('nDCG(gain="exp")@1', 1 / 7),
        ('nDCG(gain="exp")@3', (1 + 7 / log2(4)) / EXP_IDEAL_AT_3),
        ('nDCG(gain="exp")', (1 + 7 / log2(4) + 3 / log2(6)) / EXP_IDEAL_AT_3),
        ("P@5", 3 / 5),
        ("P(rel=2)@5", 2 / 5),
        ("P(rel=2.5)@5", 1 / 5),
        ("R(rel=2)@3", 1 / 2),
        ("RR(rel=2)", 1 / 3),
        ("RR(rel=0)@10", 1.0),  # grade 0 is then relevant, unjudged is not
        ("P(rel=0)@5", 4 / 5),
        ("R(rel=0)@5", 4 / 4),
        ("AP(rel=2)", (1 / 3 + 2 / 5) / 2),
        ("Success(rel=3)@2", 0.0),
        ("Success(rel=3)@3", 1.0),
        ("F1(rel=3)@5", 2 * (1 / 5) * 1 / (1 / 5 + 1)),
    ],
)
def test_graded_case(metric: str, expected: float) -> None:
    assert value(GRADED_RANKING, GRADED, metric) == pytest.approx(expected, rel=0, abs=1e-15)


def test_recall_and_average_precision_divide_by_all_relevant_beyond_k() -> None:
    judged = dict.fromkeys("abcde", 1)  # R = 5 > k = 3
    assert value(["a", "b", "c"], judged, "R@3") == 3 / 5
    assert value(["a", "b", "c"], judged, "AP@3") == 3 / 5
    assert value(["a", "b", "c"], judged, "nDCG@3") == 1.0  # its ideal is cut at k as well


def test_ndcg_ideal_has_documents_that_were_not_retrieved() -> None:
    assert value(["b"], {"a": 3, "b": 1}, "nDCG@1") == 1 / 3
    assert value(["b"], {"a": 3, "b": 1}, "nDCG") == pytest.approx(1 / (3 + 1 / log2(3)), abs=1e-15)


@pytest.mark.parametrize("metric", ["nDCG", 'nDCG(gain="exp")'])
def test_negative_grade_gains_nothing_and_costs_nothing(metric: str) -> None:
    with_spam = value(["s", "a"], {"s": -2, "a": 1}, metric)
    assert with_spam == value(["u", "a"], {"a": 1}, metric)
    assert with_spam == pytest.approx(1 / log2(3), abs=1e-15)


def test_negative_grade_is_judged_and_not_relevant() -> None:
    ranking, judged = ["s", "u", "a"], {"s": -2, "a": 1}
    assert value(ranking, judged, "P@3") == 1 / 3
    assert value(ranking, judged, "R@3") == 1.0
    assert value(ranking, judged, "RR") == 1 / 3
    assert value(ranking, judged, "Judged@3") == 2 / 3


def test_real_valued_grades_are_gains_and_compared_with_the_level() -> None:
    judged = {"a": 0.5, "b": 1.5}
    assert value(["a", "b"], judged, "RR") == 1 / 2
    assert value(["a", "b"], judged, "nDCG@1") == pytest.approx(0.5 / 1.5, abs=1e-15)
    exponential = value(["a", "b"], judged, 'nDCG(gain="exp")@1')
    assert exponential == pytest.approx((2**0.5 - 1) / (2**1.5 - 1), abs=1e-15)


def test_ideal_of_near_equal_grades_is_not_exceeded() -> None:
    low, high = 1 + 2.0**-52, 1 + 2.0**-51
    discounts = (1, log2(3), log2(4))
    ours = sum(g / d for g, d in zip((high, low, high), discounts, strict=True))
    ideal = sum(g / d for g, d in zip((high, high, low), discounts, strict=True))
    assert ours > ideal  # by rounding alone
    assert value(["a", "b", "c"], {"a": high, "b": low, "c": high}, "nDCG") == 1.0


@pytest.mark.parametrize(
    ("grades", "metric"),
    [({"a": 2000.0}, 'nDCG(gain="exp")'), ({"a": 1.7e308, "b": 1.7e308}, "nDCG@5")],
)
def test_gains_beyond_a_float_are_an_error(grades: dict[str, float], metric: str) -> None:
    with pytest.raises(DataError, match=r"grade .* is too large: nDCG's sum of gains is not fin"):
        value(["a"], grades, metric)


@pytest.mark.parametrize(
    "metric", ["Success@3", "P@3", "R@3", "F1@3", "RR@3", "RR", "AP@3", "AP", "nDCG", "Judged@3"]
)
def test_empty_ranking_scores_0(metric: str) -> None:
    assert value([], {"a": 1}, metric) == 0.0


@pytest.mark.parametrize("metric", ["Success@3", "P@3", "R@3", "F1@3", "RR", "AP", "nDCG"])
def test_query_without_relevant_document_scores_0(metric: str) -> None:
    run = Run.from_ids({"q": ["a", "b"], "other": ["a"]})
    qrels = Qrels.from_dict({"q": {"a": 0, "b": -1}, "other": {"a": 1}})
    assert evaluate(run, qrels, metric).per_query(metric)["q"] == 0.0


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_ndcg_goes_by_grades_whatever_counts_as_relevant(level: int) -> None:
    run, qrels = Run.from_ids({"q": ["a", "b"]}), Qrels.from_dict({"q": {"a": 1, "b": 3}})
    evaluation = evaluate(run, qrels, "nDCG@1", relevance_level=level)
    assert evaluation.mean == {"nDCG@1": 1 / 3}  # gain 1 of an ideal 3
