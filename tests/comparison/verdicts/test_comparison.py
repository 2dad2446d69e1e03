"""Where too little is judged to decide, and where that is no excuse."""

import pytest

from retrieval_checks.comparison.compare import compare
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from tests.comparison.factories import names


def _found(unjudged: int) -> Run:
    """Ten queries of ten documents; the first `unjudged` ones have one more unjudged document."""
    known = ["good", *(f"bad{i}" for i in range(8))]
    extra = [["x", "y"] if row < unjudged else ["x", "bad8"] for row in range(10)]
    return Run.from_ids(
        {q: [*known[: 10 - len(e)], *e] for q, e in zip(names(10), extra, strict=True)}
    )


FULL = Qrels.from_dict({q: {"good": 1} | {f"bad{i}": 0 for i in range(9)} for q in names(10)})
WHOLE = Run.from_ids({q: ["good", *(f"bad{i}" for i in range(9))] for q in names(10)})


def test_a_gap_of_exactly_10_percent_of_judged_documents_is_no_obstacle() -> None:
    """9 of 10 judged against 10 of 10; a gap of 1.0 - 0.9 is a little less or more in floats."""
    verdict = compare(WHOLE, _found(0), FULL, delta=0.3)
    assert verdict.evidence["judged"] == pytest.approx((1.0, 0.9))
    assert verdict.outcome == "PASS"


def test_a_gap_of_10_percent_is_none_however_it_is_rounded() -> None:
    """3 of 10 judged against 4 of 10: 0.4 - 0.3 is 0.10000000000000003."""
    qrels = Qrels.from_dict({"q": {"good": 1, "b": 0, "c": 0, "d": 0}})
    fill = [f"x{i}" for i in range(7)]
    now, before = (Run.from_ids({"q": ["good", *known, *fill][:10]}) for known in ("bc", "bcd"))
    assert "cannot be told fairly" not in compare(before, now, qrels).finding


def test_what_passes_only_because_more_of_it_is_judged_is_inconclusive() -> None:
    """One query of the baseline has 8 of 10: .89 against 1."""
    verdict = compare(WHOLE, _found(1), FULL, delta=0.3)
    assert verdict.outcome == verdict.evidence["outcome"] == "INCONCLUSIVE"
    assert verdict.finding == (
        "nDCG@10 1.0000 -> 1.0000: cannot be told fairly, judged@10 is 1.00 of the candidate,"
        " 0.89 of the baseline (10 queries, 0 changed)"
    )
    assert verdict.context.replace("\n ", "").startswith(
        "what is not judged counts as not relevant, which wrongs the baseline, so that the"
        " candidate cannot pass; judge first (query, document): ("
    )
    assert ("q0000", "x") in verdict.evidence["to_judge"]
    assert len(verdict.evidence["to_judge"]) == 5
    assert {doc_id for _, doc_id in verdict.evidence["to_judge"]} <= {"x", "y"}
    assert verdict.advice == "judge the pairs above, then compare again."


def test_what_passes_although_less_of_it_is_judged_passes() -> None:
    verdict = compare(_found(1), WHOLE, FULL, delta=0.3)
    assert (verdict.outcome, verdict.evidence["to_judge"]) == ("PASS", ())


UNKNOWN = Run.from_ids({q: [f"x{i}" for i in range(10)] for q in names(10)})
WRONG = Run.from_ids({q: [f"bad{i}" for i in range(9)] for q in names(10)})


def test_what_fails_only_because_less_of_it_is_judged_is_inconclusive() -> None:
    """Ten unjudged documents each, any of which may be an answer."""
    verdict = compare(UNKNOWN, WHOLE, FULL)
    assert verdict.outcome == "INCONCLUSIVE"
    assert "wrongs the candidate, so that the candidate cannot fail" in verdict.context.replace(
        "\n ", ""
    )
    assert ("q0000", "x0") in verdict.evidence["to_judge"]


def test_what_fails_although_more_of_it_is_judged_fails() -> None:
    """All of it is judged, none of it relevant; of the baseline 8 of 10."""
    verdict = compare(WRONG, _found(10), FULL)
    assert verdict.evidence["judged"] == pytest.approx((1.0, 0.8))
    assert verdict.outcome == "FAIL"


def test_what_these_queries_cannot_tell_is_to_be_judged_first_where_the_gap_is_wide() -> None:
    """Of ten queries without a change nothing can be told within .05."""
    for now, before in ((WHOLE, _found(1)), (_found(1), WHOLE)):
        assert "cannot be told fairly" in compare(now, before, FULL).finding


def test_a_collapse_is_not_excused_where_only_positives_are_judged() -> None:
    """judged@10 is then precision: three relevant documents a query found, then none."""
    qrels = Qrels.from_dict({q: {"g1": 1, "g2": 1, "g3": 1} for q in names(12)})
    before = Run.from_ids({q: ["g1", "g2", "g3"] for q in names(12)})
    now = Run.from_ids({q: ["x1", "x2", "x3"] for q in names(12)})
    verdict = compare(now, before, qrels)
    assert (verdict.evidence["baseline"], verdict.evidence["candidate"]) == (1.0, 0.0)
    assert (verdict.outcome, verdict.evidence["judged"]) == ("FAIL", None)
    assert verdict.evidence["lost"] == tuple(names(12))
