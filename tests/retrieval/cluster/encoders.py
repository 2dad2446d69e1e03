"""Encoders that workers import: what they encode, and where, is written down."""

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.encoding.inference import Vectors
from retrieval_checks.retrieval.search.index import Index


class Words:
    """Counts of words, in whole numbers: ties are many, and no batch changes a vector."""

    similarity_fn_name = "dot"

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), 8), np.float32)
        for row, text in enumerate(texts):
            for word in text.split():
                vectors[row, sum(map(ord, word)) % 8] += 1
        return vectors


class Logged(Words):
    """Writes down its process and how many texts it encodes.

    Args:
        folder: of the log.
        together: processes that wait for each other, so that each encodes something.
        dies: the first process that is called a second time kills itself instead, as `kill -9`.
    """

    def __init__(self, folder: Path, *, together: int = 1, dies: bool = False) -> None:
        self.folder, self.killed = folder, folder / "killed"
        self.together, self.dies = together, dies
        self.calls = 0
        self.fingerprint = "words-1"

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        if self.dies and self.calls == 2 and not self.killed.exists():
            self.killed.write_text(str(os.getpid()), encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)
        with (self.folder / "log").open("a", encoding="utf-8") as log:
            log.write(f"{os.getpid()} {len(texts)}\n")
        deadline = time.monotonic() + 60
        while len(dict(calls_of(self.folder))) < self.together and time.monotonic() < deadline:
            time.sleep(0.1)
        return super().encode(texts)


class Dying(Index):
    """An index whose first search kills its process; the file `marker` says that it has."""

    marker: Path

    def scores(self, query: Vectors, divisor: float, positions: np.ndarray) -> FloatArray:
        if not self.marker.exists():
            self.marker.write_text(str(os.getpid()), encoding="utf-8")
            os.kill(os.getpid(), signal.SIGKILL)
        return super().scores(query, divisor, positions)


class Broken(Words):
    """Returns a vector too few."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        return super().encode(texts)[1:]


def changes() -> Words:
    """A factory whose fingerprint is another one in every process."""
    return Words()


changes.fingerprint = f"words of {os.getpid()}"  # type: ignore[attr-defined]


def calls_of(folder: Path) -> list[tuple[int, int]]:
    """Process and number of texts of each call."""
    log = folder / "log"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return [(int(pid), int(count)) for pid, count in map(str.split, lines)]
