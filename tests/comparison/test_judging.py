"""Gates judged over a run, all of a file's together; numbers worked by hand.

Of `run(n)` each RR and nDCG is 1; a lost query has 0, its answer is gone.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.context import Context
from retrieval_checks.comparison.gates import parse_gate
from retrieval_checks.comparison.judging import Subject, judge_gates
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, NotComparableError, RetrievalChecksError
from retrieval_checks.judgement.verdict import Verdict
from tests.comparison.factories import CONTEXT, judged, names, records, run


def _all(subject: Subject, *gates: str) -> dict[str, Verdict | RetrievalChecksError]:
    results = judge_gates([parse_gate(gate) for gate in gates], subject)
    return {str(gate): result for gate, result in results.items()}


def _one(subject: Subject, gate: str) -> Verdict:
    (result,) = _all(subject, gate).values()
    assert isinstance(result, Verdict), result
    return result


def _refused(subject: Subject, gate: str) -> RetrievalChecksError:
    (result,) = _all(subject, gate).values()
    assert isinstance(result, RetrievalChecksError), result
    return result


def _against(now: Run, before: Run, n: int, **rest: object) -> Subject:
    return replace(Subject(now, judged(n), Baseline.from_run(before, name="may")), **rest)  # type: ignore[arg-type]


def _tags(**ranges: range) -> Mapping[str, tuple[str, ...]]:
    return {tag: tuple(names(max(rows) + 1)[row] for row in rows) for tag, rows in ranges.items()}


def test_a_drop_gate_of_the_file_is_the_comparison_of_its_run() -> None:
    """5 of 12 lost: p = 1/32, adjusted for nothing."""
    verdict = _one(_against(run(12, lost=range(5)), run(12), 12), "nDCG@10 drop <= 0.05")
    assert (verdict.outcome, verdict.claim) == ("FAIL", "nDCG@10 drop <= 0.05")
    assert verdict.evidence["p_value"] == 1 / 32
    assert "adjusted" not in verdict.context


def test_a_failure_names_its_cause() -> None:
    kept = Baseline.from_records(records(run(12), judged(12)), name="may")
    now = Context("3 documents 77", CONTEXT.pipeline, CONTEXT.environment)
    subject = Subject(run(12, lost=range(5)), judged(12), kept, context=now)
    told = "cause: the corpus changed: '2 documents 3f2a' -> '3 documents 77'\n"
    assert _one(subject, "nDCG@10 drop <= 0.05").context.startswith(told)


THREE = ["tag:a RR@10 drop <= 0.05", "tag:b RR@10 drop <= 0.05", "tag:c RR@10 drop <= 0.05"]


def _three(lost: int) -> Subject:
    """Three tags of 25 queries each; `lost` of the first are lost."""
    tags = _tags(a=range(25), b=range(25, 50), c=range(50, 75))
    return _against(run(75, lost=range(lost)), run(75), 75, tags=tags)


def test_of_three_drop_gates_one_that_alone_would_fail_does_not() -> None:
    """5 lost: p = 1/32 alone, 3/32 = .094 beside two others of p = 1 (Holm)."""
    alone = _one(_three(5), THREE[0])
    assert (alone.outcome, alone.evidence["p_value"]) == ("FAIL", 1 / 32)
    verdict = _all(_three(5), *THREE)[THREE[0]]
    assert isinstance(verdict, Verdict)
    assert (verdict.outcome, verdict.evidence["p_value"]) == ("INCONCLUSIVE", 3 / 32)
    told = "p = 0.094, adjusted for the other drop gates; 0.031 alone; the smallest that 5 changed"
    assert verdict.context.replace("\n  ", " ").startswith(told)


def test_of_three_drop_gates_one_that_is_certain_fails() -> None:
    """6 lost: 3/64 = .047 is below .05."""
    verdict = _all(_three(6), *THREE)[THREE[0]]
    assert isinstance(verdict, Verdict)
    assert (verdict.outcome, verdict.evidence["p_value"]) == ("FAIL", 3 / 64)


def test_gates_of_another_kind_and_those_refused_do_not_weigh_on_drops() -> None:
    results = _all(_three(5), THREE[0], "RR@10 >= 0.5", "churn@1 <= 90%", "tag:d RR@10 drop <= 0.1")
    drop = results[THREE[0]]
    assert isinstance(drop, Verdict)
    assert drop.outcome == "FAIL"
    assert isinstance(results["tag:d RR@10 drop <= 0.1"], DataError)


def test_the_confidence_of_a_gate_is_its_alpha() -> None:
    """p = 1/32 is no failure at 99%: .03125 > .01; 7 lost are, 1/128 = .0078."""
    subject = _against(run(40, lost=range(5)), run(40), 40)
    assert _one(subject, "RR@10 drop <= 0.05 @ 99%").outcome == "INCONCLUSIVE"
    surer = _against(run(40, lost=range(7)), run(40), 40)
    assert _one(surer, "RR@10 drop <= 0.05 @ 99%").outcome == "FAIL"


@pytest.mark.parametrize("gate", ["nDCG@10 drop <= 0.02", "churn@1 <= 15%", "overlap@2 >= 0.8"])
def test_without_a_baseline_the_gate_says_how_to_get_one(gate: str) -> None:
    told = f"gate '{gate}' compares with a baseline, and there is none: give --retrieval-baseline"
    assert str(_refused(Subject(run(3), judged(3)), gate)).startswith(told)


def test_why_there_is_no_baseline_is_told_by_the_gate() -> None:
    error = DataError("a.baseline.jsonl:3: damaged")
    assert _refused(Subject(run(3), judged(3), error), "churn@1 <= 15%") is error


def test_a_slice_of_24_is_refused_and_one_of_25_judged() -> None:
    subject = _against(run(60), run(60), 60, tags=_tags(few=range(24), many=range(24, 49)))
    told = (
        "gate 'tag:few RR@10 >= 0.5': tag 'few' has 24 judged queries; a slice needs 25 to be"
        " judged, pin fewer as golden queries"
    )
    assert str(_refused(subject, "tag:few RR@10 >= 0.5")) == told
    assert _one(subject, "tag:many RR@10 >= 0.5").evidence["queries"] == 25
    assert _one(subject, "tag:many RR@10 drop <= 0.1").evidence["queries"] == 25


def test_a_tag_that_no_query_has_is_refused() -> None:
    told = "tag 'none' has 0 queries; a slice needs 25"
    assert told in str(_refused(_against(run(3), run(3), 3), "tag:none churn@1 <= 15%"))


def test_a_slice_about_a_metric_counts_judged_queries_and_one_about_rankings_all() -> None:
    subject = _against(run(30), run(30), 24, tags=_tags(a=range(30)))
    assert "has 24 judged queries" in str(_refused(subject, "tag:a RR@10 >= 0.5"))
    assert "of 30 queries" in _one(subject, "tag:a churn@1 <= 15%").finding


def test_a_slice_is_judged_by_its_own_queries() -> None:
    """10 of 50 are lost, all in the second half: 1.0 and .6."""
    tags = _tags(first=range(25), second=range(25, 50))
    subject = _against(run(50, lost=range(40, 50)), run(50), 50, tags=tags)
    assert _one(subject, "tag:first RR@10 >= 0.9").evidence["value"] == 1.0
    assert _one(subject, "tag:second RR@10 >= 0.9").evidence["value"] == 0.6
    assert _one(subject, "tag:second churn@1 <= 50%").evidence["value"] == 10 / 25


def test_a_query_of_a_slice_without_a_result_scores_0() -> None:
    """1 of 26: the mean is 25/26, not that of the 25 that are there."""
    missing = run(26).select(names(26)[1:])
    verdict = _one(Subject(missing, judged(26), tags=_tags(a=range(26))), "tag:a RR@10 >= 0.99")
    assert (verdict.outcome, verdict.evidence["missing"]) == ("FAIL", ("q0000",))
    assert verdict.evidence["value"] == pytest.approx(25 / 26, abs=1e-12)


def test_a_floor_inside_the_interval_is_a_coin_flip_and_one_outside_is_not() -> None:
    """20 of 40 lost: the mean .5 has a standard error of .079, so .45 is near and .2 far."""
    subject = Subject(run(40, lost=range(20)), judged(40))
    near, far = _one(subject, "RR@10 >= 0.45"), _one(subject, "RR@10 >= 0.2")
    low, high = near.evidence["interval"]
    assert 0.3 < low < 0.45 < 0.5 < high < 0.7
    (warning,) = near.evidence["warnings"]
    assert warning == (
        f"coin flip: the bound 0.45 lies inside the 95 % interval of RR@10, {low:.4f} to"
        f" {high:.4f}; other queries might decide otherwise"
    )
    assert (near.outcome, far.outcome, far.evidence["warnings"]) == ("PASS", "PASS", ())
    assert _one(subject, "RR@10 >= 0.55").evidence["warnings"]  # a failure is one as well


def test_of_one_query_there_is_no_interval() -> None:
    verdict = _one(Subject(run(1), judged(1)), "RR@10 >= 0.5")
    assert (verdict.evidence["interval"], verdict.evidence["warnings"]) == (None, ())


def test_the_order_of_the_queries_does_not_move_the_interval() -> None:
    gate = "RR@10 >= 0.45"
    one = _one(Subject(run(40, lost=range(20)), judged(40)), gate)
    turned = judged(40).select(names(40)[::-1])
    other = _one(Subject(run(40, lost=range(20)), turned), gate)
    assert one.evidence["interval"] == other.evidence["interval"]


def test_a_floor_claims_what_the_gate_says() -> None:
    subject = Subject(run(30), judged(30), tags=_tags(a=range(30)))
    assert _one(subject, "tag:a mrr@10 >= 50%").claim == "tag:a RR@10 >= 0.5"


@pytest.mark.parametrize(("changed", "outcome"), [(3, "PASS"), (4, "FAIL")])
def test_churn_on_its_bound_passes_and_above_it_fails(changed: int, outcome: str) -> None:
    """3 of 20 are exactly 15 %."""
    verdict = _one(_against(run(20, second=range(changed)), run(20), 20), "churn@1 <= 15%")
    assert (verdict.outcome, verdict.evidence["value"]) == (outcome, changed / 20)
    assert verdict.evidence["changed_queries"] == tuple(names(changed))


def test_the_words_of_churn() -> None:
    on = _one(_against(run(20, second=range(3)), run(20), 20), "churn@1 <= 15%")
    assert on.explain() == (
        "churn@1 is 0.15, exactly the bound (3 of 20 queries changed)\n"
        "asked: churn@1 <= 15% -> PASS"
    )
    above = _one(_against(run(20, second=range(4)), run(20), 20), "churn@1 <= 15%")
    assert (
        above.explain()
        == """\
