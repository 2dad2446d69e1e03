"""Metrics of the top k as a set, worked by hand."""

import pytest

from retrieval_checks.metrics.formula import find_formula
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

NAMES = ["Success", "P", "R", "RCap", "F1", "Rprec"]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("Success@1", 0.0),
        ("Success@2", 1.0),
        ("Success@5", 1.0),  # 1, not the 3 that there are
        ("Success@10", 1.0),
        ("P@1", 0.0),
        ("P@3", 2 / 3),
        ("P@4", 2 / 4),
        ("P@5", 3 / 5),
        ("P@10", 3 / 10),  # divides by k, although 5 documents were retrieved
        ("R@1", 0.0),
        ("R@3", 2 / 4),
        ("R@5", 3 / 4),
        ("R@10", 3 / 4),
        ("RCap@1", 0.0),
        ("RCap@2", 1 / 2),
        ("RCap@3", 2 / 3),
        ("RCap@4", 2 / 4),
        ("RCap@5", 3 / 4),  # min(5, 4) = 4
        ("RCap@10", 3 / 4),
        ("F1@1", 0.0),
        ("F1@3", 2 * (2 / 3) * (2 / 4) / (2 / 3 + 2 / 4)),
        ("F1@10", 2 * (3 / 10) * (3 / 4) / (3 / 10 + 3 / 4)),
        ("Rprec", 2 / 4),  # the top 4
        ("Rprec@1", 0.0),
        ("Rprec@2", 1 / 4),
        ("Rprec@4", 2 / 4),
        ("Rprec@10", 2 / 4),
        # without x the ranking is a, b, n, c
        ("Success(judged_only=True)@1", 1.0),
        ("P(judged_only=True)@1", 1.0),
        ("P(judged_only=True)@4", 3 / 4),
        ("P(judged_only=True)@5", 3 / 5),
        ("R(judged_only=True)@4", 3 / 4),
        ("RCap(judged_only=True)@2", 1.0),
        ("F1(judged_only=True)@4", 3 / 4),
        ("Rprec(judged_only=True)", 3 / 4),
    ],
)
def test_binary_case(metric: str, expected: float) -> None:
    assert value(RANKING, JUDGED, metric) == close(expected)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("P@5", 3 / 5),
        ("P(rel=2)@5", 2 / 5),
        ("P(rel=2.5)@5", 1 / 5),
        ("P(rel=0)@5", 4 / 5),  # unjudged is never relevant
        ("P(rel=-1)@5", 4 / 5),
        ("R(rel=2)@3", 1 / 2),
        ("R(rel=0)@5", 4 / 4),
        ("RCap(rel=2)@1", 0.0),
        ("RCap(rel=2)@3", 1 / 2),
        ("Success(rel=3)@2", 0.0),
        ("Success(rel=3)@3", 1.0),
        ("F1(rel=3)@5", 2 * (1 / 5) * 1 / (1 / 5 + 1)),
        ("Rprec(rel=2)", 0.0),
        ("Rprec(rel=1)", 2 / 3),
        ("Rprec(rel=2, judged_only=True)", 0.0),  # b, n
    ],
)
def test_graded_case(metric: str, expected: float) -> None:
    assert value(GRADED_RANKING, GRADED, metric) == close(expected)


def test_recall_divides_by_all_relevant_beyond_k_and_capped_recall_by_k() -> None:
    judged = dict.fromkeys("abcde", 1)  # R = 5 > k = 3
    assert value(["a", "b", "c"], judged, "R@3") == 3 / 5
    assert value(["a", "b", "c"], judged, "RCap@3") == 1.0
    assert value(["a", "b", "c"], judged, "RCap@4") == 3 / 4
    assert value(["a", "b", "c"], judged, "Rprec") == 3 / 5
    assert value(["a", "b", "c"], judged, "F1@3") == close(6 / 8)


def test_negative_grade_is_judged_and_not_relevant() -> None:
    ranking, judged = ["s", "u", "a"], {"s": -2, "a": 1}
    assert value(ranking, judged, "P@3") == 1 / 3
    assert value(ranking, judged, "R@3") == 1.0
    assert value(ranking, judged, "RCap@3") == 1.0
    assert value(ranking, judged, "F1@3") == close(2 / 4)
    assert value(ranking, judged, "Rprec") == 0.0
    assert value(ranking, judged, "Rprec(rel=-2)") == 1 / 2
    assert value(ranking, judged, "P(judged_only=True)@2") == 1 / 2


@pytest.mark.parametrize("name", NAMES)
def test_nothing_found_and_nothing_to_find_are_0(name: str) -> None:
    assert missing(f"{name}@3") == 0.0
    assert without_relevant(["a", "b"], {"a": 0, "b": -1}, f"{name}@3") == 0.0
    assert without_relevant([], {"a": 0}, f"{name}@3") == 0.0


@pytest.mark.parametrize("name", NAMES)
def test_share_is_better_the_higher(name: str) -> None:
    assert facts(name) == ((0.0, 1.0), True, 5, 5)
    assert find_formula(name).rewards == "relevant"
    assert find_formula(name).uses_level
    assert find_formula(name).cutoff == ("optional" if name == "Rprec" else "required")
