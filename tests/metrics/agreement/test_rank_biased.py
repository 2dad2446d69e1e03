import math
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.data.run import Run
from retrieval_checks.errors import MetricError
from retrieval_checks.metrics.agreement import rbo, rbo_bounds
from tests.metrics.agreement.pairs import RANKINGS, one_query, pairs


def _rbo(first: str | list[str], second: str | list[str], p: float) -> float:
    return rbo(one_query(first), one_query(second), p)["q"]


def _bounds(first: str | list[str], second: str | list[str], p: float) -> tuple[float, float]:
    return rbo_bounds(one_query(first), one_query(second), p)["q"]


def test_rbo_of_two_swapped_documents() -> None:
    # p = 1/2, X_1 = 0, X_2 = 2: (1-p)/p = 1; sum = 0/1 p + 2/2 p^2 = 1/4; tail = 2/2 p^2 = 1/4
    assert _rbo("ab", "ba", 0.5) == 0.5


def test_rbo_of_three_documents_of_which_two_are_shared() -> None:
    # abc, acd: X = 1, 1, 2; p = 1/2, (1-p)/p = 1
    # sum = 1 p + 1/2 p^2 + 2/3 p^3 = 1/2 + 1/8 + 1/12 = 17/24; tail = 2/3 p^3 = 1/12 = 2/24
    assert _rbo("abc", "acd", 0.5) == pytest.approx(19 / 24, abs=1e-15)


def test_rbo_of_lists_of_unequal_length() -> None:
    # S = a x, L = b a c: s = 2, l = 3; X_1 = 0, X_2 = 1 (a), X_3 = 1; p = 1/2, (1-p)/p = 1
    # sum = 0 + 1/2 p^2 + 1/3 p^3 = 1/8 + 1/24 = 4/24
    # beyond s: X_s (d-s)/(s d) p^d at d = 3: 1 (1)/(2 3) p^3 = 1/48
    # tail = ((1 - 1)/3 + 1/2) p^3 = 1/16
    value = 4 / 24 + 1 / 48 + 1 / 16  # 1/4
    assert _rbo("ax", "bac", 0.5) == pytest.approx(value, abs=1e-15)
    assert _rbo("bac", "ax", 0.5) == pytest.approx(value, abs=1e-15)


def test_rbo_where_the_longer_list_reaches_a_document_of_the_shorter_later() -> None:
    # S = a, L = b a: s = 1, l = 2; X_1 = 0, X_2 = 1; p = 1/2, (1-p)/p = 1
    # sum = 0 + 1/2 p^2 = 1/8; beyond: X_1 = 0; tail = ((1 - 0)/2 + 0/1) p^2 = 1/8
    assert _rbo("a", "ba", 0.5) == pytest.approx(1 / 4, abs=1e-15)


@pytest.mark.parametrize("p", [0.1, 0.9, 0.98])
def test_rbo_of_a_list_and_its_own_beginning_is_exactly_1(p: float) -> None:
    assert _rbo("abcd", "abcd", p) == 1.0  # the sum alone gives 1 - 1e-16 at p = 0.9
    assert _rbo("ab", "abc", p) == 1.0
    assert _bounds("ab", "abc", p)[1] == 1.0


def test_rbo_of_empty_rankings() -> None:
    assert _rbo("", "", 0.9) == 1.0
    assert _rbo("", "a", 0.9) == 0.0
    assert _rbo("a", "", 0.9) == 0.0


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


def test_equal_scores_are_in_the_order_of_the_run() -> None:
    tied = Run.from_dict({"q": {"a": 1.0, "b": 1.0}})  # b, a: the ids descend
    assert rbo(tied, one_query("ba"), 0.5) == {"q": 1.0}
    assert rbo(tied, one_query("ab"), 0.5) == {"q": 0.5}


# p = 1/2, so that (1-p)/p = 1 and -ln(1-p) = ln 2
@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        # X = 1, 2: (1 - 2)/2 + 0 + 2 ln 2; what follows may be the same in both
        ("ab", "ab", 2 * math.log(2) - 1 / 2, 1.0),
        # X = 0, 2: (0 - 2)/2 + 0 + 2 ln 2; from depth 2 on both may hold the same: p
        ("ab", "ba", 2 * math.log(2) - 1, 1 / 2),
        # X = 0: nothing in common, ever; or a b and b a: from depth 2 on all, p
        ("a", "b", 0.0, 1 / 2),
        # X = 0, 1: (0 - 1)/2 + 0 + ln 2; a b and b a
        ("a", "ba", math.log(2) - 1 / 2, 1 / 2),
        # X = 0, 0: a b c d and c d a b: 0, 0, 2/3 (a c d; c d a), then all: 2/3 p^3 + p^3
        ("ab", "cd", 0.0, 5 / 24),
        # s = 1, l = 3, X = 0: x b c a, b c a x: 0, 1/2, 2/3, then all: 1/2 p^2 + 2/3 p^3 + p^3
        ("x", "bca", 0.0, 1 / 8 + 1 / 12 + 1 / 8),
        ("", "a", 0.0, 1.0),
        ("", "", 0.0, 1.0),
    ],
)
def test_bounds_worked_by_hand(first: str, second: str, low: float, high: float) -> None:
    assert _bounds(first, second, 0.5) == pytest.approx((low, high), abs=1e-15)
    assert _bounds(second, first, 0.5) == _bounds(first, second, 0.5)


