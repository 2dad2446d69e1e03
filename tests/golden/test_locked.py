"""What the lock asks of one query; ranks worked by hand."""

import pytest

from retrieval_checks.comparison.records import QueryRecord
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.golden.locked import check_locked
from retrieval_checks.golden.suite import Expectations
from retrieval_checks.judgement.verdict import Verdict
from tests.comparison.factories import records

QRELS = Qrels.from_dict({"q": {"good": 1, "fine": 1, "bad": 0}})
FILL = [f"d{i}" for i in range(12)]
NOTHING = Expectations({}, {}, (), ())


def _run(*ranking: str) -> Run:
    return Run.from_ids({"q": list(ranking)})


def _record(*ranking: str, depth: int = 10) -> QueryRecord:
    return records(_run(*ranking), QRELS, depth=depth)["q"]


def _verdicts(
    now: Run, record: QueryRecord | None, expect: Expectations = NOTHING, qrels: Qrels = QRELS
) -> list[Verdict]:
    return check_locked(now, "q", record, expect, qrels)


def test_a_query_that_was_never_accepted_fails() -> None:
    (verdict,) = _verdicts(_run("good"), None)
    assert (verdict.outcome, verdict.finding) == ("FAIL", "no ranking was accepted yet")
    assert verdict.evidence["lock"] == "missing"


def test_a_query_that_lost_its_relevant_documents_fails_and_says_where_the_best_is() -> None:
    (verdict,) = _verdicts(_run(*FILL[:10], "good"), _record("bad", "good", "fine"))
    assert verdict.outcome == "FAIL"
    assert verdict.finding == (
        "lost: no relevant document in the top 10; 'good', accepted at rank 2, is at rank 11 now"
    )
    assert verdict.evidence["accepted"] == ("good", "fine")


def test_a_lost_document_may_not_be_retrieved_at_all() -> None:
    (verdict,) = _verdicts(_run("bad"), _record("good"))
    assert verdict.finding.endswith("'good', accepted at rank 1, is not retrieved now")


def test_one_relevant_document_is_enough_whichever_and_at_rank_10() -> None:
    (verdict,) = _verdicts(_run(*FILL[:9], "fine"), _record("good"))
    assert (verdict.outcome, verdict.finding) == ("PASS", "1 relevant document")


def test_what_was_never_found_is_not_lost() -> None:
    (verdict,) = _verdicts(_run("bad"), _record("bad"))
    assert (verdict.outcome, verdict.finding) == ("PASS", "none was accepted there either")


def test_a_relevant_document_accepted_below_rank_10_does_not_count() -> None:
    (verdict,) = _verdicts(_run("bad"), _record(*FILL[:10], "good", depth=20))
    assert verdict.outcome == "PASS"


def test_of_a_query_without_judgements_nothing_is_asked() -> None:
    assert _verdicts(_run("x"), _record("y"), qrels=Qrels.from_dict({"z": {"good": 1}})) == []


@pytest.mark.parametrize(("overlap", "outcome"), [(0.5, "PASS"), (0.51, "FAIL")])
def test_overlap_with_the_accepted_top_10(overlap: float, outcome: str) -> None:
    """One of two documents is the same: 1/2."""
    expect = Expectations({}, {}, (), (), overlap=overlap)
    lost, agree = _verdicts(_run("good", "b"), _record("good", "a"), expect)
    assert (lost.outcome, agree.outcome) == ("PASS", outcome)
    assert agree.claim == f"overlap@10 >= {overlap}"


def test_documents_below_the_accepted_depth_do_not_count_against_overlap() -> None:
    expect = Expectations({}, {}, (), (), overlap=1.0)
    now = _run("good", *FILL)
    assert _verdicts(now, _record("good", *FILL), expect)[1].passed


@pytest.mark.parametrize("rbo", [0.9, 1.0])
def test_rbo_of_the_accepted_ranking_with_itself_is_1(rbo: float) -> None:
    expect = Expectations({}, {}, (), (), rbo=rbo)
    now = _run("good", *FILL)  # 13 documents, of which ten were accepted
    assert _verdicts(now, _record("good", *FILL), expect)[1].passed


def test_rbo_of_disjoint_rankings_is_0() -> None:
    expect = Expectations({}, {}, (), (), rbo=0.1)
    verdict = _verdicts(_run("good"), _record("fine"), expect)[1]
    assert verdict.finding.startswith("RBO(p=0.9) is 0.0000, 0.1000 below 0.1")


def test_the_first_document_is_the_accepted_one() -> None:
    expect = Expectations({}, {}, (), (), top_1=True)
    kept = _verdicts(_run("good", "b"), _record("good"), expect)[1]
    assert (kept.outcome, kept.finding) == ("PASS", "'good' is first")
    moved = _verdicts(_run("fine", "good"), _record("good"), expect)[1]
    assert moved.finding == "'fine' is first; 'good', accepted there, moved to rank 2"
    gone = _verdicts(_run("fine"), _record("good"), expect)[1]
    assert gone.finding == "'fine' is first; 'good', accepted there, is not retrieved"


def test_a_first_document_where_none_was_accepted_differs() -> None:
    expect = Expectations({}, {}, (), (), top_1=True)
    verdict = _verdicts(_run("fine"), _record(), expect)[1]
    told = "'fine' is first; nothing was accepted there"
    assert (verdict.outcome, verdict.finding) == ("FAIL", told)


def test_where_nothing_is_retrieved_the_first_document_is_gone() -> None:
    expect = Expectations({}, {}, (), (), top_1=True)
    gone = _verdicts(_run(), _record("good"), expect)[1]
    assert gone.finding == "nothing was retrieved; 'good', accepted there, is not retrieved"
    assert _verdicts(_run(), _record(), expect)[1].finding == "both are empty"


def test_every_verdict_says_that_the_lock_asked() -> None:
    expect = Expectations({}, {}, (), (), overlap=0.5, rbo=0.5, top_1=True)
    verdicts = _verdicts(_run("good"), _record("good"), expect)
    assert [verdict.evidence["lock"] for verdict in verdicts] == ["differs"] * 4
