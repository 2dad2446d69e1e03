"""`Arms`: what two systems score on the same queries, and sets of queries drawn from them."""

from dataclasses import dataclass

import numpy as np

from retrieval_checks.data.postings import FloatArray

Drawn = tuple[FloatArray, FloatArray]  # baseline and candidate, (repetitions, n) each


@dataclass(frozen=True, slots=True, eq=False)
class Arms:
    """A metric in [0, 1] of a baseline and a candidate, per query."""

    name: str
    baseline: FloatArray  # (n_queries,)
    candidate: FloatArray

    @property
    def drop(self) -> float:
        return float(np.mean(self.baseline - self.candidate))

    @property
    def changed(self) -> float:
        """The share of queries whose value differs."""
        return float(np.mean(self.baseline != self.candidate))

    def draw(self, rng: np.random.Generator, repetitions: int, n: int) -> Drawn:
        """Sets of n queries, drawn with replacement."""
        rows = rng.integers(0, len(self.baseline), (repetitions, n))
        return self.baseline[rows], self.candidate[rows]

    def draw_with_drop(
        self, rng: np.random.Generator, repetitions: int, n: int, *, drop: float
    ) -> Drawn:
        """The same, but with a true mean drop of exactly `drop`, 0 included.

        Every query's arms change places by a fair coin, so that their means are equal; then the
        candidate loses everything on as many queries as it takes, each with the same chance.
        """
        baseline, candidate = self.draw(rng, repetitions, n)
        swapped = rng.random(baseline.shape) < 0.5
        left = np.where(swapped, candidate, baseline)
        right = np.where(swapped, baseline, candidate)
        mean = float(np.mean(self.baseline + self.candidate)) / 2
        return left, np.where(rng.random(left.shape) < drop / mean, 0.0, right)
