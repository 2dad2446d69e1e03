import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.comparison.significance.decision import Decision, decide
from retrieval_checks.comparison.significance.non_inferiority import lower_bound
from retrieval_checks.comparison.significance.randomization import drop_p_values
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.errors import DataError, SettingsError


def changed(n: int, *differences: float) -> FloatArray:
    """n queries of which the first have these differences."""
    return np.array([*differences, *[0.0] * (n - len(differences))])


@pytest.mark.parametrize("n", [1, 5, 10, 19, 39])
def test_identical_arms_of_a_small_set_are_inconclusive(n: int) -> None:
    assert decide(np.zeros(n)).outcome == "INCONCLUSIVE"


@pytest.mark.parametrize("n", [40, 50, 99, 100, 300])
def test_identical_arms_of_a_larger_set_pass(n: int) -> None:
    assert decide(np.zeros(n)).outcome == "PASS"


def test_a_small_set_that_gains_enough_passes() -> None:
    # mean 17/24 with the added query, standard error 7/24, t(.95, 5) = 2.015: bound .121
    decision = decide(np.ones(5))
    assert decision.outcome == "PASS"
    assert decision.lower_bound == pytest.approx((17 - 2.015048 * 7) / 24, abs=1e-6)


def test_a_set_too_small_for_the_margin_does_not_pass_by_a_gain_that_is_not_certain() -> None:
    # mean .65 with the added query, standard error .35, t(.95, 4) = 2.132: bound -.0961
    gained = np.ones(4)
    assert lower_bound(gained) == pytest.approx(0.65 - 2.131847 * 0.35, abs=1e-6)
    assert decide(gained, margin=0.1).outcome == "INCONCLUSIVE"
    assert decide(gained, margin=0.47).outcome == "PASS"  # 4 queries certify .4698
    assert decide(gained, margin=0.469).outcome == "INCONCLUSIVE"


@pytest.mark.parametrize("n", [1, 10, 100])
def test_identical_arms_never_fail_whatever_is_asked(n: int) -> None:
    decision = decide(np.zeros(n), margin=1e-6, alpha=0.49, min_effect=0.0)
    assert (decision.outcome, decision.p_value) == ("INCONCLUSIVE", 1.0)


def test_five_of_twelve_queries_that_lose_everything_fail() -> None:
    decision = decide(changed(12, *[-1.0] * 5))
    assert decision.outcome == "FAIL"
    assert decision.p_value == 1 / 32


def test_four_changed_queries_cannot_fail() -> None:
    decision = decide(changed(12, *[-1.0] * 4))
    assert decision.outcome == "INCONCLUSIVE"
    assert decision.p_value == decision.smallest_p == 1 / 16


def test_a_drop_that_is_certain_but_smaller_than_min_effect_does_not_fail() -> None:
    small = np.full(40, -0.005)
    assert decide(small, margin=0.04).outcome == "INCONCLUSIVE"
    assert decide(small, margin=0.04, min_effect=0.004).outcome == "FAIL"


def test_a_drop_beyond_a_margin_that_is_smaller_than_min_effect_fails() -> None:
    small = np.full(40, -0.005)
    assert decide(small, margin=0.005).outcome == "FAIL"
    assert decide(small, margin=0.006).outcome == "INCONCLUSIVE"


def test_an_adjusted_p_value_may_take_a_fail_back_and_nothing_else() -> None:
    failed = decide(changed(12, *[-1.0] * 5))
    assert (failed.adjusted(0.04).outcome, failed.adjusted(0.04).p_value) == ("FAIL", 0.04)
    assert failed.adjusted(0.05).outcome == "INCONCLUSIVE"
    assert decide(np.zeros(100)).adjusted(1.0).outcome == "PASS"


def test_a_drop_of_exactly_min_effect_fails() -> None:
    assert decide(np.full(40, -0.25), margin=0.001, min_effect=0.25).outcome == "FAIL"


def test_a_drop_that_is_certain_but_within_the_margin_passes() -> None:
    drop = np.full(400, -0.012)
    decision = decide(drop)
    assert decision.outcome == "PASS"
    assert decision.p_value < decision.alpha
    assert decision.mean <= -decision.min_effect
    assert decide(drop, margin=0.014).outcome == "FAIL"