@given(pairs(), st.floats(1e-12, 1 - 1e-12))
def test_rbo_lies_between_its_bounds(both: tuple[Run, Run], p: float) -> None:
    values, bounds = rbo(*both, p), rbo_bounds(*both, p)
    for query_id, (low, high) in bounds.items():
        assert 0 <= low <= values[query_id] <= high <= 1


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        ("a", "a", 0.3),  # what rounding leaves of the sum is below the value
        ("abcd", "abcdefg", 0.8),  # ... and here above 1
        ("a", "abcd", 0.9),
    ],
)
def test_greatest_value_of_a_beginning_is_1_in_spite_of_rounding(
    first: str, second: str, p: float
) -> None:
    assert _bounds(first, second, p)[1] == 1.0 == _rbo(first, second, p)


def test_nearly_equal_lists_are_not_above_1_by_rounding() -> None:
    deep = [f"d{i}" for i in range(183)]
    assert _rbo(deep, [*deep[:-2], deep[-1], deep[-2]], 0.85) == 1.0


@given(RANKINGS, RANKINGS, RANKINGS, RANKINGS, st.floats(0.05, 0.95))
def test_whatever_follows_stays_within_the_bounds(
    first: list[str], second: list[str], more: list[str], more_too: list[str], p: float
) -> None:
    longer = first + [d for d in more if d not in first]
    other = second + [d for d in more_too if d not in second]
    low, high = _bounds(first, second, p)
    longer_low, longer_high = _bounds(longer, other, p)
    assert low <= longer_low + 1e-14
    assert longer_high <= high + 1e-14


@pytest.mark.parametrize("p", [1e-20, 0.001, 0.5, 0.9, 0.9999, 1 - 1e-6, 1 - 1e-9, 1 - 1e-15])
def test_deep_lists_at_any_p_equal_the_formulas_in_60_digits(p: float) -> None:
    first = [f"d{i}" for i in range(400)]
    second = [f"d{i * 7 % 400}" if i % 3 else f"x{i}" for i in range(300)]
    low, high = _bounds(first, second, p)
    least, residual, value = _formulas(second, first, p)
    assert low == pytest.approx(least, abs=1e-14)
    assert high == pytest.approx(least + residual, abs=1e-14)
    assert _rbo(first, second, p) == pytest.approx(value, abs=1e-14)


@pytest.mark.parametrize("p", [0.3, 0.5, 0.7, 0.9])
def test_many_documents_do_not_add_up_what_rounding_leaves(p: float) -> None:
    deep = [f"d{i}" for i in range(50_000)]  # p^50,000 is 0: nothing is open
    assert _bounds(deep, deep, p) == pytest.approx((1.0, 1.0), abs=1e-14)
    after_another = ["x", *deep]  # X_d = d - 1
    missing = math.fsum((1 - p) * p ** (d - 1) / d for d in range(1, 2000))
    value = pytest.approx((1 - missing, 1 - missing), abs=1e-14)
    assert _bounds(deep, after_another, p) == value


def _formulas(short: list[str], long: list[str], p: float) -> tuple[float, float, float]:
    """Eq. 11 to the depth of the longer list, eq. 30 and eq. 32, as they stand in the paper."""
    with localcontext(prec=60, Emin=-999_999):
        q, s, n = Decimal(p), len(short), len(long)
        x = [len({*short[:d]} & {*long[:d]}) for d in range(n + 1)]
        f = n + s - x[n]
        term = [q**d / d for d in range(1, f + 1)]

        def terms(start: int, stop: int) -> Decimal:
            return sum(term[start - 1 : stop], Decimal(0))

        odds, log = (1 - q) / q, (1 - q).ln()
        low = odds * (sum((x[d] - x[n]) * term[d - 1] for d in range(1, n + 1)) - x[n] * log)
        rest = s * terms(s + 1, f) + n * terms(n + 1, f) + x[n] * (-log - terms(1, f))
        residual = q**s + q**n - q**f - odds * rest
        total = sum((x[d] * term[d - 1] for d in range(1, n + 1)), Decimal(0))
        total += sum(x[s] * Decimal(d - s) / s * term[d - 1] for d in range(s + 1, n + 1))
        value = odds * total + (Decimal(x[n] - x[s]) / n + Decimal(x[s]) / s) * q**n
        return float(low), float(residual), float(value)


def test_the_smallest_p_looks_at_the_first_document_only() -> None:
    assert _bounds("ab", "ac", 5e-324) == (1.0, 1.0)
    assert _bounds("ab", "ba", 5e-324) == pytest.approx((0.0, 0.0), abs=1e-300)
    assert _rbo("ab", "ac", 5e-324) == 1.0


@pytest.mark.parametrize("p", [0.0, 1.0, -0.1, math.nan])
def test_p_outside_its_range_is_an_error(p: float) -> None:
    with pytest.raises(MetricError, match="p of RBO must lie strictly between 0 and 1"):
        rbo(one_query("a"), one_query("a"), p)
    with pytest.raises(MetricError, match="p of RBO must lie strictly between 0 and 1"):
        rbo_bounds(one_query("a"), one_query("a"), p)
