"""Bounds that nothing can break, and bounds that nothing can reach."""

import pytest

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.golden.lint.checks.bounds import find_idle_bounds, ideal_mean
from retrieval_checks.metrics.metric import Metric
from tests.golden.lint.conftest import Lay, shown


def _one(floor: str) -> str:
    judged = "relevant: {cat: 2, dog: 0}"
    return f"  - {{id: a, text: Why?, {judged}, expect: {{metrics: ['{floor}']}}}}\n"


def test_sound_bounds_are_silent(lay: Lay) -> None:
    gates = ["nDCG@10 >= 1", "P@10 >= 0.1", "churn@1 <= 99%", "overlap@10 >= 0.01"]
    gates += ["nDCG@10 drop <= 0.05", "P@10 drop <= 0.09", "p95_ms <= 120"]
    assert find_idle_bounds(lay(gates=gates)) == []


IDLE = {
    "floor at the bottom": (
        "nDCG@10 >= 0",
        "cannot-fail",
        "gate 'nDCG@10 >= 0.0' can never fail: nDCG@10 is never below 0",
    ),
    "all may change": ("churn@1 <= 100%", "cannot-fail", "no more than all queries can change"),
    "none need overlap": ("overlap@10 >= 0", "cannot-fail", "an overlap is never below 0"),
    # one relevant document a query: 1 of 10 places
    "one relevant document": (
        "P@10 >= 0.5",
        "floor-out-of-reach",
        "gate 'P@10 >= 0.5' can never pass: the best ranking of the judged documents has 0.1000",
    ),
    "drop of all there is": (
        "P@10 drop <= 0.1",
        "cannot-fail",
        "can never fail: P@10 of these queries can drop by 0.1 at most",
    ),
    # purring has a document of grade 2, hooting has none
    "a grade that is not there": ("R(rel=2)@10 >= 0.6", "floor-out-of-reach", "has 0.5000"),
}


@pytest.mark.parametrize(("gate", "code", "message"), IDLE.values(), ids=IDLE)
def test_an_idle_gate_is_an_error(lay: Lay, gate: str, code: str, message: str) -> None:
    (found,) = find_idle_bounds(lay(gates=["P@1 >= 0.5", gate]))
    assert shown([found]) == [("error", code, 9)]
    assert message in found.message


def test_a_floor_under_one_query_counts_too(lay: Lay) -> None:
    (low,) = find_idle_bounds(lay(_one("P@5 >= 0")))
    assert low.message == "floor 'P@5 >= 0.0' of query 'a' can never fail: P@5 is never below 0"
    (high,) = find_idle_bounds(lay(_one("P@5 >= 0.4")))
    assert shown([high]) == [("error", "floor-out-of-reach", 3)]
    assert "floor 'P@5 >= 0.4' of query 'a' can never pass" in high.message
    assert find_idle_bounds(lay(_one("P@5 >= 0.2"))) == []


def test_a_tags_gate_has_the_ideal_of_its_queries(lay: Lay) -> None:
    text = (
        "  - {id: a, text: Why?, relevant: {cat: 1, dog: 1}, tags: [two]}\n"
        "  - {id: b, text: Who?, relevant: {owl: 1}, tags: [one]}\n"
    )
    gates = ["tag:two P@2 >= 0.8", "P@2 >= 0.8"]  # ideals: 1 and .75
    assert shown(find_idle_bounds(lay(text, gates=gates))) == [("error", "floor-out-of-reach", 7)]


def test_without_judgements_nothing_is_known(lay: Lay) -> None:
    text = "  - {id: a, text: Why?, expect: {metrics: ['P@5 >= 0.9']}}\n"
    assert find_idle_bounds(lay(text, gates=["P@10 >= 0.5", "P@10 drop <= 0.5"])) == []


def test_the_ideal_ranking_has_the_best_grades_first() -> None:
    qrels = Qrels.from_dict({"q": {"a": 0, "b": 3, "c": -1, "d": 1}, "r": {"x": 1}})
    assert ideal_mean(qrels, Metric("nDCG", 2)) == pytest.approx(1)
    below_one = Qrels.from_dict({"q": {"a": 0.5, "b": 1}})
    assert ideal_mean(below_one, Metric("P", 2, (("rel", 0.5),))) == 1
    assert ideal_mean(qrels, Metric("P", 2, (("rel", 2),))) == 0.25  # b of q alone, in 2 places