def test_the_bound_must_lie_above_the_margin_not_on_it() -> None:
    drop = np.full(400, -0.012)
    bound = lower_bound(drop)
    assert decide(drop, margin=-bound).outcome == "FAIL"
    assert decide(drop, margin=-bound + 1e-9).outcome == "PASS"


def test_p_must_lie_below_alpha_not_on_it() -> None:
    losses = changed(12, *[-1.0] * 5)
    assert decide(losses, alpha=1 / 32).outcome == "INCONCLUSIVE"
    assert decide(losses, alpha=1 / 32 + 1e-9).outcome == "FAIL"


def test_alpha_also_is_the_confidence_of_the_bound() -> None:
    differences = changed(60, -0.3, 0.4, -0.1)
    strict = decide(differences, alpha=0.01)
    assert strict.lower_bound == lower_bound(differences, confidence=0.99)
    assert strict.certifiable == pytest.approx(0.75 * (1 + 2.3901) / 61, abs=1e-6)  # t(.99, 60)
    assert strict.needed is not None
    assert strict.needed > (decide(differences).needed or 0)


def test_the_numbers_behind_the_decision() -> None:
    decision = decide(changed(20, -0.5, 0.25))
    assert decision == Decision(
        outcome="INCONCLUSIVE",
        queries=20,
        changed=2,
        mean=-0.0125,
        p_value=0.5,  # -0.75 and -0.25 of -0.75, -0.25, 0.25, 0.75
        lower_bound=decision.lower_bound,
        margin=0.05,
        alpha=0.05,
        min_effect=0.01,
        smallest_p=0.25,
        certifiable=decision.certifiable,
        needed=decision.needed,
    )
    assert decision.certifiable == pytest.approx(0.75 * (1 + 1.724718) / 21, abs=1e-6)  # t(.95, 20)


def test_the_margin_narrows_at_100_queries() -> None:
    assert decide(np.zeros(99)).margin == 0.05
    assert decide(np.zeros(100)).margin == 0.02
    assert decide(np.zeros(100), margin=0.07).margin == 0.07


@given(st.lists(st.floats(-1, 1, width=16), min_size=1, max_size=60), st.integers(0, 3))
def test_the_same_differences_get_the_same_decision(differences: list[float], seed: int) -> None:
    first, again = (decide(np.array(differences), seed=seed) for _ in range(2))
    assert first == again


@given(st.lists(st.floats(-1, 1, width=16), min_size=1, max_size=60))
def test_a_fail_is_a_drop_and_a_pass_is_within_the_margin(differences: list[float]) -> None:
    decision = decide(np.array(differences))
    if decision.outcome == "FAIL":
        assert decision.mean <= -0.01
        assert decision.p_value < 0.05
        assert decision.changed >= 5
    if decision.outcome == "PASS":
        assert decision.mean > -decision.margin
        assert decision.certifiable < decision.margin or decision.mean > 0


def test_the_seed_is_that_of_the_test_where_many_queries_changed() -> None:
    differences = np.random.default_rng(5).normal(0, 0.3, 40)
    for seed in (0, 1):
        expected = drop_p_values(differences[:, None], seed=seed)[0]
        assert decide(differences, seed=seed).p_value == expected
    assert decide(differences, seed=0) != decide(differences, seed=1)


def test_a_decision_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'outcome'"):
        decide(np.zeros(3)).outcome = "PASS"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("differences", "message"),
    [
        ([], r"got \(0,\)"),
        ([[0.1], [0.2]], r"got \(2, 1\)"),
        ([0.1, np.nan], "row 1 has nan"),
        (["x"], "must be numbers"),
    ],
)
def test_differences_that_cannot_be_judged_are_refused(differences: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        decide(np.array(differences))


@pytest.mark.parametrize("alpha", [0.0, 0.5, 5.0, float("nan")])
def test_an_alpha_without_meaning_is_refused(alpha: float) -> None:
    with pytest.raises(SettingsError, match=r"alpha must lie above 0 and below 0\.5, got"):
        decide(np.zeros(3), alpha=alpha)


def test_other_settings_without_meaning_are_refused() -> None:
    with pytest.raises(SettingsError, match=r"min_effect must not be below 0, got -0\.1"):
        decide(np.zeros(3), min_effect=-0.1)
    with pytest.raises(SettingsError, match=r"margin must be above 0, got 0\.0"):
        decide(np.zeros(3), margin=0.0)
