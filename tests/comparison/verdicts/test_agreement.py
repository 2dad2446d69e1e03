"""Gates on rankings that changed; numbers worked by hand."""

import pytest

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.judging import Subject
from retrieval_checks.data.run import Run
from retrieval_checks.errors import NotComparableError
from tests.comparison.factories import judged, names, records, run
from tests.comparison.subjects import against, refusal_of, verdict_of


@pytest.mark.parametrize(("changed", "outcome"), [(3, "PASS"), (4, "FAIL")])
def test_churn_on_its_bound_passes_and_above_it_fails(changed: int, outcome: str) -> None:
    """3 of 20 are exactly 15 %."""
    verdict = verdict_of(against(run(20, second=range(changed)), run(20), 20), "churn@1 <= 15%")
    assert (verdict.outcome, verdict.evidence["value"]) == (outcome, changed / 20)
    assert verdict.evidence["changed_queries"] == tuple(names(changed))


def test_the_words_of_churn() -> None:
    on = verdict_of(against(run(20, second=range(3)), run(20), 20), "churn@1 <= 15%")
    assert on.explain() == (
        "churn@1 is 0.15, exactly the bound (3 of 20 queries changed)\n"
        "asked: churn@1 <= 15% -> PASS"
    )
    above = verdict_of(against(run(20, second=range(4)), run(20), 20), "churn@1 <= 15%")
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
    subject = against(run(4, lost=[0, 1]), run(4), 4)
    verdict = verdict_of(subject, f"overlap@2 >= {bound}")
    assert (verdict.outcome, verdict.evidence["value"]) == (outcome, 0.75)


def test_a_mean_overlap_is_not_lost_to_rounding() -> None:
    """Ten queries that keep 4 of 5: naively summed, ten times .8 may end below 8."""
    before = Run.from_ids({q: list("abcde") for q in names(10)})
    now = Run.from_ids({q: list("abcdz") for q in names(10)})
    subject = Subject(now, judged(10), Baseline.from_run(before))
    assert verdict_of(subject, "overlap@5 >= 0.8").finding.startswith(
        "overlap@5 is 0.8, exactly the b"
    )


def test_agreement_is_over_the_queries_of_the_baseline() -> None:
    """9 of 10 shared, one of them new: the missing one counts as changed."""
    now = run(11).select(names(11)[1:])
    verdict = verdict_of(against(now, run(10), 11), "churn@1 <= 5%")
    assert verdict.finding == (
        "churn@1 is 0.1000, 0.0500 above 0.05 (1 of 10 queries changed)\n"
        "no result: 'q0000'\nnew, not compared: 'q0010'"
    )


def test_many_new_queries_do_not_hinder_agreement() -> None:
    assert verdict_of(against(run(30), run(10), 30), "churn@1 <= 5%").evidence["value"] == 0


def test_queries_of_a_baseline_that_are_not_ours_do_not_hinder_agreement() -> None:
    assert verdict_of(against(run(10), run(250), 10), "overlap@2 >= 0.9").evidence["value"] == 1


def test_fewer_than_80_percent_shared_are_not_comparable() -> None:
    error = refusal_of(against(run(7), run(10), 10), "churn@1 <= 15%")
    assert isinstance(error, NotComparableError)
    assert "has 7 of the 10 queries of 'may', at least 80% are needed" in str(error)


def test_rankings_cut_above_the_cutoff_are_not_comparable() -> None:
    kept = Baseline.from_records(records(run(3), judged(3), depth=1), name="may")
    error = refusal_of(Subject(run(3), judged(3), kept), "overlap@2 >= 0.8")
    assert isinstance(error, NotComparableError)
    assert "looks at 2 documents, and 'may' kept fewer" in str(error)


def test_rankings_of_a_small_corpus_are_deep_enough() -> None:
    """Two documents were found where ten were asked for: there are no more."""
    kept = Baseline.from_records(records(run(3), judged(3)), name="may")
    assert verdict_of(Subject(run(3), judged(3), kept), "overlap@10 >= 0.8").passed


@pytest.mark.parametrize("gate", ["overlap@20 >= 0.8", "churn@20 <= 15%"])
def test_a_run_cut_above_the_cutoff_is_not_comparable(gate: str) -> None:
    ids = [f"d{i}" for i in range(20)]
    now, before = (Run.from_ids(dict.fromkeys(names(3), ids[:depth])) for depth in (20, 10))
    error = refusal_of(against(now, before, 3), gate)
    assert isinstance(error, NotComparableError)
    assert "20 documents of each query are looked at, 'may' has 10 at most" in str(error)
    assert verdict_of(against(now, before, 3), "overlap@10 >= 0.8").passed
