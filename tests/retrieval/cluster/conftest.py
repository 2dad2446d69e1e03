"""A Ray of two CPUs on this machine, and a corpus of few words, whose scores are often equal."""

import logging
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from retrieval_checks.data.collection import Corpus, Queries

WORDS = ("cats", "dogs", "purr", "bark", "night", "milk", "owls", "mice", "hunt", "sleep")


@pytest.fixture(scope="session")
def two_workers() -> Iterator[None]:
    ray = pytest.importorskip("ray")
    if ray.is_initialized():
        pytest.fail("another test has left its Ray behind")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
    yield
    ray.shutdown()


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    rng = np.random.default_rng(7)
    ids = [f"d{i}" for i in rng.permutation(300)]
    return Corpus.from_dict({d: " ".join(rng.choice(WORDS, rng.integers(1, 5))) for d in ids})


@pytest.fixture(scope="session")
def queries() -> Queries:
    return Queries.from_dict({f"q{i}": f"{a} {b}" for i, (a, b) in enumerate(pairwise(WORDS))})
