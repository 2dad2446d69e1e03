"""Metrics of graded gain, worked by hand."""

import re
from math import log2

import pytest

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MetricError
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.formula import find_formula
from retrieval_checks.metrics.formulas.gain import expected_reciprocal_rank
from retrieval_checks.metrics.metric import Metric
from retrieval_checks.metrics.ranked import RankedRelevance
from tests.metrics.formulas.cases import (
    GRADED,
    GRADED_RANKING,
    JUDGED,
    RANKING,
    close,
    facts,
    missing,
    value,
    without_relevant,
)

IDEAL_AT_3 = 3 + 2 / log2(3) + 1 / log2(4)
EXP_IDEAL_AT_3 = 7 + 3 / log2(3) + 1 / log2(4)
# how likely a reader stops at grades 1, 2 and 3 of at most 4
P1, P2, P3 = 1 / 16, 3 / 16, 7 / 16


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("nDCG@1", 0.0),
        ("nDCG@2", (1 / log2(3)) / (1 + 1 / log2(3))),
        ("nDCG@3", (1 / log2(3) + 1 / log2(4)) / (1 + 1 / log2(3) + 1 / log2(4))),
        (
            "nDCG",
            (1 / log2(3) + 1 / log2(4) + 1 / log2(6))
            / (1 + 1 / log2(3) + 1 / log2(4) + 1 / log2(5)),
        ),
        (
            "nDCG(judged_only=True)@4",  # a, b, n, c
            (1 + 1 / log2(3) + 1 / log2(5)) / (1 + 1 / log2(3) + 1 / log2(4) + 1 / log2(5)),
        ),
        ("ERR@1", 0.0),
        ("ERR@2", P1 / 2),
        ("ERR", P1 / 2 + (1 - P1) * P1 / 3 + (1 - P1) ** 2 * P1 / 5),
        ("ERR(max_grade=1)", 1 / 2 * (1 / 2 + 1 / 2 / 3 + 1 / 4 / 5)),
        ("ERR(judged_only=True)@1", P1),
    ],
)
def test_binary_case(metric: str, expected: float) -> None:
    assert value(RANKING, JUDGED, metric) == close(expected)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("nDCG@1", 1 / 3),
        ("nDCG@3", (1 + 3 / log2(4)) / IDEAL_AT_3),
        ("nDCG", (1 + 3 / log2(4) + 2 / log2(6)) / IDEAL_AT_3),
        ("nDCG@9", (1 + 3 / log2(4) + 2 / log2(6)) / IDEAL_AT_3),
        ("nDCG(gain=lin)@1", 1 / 3),
        ('nDCG(gain="exp")@1', 1 / 7),
        ('nDCG(gain="exp")@3', (1 + 7 / log2(4)) / EXP_IDEAL_AT_3),
        ('nDCG(gain="exp")', (1 + 7 / log2(4) + 3 / log2(6)) / EXP_IDEAL_AT_3),
        ("nDCG(judged_only=True)", (1 + 3 / log2(4) + 2 / log2(5)) / IDEAL_AT_3),
        ("ERR@1", P1),
        ("ERR@3", P1 + (1 - P1) * P3 / 3),
        ("ERR", P1 + (1 - P1) * P3 / 3 + (1 - P1) * (1 - P3) * P2 / 5),
        ("ERR@9", P1 + (1 - P1) * P3 / 3 + (1 - P1) * (1 - P3) * P2 / 5),
        ("ERR(max_grade=3)@3", 1 / 8 + 7 / 8 * 7 / 8 / 3),
        ("ERR(max_grade=5)@1", 1 / 32),
    ],
)
def test_graded_case(metric: str, expected: float) -> None:
    assert value(GRADED_RANKING, GRADED, metric) == close(expected)


def test_ideal_is_cut_at_k() -> None:
    assert value(["a", "b", "c"], dict.fromkeys("abcde", 1), "nDCG@3") == 1.0
    assert value(["a", "b", "c"], dict.fromkeys("abcde", 1), "nDCG") < 1.0


def test_ideal_has_documents_that_were_not_retrieved() -> None:
    assert value(["b"], {"a": 3, "b": 1}, "nDCG@1") == 1 / 3
    assert value(["b"], {"a": 3, "b": 1}, "nDCG") == close(1 / (3 + 1 / log2(3)))


@pytest.mark.parametrize("metric", ["nDCG", 'nDCG(gain="exp")', "ERR", "ERR@2"])
def test_negative_grade_gains_nothing_and_costs_nothing(metric: str) -> None:
    with_spam = value(["s", "a"], {"s": -2, "a": 1}, metric)
    assert with_spam == value(["u", "a"], {"a": 1}, metric)
    assert with_spam == close(P1 / 2 if metric.startswith("ERR") else 1 / log2(3))


