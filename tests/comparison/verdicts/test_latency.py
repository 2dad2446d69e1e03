"""Gates on how long queries take; numbers worked by hand."""

import numpy as np
import pytest

from retrieval_checks.comparison.judging import Subject
from tests.comparison.factories import judged, run
from tests.comparison.subjects import refusal_of, tags_of, verdict_of


def test_a_percentile_of_times_is_interpolated_and_its_bound_exact() -> None:
    """Of 1 to 100 ms the 95th percentile lies at position .95 * 99 = 94.05: 95.05 ms."""
    subject = Subject(run(3), judged(3), latencies=np.arange(1.0, 101.0))
    below, above = verdict_of(subject, "p95_ms <= 96"), verdict_of(subject, "p95_ms <= 95")
    assert below.finding == "p95_ms is 95.0 ms, 1.0 ms below 96 (100 queries)"
    assert (below.outcome, above.outcome) == ("PASS", "FAIL")
    assert above.evidence["value"] == pytest.approx(95.05, abs=1e-9)
    even = Subject(run(3), judged(3), latencies=np.array([10.0, 20.0]))
    assert (
        verdict_of(even, "p50_ms <= 15").finding == "p50_ms is 15 ms, exactly the bound (2 queries)"
    )


def test_a_time_barely_above_its_bound_does_not_look_equal() -> None:
    subject = Subject(run(3), judged(3), latencies=np.array([120.004]))
    verdict = verdict_of(subject, "p95_ms <= 120")
    assert verdict.finding == "p95_ms is 120.0040 ms, 0.0040 ms above 120 (1 query)"


def test_times_that_were_not_measured_are_an_error() -> None:
    assert "needs latencies, and none were" in str(
        refusal_of(Subject(run(3), judged(3)), "p95_ms <= 9")
    )


@pytest.mark.parametrize("times", [[], [np.nan], [-1.0], [[1.0]]])
def test_times_that_are_none_are_an_error(times: list[object]) -> None:
    subject = Subject(run(3), judged(3), latencies=np.array(times, np.float64))
    assert "needs the milliseconds of each query" in str(refusal_of(subject, "p95_ms <= 9"))


def test_times_are_not_of_a_tag() -> None:
    subject = Subject(run(30), judged(30), tags=tags_of(a=range(30)), latencies=np.ones(30))
    told = "gate 'tag:a p95_ms <= 9': times are of all queries; drop 'tag:a'"
    assert str(refusal_of(subject, "tag:a p95_ms <= 9")) == told
