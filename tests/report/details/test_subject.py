"""Which figures a report shows, and which it leaves out."""

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.metrics.metric import parse_metric
from tests.report.details.factories import bound_suite, reported

GRADES = {"q1": {"a": 1}, "q2": {"a": 1}, "new": {}}


def test_the_report_is_about_the_metric_of_the_first_gate_that_compares_all_queries() -> None:
    bound = bound_suite(GRADES)
    gates = ["P@5 >= 0.1", "tag:x R@5 drop <= 0.1", "RR@10 drop <= 0.1"]
    metrics = reported(bound, {"q1": {"a": 1}}, gates=gates).metrics
    assert list(map(str, metrics)) == ["RR@10", "nDCG@10", "P@5", "R@5"]
    assert str(reported(bound, {"q1": {"a": 1}}, gates=gates[:1]).metrics[0]) == "P@5"
    assert str(reported(bound, {"q1": {"a": 1}}).metrics[0]) == "nDCG@10"


def test_figures_are_of_the_judged_queries_that_ran_beside_the_accepted_ones() -> None:
    now = {"q1": {"a": 1.0, "b": 2.0}, "new": {"a": 1.0}}
    made = reported(bound_suite(GRADES), now, {"q1": {"a": 1.0}}, gates=["RR@10 drop <= 0.1"])
    assert list(made.qrels) == ["q1"]
    assert made.figures["q1"]["RR@10"] == {"now": 0.5, "accepted": 1.0}
    assert set(made.figures) == {"q1"}


def test_nothing_judged_and_nothing_accepted_is_no_figure() -> None:
    made = reported(bound_suite({"new": {}}), {"new": {"a": 1.0}})
    assert (made.now, made.before, made.figures) == (None, {}, {})


def test_judgements_that_changed_since_are_not_compared() -> None:
    bound = bound_suite(GRADES)
    made = reported(bound, {"q1": {"a": 1.0}}, {"q1": {"a": 1.0}})
    assert made.before[parse_metric("nDCG@10")] == {"q1": 1.0}
    other = reported(bound_suite({"q1": {"b": 1}}), {"q1": {"a": 1.0}})
    object.__setattr__(other, "reference", made.reference)
    assert other.before == {}
    assert other.figures["q1"]["nDCG@10"] == {"now": 0.0, "accepted": None}
    assert isinstance(other.qrels, Qrels)
