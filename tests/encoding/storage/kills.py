"""Killing a worker at random moments, and what its store has after each."""

import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from retrieval_checks.encoding.store import Store
from tests.encoding.storage.workers import BATCH, go, keys_of, logged, start, values_of

TEXTS = 40  # of 1,232 bytes each, with their entries
LIMIT = 40_000  # bytes; so room is made all the time, and 9 batches of 3 texts are left
LEFT = 27
FILLED = 20_000  # texts, more than are stored before the last kill
KILLS = 5  # of workers that fill one store, then another one is begun


def kill_while_filling(folder: Path, times: int, seed: int) -> Iterator[int]:
    """After each kill, the number of texts whose value was stored: all of them are there.

    Raises:
        AssertionError: one of them is not, or has another value.
        StoreWarning: something is damaged.
    """
    for number in range(times):
        place = folder / str(number // KILLS)
        place.mkdir(exist_ok=True)
        for _ in _kills(place, 1, seed + number, n=FILLED, most=0):
            stored = logged(place / "log", "stored")
            store, keys = Store(place / "cache"), keys_of(FILLED)
            found = store.complete("m", "document", [keys[i] for i in stored], _refuse)
            assert not stored or (found == values_of(stored)).all()
            store.close()
            yield len(stored)


def kill_while_making_room(folder: Path, times: int, seed: int) -> Iterator[int]:
    """After each kill, the number of texts that were in the store: all with their values.

    Raises:
        AssertionError: a wrong value.
        StoreWarning: something is damaged.
    """
    for _ in _kills(folder, times, seed, n=TEXTS, most=LIMIT):
        store = Store(folder / "cache", max_bytes=LIMIT)
        computed: list[int] = []

        def compute(
            positions: list[int], computed: list[int] = computed
        ) -> Iterator[tuple[list[int], np.ndarray]]:
            computed += positions
            for at in range(0, len(positions), BATCH):
                yield positions[at : at + BATCH], values_of(positions[at : at + BATCH])

        found = store.complete("m", "document", keys_of(TEXTS), compute)
        assert (found == values_of(list(range(TEXTS)))).all()
        store.close()
        yield TEXTS - len(computed)


def _kills(folder: Path, times: int, seed: int, *, n: int, most: int) -> Iterator[None]:
    rng = np.random.default_rng(seed)
    for _ in range(times):
        log = folder / "log"
        before = len(logged(log, "computed"))
        worker = start(folder / "cache", log, n, most=most)
        go(worker)
        while len(logged(log, "computed")) == before and worker.poll() is None:
            time.sleep(0.001)  # until it has begun
        time.sleep(rng.uniform(0.0, 0.2))
        worker.kill()  # SIGKILL
        worker.communicate()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.filterwarnings("ignore", "cache .*: the limit of .* is too small")  # it is
            yield


def _refuse(positions: list[int]) -> Iterator[tuple[list[int], np.ndarray]]:
    raise AssertionError(f"stored, and not there: {positions}")
