"""The randomisation test beside scipy's."""

import time
from collections.abc import Callable
from statistics import median

import numpy as np

from retrieval_checks.comparison.significance import drop_p_values
from retrieval_checks.data.postings import FloatArray

WANTED = 20  # times as fast as scipy


def print_speed(*, queries: int, metrics: int, flips: int, rounds: int) -> None:
    """Seconds of both in turns, the ratio, and that they found the same."""
    rng = np.random.default_rng(0)
    differences = rng.normal(-0.005, 0.2, (queries, metrics))
    ours: list[float] = []
    scipys: list[float] = []
    for _ in range(rounds):
        found, seconds = _timed(lambda: drop_p_values(differences, flips=flips))
        expected, others = _timed(lambda: _scipy(differences, flips))
        ours.append(seconds)
        scipys.append(others)
        apart = np.abs(found - expected).max()
        assert apart < 6 * (0.5 / flips) ** 0.5, f"p values lie {apart} apart"
    print(f"\n{flips:,} flips, {metrics} metrics, {queries:,} queries: seconds, of {rounds} rounds")
    print(f"  retrieval-checks         {median(ours):9.3f}")
    print(f"  scipy permutation_test   {median(scipys):9.3f}")
    ratio = median(other / own for own, other in zip(ours, scipys, strict=True))
    verdict = "reached" if ratio >= WANTED else "NOT reached"
    print(f"  scipy / ours             {ratio:9.1f}  wanted at least {WANTED}: {verdict}")


def _scipy(differences: FloatArray, flips: int) -> FloatArray:
    from scipy.stats import permutation_test

    test = permutation_test(
        (differences, np.zeros_like(differences)),
        lambda x, y, axis: (x - y).mean(axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=flips,
        alternative="less",
        batch=200,  # about what is fastest here; all at once does not fit into memory
        rng=0,
    )
    p_values: FloatArray = test.pvalue
    return p_values


def _timed(job: Callable[[], FloatArray]) -> tuple[FloatArray, float]:
    start = time.perf_counter()
    found = job()
    return found, time.perf_counter() - start
