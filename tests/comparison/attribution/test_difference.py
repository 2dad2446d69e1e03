import numpy as np
import pytest
from scipy.stats import bootstrap

from retrieval_checks.comparison.attribution.difference import differences, signed
from tests.comparison.attribution.factories import through_json


def test_mean_and_tally_are_of_each_column() -> None:
    first, second = differences(np.array([[0.5, 0.0], [-0.25, 0.0], [0.5, -0.75]]), seed=0)
    assert (first.mean, first.tally) == (0.25, "2 better, 0 equal, 1 worse")
    assert (second.mean, second.tally) == (-0.25, "0 better, 2 equal, 1 worse")


def test_interval_is_the_bca_bootstraps() -> None:
    values = np.random.default_rng(1).normal(0.05, 0.2, 80)
    (found,) = differences(values[:, None], seed=0)
    oracle = bootstrap((values,), np.mean, method="BCa", rng=np.random.default_rng(2))
    assert found.interval == pytest.approx(tuple(oracle.confidence_interval), abs=0.005)


def test_interval_depends_on_the_seed_alone() -> None:
    values = np.random.default_rng(1).normal(0, 0.2, (30, 1))
    assert differences(values, seed=3) == differences(values, seed=3)
    assert differences(values, seed=3) != differences(values, seed=4)


def test_a_single_query_says_nothing_of_others() -> None:
    (found,) = differences(np.array([[0.5]]), seed=0)
    assert found.interval is None
    assert not found.is_clear
    assert str(found) == "+0.5000"


def test_differences_that_are_rounding_are_none() -> None:
    (found,) = differences(np.array([[0.1 + 0.2 - 0.3], [0.0]]), seed=0)
    assert 0.1 + 0.2 - 0.3 != 0
    assert (found.mean, found.equal) == (0, 2)


@pytest.mark.parametrize(("sign", "is_clear"), [(1, True), (-1, True), (0, False)])
def test_a_difference_is_clear_where_its_interval_leaves_out_0(sign: int, is_clear: bool) -> None:
    values = np.array([[0.1], [0.2], [0.3], [0.2]]) * sign
    assert differences(values, seed=0)[0].is_clear is is_clear


def test_a_difference_both_ways_is_not_clear() -> None:
    assert not differences(np.array([[0.5], [-0.5], [0.1], [0.0]]), seed=0)[0].is_clear


def test_text_has_signs_and_bounds() -> None:
    (found,) = differences(np.full((4, 1), -0.5), seed=0)
    assert str(found) == "-0.5000 [-0.5000, -0.5000]"


def test_small_changes_do_not_look_like_none() -> None:
    assert signed(-0.00001) == "-0.00001"


@pytest.mark.parametrize("n", [1, 3])
def test_dict_is_strict_json(n: int) -> None:
    (found,) = differences(np.full((n, 1), 0.5), seed=0)
    assert through_json(found.to_dict()) == {
        "mean": 0.5,
        "interval": None if n == 1 else [0.5, 0.5],
        "better": n,
        "equal": 0,
        "worse": 0,
    }
