"""Values are paired by query id, and refused where too few are shared."""

import re

import numpy as np
import pytest

from retrieval_checks.comparison.pairing import check_shared, pair
from retrieval_checks.errors import NotComparableError
from retrieval_checks.metrics.metric import Metric

RR = Metric("RR", 10)
BEFORE = {f"q{i}": 1.0 for i in range(5)}


def test_values_meet_by_id_whatever_their_order() -> None:
    pairs = pair(RR, {"q3": 0.2, "q1": 1.0, "q2": 0.5}, {"q2": 1.0, "q3": 0.1, "q1": 1.0})
    assert pairs.query_ids == ("q1", "q2", "q3")
    assert pairs.baseline.tolist() == [1.0, 1.0, 0.1]
    assert pairs.differences.tolist() == [0.0, -0.5, 0.1]
    assert not pairs.candidate.flags.writeable


def test_changed_queries_stand_largest_drop_first_equal_ones_by_id() -> None:
    before = {"a": 1.0, "b": 1.0, "c": 0.0, "d": 1.0}
    assert pair(RR, {"a": 0.5, "b": 0.0, "c": 1.0, "d": 0.5}, before).changed == (
        "b",
        "a",
        "d",
        "c",
    )


def test_a_difference_in_the_last_digit_is_none() -> None:
    """0.1 + 0.2 is 0.30000000000000004: another machine may sum in another order."""
    pairs = pair(RR, {"q1": 0.1 + 0.2, "q2": 0.3 + 1e-9}, {"q1": 0.3, "q2": 0.3})
    assert pairs.changed == ("q2",)
    assert np.count_nonzero(pairs.differences) == 1


def test_a_query_that_the_candidate_lacks_scores_0_and_is_named() -> None:
    pairs = pair(RR, {f"q{i}": 1.0 for i in range(4)}, BEFORE)
    assert pairs.missing == ("q4",)
    assert pairs.candidate.tolist() == [1.0, 1.0, 1.0, 1.0, 0.0]


def test_a_new_query_is_named_and_not_paired() -> None:
    pairs = pair(RR, {**BEFORE, "zz": 0.0, "aa": 0.0}, BEFORE)
    assert (pairs.new, pairs.query_ids) == (("aa", "zz"), tuple(BEFORE))


@pytest.mark.parametrize("n", [5, 10, 15, 35, 100, 905])
def test_exactly_80_percent_are_enough_and_one_less_is_not(n: int) -> None:
    query_ids = [f"q{i:04}" for i in range(n)]
    names = ("'new'", "'old'")
    missing = check_shared(set(query_ids[: n * 4 // 5]), query_ids, names=names)
    assert len(missing) == n // 5
    told = f"NOT COMPARABLE: 'new' has {n * 4 // 5 - 1} of the {n} queries of 'old', at least 80%"
    with pytest.raises(NotComparableError, match=f"{told} are needed; it lacks 'q"):
        check_shared(set(query_ids[: n * 4 // 5 - 1]), query_ids, names=names)


@pytest.mark.parametrize("baseline", [{}, {"q1": 1.0}])
def test_nothing_in_common_is_not_comparable(baseline: dict[str, float]) -> None:
    n = "1 query" if baseline else "0 queries"
    with pytest.raises(NotComparableError, match=re.escape(f"the candidate has 0 of the {n}")):
        pair(RR, {"other": 1.0}, baseline)


def test_a_part_keeps_its_own_queries_missing_and_new_ones() -> None:
    candidate = {"q0": 0.5, "q1": 1.0, "q2": 1.0, "q3": 1.0, "new": 1.0}
    part = pair(RR, candidate, BEFORE).select({"q0", "q4", "new"})
    assert (part.query_ids, part.missing, part.new) == (("q0", "q4"), ("q4",), ("new",))
    assert part.differences.tolist() == [-0.5, -1.0]
