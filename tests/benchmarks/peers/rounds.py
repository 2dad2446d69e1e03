"""`Rounds`: jobs timed in turns, so that what else the machine does hits them all alike."""

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from statistics import median

from tests.benchmarks.peers.contenders import METRICS, OURS, Job, Means

MOST = 40  # rounds
SLOW = 6.0  # seconds after which a job has had its only round


@dataclass(frozen=True, slots=True)
class Rounds:
    """Wall seconds of every job in every round, and the means that it computed."""

    seconds: Mapping[str, list[float]]  # a slow job has one round
    means: Mapping[str, Means]

    def best(self, name: str) -> float:
        return min(self.seconds[name])

    def ratio(self, name: str, reference: str) -> float:
        """How many times as long `name` takes: median over the rounds that both were in."""
        pairs = zip(self.seconds[name], self.seconds[reference], strict=False)
        return median(seconds / other for seconds, other in pairs)

    def print_table(self, title: str, million_rows: float) -> None:
        """One line a job; ours is the reference. Raises where the means differ."""
        means = zip(METRICS, self.check_agreement(), strict=True)
        print(f"\n{title:44} seconds  a million rows  times ours  rounds")
        for name, seconds in self.seconds.items():
            best, ratio = self.best(name), self.ratio(name, OURS.name)
            row = f"{best:9.4f} {best / million_rows:15.4f} {ratio:11.2f} {len(seconds):7}"
            print(f"  {name:40} {row}")
        print("  same means: " + ", ".join(f"{n} {mean:.6f}" for n, mean in means), flush=True)

    def check_agreement(self) -> Means:
        """The means, the same to 1e-6 from every job; otherwise some did other work."""
        (first, expected), *others = self.means.items()
        for name, means in others:
            pairs = zip(means, expected, strict=True)
            if not all(abs(mean - other) <= 1e-6 for mean, other in pairs):
                raise AssertionError(f"{name} has {means}, {first} has {expected}")
        return expected


def interleaved(
    jobs: Mapping[str, Job], *, budget: float, fresh: Mapping[str, Callable[[], Job]] | None = None
) -> Rounds:
    """Rounds of all jobs, at least one, until they have taken `budget` seconds.

    A `fresh` job is made anew, off the clock, for every round: nothing is left of the round before.
    """
    makers = {name: partial(_same, job) for name, job in jobs.items()} | dict(fresh or {})
    seconds: dict[str, list[float]] = {name: [] for name in makers}
    means: dict[str, Means] = {}
    going, spent = list(makers), 0.0
    gc.collect()
    gc.freeze()  # what is alive now is nobody's garbage to look through
    for _ in range(MOST):
        for name in going:
            job = makers[name]()
            gc.collect()
            start = time.perf_counter()
            means[name] = job()
            seconds[name].append(time.perf_counter() - start)
            spent += seconds[name][-1]
            del job
        going = [name for name in going if seconds[name][-1] < SLOW]
        if spent > budget:
            break
    gc.unfreeze()
    return Rounds(seconds, means)


def _same(job: Job) -> Job:
    return job
