"""How often the gate is right: `python -m tests.benchmarks.gate [--quick] [part ...]`.

Parts, all unless some are named: `--simulate` prints the rates of FAIL, PASS and INCONCLUSIVE over
sets drawn from a model of nDCG@10 (see `gating/model.py`), for sizes, shares of changed queries and
true drops, and whether what must hold does. `--resample` shows which real degradations are found,
beside other rules on the same sets, then does as above with the queries of real pairs of systems.
`--speed` times the randomisation test beside scipy's. `--quick` has few sets a cell: it shows that
everything runs, not that the rates are right. SciFact is left out where it is not at hand; its
vectors take minutes the first time and are kept in `--cache`.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from retrieval_checks.comparison.significance import decide, default_margin
from tests.benchmarks.gating.arms import Arms
from tests.benchmarks.gating.detection import print_detection
from tests.benchmarks.gating.model import simulated_arms
from tests.benchmarks.gating.rates import LARGE, Rates, judged, print_claims, print_rates
from tests.benchmarks.gating.real_runs import degraded, stored_runs
from tests.benchmarks.gating.speed import print_speed

SIZES = (10, 20, 30, 50, 100, 300)
CHURN = (0.05, 0.15, 0.40)
DROPS = (0.0, 0.02, 0.05, 0.10, 0.20)


def simulate(*, repetitions: int, every: bool) -> None:
    """Sets from the model, in every cell of churn, size and true drop."""
    print_identical()
    rates = [
        rate
        for churn in CHURN
        for n in SIZES
        for rate in with_drops(simulated_arms(churn), n, DROPS, repetitions=repetitions)
    ]
    print_rates("simulated; lost queries come on top of the churn", rates)
    print_claims(rates, every=every)


def print_identical() -> None:
    """Identical arms: the same verdict every time, and never FAIL."""
    verdicts = {n: {decide(np.zeros(n), seed=seed) for seed in range(100)} for n in SIZES}
    assert all(len(decisions) == 1 for decisions in verdicts.values()), verdicts
    outcomes = {n: decisions.pop().outcome for n, decisions in verdicts.items()}
    assert "FAIL" not in outcomes.values(), outcomes
    shown = ", ".join(f"{outcome} at {n}" for n, outcome in outcomes.items())
    print(f"\nidentical arms, 100 times each: {shown}")


def with_drops(arms: Arms, n: int, drops: Sequence[float], *, repetitions: int) -> list[Rates]:
    rates = []
    for drop in drops:
        rng = np.random.default_rng([n, round(1000 * drop)])
        baseline, candidate = arms.draw_with_drop(rng, repetitions, n, drop=drop)
        rates.append(judged(arms.name, drop, candidate - baseline))
    return rates


def resample(cache: Path | None, *, repetitions: int, every: bool) -> None:
    """Sets of queries of real systems: as they are, then with a drop that is known."""
    collections = dict(degraded(cache))
    for name, pairs in collections.items():
        sizes = [n for n in (20, 50, 100, 300) if n <= len(pairs[0].baseline)]
        print_detection(name, pairs, sizes, repetitions=max(20, repetitions // 10))
    known = [*stored_runs(), *collections.get("SciFact", collections["ai_act"])]
    rates = [
        rate
        for arms in known
        for n in SIZES
        for rate in with_drops(arms, n, known_drops(n), repetitions=repetitions)
    ]
    print_rates("real systems, arms swapped by a coin, then queries lost", rates)
    print_claims(rates, every=every)


def known_drops(n: int) -> list[float]:
    """The drops of which something must hold at this size."""
    return [0.0, default_margin(n), LARGE]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.gate")
    parser.add_argument("--quick", action="store_true", help="few sets a cell, one round")
    for part in ("simulate", "resample", "speed"):
        parser.add_argument(f"--{part}", action="store_true", help=f"only this, or: {part} and ...")
    parser.add_argument("--every", action="store_true", help="one line for each cell's claims")
    parser.add_argument(
        "--cache", type=Path, help="folder of the vectors; the user's own if absent"
    )
    options = parser.parse_args()
    everything = not (options.simulate or options.resample or options.speed)
    quick, start = options.quick, time.perf_counter()
    if options.speed or everything:
        flips, rounds = (10_000, 1) if quick else (100_000, 3)
        print_speed(queries=1_000, metrics=5, flips=flips, rounds=rounds)
    if options.simulate or everything:
        simulate(repetitions=50 if quick else 2_000, every=options.every)
    if options.resample or everything:
        resample(options.cache, repetitions=20 if quick else 2_000, every=options.every)
    print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
