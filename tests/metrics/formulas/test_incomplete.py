"""Metrics for judgements with holes, worked by hand."""

import pytest

from retrieval_checks.errors import MetricError
from retrieval_checks.metrics.formula import find_formula
from retrieval_checks.metrics.formulas.incomplete import inferred_ap
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

E = 1e-5


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("Judged@1", 0.0),
        ("Judged@2", 1 / 2),
        ("Judged@5", 4 / 5),
        ("Judged@10", 4 / 5),  # divides by the 5 that were retrieved
        ("Judged(judged_only=True)@2", 1.0),
        ("Judged(judged_only=True)@10", 1.0),
        # R = 4, N = 2: a and b have none above, c has n: (1 + 1 + (1 - 1/2)) / 4
        ("bpref", 2.5 / 4),
        ("bpref@4", 2 / 4),
        ("bpref@2", 1 / 4),
        ("bpref@1", 0.0),
        ("bpref(judged_only=True)", 2.5 / 4),  # it leaves them out anyway
        # in the pool are a, b, n, c at ranks 2 to 5
        (
            "infAP",
            (
                (1 / 2)
                + (1 / 3 + 1 / 3 * (1 + E) / (1 + 2 * E))
                + (1 / 5 + 3 / 5 * (2 + E) / (3 + 2 * E))
            )
            / 4,
        ),
        ("infAP@3", ((1 / 2) + (1 / 3 + 1 / 3 * (1 + E) / (1 + 2 * E))) / 4),
        ("infAP@1", 0.0),
        (
            "infAP(judged_only=True)",
            (1 + (1 / 2 + 1 / 2 * (1 + E) / (1 + 2 * E)) + (1 / 4 + 3 / 4 * (2 + E) / (3 + 2 * E)))
            / 4,
        ),
    ],
)
def test_binary_case(metric: str, expected: float) -> None:
    assert value(RANKING, JUDGED, metric) == close(expected)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("Judged@4", 3 / 4),
        # b before n, a and c after: R = 3, N = 1
        ("bpref", (1 + 0 + 0) / 3),
        # rel=2: R = 2, N = 2; above a and c stand b and n
        ("bpref(rel=2)", 0.0),
        # rel=3: R = 1; min(2, 1) / min(1, 3)
        ("bpref(rel=3)", 0.0),
        ("bpref(rel=0)", 1.0),  # N = 0
        ("infAP(rel=3)", 1 / 3 + 2 / 3 * E / (2 + 2 * E)),
    ],
)
def test_graded_case(metric: str, expected: float) -> None:
    assert value(GRADED_RANKING, GRADED, metric) == close(expected)


def test_bpref_counts_no_more_above_than_there_are_relevant() -> None:
    # R = 2, N = 4; a has one above, b four: (1 - 1/2) + (1 - min(4, 2)/2)
    ranking, judged = ["m", "a", "n", "o", "p", "b"], {"a": 1, "b": 1, **dict.fromkeys("mnop", 0)}
    assert value(ranking, judged, "bpref") == 0.5 / 2
    assert value(["a", "b"], judged, "bpref") == 1.0


def test_bpref_of_more_relevant_than_not_divides_by_the_fewer() -> None:
    # R = 3, N = 2 of which one was not retrieved: 1 + (1 - 1/2) + (1 - 1/2)
    judged = {"a": 1, "b": 1, "c": 1, "m": 0, "n": 0}
    assert value(["a", "m", "b", "c"], judged, "bpref") == close(2 / 3)


def test_bpref_takes_a_negative_grade_as_not_relevant() -> None:
    assert value(["s", "a", "b"], {"s": -1, "a": 1, "b": 1}, "bpref") == 0.0
    assert value(["x", "a", "b"], {"s": -1, "a": 1, "b": 1}, "bpref") == 1.0


def test_inferred_ap_takes_a_negative_grade_as_pooled_and_not_judged() -> None:
    # above a: in the pool s and n; judged not relevant n alone
    judged = {"s": -1, "n": 0, "a": 1}
    assert value(["s", "n", "a"], judged, "infAP") == close(1 / 3 + 2 / 3 * E / (1 + 2 * E))
    assert value(["s", "a"], judged, "infAP") == close(1 / 2 + 1 / 2 * E / (2 * E))
    # a level below 0 does not make it judged
    assert value(["s", "a"], {"s": -1, "a": 1}, "infAP(rel=-1)") == close((1 / 2 + 1 / 4) / 2)


def test_judged_counts_negative_grades_and_divides_by_what_was_retrieved() -> None:
    ranking, judged = ["s", "u", "a"], {"s": -2, "a": 1}
    assert value(ranking, judged, "Judged@3") == 2 / 3
    assert value(ranking, judged, "Judged@2") == 1 / 2
    assert value(ranking, judged, "Judged@7") == 2 / 3


@pytest.mark.parametrize("metric", ["Judged@3", "bpref", "bpref@3", "infAP", "infAP@3"])
def test_nothing_retrieved_is_0(metric: str) -> None:
    assert missing(metric) == 0.0
    assert without_relevant([], {"a": 0}, metric) == 0.0


@pytest.mark.parametrize("metric", ["bpref", "infAP"])
def test_nothing_to_find_is_0(metric: str) -> None:
    assert without_relevant(["a", "b"], {"a": 0, "b": -1}, metric) == 0.0


def test_judged_is_no_matter_of_relevance() -> None:
    assert without_relevant(["a", "b"], {"a": 0, "b": -1}, "Judged@3") == 1.0
    with pytest.raises(MetricError, match="rel has no effect on Judged, which does not ask"):
        parse_metric("Judged(rel=1)@3")


@pytest.mark.parametrize(
    ("name", "rewards"), [("Judged", "judged"), ("bpref", "relevant"), ("infAP", None)]
)
def test_share_is_better_the_higher(name: str, rewards: str | None) -> None:
    assert facts(name) == ((0.0, 1.0), True, 5, 5)
    assert find_formula(name).rewards == rewards
    assert find_formula(name).uses_level == (name != "Judged")
    if name == "Judged":
        with pytest.raises(MetricError, match="Judged needs a cut-off, for example Judged@10"):
            Metric("Judged")
    else:
        assert Metric(name).k is None


@pytest.mark.parametrize(("grade", "level"), [(0, 0), (0.5, 0.5)])
def test_inferred_ap_takes_a_grade_of_0_as_judged(grade: float, level: float) -> None:
    ranked = RankedRelevance.of(["n", "a"], {"a": grade, "n": -1}, relevance_level=level)
    # above a: one of the pool, not judged
    assert inferred_ap(ranked, None) == close(1 / 2 + 1 / 2 * E / (2 * E))
