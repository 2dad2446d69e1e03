import itertools
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import permutation_test

from retrieval_checks.comparison.significance.randomization import drop_p_values, smallest_p
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.errors import DataError, SettingsError

TENTHS = st.integers(-10, 10).map(lambda tenths: tenths / 10)  # sums tie often, and round off


def p_value(*differences: float, **options: int) -> float:
    return float(drop_p_values(np.array(differences)[:, None], **options)[0])


def by_enumeration(tenths: list[int]) -> float:
    """In whole numbers, so that ties are ties: the share of arrangements at most the observed."""
    sums = [
        sum(sign * abs(d) for sign, d in zip(signs, tenths, strict=True))
        for signs in itertools.product((-1, 1), repeat=len(tenths))
    ]
    return sum(found <= sum(tenths) for found in sums) / len(sums)


def by_polynomial(tenths: list[int]) -> float:
    """The share of the subsets of whole numbers whose sum is at least 0.

    The coefficient of x^s in the product of all (1 + x^|d|) counts the subsets of |d| of sum s; a
    sign turned round moves all sums by the same amount.
    """
    counts = np.ones(1)
    for d in tenths:
        counts = np.convolve(counts, [1, *[0] * (abs(d) - 1), 1])
    lowest = sum(d for d in tenths if d < 0)
    return float(counts[-lowest:].sum() / counts.sum())


def many(n: int, *, columns: int = 1, mean: float = 0.0) -> FloatArray:
    drawn: FloatArray = np.random.default_rng(5).normal(mean, 0.3, (n, columns))
    return drawn


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        ((0.0,), 1.0),
        ((-0.5,), 1 / 2),
        ((0.5,), 1.0),
        ((-0.5, -0.25), 1 / 4),
        ((-0.5, 0.25), 2 / 4),  # -0.75 and -0.25 of -0.75, -0.25, 0.25, 0.75
        ((0.5, -0.25), 3 / 4),
        ((-0.3, 0.1, 0.2), 5 / 8),  # 0 is reached by 0, -0.2, -0.4, -0.6 and by 0.3 - 0.1 - 0.2
        ((-1.0,) * 5 + (0.0,) * 7, 1 / 32),
    ],
)
def test_small_cases_worked_by_hand(differences: tuple[float, ...], expected: float) -> None:
    assert p_value(*differences) == expected


@given(st.lists(st.integers(-10, 10), min_size=1, max_size=9))
def test_up_to_20_changes_every_arrangement_counts(tenths: list[int]) -> None:
    assert p_value(*(d / 10 for d in tenths)) == by_enumeration(tenths)


def test_20_changes_are_enumerated_and_21_are_sampled() -> None:
    assert p_value(*[-0.1] * 20, flips=1) == 2.0**-20
    assert p_value(*[-0.1] * 20, *[0.0] * 50, flips=1) == 2.0**-20
    assert p_value(*[-0.1] * 21, flips=99) == 1 / 100  # none of 99 flips left all signs as they are


@pytest.mark.parametrize("mean", [0.0, -0.03, -0.1])
def test_exact_p_values_are_scipys(mean: float) -> None:
    differences = many(12, columns=3, mean=mean)
    expected = permutation_test(
        (differences, np.zeros_like(differences)),
        lambda x, y, axis: (x - y).mean(axis),
        permutation_type="samples",
        vectorized=True,
        alternative="less",
        n_resamples=np.inf,
    )
    assert drop_p_values(differences) == pytest.approx(expected.pvalue, abs=1e-12)


def test_sampled_p_values_come_near_the_exact_ones() -> None:
    # the sum of n signs is binomial: P(at most 12 of 30 are positive) = 0.18080 (scipy: binom.cdf)
    p = p_value(*[0.1] * 12, *[-0.1] * 18, flips=200_000)
    assert p == pytest.approx(0.18080, abs=4 * (0.18080 * 0.8192 / 200_000) ** 0.5)


def test_ties_count_in_samples_although_sums_round_off() -> None:
    # many sums are 0 on paper, but 0.1 + 0.2 - 0.3 is 5.6e-17
    tenths = [1, 2, -3] * 8
    p = p_value(*(d / 10 for d in tenths), flips=100_000)
    assert p == pytest.approx(by_polynomial(tenths), abs=4 * 0.5 / 100_000**0.5)


def test_a_p_value_is_never_0() -> None:
    assert p_value(*[-1.0] * 500, flips=99) == 0.01


def test_the_same_seed_gives_the_same_p_values_and_another_gives_others() -> None:
    differences = many(40)
    first, again = drop_p_values(differences), drop_p_values(differences, seed=0)
    assert first.tolist() == again.tolist()
    assert first.tolist() != drop_p_values(differences, seed=1).tolist()


def test_unchanged_queries_do_not_matter() -> None:
    differences = many(40, columns=2)
    padded = np.insert(differences, [0, 7, 7, 40], 0.0, axis=0)
    assert drop_p_values(padded).tolist() == drop_p_values(differences).tolist()


def test_metrics_are_told_apart() -> None:
    table = np.stack([many(40, mean=-0.2)[:, 0], np.zeros(40), many(40, mean=0.2)[:, 0]], axis=1)
    table[:35, 1] = 0
    table[35:, 1] = -0.5
    worse, five_worse, better = drop_p_values(table).tolist()
    assert worse < 0.01
    assert five_worse == 1 / 32
    assert better > 0.99


@given(st.lists(TENTHS, min_size=1, max_size=30), st.floats(0.01, 100))
def test_the_unit_does_not_matter(differences: list[float], unit: float) -> None:
    scaled = [d * unit for d in differences]
    assert p_value(*scaled, flips=200) == p_value(*differences, flips=200)


@given(st.lists(TENTHS, min_size=1, max_size=20))
def test_the_tails_overlap_in_the_observed_sum_alone(differences: list[float]) -> None:
    down, up = p_value(*differences), p_value(*(-d for d in differences))
    changed = sum(d != 0 for d in differences)
    assert down + up >= 1 + smallest_p(changed) - 1e-12


def test_memory_does_not_grow_with_the_flips() -> None:
    differences = many(300)
    tracemalloc.start()
    try:
        drop_p_values(differences, flips=50_000)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20  # all signs at once are 120 MB
    finally:
        tracemalloc.stop()


def test_the_smallest_p_is_reached_where_all_changes_are_for_the_worse() -> None:
    assert [smallest_p(n) for n in (0, 1, 5)] == [1, 1 / 2, 1 / 32]
    assert p_value(-0.1, -0.2, -0.3) == smallest_p(3)


def test_what_cannot_be_tested_is_refused() -> None:
    with pytest.raises(DataError, match=r"\(n_queries, n_metrics\) .* got \(3,\)"):
        drop_p_values(np.zeros(3))
    with pytest.raises(DataError, match="differences must be finite numbers, row 0"):
        drop_p_values(np.array([[np.nan]]))
    with pytest.raises(SettingsError, match="flips must be at least 1, got 0"):
        drop_p_values(np.zeros((1, 1)), flips=0)
