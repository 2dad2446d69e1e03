import math

import pytest

from retrieval_checks.comparison.gates import Latency
from retrieval_checks.errors import SettingsError


def test_latency_holds_at_its_bound_and_not_an_ulp_above() -> None:
    latency = Latency(95, 120)
    assert latency.holds(120)
    assert not latency.holds(math.nextafter(120, 121))
    assert not latency.holds(math.nan)


@pytest.mark.parametrize(
    ("percentile", "most_ms", "text"),
    [(50, 120, "p50_ms <= 120"), (99.9, 0.5, "p99.9_ms <= 0.5"), (100, 1e300, "p100_ms <= 1e+300")],
)
def test_latency_is_printed_with_its_percentile(
    percentile: float, most_ms: float, text: str
) -> None:
    assert str(Latency(percentile, most_ms)) == text


@pytest.mark.parametrize("percentile", [0, 0.99, 100.1, -5, math.nan])
def test_percentile_outside_1_to_100_is_refused(percentile: float) -> None:
    with pytest.raises(SettingsError, match=r"percentile must lie in \[1, 100\], got"):
        Latency(percentile, 120)


@pytest.mark.parametrize("most_ms", [0, -1, math.nan, math.inf])
def test_time_that_nothing_can_take_or_anything_is_refused(most_ms: float) -> None:
    with pytest.raises(SettingsError, match="bound of p95_ms must be a time above 0, in millisec"):
        Latency(95, most_ms)


def test_what_is_not_a_number_is_refused() -> None:
    with pytest.raises(SettingsError, match="percentile must be a number, got '95'"):
        Latency("95", 120)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="bound of p95_ms must be a number, got None"):
        Latency(95, None)  # type: ignore[arg-type]
