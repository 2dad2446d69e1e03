"""The verdict on how long queries may take."""

import numpy as np

from retrieval_checks.comparison.gates import Gate, Latency
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.errors import DataError
from retrieval_checks.judgement.explain.wording import beside, counted
from retrieval_checks.judgement.verdict import Verdict


def latency_verdict(gate: Gate, test: Latency, latencies: FloatArray) -> Verdict:
    """Whether a percentile of the times, interpolated between neighbours, keeps to its bound.

    Args:
        gate: what is asked.
        test: the test in it.
        latencies: milliseconds a query, (n_queries,).

    Raises:
        DataError: no time, or one that is no number of milliseconds.
    """
    times = np.asarray(latencies, np.float64)
    if times.ndim != 1 or not len(times) or not (np.isfinite(times) & (times >= 0)).all():
        raise DataError(
            f"gate '{gate}' needs the milliseconds of each query: finite, not below 0, at least one"
        )
    value = float(np.percentile(times, test.percentile))
    finding = (
        f"{test.name} is {_place(value, test.most_ms)} ({counted(len(times), 'query', 'queries')})"
    )
    evidence = {
        "metric": test.name,
        "value": value,
        "bound": test.most_ms,
        "queries": len(times),
        "slowest": float(times.max()),
    }
    if test.holds(value):
        return Verdict("PASS", str(gate), finding, evidence=evidence)
    advice = "the machine counts too: compare on one machine, and with a warm model."
    return Verdict("FAIL", str(gate), finding, advice=advice, evidence=evidence)


def _place(value: float, bound: float) -> str:
    if value == bound:
        return f"{bound:g} ms, exactly the bound"
    if round(value, 1) == round(bound, 1):  # a tenth of a millisecond would hide the difference
        shown, distance = beside(value, bound)
    else:
        shown, distance = f"{value:.1f}", f"{abs(value - bound):.1f}"
    return f"{shown} ms, {distance} ms {'above' if value > bound else 'below'} {bound:g}"
