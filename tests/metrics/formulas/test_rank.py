"""Metrics of the ranks of relevant documents, worked by hand."""

import re

import pytest

from retrieval_checks.errors import MetricError
from retrieval_checks.metrics.formula import find_formula
from retrieval_checks.metrics.metric import Metric, parse_metric
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


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("RR@1", 0.0),
        ("RR@2", 1 / 2),
        ("RR@10", 1 / 2),
        ("RR", 1 / 2),
        ("AP@1", 0.0),
        ("AP@2", (1 / 2) / 4),
        ("AP@3", (1 / 2 + 2 / 3) / 4),
        ("AP@5", (1 / 2 + 2 / 3 + 3 / 5) / 4),
        ("AP", (1 / 2 + 2 / 3 + 3 / 5) / 4),
        ("IPrec@0", 2 / 3),  # the highest anywhere: 1/2, 2/3, 3/5
        ("IPrec@0.1", 2 / 3),  # 0.4 of a document: at least one is asked for
        ("IPrec@0.25", 2 / 3),
        ("IPrec@0.5", 2 / 3),  # two are there at ranks 3, 4 and 5
        ("IPrec@0.6", 2 / 3),  # 2.4 documents: two
        ("IPrec@0.625", 3 / 5),  # 2.5 documents: three
        ("IPrec@0.75", 3 / 5),
        ("IPrec@0.87", 3 / 5),  # 3.48
        ("IPrec@0.875", 0.0),  # 3.5 documents: four, which were not found
        ("IPrec@1.0", 0.0),
        ("RBP(p=0.5)", 0.5 * (0.5 + 0.25 + 0.0625)),
        ("RBP", 0.2 * (0.8 + 0.8**2 + 0.8**4)),
        ("RBP(p=0.5)@2", 0.25),
        ("RBP(p=0.5)@1", 0.0),
        ("RBP(p=0.5)@9", 0.5 * (0.5 + 0.25 + 0.0625)),
        # 1 less the weight of the judged ranks 2 to 5: those of rank 1 and of 6 and below
        ("RBP_residual(p=0.5)", 0.5 + 0.5**5),
        ("RBP_residual", 0.2 + 0.8**5),
        ("RBP_residual(p=0.5)@1", 1.0),
        ("RBP_residual(p=0.5)@2", 0.5 + 0.25),
        ("RBP_residual(p=0.5)@9", 0.5 + 0.5**5),
        # without x the ranking is a, b, n, c
        ("RR(judged_only=True)@1", 1.0),
        ("AP(judged_only=True)", (1 + 1 + 3 / 4) / 4),
        ("AP(judged_only=True)@2", 2 / 4),
        ("IPrec(judged_only=True)@0.75", 3 / 4),
        ("RBP(judged_only=True, p=0.5)", 0.5 + 0.25 + 0.0625),
        ("RBP_residual(judged_only=True, p=0.5)", 0.5**4),
    ],
)
def test_binary_case(metric: str, expected: float) -> None:
    assert value(RANKING, JUDGED, metric) == close(expected)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("RR", 1.0),
        ("RR(rel=2)", 1 / 3),
        ("RR(rel=2)@2", 0.0),
        ("RR(rel=0)@10", 1.0),  # grade 0 is then relevant, unjudged is not
        ("AP(rel=2)", (1 / 3 + 2 / 5) / 2),
        ("AP(rel=0)", (1 + 1 + 1 + 4 / 5) / 4),
        ("IPrec(rel=2)@0.5", 2 / 5),  # at rank 5 more than at rank 3
        ("RBP(rel=2, p=0.5)", 0.5 * (0.25 + 0.0625)),
        ("RBP(p=0.5, rel=0)@4", 0.5 * (1 + 0.5 + 0.25)),
    ],
)
def test_graded_case(metric: str, expected: float) -> None:
    assert value(GRADED_RANKING, GRADED, metric) == close(expected)


