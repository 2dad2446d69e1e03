import math
import re

import pytest
from hypothesis import given

from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MetricError
from retrieval_checks.metrics.agreement import kendall_tau, tau_ap
from tests.metrics.agreement.pairs import one_query, pairs


def _scored(**scores: float) -> Run:
    return Run.from_dict({"q": scores})


@pytest.mark.parametrize(
    ("first", "second", "value"),
    [
        ("abc", "abc", 1.0),
        ("abc", "cba", -1.0),
        ("abc", "bac", 1 / 3),  # ab is turned round: (2 - 1) / 3
        ("abc", "bca", -1 / 3),  # ab and ac are: (1 - 2) / 3
        ("abcd", "badc", 2 / 6),  # ab and cd are: (4 - 2) / 6
        ("axbyc", "zbac", 1 / 3),  # of a, b, c
    ],
)
def test_tau_of_rankings_without_ties(first: str, second: str, value: float) -> None:
    assert kendall_tau(one_query(first), one_query(second)) == {"q": value}


def test_equal_scores_are_ties_for_tau() -> None:
    # ab, ac, ad, bd stand alike; bc is tied in the run, cd in the reference: 4 / sqrt((6-1)(6-1))
    run, reference = _scored(a=3, b=2, c=2, d=1), _scored(a=4, b=3, c=1, d=1)
    assert kendall_tau(run, reference) == {"q": 4 / 5}
    # ab is tied in both, ac and bc are turned round: -2 / sqrt((3-1)(3-1))
    assert kendall_tau(_scored(a=2, b=2, c=1), _scored(a=1, b=1, c=2)) == {"q": -1.0}
    # ab is tied in the run, ac and bc stand alike: 2 / sqrt((3-1) 3)
    value = kendall_tau(_scored(a=2, b=2, c=1), _scored(a=2, b=3, c=1))["q"]
    assert value == pytest.approx(2 / math.sqrt(6), abs=1e-15)


def test_equal_infinities_and_zeros_are_ties_for_tau() -> None:
    run = _scored(a=math.inf, b=math.inf, c=0.0, d=-0.0, e=-math.inf, f=-math.inf)
    reference = _scored(a=2, b=2, c=1, d=1, e=0, f=0)
    assert kendall_tau(run, reference) == {"q": 1.0}


@pytest.mark.parametrize(
    ("run", "reference", "value"),
    [
        ("abcd", "abcd", 1.0),
        ("dcba", "abcd", -1.0),
        # above a: d, wrong, 0/1; above b: d wrong, a right, 1/2; above c: 2/3. 2/3 (7/6) - 1
        ("dabc", "abcd", -2 / 9),
        # exchanged, d is wrong below three: 1, 1, 0. 2/3 (2) - 1
        ("abcd", "dabc", 1 / 3),
        ("dxabyc", "abzcd", -2 / 9),  # of a, b, c, d
    ],
)
def test_tau_ap_weighs_the_top_of_the_run(run: str, reference: str, value: float) -> None:
    found = tau_ap(one_query(run), one_query(reference))
    assert found == {"q": pytest.approx(value, abs=1e-15)}


def test_tau_ap_of_equal_scores_is_in_the_order_of_the_run() -> None:
    tied = _scored(a=1, b=1)  # b, a: the ids descend
    assert tau_ap(tied, one_query("ba")) == {"q": 1.0}
    assert tau_ap(tied, one_query("ab")) == {"q": -1.0}


@given(pairs())
def test_tau_is_symmetric_and_both_lie_in_minus_1_to_1(both: tuple[Run, Run]) -> None:
    tau = kendall_tau(*both, undefined=0.0)
    assert tau == kendall_tau(*both[::-1], undefined=0.0)
    for value in (*tau.values(), *tau_ap(*both, undefined=0.0).values()):
        assert -1 <= value <= 1


@given(pairs())
def test_a_run_agrees_with_itself_fully(both: tuple[Run, Run]) -> None:
    run = both[0]
    assert set(kendall_tau(run, run, undefined=1).values()) <= {1.0}
    assert set(tau_ap(run, run, undefined=1).values()) <= {1.0}


def test_fewer_than_two_documents_in_both_are_an_error_that_names_the_queries() -> None:
    run = Run.from_ids({"q1": ["a", "b"], "q2": ["a", "b"], "q3": []}, name="new")
    reference = Run.from_ids({"q1": ["a", "b"], "q2": ["b", "c"], "q3": []}, name="old")
    few = "fewer than two documents in both rankings"
    where = (
        "in runs 'new' and 'old' for 2 of 3 queries ('q2', 'q3'); give their value, for example"
        " undefined=0.0, or leave them out with Run.select"
    )
    tau = f"Kendall's tau: {few}, or all scores of these equal in one {where}"
    with pytest.raises(DataError, match=f"^{re.escape(tau)}$"):
        kendall_tau(run, reference)
    with pytest.raises(DataError, match=f"^{re.escape(f'tau_ap: {few} {where}')}$"):
        tau_ap(run, reference)
    expected = {"q1": 1.0, "q2": 0.25, "q3": 0.25}
    assert kendall_tau(run, reference, undefined=0.25) == expected
    assert tau_ap(run, reference, undefined=0.25) == expected


def test_tau_of_scores_that_are_all_equal_is_not_defined() -> None:
    tied, strict = _scored(a=1, b=1, c=1), _scored(a=3, b=2, c=1)
    for both in ((tied, strict), (strict, tied), (tied, tied)):
        with pytest.raises(DataError, match="all scores of these equal in one"):
            kendall_tau(*both)
        assert kendall_tau(*both, undefined=-0.5) == {"q": -0.5}
        tau_ap(*both)  # strict orders have one
    # ... of the documents in both, that is: x has another score, but is not in the reference
    with pytest.raises(DataError, match="all scores of these equal in one"):
        kendall_tau(_scored(a=1, b=1, x=2), strict)


@pytest.mark.parametrize("undefined", [math.nan, math.inf, -1.1, 1.1, "0"])
def test_a_stand_in_that_tau_cannot_be_is_an_error(undefined: float) -> None:
    for measure in (kendall_tau, tau_ap):
        with pytest.raises(MetricError, match=r"undefined must be a number in \[-1, 1\]"):
            measure(one_query("ab"), one_query("ab"), undefined=undefined)


def test_a_stand_in_may_be_any_value_that_tau_can_have() -> None:
    for undefined in (-1, 0.0, 1.0):
        assert kendall_tau(one_query("a"), one_query("a"), undefined=undefined) == {"q": undefined}


def test_three_queries_without_a_tau_are_named_and_the_others_counted() -> None:
    run = Run.from_ids({f"q{i}": ["a"] for i in range(5)})
    with pytest.raises(DataError, match=r"5 of 5 queries \('q0', 'q1', 'q2' and 2 more\); give"):
        tau_ap(run, run)