churn@1 is 0.2000, 0.0500 above 0.15 (4 of 20 queries changed)
asked: churn@1 <= 15% -> FAIL

overlap of the top 1, lowest first:
  0.00  q0000
  0.00  q0001
  0.00  q0002
  0.00  q0003

to do: if the new rankings are as good, accept them; if not, look at what changed."""
    )


@pytest.mark.parametrize(("bound", "outcome"), [(0.75, "PASS"), (0.7500001, "FAIL")])
def test_overlap_is_a_mean_and_its_bound_exact(bound: float, outcome: str) -> None:
    """Lost queries keep one of two documents: (1/2 + 1/2 + 1 + 1) / 4 = 3/4."""
    subject = _against(run(4, lost=[0, 1]), run(4), 4)
    verdict = _one(subject, f"overlap@2 >= {bound}")
    assert (verdict.outcome, verdict.evidence["value"]) == (outcome, 0.75)


def test_a_mean_overlap_is_not_lost_to_rounding() -> None:
    """Ten queries that keep 4 of 5: naively summed, ten times .8 may end below 8."""
    before = Run.from_ids({q: list("abcde") for q in names(10)})
    now = Run.from_ids({q: list("abcdz") for q in names(10)})
    subject = Subject(now, judged(10), Baseline.from_run(before))
    assert _one(subject, "overlap@5 >= 0.8").finding.startswith("overlap@5 is 0.8, exactly the b")


def test_agreement_is_over_the_queries_of_the_baseline() -> None:
    """9 of 10 shared, one of them new: the missing one counts as changed."""
    now = run(11).select(names(11)[1:])
    verdict = _one(_against(now, run(10), 11), "churn@1 <= 5%")
    assert verdict.finding == (
        "churn@1 is 0.1000, 0.0500 above 0.05 (1 of 10 queries changed)\n"
        "no result: 'q0000'\nnew, not compared: 'q0010'"
    )


def test_many_new_queries_do_not_hinder_agreement() -> None:
    assert _one(_against(run(30), run(10), 30), "churn@1 <= 5%").evidence["value"] == 0


def test_queries_of_a_baseline_that_are_not_ours_do_not_hinder_agreement() -> None:
    assert _one(_against(run(10), run(250), 10), "overlap@2 >= 0.9").evidence["value"] == 1


def test_fewer_than_80_percent_shared_are_not_comparable() -> None:
    error = _refused(_against(run(7), run(10), 10), "churn@1 <= 15%")
    assert isinstance(error, NotComparableError)
    assert "has 7 of the 10 queries of 'may', at least 80% are needed" in str(error)


def test_rankings_cut_above_the_cutoff_are_not_comparable() -> None:
    kept = Baseline.from_records(records(run(3), judged(3), depth=1), name="may")
    error = _refused(Subject(run(3), judged(3), kept), "overlap@2 >= 0.8")
    assert isinstance(error, NotComparableError)
    assert "looks at 2 documents, and 'may' kept fewer" in str(error)


def test_rankings_of_a_small_corpus_are_deep_enough() -> None:
    """Two documents were found where ten were asked for: there are no more."""
    kept = Baseline.from_records(records(run(3), judged(3)), name="may")
    assert _one(Subject(run(3), judged(3), kept), "overlap@10 >= 0.8").passed


def test_a_percentile_of_times_is_interpolated_and_its_bound_exact() -> None:
    """Of 1 to 100 ms the 95th percentile lies at position .95 * 99 = 94.05: 95.05 ms."""
    subject = Subject(run(3), judged(3), latencies=np.arange(1.0, 101.0))
    below, above = _one(subject, "p95_ms <= 96"), _one(subject, "p95_ms <= 95")
    assert below.finding == "p95_ms is 95.0 ms, 1.0 ms below 96 (100 queries)"
    assert (below.outcome, above.outcome) == ("PASS", "FAIL")
    assert above.evidence["value"] == pytest.approx(95.05, abs=1e-9)
    even = Subject(run(3), judged(3), latencies=np.array([10.0, 20.0]))
    assert _one(even, "p50_ms <= 15").finding == "p50_ms is 15 ms, exactly the bound (2 queries)"


def test_a_time_barely_above_its_bound_does_not_look_equal() -> None:
    subject = Subject(run(3), judged(3), latencies=np.array([120.004]))
    verdict = _one(subject, "p95_ms <= 120")
    assert verdict.finding == "p95_ms is 120.0040 ms, 0.0040 ms above 120 (1 query)"


def test_times_that_were_not_measured_are_an_error() -> None:
    assert "needs latencies, and none were" in str(
        _refused(Subject(run(3), judged(3)), "p95_ms <= 9")
    )


@pytest.mark.parametrize("times", [[], [np.nan], [-1.0], [[1.0]]])
def test_times_that_are_none_are_an_error(times: list[object]) -> None:
    subject = Subject(run(3), judged(3), latencies=np.array(times, np.float64))
    assert "needs the milliseconds of each query" in str(_refused(subject, "p95_ms <= 9"))


def test_times_are_not_of_a_tag() -> None:
    subject = Subject(run(30), judged(30), tags=_tags(a=range(30)), latencies=np.ones(30))
    told = "gate 'tag:a p95_ms <= 9': times are of all queries; drop 'tag:a'"
    assert str(_refused(subject, "tag:a p95_ms <= 9")) == told


def test_judged_gap_makes_a_gate_inconclusive_too() -> None:
    """Of the candidate's two documents one is not judged: .5 against 1."""
    now = Run.from_ids({q: ["good", "other"] for q in names(400)})
    verdict = _one(_against(now, run(400), 400), "RR@10 drop <= 0.02")
    assert verdict.outcome == "INCONCLUSIVE"
    assert "(q0000, other)" in verdict.context.replace("\n ", "")


def test_the_verdicts_are_the_same_every_time() -> None:
    """30 changed queries: random signs, from a seed."""
    subject = _against(run(60, second=range(20), lost=range(20, 30)), run(60), 60)
    assert _all(subject, "RR@10 drop <= 0.1") == _all(subject, "RR@10 drop <= 0.1")


def test_no_gate_has_no_verdict() -> None:
    assert judge_gates([], Subject(run(1), Qrels.from_dict({}))) == {}
