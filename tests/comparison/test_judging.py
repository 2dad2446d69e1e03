"""Gates judged over a run, all of a file's together; numbers worked by hand.

Of `run(n)` each RR and nDCG is 1; a lost query has 0, its answer is gone.
"""

from dataclasses import replace

import pytest

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.context import Context
from retrieval_checks.comparison.judging import Subject, judge_gates
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.judgement.verdict import Verdict
from tests.comparison.factories import CONTEXT, judged, names, records, run
from tests.comparison.subjects import against, judge, refusal_of, tags_of, verdict_of


def test_a_drop_gate_of_the_file_is_the_comparison_of_its_run() -> None:
    """5 of 12 lost: p = 1/32, adjusted for nothing."""
    verdict = verdict_of(against(run(12, lost=range(5)), run(12), 12), "nDCG@10 drop <= 0.05")
    assert (verdict.outcome, verdict.claim) == ("FAIL", "nDCG@10 drop <= 0.05")
    assert verdict.evidence["p_value"] == 1 / 32
    assert "adjusted" not in verdict.context


def test_a_failure_names_its_cause() -> None:
    kept = Baseline.from_records(records(run(12), judged(12)), name="may")
    now = Context("3 documents 77", CONTEXT.pipeline, CONTEXT.environment)
    subject = Subject(run(12, lost=range(5)), judged(12), kept, context=now)
    told = "cause: the corpus changed: '2 documents 3f2a' -> '3 documents 77'\n"
    assert verdict_of(subject, "nDCG@10 drop <= 0.05").context.startswith(told)


def test_what_it_was_measured_with_is_asked_for_only_where_a_drop_fails() -> None:
    """A corpus is digested for it."""
    kept = Baseline.from_records(records(run(40), judged(40)), name="may")
    asked: list[Context] = []

    def now() -> Context:
        asked.append(CONTEXT)
        return CONTEXT

    good = Subject(run(40), judged(40), kept, context=now)
    assert verdict_of(good, "nDCG@10 drop <= 0.05").passed
    assert verdict_of(good, "nDCG@10 drop <= 0.01").outcome == "INCONCLUSIVE"
    unknown = replace(good, run=run(40, lost=range(9)), baseline=Baseline.from_run(run(40)))
    assert verdict_of(unknown, "nDCG@10 drop <= 0.05").outcome == "FAIL"
    assert not asked
    lost = verdict_of(replace(good, run=run(40, lost=range(9))), "nDCG@10 drop <= 0.05")
    assert lost.context.startswith("cause: nothing recorded changed, so the code did\n")
    assert len(asked) == 1


THREE = ["tag:a RR@10 drop <= 0.05", "tag:b RR@10 drop <= 0.05", "tag:c RR@10 drop <= 0.05"]


def _three(lost: int) -> Subject:
    """Three tags of 25 queries each; `lost` of the first are lost."""
    tags = tags_of(a=range(25), b=range(25, 50), c=range(50, 75))
    return against(run(75, lost=range(lost)), run(75), 75, tags=tags)


def test_of_three_drop_gates_one_that_alone_would_fail_does_not() -> None:
    """5 lost: p = 1/32 alone, 3/32 = .094 beside two others of p = 1 (Holm)."""
    alone = verdict_of(_three(5), THREE[0])
    assert (alone.outcome, alone.evidence["p_value"]) == ("FAIL", 1 / 32)
    verdict = judge(_three(5), *THREE)[THREE[0]]
    assert isinstance(verdict, Verdict)
    assert (verdict.outcome, verdict.evidence["p_value"]) == ("INCONCLUSIVE", 3 / 32)
    told = "p = 0.094, adjusted for the other drop gates; 0.031 alone; the smallest that 5 changed"
    assert verdict.context.replace("\n  ", " ").startswith(told)


def test_of_three_drop_gates_one_that_is_certain_fails() -> None:
    """6 lost: 3/64 = .047 is below .05."""
    verdict = judge(_three(6), *THREE)[THREE[0]]
    assert isinstance(verdict, Verdict)
    assert (verdict.outcome, verdict.evidence["p_value"]) == ("FAIL", 3 / 64)


