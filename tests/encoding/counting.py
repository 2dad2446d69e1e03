"""A computation that can be counted and interrupted."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from retrieval_checks.encoding.store import text_key

KEYS = [text_key(f"text {i}") for i in range(10)]


class Counting:
    """Computes row i as (i, i); remembers what it was asked, and stops when told to."""

    def __init__(self, *, batch: int = 4, fail_after: int | None = None) -> None:
        self.asked: list[int] = []
        self.batch, self.fail_after = batch, fail_after

    def __call__(self, positions: list[int]) -> Iterator[tuple[list[int], Any]]:
        for start in range(0, len(positions), self.batch):
            if self.fail_after is not None and len(self.asked) >= self.fail_after:
                raise KeyboardInterrupt
            part = positions[start : start + self.batch]
            self.asked += part
            yield part, np.array([[i, i] for i in part], np.float32)


def rows(keys: list[bytes]) -> list[list[float]]:
    """What `Counting` computes for these of the `KEYS`."""
    return [[float(KEYS.index(key))] * 2 for key in keys]
