"""A model of how nDCG@10 lies over queries, and of how it changes between two systems."""

import numpy as np

from retrieval_checks.data.postings import BoolArray, FloatArray
from tests.benchmarks.gating.arms import Arms

ONE_RELEVANT = 0.7  # share of queries with a single relevant document; the others have several
LOST = 0.25  # share of changes of the former that lose it, or find it
POPULATION = 100_000  # queries


def simulated_arms(churn: float, *, seed: int = 0) -> Arms:
    """Arms that differ on a share `churn` of the queries.

    A query with one relevant document at rank r has nDCG 1 / log2(1 + r), or 0 beyond rank 10; half
    of these documents stand first, half of the others second, and so on, and one in eight is not
    found. Where it changes, the document moves by some ranks or is lost. The others have values
    spread over [0, 1], mostly high, which change by .15 or so. Which arm is the better is settled
    by `Arms.draw_with_drop`.
    """
    rng = np.random.default_rng(seed)
    single = rng.random(POPULATION) < ONE_RELEVANT
    ranks, spread = _ranks(rng), rng.beta(2.5, 1.2, POPULATION)
    before = np.where(single, _ndcg(ranks), spread)
    after = np.where(single, _ndcg(_moved(ranks, rng)), np.clip(_near(spread, rng), 0, 1))
    changes = _first_share(before != after, churn)
    return Arms(f"churn {churn:.0%}", before, np.where(changes, after, before))


def _ranks(rng: np.random.Generator) -> FloatArray:
    ranks = rng.geometric(0.5, POPULATION).astype(np.float64)
    ranks[rng.random(POPULATION) < 1 / 8] = np.inf
    return ranks


def _moved(ranks: FloatArray, rng: np.random.Generator) -> FloatArray:
    step = rng.geometric(0.4, POPULATION) * rng.choice([-1, 1], POPULATION)
    lost = rng.random(POPULATION) < LOST
    moved: FloatArray = np.maximum(1, np.where(lost, np.inf, ranks + step))
    return moved


def _near(values: FloatArray, rng: np.random.Generator) -> FloatArray:
    near: FloatArray = values + rng.normal(0, 0.15, POPULATION)
    return near


def _ndcg(ranks: FloatArray) -> FloatArray:
    gain: FloatArray = np.where(ranks <= 10, 1 / np.log2(1 + ranks), 0.0)
    return gain


def _first_share(allowed: BoolArray, share: float) -> BoolArray:
    """The first of those allowed, as many as the share of all."""
    wanted = round(share * len(allowed))
    assert allowed.sum() >= wanted, f"only {allowed.mean():.0%} of the queries can change"
    return allowed & (np.cumsum(allowed) <= wanted)