def test_two_margins_of_one_metric_are_one_test() -> None:
    """5 lost: p = 1/32 under either margin; twice 1/32 would be .0625."""
    subject = against(run(12, lost=range(5)), run(12), 12)
    results = judge(subject, "RR@10 drop <= 0.05", "RR@10 drop <= 0.1")
    for verdict in results.values():
        assert isinstance(verdict, Verdict)
        assert (verdict.outcome, verdict.evidence["p_value"]) == ("FAIL", 1 / 32)
        assert "adjusted" not in verdict.context


def test_one_margin_at_two_confidences_is_two_tests() -> None:
    """7 lost: p = 1/128, adjusted 2/128 = .016: below .05, above .01."""
    subject = against(run(40, lost=range(7)), run(40), 40)
    results = judge(subject, "RR@10 drop <= 0.05", "RR@10 drop <= 0.05 @ 99%").values()
    assert [result.outcome for result in results if isinstance(result, Verdict)] == [
        "FAIL",
        "INCONCLUSIVE",
    ]


def test_gates_of_another_kind_and_those_refused_do_not_weigh_on_drops() -> None:
    results = judge(
        _three(5), THREE[0], "RR@10 >= 0.5", "churn@1 <= 90%", "tag:d RR@10 drop <= 0.1"
    )
    drop = results[THREE[0]]
    assert isinstance(drop, Verdict)
    assert drop.outcome == "FAIL"
    assert isinstance(results["tag:d RR@10 drop <= 0.1"], DataError)


def test_the_confidence_of_a_gate_is_its_alpha() -> None:
    """p = 1/32 is no failure at 99%: .03125 > .01; 7 lost are, 1/128 = .0078."""
    subject = against(run(40, lost=range(5)), run(40), 40)
    assert verdict_of(subject, "RR@10 drop <= 0.05 @ 99%").outcome == "INCONCLUSIVE"
    surer = against(run(40, lost=range(7)), run(40), 40)
    assert verdict_of(surer, "RR@10 drop <= 0.05 @ 99%").outcome == "FAIL"


@pytest.mark.parametrize("gate", ["nDCG@10 drop <= 0.02", "churn@1 <= 15%", "overlap@2 >= 0.8"])
def test_without_a_baseline_the_gate_says_how_to_get_one(gate: str) -> None:
    told = f"gate '{gate}' compares with a baseline, and there is none: give --retrieval-baseline"
    assert str(refusal_of(Subject(run(3), judged(3)), gate)).startswith(told)


def test_why_there_is_no_baseline_is_told_by_the_gate() -> None:
    error = DataError("a.baseline.jsonl:3: damaged")
    assert refusal_of(Subject(run(3), judged(3), error), "churn@1 <= 15%") is error


def test_a_slice_of_24_is_refused_and_one_of_25_judged() -> None:
    subject = against(run(60), run(60), 60, tags=tags_of(few=range(24), many=range(24, 49)))
    told = (
        "gate 'tag:few RR@10 >= 0.5': tag 'few' has 24 judged queries; a slice needs 25 to be"
        " judged, pin fewer as golden queries"
    )
    assert str(refusal_of(subject, "tag:few RR@10 >= 0.5")) == told
    assert verdict_of(subject, "tag:many RR@10 >= 0.5").evidence["queries"] == 25
    assert verdict_of(subject, "tag:many RR@10 drop <= 0.1").evidence["queries"] == 25


def test_a_tag_that_no_query_has_is_refused() -> None:
    told = "tag 'none' has 0 queries; a slice needs 25"
    assert told in str(refusal_of(against(run(3), run(3), 3), "tag:none churn@1 <= 15%"))


def test_a_slice_about_a_metric_counts_judged_queries_and_one_about_rankings_all() -> None:
    subject = against(run(30), run(30), 24, tags=tags_of(a=range(30)))
    assert "has 24 judged queries" in str(refusal_of(subject, "tag:a RR@10 >= 0.5"))
    assert "of 30 queries" in verdict_of(subject, "tag:a churn@1 <= 15%").finding


