"""Ties, and what is not judged."""

from retrieval_checks.report.details.caution import judged, ties
from tests.report.details.factories import bound_suite, reported

GRADES = {"q": {"b": 1}}


def test_a_tie_that_decides_has_a_worst_and_a_best() -> None:
    made = reported(bound_suite(GRADES), {"q": {"a": 1.0, "b": 1.0}}, gates=["RR@10 drop <= 0.1"])
    found = ties(made)
    assert found is not None
    assert (found["metric"], found["worst"], found["value"], found["best"]) == (
        "RR@10",
        0.5,
        1.0,  # the higher id comes first
        1.0,
    )
    assert (found["affected"], found["tied_cuts"]) == (["q"], [])


def test_a_metric_without_a_known_range_has_none() -> None:
    made = reported(bound_suite(GRADES), {"q": {"b": 1.0}}, gates=["infAP >= 0.1"])
    assert str(made.metrics[0]) == "infAP"
    assert ties(made) is None


def test_judged_is_of_both_and_says_what_to_judge_first() -> None:
    now = {"q": {"x": 3.0, "b": 2.0}}
    found = judged(reported(bound_suite(GRADES), now, {"q": {"b": 2.0}}))
    assert found is not None
    assert (found["k"], found["now"], found["accepted"]) == (10, 0.5, 1.0)
    (pair,) = found["to_judge"]
    assert (pair["query_id"], pair["doc_id"], pair["rank"]) == ("q", "x", 1)


def test_nothing_accepted_and_nothing_judged() -> None:
    found = judged(reported(bound_suite(GRADES), {"q": {"b": 2.0}}))
    assert found is not None
    assert found["accepted"] is None
    nothing = reported(bound_suite({"q": {}}), {"q": {"b": 2.0}})
    assert (judged(nothing), ties(nothing)) == (None, None)
