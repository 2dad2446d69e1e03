import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MetricError
from retrieval_checks.metrics.agreement import check_same_queries, overlap_at, rbo

RANKINGS = st.lists(st.sampled_from("abcdefgh"), unique=True)


def _run(ranking: list[str], name: str = "run") -> Run:
    return Run.from_ids({"q": ranking}, name=name)


def _rbo(first: list[str], second: list[str], p: float) -> float:
    return rbo(_run(first), _run(second), p)["q"]


@pytest.mark.parametrize(
    ("first", "second", "k", "value"),
    [
        ("abc", "abc", 3, 1.0),
        ("abc", "cab", 3, 1.0),  # order within the top k does not matter
        ("abc", "cab", 2, 1 / 2),  # {a, b} and {c, a}
        ("abc", "def", 3, 0.0),
        ("ab", "ab", 10, 1.0),  # both shorter than k: out of 2
        ("ab", "abcd", 10, 2 / 4),  # out of the longer
        ("ab", "abcd", 3, 2 / 3),  # the longer one cut at k
        ("", "", 3, 1.0),
        ("", "a", 3, 0.0),
    ],
)
def test_overlap_is_out_of_the_longer_top_k(first: str, second: str, k: int, value: float) -> None:
    assert overlap_at(_run([*first]), _run([*second]), k) == {"q": value}
    assert overlap_at(_run([*second]), _run([*first]), k) == {"q": value}


def test_rbo_of_two_swapped_documents() -> None:
    # p = 1/2, X_1 = 0, X_2 = 2: (1-p)/p = 1; sum = 0/1 p + 2/2 p^2 = 1/4; tail = 2/2 p^2 = 1/4
    assert _rbo(["a", "b"], ["b", "a"], 0.5) == 0.5


def test_rbo_of_three_documents_of_which_two_are_shared() -> None:
    # abc, acd: X = 1, 1, 2; p = 1/2, (1-p)/p = 1
    # sum = 1 p + 1/2 p^2 + 2/3 p^3 = 1/2 + 1/8 + 1/12 = 17/24; tail = 2/3 p^3 = 1/12 = 2/24
    assert _rbo(["a", "b", "c"], ["a", "c", "d"], 0.5) == pytest.approx(19 / 24, abs=1e-15)


def test_rbo_of_lists_of_unequal_length() -> None:
    # S = a x, L = b a c: s = 2, l = 3; X_1 = 0, X_2 = 1 (a), X_3 = 1; p = 1/2, (1-p)/p = 1
    # sum = 0 + 1/2 p^2 + 1/3 p^3 = 1/8 + 1/24 = 4/24
    # beyond s: X_s (d-s)/(s d) p^d at d = 3: 1 (1)/(2 3) p^3 = 1/48
    # tail = ((1 - 1)/3 + 1/2) p^3 = 1/16
    value = 4 / 24 + 1 / 48 + 1 / 16  # 1/4
    assert _rbo(["a", "x"], ["b", "a", "c"], 0.5) == pytest.approx(value, abs=1e-15)
    assert _rbo(["b", "a", "c"], ["a", "x"], 0.5) == pytest.approx(value, abs=1e-15)


def test_rbo_where_the_longer_list_reaches_a_document_of_the_shorter_later() -> None:
    # S = a, L = b a: s = 1, l = 2; X_1 = 0, X_2 = 1; p = 1/2, (1-p)/p = 1
    # sum = 0 + 1/2 p^2 = 1/8; beyond: X_1 = 0; tail = ((1 - 0)/2 + 0/1) p^2 = 1/8
    assert _rbo(["a"], ["b", "a"], 0.5) == pytest.approx(1 / 4, abs=1e-15)


@pytest.mark.parametrize("p", [0.1, 0.9, 0.98])
def test_rbo_of_a_list_and_its_own_beginning_is_exactly_1(p: float) -> None:
    assert _rbo([*"abcd"], [*"abcd"], p) == 1.0  # the sum alone gives 1 - 1e-16 at p = 0.9
    assert _rbo([*"ab"], [*"abc"], p) == 1.0


def test_rbo_of_empty_rankings() -> None:
    assert _rbo([], [], 0.9) == 1.0
    assert _rbo([], ["a"], 0.9) == 0.0


@given(RANKINGS, RANKINGS, st.floats(0.05, 0.99))
def test_rbo_is_symmetric_and_lies_in_0_to_1(first: list[str], second: list[str], p: float) -> None:
    value = _rbo(first, second, p)
    assert 0 <= value <= 1
    assert value == _rbo(second, first, p)
    if not set(first) & set(second) and (first or second):
        assert value == 0


@given(RANKINGS.filter(len), st.floats(0.05, 0.95))
def test_rbo_is_the_limit_of_its_definition(ranking: list[str], p: float) -> None:
    """(1-p) sum A_d p^(d-1), with the agreement of the last depth carried on (even lists)."""
    other = ranking[::-1]
    agreements = [len({*ranking[:d]} & {*other[:d]}) / d for d in range(1, len(ranking) + 1)]
    agreements += [agreements[-1]] * 2000
    limit = (1 - p) * math.fsum(a * p**d for d, a in enumerate(agreements))
    assert _rbo(ranking, other, p) == pytest.approx(limit, abs=1e-12)


def test_values_are_per_query_whatever_the_order_of_the_reference() -> None:
    run = Run.from_ids({"q1": ["a"], "q2": ["b"]})
    reference = Run.from_ids({"q2": ["x"], "q1": ["a"]})
    assert overlap_at(run, reference, 5) == {"q1": 1.0, "q2": 0.0}
    assert list(rbo(run, reference)) == ["q1", "q2"]


def test_runs_of_different_queries_are_an_error() -> None:
    one = Run.from_ids({"q1": ["a"], "q2": ["a"]}, name="one")
    two = Run.from_ids({"q1": ["a"]}, name="two")
    for run, reference in ((one, two), (two, one)):
        with pytest.raises(DataError, match=r"run 'one' has queries that run 'two' lacks \(1"):
            check_same_queries(run, reference)
        with pytest.raises(DataError, match="run 'one' has queries that run 'two' lacks"):
            overlap_at(run, reference, 1)
        with pytest.raises(DataError, match="run 'one' has queries that run 'two' lacks"):
            rbo(run, reference)


@pytest.mark.parametrize("k", [0, -1, 1.5, True])
def test_cut_off_that_is_no_whole_number_from_1_is_an_error(k: int) -> None:
    with pytest.raises(MetricError, match="cut-off of overlap must be a whole number from 1"):
        overlap_at(_run(["a"]), _run(["a"]), k)


@pytest.mark.parametrize("p", [0.0, 1.0, -0.1, math.nan])
def test_p_outside_its_range_is_an_error(p: float) -> None:
    with pytest.raises(MetricError, match="p of RBO must lie strictly between 0 and 1"):
        rbo(_run(["a"]), _run(["a"]), p)