def test_a_slice_is_judged_by_its_own_queries() -> None:
    """10 of 50 are lost, all in the second half: 1.0 and .6."""
    tags = tags_of(first=range(25), second=range(25, 50))
    subject = against(run(50, lost=range(40, 50)), run(50), 50, tags=tags)
    assert verdict_of(subject, "tag:first RR@10 >= 0.9").evidence["value"] == 1.0
    assert verdict_of(subject, "tag:second RR@10 >= 0.9").evidence["value"] == 0.6
    assert verdict_of(subject, "tag:second churn@1 <= 50%").evidence["value"] == 10 / 25


def test_a_query_of_a_slice_without_a_result_scores_0() -> None:
    """1 of 26: the mean is 25/26, not that of the 25 that are there."""
    missing = run(26).select(names(26)[1:])
    verdict = verdict_of(
        Subject(missing, judged(26), tags=tags_of(a=range(26))), "tag:a RR@10 >= 0.99"
    )
    assert (verdict.outcome, verdict.evidence["missing"]) == ("FAIL", ("q0000",))
    assert verdict.evidence["value"] == pytest.approx(25 / 26, abs=1e-12)


def test_a_floor_inside_the_interval_is_a_coin_flip_and_one_outside_is_not() -> None:
    """20 of 40 lost: the mean .5 has a standard error of .079, so .45 is near and .2 far."""
    subject = Subject(run(40, lost=range(20)), judged(40))
    near, far = verdict_of(subject, "RR@10 >= 0.45"), verdict_of(subject, "RR@10 >= 0.2")
    low, high = near.evidence["interval"]
    assert 0.3 < low < 0.45 < 0.5 < high < 0.7
    (warning,) = near.evidence["warnings"]
    assert warning == (
        f"coin flip: the bound 0.45 lies inside the 95 % interval of RR@10, {low:.4f} to"
        f" {high:.4f}; other queries might decide otherwise"
    )
    assert (near.outcome, far.outcome, far.evidence["warnings"]) == ("PASS", "PASS", ())
    assert verdict_of(subject, "RR@10 >= 0.55").evidence["warnings"]  # a failure is one as well


def test_of_one_query_there_is_no_interval() -> None:
    verdict = verdict_of(Subject(run(1), judged(1)), "RR@10 >= 0.5")
    assert (verdict.evidence["interval"], verdict.evidence["warnings"]) == (None, ())


def test_the_order_of_the_queries_does_not_move_the_interval() -> None:
    gate = "RR@10 >= 0.45"
    one = verdict_of(Subject(run(40, lost=range(20)), judged(40)), gate)
    turned = judged(40).select(names(40)[::-1])
    other = verdict_of(Subject(run(40, lost=range(20)), turned), gate)
    assert one.evidence["interval"] == other.evidence["interval"]


def test_a_floor_claims_what_the_gate_says() -> None:
    subject = Subject(run(30), judged(30), tags=tags_of(a=range(30)))
    assert verdict_of(subject, "tag:a mrr@10 >= 50%").claim == "tag:a RR@10 >= 0.5"


def test_judged_gap_keeps_a_gate_from_failing_too() -> None:
    """Of the candidate's two documents none is judged: 0 against 1."""
    now = Run.from_ids({q: ["other", "another"] for q in names(400)})
    verdict = verdict_of(against(now, run(400), 400), "RR@10 drop <= 0.02")
    assert verdict.outcome == "INCONCLUSIVE"
    assert "(q0000, other)" in verdict.context.replace("\n ", "")


def test_the_verdicts_are_the_same_every_time() -> None:
    """30 changed queries: random signs, from a seed."""
    subject = against(run(60, second=range(20), lost=range(20, 30)), run(60), 60)
    assert judge(subject, "RR@10 drop <= 0.1") == judge(subject, "RR@10 drop <= 0.1")


def test_no_gate_has_no_verdict() -> None:
    assert judge_gates([], Subject(run(1), Qrels.from_dict({}))) == {}
