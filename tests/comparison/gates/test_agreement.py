import math

import numpy as np
import pytest

from retrieval_checks.comparison.gates import Churn, Overlap
from retrieval_checks.errors import SettingsError


def test_churn_holds_at_its_bound_and_not_an_ulp_above() -> None:
    churn = Churn(1, 0.15)
    assert churn.holds(0.15)
    assert churn.holds(0)
    assert not churn.holds(math.nextafter(0.15, 1))
    assert not churn.holds(math.nan)


def test_overlap_holds_at_its_bound_and_not_an_ulp_below() -> None:
    overlap = Overlap(10, 0.8)
    assert overlap.holds(0.8)
    assert overlap.holds(1)
    assert not overlap.holds(math.nextafter(0.8, 0))
    assert not overlap.holds(math.nan)


@pytest.mark.parametrize(
    ("most", "text"),
    [(0, "0%"), (0.07, "7%"), (0.15, "15%"), (1, "100%"), (1e-7, "0.00001%"), (0.123, "12.3%")],
)
def test_churn_is_printed_as_a_percentage(most: float, text: str) -> None:
    assert str(Churn(1, most)) == f"churn@1 <= {text}"


def test_overlap_is_printed_as_a_share() -> None:
    assert str(Overlap(10, 0.8)) == "overlap@10 >= 0.8"
    assert str(Overlap(10, 1)) == "overlap@10 >= 1"


@pytest.mark.parametrize("k", [0, -1, 1_000_000_000, 1.0, True, "1", None])
def test_cut_off_is_a_whole_number_from_1(k: object) -> None:
    with pytest.raises(SettingsError, match="cut-off of churn must be a whole number from 1 to 99"):
        Churn(k, 0.1)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="cut-off of overlap must be a whole number from 1"):
        Overlap(k, 0.1)  # type: ignore[arg-type]


def test_cut_off_of_numpy_is_a_whole_number() -> None:
    assert type(Churn(np.int64(3), 0.1).k) is int  # type: ignore[arg-type]
    assert Overlap(999_999_999, 0.1).k == 999_999_999


@pytest.mark.parametrize("share", [-0.01, 1.01, math.nan, math.inf])
def test_share_outside_0_to_1_is_refused(share: float) -> None:
    with pytest.raises(SettingsError, match=r"bound of churn@5 must lie in \[0, 1\]"):
        Churn(5, share)
    with pytest.raises(SettingsError, match=r"bound of overlap@5 must lie in \[0, 1\]"):
        Overlap(5, share)
