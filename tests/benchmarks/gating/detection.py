"""`Detection`: our verdicts on a real change, and what other rules say of the same sets."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval_checks.comparison.significance import bca_intervals, drop_p_values
from retrieval_checks.data.postings import FloatArray
from tests.benchmarks.gating.arms import Arms
from tests.benchmarks.gating.rates import Rates, judged

Rule = Callable[[FloatArray, FloatArray], bool]


def within_budget(baseline: FloatArray, candidate: FloatArray) -> bool:
    """The mean is down by at most 2 % of the baseline's."""
    return bool(candidate.mean() >= 0.98 * baseline.mean())


def no_difference_found(baseline: FloatArray, candidate: FloatArray) -> bool:
    """Two-sided paired randomisation test: p >= .05, or the candidate is the better."""
    differences = candidate - baseline
    down, up = drop_p_values(np.stack([differences, -differences], axis=1))
    return bool(2 * min(down, up) >= 0.05 or differences.mean() >= 0)


def interval_reaches_0(baseline: FloatArray, candidate: FloatArray) -> bool:
    """The 95 % bootstrap interval of the mean difference does not lie below 0."""
    interval = bca_intervals((candidate - baseline)[:, None], resamples=999)
    return bool(interval[0, 1] >= 0)


RULES: dict[str, Rule] = {
    "2 % budget": within_budget,
    "p < .05": no_difference_found,
    "bootstrap": interval_reaches_0,
}


@dataclass(frozen=True, slots=True)
class Detection:
    """Rates over sets of n queries drawn from the arms."""

    arms: Arms
    ours: Rates
    passed: dict[str, float]  # by each of the other rules

    def __str__(self) -> str:
        others = "".join(f"{100 * share:12.1f}" for share in self.passed.values())
        return f"  {self.arms.name:24} {self.ours.queries:5}   {self.ours}{others}"


def detected(arms: Arms, n: int, *, repetitions: int) -> Detection:
    rng = np.random.default_rng(n)
    baseline, candidate = arms.draw(rng, repetitions, n)
    ours = judged(arms.name, arms.drop, candidate - baseline)
    pairs = list(zip(baseline, candidate, strict=True))
    passed = {name: sum(rule(b, c) for b, c in pairs) / repetitions for name, rule in RULES.items()}
    return Detection(arms, ours, passed)


def print_detection(
    collection: str, pairs: Sequence[Arms], sizes: Sequence[int], *, repetitions: int
) -> None:
    """A table of all arms and sizes, the heaviest drop last."""
    queries = len(pairs[0].baseline)
    print(f"\n{collection}, {queries} queries; {repetitions} sets of n, drawn with replacement, %")
    rules = "".join(f"{name:>12}" for name in RULES)
    print(f"  {'':24} {'n':>5}   {'FAIL/ PASS/INCONC.':17}{rules}  (pass)")
    for arms in sorted(pairs, key=lambda a: a.drop):
        lost = int(np.sum((arms.candidate == 0) & (arms.baseline > 0)))
        of_all = f"nDCG@10 {-arms.drop:+.4f} ({-arms.drop / arms.baseline.mean():+.1%})"
        print(f"  {arms.name}: {of_all}, {arms.changed:.0%} of the queries changed, {lost} lost")
        for n in sizes:
            print(detected(arms, n, repetitions=repetitions), flush=True)