def test_average_precision_divides_by_all_relevant_beyond_k() -> None:
    judged = dict.fromkeys("abcde", 1)  # R = 5 > k = 3
    assert value(["a", "b", "c"], judged, "AP@3") == 3 / 5
    assert value(["a", "b", "c"], judged, "IPrec@0.6") == 1.0
    assert value(["a", "b", "c"], judged, "IPrec@0.7") == 0.0


def test_recall_level_is_rounded_half_up() -> None:
    judged = dict.fromkeys("abcde", 1)  # 0.3 of 5 is 1.5, 0.1 of 5 is 0.5
    assert value(["a", "x", "b"], judged, "IPrec@0.3") == 2 / 3
    assert value(["a", "x", "b"], judged, "IPrec@0.29") == 1.0
    assert value(["a", "x", "b"], judged, "IPrec@0.1") == 1.0


def test_negative_grade_is_judged_and_not_relevant() -> None:
    ranking, judged = ["s", "u", "a"], {"s": -2, "a": 1}
    assert value(ranking, judged, "RR") == 1 / 3
    assert value(ranking, judged, "AP") == 1 / 3
    assert value(ranking, judged, "RBP(p=0.5)") == 0.125
    assert value(ranking, judged, "RBP_residual(p=0.5)") == 0.25 + 0.125  # u, and below rank 3
    assert value(ranking, judged, "RR(rel=-2)") == 1.0


def test_real_valued_grades_are_compared_with_the_level() -> None:
    assert value(["a", "b"], {"a": 0.5, "b": 1.5}, "RR") == 1 / 2


@pytest.mark.parametrize("metric", ["RR", "RR@3", "AP", "AP@3", "IPrec@0", "IPrec@1", "RBP"])
def test_nothing_found_and_nothing_to_find_are_0(metric: str) -> None:
    assert missing(metric) == 0.0
    assert without_relevant(["a", "b"], {"a": 0, "b": -1}, metric) == 0.0
    assert without_relevant([], {"a": 0}, metric) == 0.0


def test_residual_of_nothing_is_everything() -> None:
    assert missing("RBP_residual") == 1.0
    assert without_relevant(["a"], {"a": 0}, "RBP_residual(p=0.5)") == 0.5


@pytest.mark.parametrize("name", ["RBP", "RBP_residual"])
@pytest.mark.parametrize("p", [0, 1, -0.5, 1.5])
def test_persistence_lies_strictly_between_0_and_1(name: str, p: float) -> None:
    message = f"p of RBP must lie strictly between 0 and 1, got {p!r}"
    with pytest.raises(MetricError, match=f"^{re.escape(message)}$"):
        value(["a"], {"a": 1}, f"{name}(p={p})")


@pytest.mark.parametrize("p", [0.001, 0.999])
def test_any_persistence_between_is_taken(p: float) -> None:
    assert value(["a"], {"a": 1}, f"RBP(p={p})") == 1 - p
    assert value(["a"], {"a": 1}, f"RBP_residual(p={p})") == close(p)


@pytest.mark.parametrize("name", ["RR", "AP", "RBP"])
def test_share_is_better_the_higher(name: str) -> None:
    assert facts(name) == ((0.0, 1.0), True, 5, 5)
    assert (Metric(name).k, Metric(name).depth) == (None, None)
    assert find_formula(name).rewards == "relevant"
    assert find_formula(name).uses_level


def test_residual_is_better_the_lower() -> None:
    assert facts("RBP_residual") == ((0.0, 1.0), False, 5, 5)
    assert find_formula("RBP_residual").rewards == "judged"
    with pytest.raises(MetricError, match="rel has no effect on RBP_residual, which does not ask"):
        parse_metric("RBP_residual(rel=2)")


def test_interpolated_precision_looks_at_the_whole_ranking() -> None:
    metric = parse_metric("IPrec@0.1")
    assert (metric.bounds, metric.higher_is_better) == ((0.0, 1.0), True)
    assert (metric.cutoff, metric.k, metric.depth) == (0.1, None, None)
    assert find_formula("IPrec").rewards == "relevant"
    ranked = RankedRelevance.of(["a"], {"a": 1})
    assert Metric("IPrec", 1).values(ranked).tolist() == [1.0]
