"""Which scores relevant documents get."""

import pytest

from retrieval_checks.data.run import Run
from retrieval_checks.report.details.scores import score_distributions
from retrieval_checks.report.details.subject import Reported
from tests.report.details.factories import NOW, bound_suite, reported

GRADES = {"q1": {"a": 1, "b": 0}, "q2": {"a": 2}, "unjudged": {}}


def test_relevant_documents_and_all_others_are_counted_apart() -> None:
    now = {"q1": {"a": 1.0, "b": 0.0}, "q2": {"a": 0.9, "x": 0.1}, "unjudged": {"a": 0.5}}
    (found,) = score_distributions(reported(bound_suite(GRADES), now))
    assert found["stage"] == "mine"
    assert (len(found["edges"]), found["edges"][0], found["edges"][-1]) == (25, 0.0, 1.0)
    assert (sum(found["relevant"]), sum(found["others"])) == (2, 2)
    assert (found["relevant"][-1], found["others"][0]) == (1, 1)
    assert found["medians"] == {"relevant": 0.95, "others": 0.05}


def test_a_stage_is_counted_as_deep_as_it_scored_and_without_infinite_scores() -> None:
    run = Run.from_dict({"q1": {"a": float("inf"), "b": 3.0, "x": -100.0}})
    made = Reported(
        bound_suite(GRADES), run, [], NOW, stages={"s": run, "t": run}, depths={"s": 2, "t": 1}
    )
    (found,) = score_distributions(made)  # of "t" nothing finite is left
    assert (found["stage"], sum(found["relevant"]), sum(found["others"])) == ("s", 0, 1)
    assert found["medians"] == {"relevant": None, "others": 3.0}


def test_without_judgements_there_is_none() -> None:
    assert score_distributions(reported(bound_suite({"q": {}}), {"q": {"a": 1.0}})) == []


@pytest.mark.parametrize(("high", "low"), [(1.0, 1.0 - 2**-53), (1e17, 1e17), (1.7e308, -1.7e308)])
def test_scores_that_leave_no_room_for_bins_are_not_drawn(high: float, low: float) -> None:
    now = {"q1": {"a": high, "b": low}, "q2": {"a": high}}
    assert score_distributions(reported(bound_suite(GRADES), now)) == []
