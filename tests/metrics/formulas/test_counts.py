"""Counts of documents, worked by hand."""

import math

import pytest

from retrieval_checks.errors import MetricError
from retrieval_checks.metrics.formula import find_formula
from retrieval_checks.metrics.metric import Metric, parse_metric
from tests.metrics.formulas.cases import (
    GRADED,
    GRADED_RANKING,
    JUDGED,
    RANKING,
    facts,
    missing,
    value,
    without_relevant,
)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("NumRet", 5),
        ("NumRet@3", 3),
        ("NumRet@5", 5),
        ("NumRet@9", 5),
        ("NumRet(judged_only=True)", 4),
        ("NumRet(judged_only=True)@3", 3),
        ("NumRel", 4),
        ("NumRel@3", 3),
        ("NumRel@4", 4),
        ("NumRel@9", 4),
        ("NumRel(judged_only=True)", 4),
        ("NumRelRet", 3),
        ("NumRelRet@1", 0),
        ("NumRelRet@3", 2),
        ("NumRelRet@9", 3),
        ("NumRelRet(judged_only=True)@1", 1),
    ],
)
def test_binary_case(metric: str, expected: int) -> None:
    assert value(RANKING, JUDGED, metric) == expected


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("NumRel(rel=2)", 2),
        ("NumRel(rel=0)", 4),
        ("NumRel(rel=4)", 0),
        ("NumRelRet(rel=2)@3", 1),
        ("NumRelRet(rel=0)", 4),
    ],
)
def test_graded_case(metric: str, expected: int) -> None:
    assert value(GRADED_RANKING, GRADED, metric) == expected


def test_nothing_retrieved_leaves_what_there_was_to_find() -> None:
    assert [missing(metric) for metric in ("NumRet", "NumRet@3", "NumRelRet", "NumRel")] == [
        *(0, 0, 0, 4)
    ]
    assert without_relevant(["a", "x"], {"a": 0, "b": -1}, "NumRel") == 0
    assert without_relevant(["a", "x"], {"a": 0, "b": -1}, "NumRelRet") == 0
    assert without_relevant(["a", "x"], {"a": 0, "b": -1}, "NumRet") == 2


@pytest.mark.parametrize(
    ("name", "higher_is_better"), [("NumRet", None), ("NumRel", None), ("NumRelRet", True)]
)
def test_count_has_no_upper_bound(name: str, higher_is_better: bool | None) -> None:
    assert facts(name) == ((0.0, math.inf), higher_is_better, 5, 5)
    assert (Metric(name).k, Metric(name).depth) == (None, None)
    assert find_formula(name).rewards == "relevant"


def test_number_of_retrieved_is_no_matter_of_relevance() -> None:
    with pytest.raises(
        MetricError, match=r"rel has no effect on NumRet, .*; leave it out: NumRet$"
    ):
        parse_metric("num_ret(rel=2)")