def test_real_valued_grades_are_gains() -> None:
    judged = {"a": 0.5, "b": 1.5}
    assert value(["a", "b"], judged, "nDCG@1") == close(0.5 / 1.5)
    exponential = value(["a", "b"], judged, 'nDCG(gain="exp")@1')
    assert exponential == close((2**0.5 - 1) / (2**1.5 - 1))
    assert value(["a", "b"], judged, "ERR@1") == close((2**0.5 - 1) / 16)


def test_ideal_of_near_equal_grades_is_not_exceeded() -> None:
    low, high = 1 + 2.0**-52, 1 + 2.0**-51
    discounts = (1, log2(3), log2(4))
    ours = sum(g / d for g, d in zip((high, low, high), discounts, strict=True))
    ideal = sum(g / d for g, d in zip((high, high, low), discounts, strict=True))
    assert ours > ideal  # by rounding alone
    assert value(["a", "b", "c"], {"a": high, "b": low, "c": high}, "nDCG") == 1.0


@pytest.mark.parametrize(
    ("grades", "metric", "grade"),
    [
        ({"a": 2000.0, "b": 1.0}, 'nDCG(gain="exp")', "2000"),
        ({"a": 1.7e308, "b": 1.7e308}, "nDCG@5", "1.7e+308"),
    ],
)
def test_gains_beyond_a_float_are_an_error(
    grades: dict[str, float], metric: str, grade: str
) -> None:
    message = f"grade {grade} is too large: nDCG's sum of gains is not finite"
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        value(["a"], grades, metric)


@pytest.mark.parametrize("ranking", [["a"], ["b"], []])
def test_grade_above_the_highest_is_an_error_wherever_it_stands(ranking: list[str]) -> None:
    message = (
        "grade 5.5 is above max_grade 4 of ERR; name the highest grade of the collection:"
        " ERR(max_grade=5.5)"
    )
    with pytest.raises(MetricError, match=f"^{re.escape(message)}$"):
        value(ranking, {"a": 5.5, "b": 1}, "ERR@3")
    assert value(["a"], {"a": 5.5, "b": 1}, "ERR(max_grade=5.5)") == close(1 - 2**-5.5)
    assert value(["a"], {"a": 4, "b": 1}, "ERR") == close(15 / 16)


@pytest.mark.parametrize("max_grade", [0, -1, 1024, 2000, 10**300])
def test_highest_grade_has_a_power_of_two(max_grade: int) -> None:
    message = f"max_grade of ERR must lie between 0 and 1023, got {max_grade}"
    with pytest.raises(MetricError, match=f"^{re.escape(message)}$"):
        value(["a"], {"a": 1}, f"ERR(max_grade={max_grade})")
    assert value(["a"], {"a": 1023, "b": 1}, "ERR(max_grade=1023)") == 1.0
    assert without_relevant(["a"], {"a": 0.5}, "ERR(max_grade=1)") == close((2**0.5 - 1) / 2)


@pytest.mark.parametrize("metric", ["nDCG", "nDCG@3", 'nDCG(gain="exp")@3', "ERR", "ERR@3"])
def test_nothing_found_and_nothing_to_find_are_0(metric: str) -> None:
    assert missing(metric) == 0.0
    assert without_relevant(["a", "b"], {"a": 0, "b": -1}, metric) == 0.0
    assert without_relevant([], {"a": 0}, metric) == 0.0


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_gain_goes_by_grades_whatever_counts_as_relevant(level: int) -> None:
    run, qrels = Run.from_ids({"q": ["a", "b"]}), Qrels.from_dict({"q": {"a": 1, "b": 3}})
    evaluation = evaluate(run, qrels, ["nDCG@1", "ERR@1"], relevance_level=level)
    assert evaluation.mean == {"nDCG@1": 1 / 3, "ERR@1": P1}


@pytest.mark.parametrize("name", ["nDCG", "ERR"])
def test_share_is_better_the_higher(name: str) -> None:
    assert facts(name) == ((0.0, 1.0), True, 5, 5)
    assert (Metric(name).k, Metric(name).depth) == (None, None)
    assert find_formula(name).rewards == "gain"
    assert not find_formula(name).uses_level
    assert find_formula("nDCG").choices == {"gain": ("lin", "exp")}


def test_err_of_nothing_judged_is_0() -> None:
    nothing = expected_reciprocal_rank(RankedRelevance.of(["x"], {}), 5)
    assert nothing.tolist() == [0.0]


def test_highest_grade_of_err_may_be_below_1() -> None:
    ranked = RankedRelevance.of(["a"], {"a": 0.5})
    assert expected_reciprocal_rank(ranked, 1, max_grade=0.5) == close((2**0.5 - 1) / 2**0.5)
