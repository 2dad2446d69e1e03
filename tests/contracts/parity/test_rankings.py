"""Rankings are held to two bounds and to the verdict on their metric."""

import pytest

from retrieval_checks.contracts.parity.rankings import Bounds, RankingParity
from retrieval_checks.data.run import Run
from retrieval_checks.judgement.verdict import Outcome, Verdict

REFERENCE = Run.from_ids({"q1": ["a", "b"], "q2": ["a", "b"]}, name="old")
TURNED = Run.from_ids({"q1": ["b", "a"], "q2": ["a", "b"]}, name="new")


def _compared(outcome: Outcome, changed: int) -> Verdict:
    evidence = {"changed": changed, "metric": "RR@10"}
    return Verdict(outcome, "RR@10 drop <= 0.05", f"RR@10: {outcome}", evidence=evidence)


def _parity(run: Run, outcome: Outcome, changed: int, *, rbo: float, churn: float) -> RankingParity:
    return RankingParity(run, REFERENCE, _compared(outcome, changed), Bounds(rbo, churn))


@pytest.mark.parametrize(
    ("outcome", "changed", "expected"),
    [
        ("PASS", 3, "PASS"),
        ("INCONCLUSIVE", 3, "INCONCLUSIVE"),
        ("INCONCLUSIVE", 0, "PASS"),  # no value changed: nothing dropped
        ("FAIL", 3, "FAIL"),
    ],
)
def test_metric_decides_where_rankings_agree(
    outcome: Outcome, changed: int, expected: Outcome
) -> None:
    assert _parity(REFERENCE, outcome, changed, rbo=1.0, churn=0.0).outcome == expected


def test_bounds_that_are_missed_are_told_with_the_distance() -> None:
    # q1 turned, p = 0.9: (1 - p) 0 + p 1 = 0.9 by extrapolation; the mean with q2 is 0.95
    parity = _parity(TURNED, "PASS", 0, rbo=0.96, churn=0.4)
    assert parity.failed == [
        "RBO(p=0.9) is 0.9500, 0.0100 below 0.96 (2 queries)",
        "top-1 churn is 0.5000, 0.1000 above 0.4 (2 queries)",
    ]
    assert parity.outcome == "FAIL"
    assert parity.evidence["worst_query"] == "q1"


def test_bounds_that_are_met_exactly_hold() -> None:
    parity = _parity(TURNED, "PASS", 0, rbo=0.9, churn=0.5)
    assert parity.failed == []
    assert parity.findings == [
        "RBO(p=0.9) is 0.9500, 0.0500 above 0.9; top-1 churn is 0.5, exactly the bound (2 queries)",
        "RR@10 is the same for every query",
    ]


def test_metric_that_dropped_is_told_as_compare_tells_it() -> None:
    parity = _parity(REFERENCE, "FAIL", 2, rbo=1.0, churn=0.0)
    assert parity.failed == ["RR@10: FAIL"]
