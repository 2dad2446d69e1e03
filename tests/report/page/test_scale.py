"""Values laid over coordinates."""

import pytest

from retrieval_checks.report.page.scale import Scale, spanning
from retrieval_checks.report.page.wording import MINUS


def test_both_ends_are_met_and_not_passed() -> None:
    scale = Scale(-1.0, 1.0, 200.0, 0.0)  # upside down, as y is
    assert [scale(value) for value in (-1, 0, 1, 5, -5)] == [200, 100, 0, 0, 200]


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0.0, 1.0, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (-0.07, 0.02, [f"{MINUS}0.06", f"{MINUS}0.04", f"{MINUS}0.02", "0", "0.02"]),
        (0.0, 2300.0, ["0", "500", "1000", "1500", "2000"]),
        (3.0, 3.001, ["3", "3.0002", "3.0004", "3.0006", "3.0008", "3.001"]),
    ],
)
def test_ticks_are_round_and_inside(low: float, high: float, labels: list[str]) -> None:
    ticks = Scale(low, high, 0, 100).ticks()
    assert [label for _, label in ticks] == labels
    assert all(0 <= x <= 100 for x, _ in ticks)


def test_equal_values_still_make_a_scale() -> None:
    scale = spanning([0.3, 0.3], 0, 100)
    assert scale(0.3) == 50
