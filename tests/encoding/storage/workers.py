"""Processes that fill a store and write down what they computed and what was stored.

`python -m tests.encoding.storage.workers FOLDER LOG TEXTS SECONDS MAX_BYTES` waits for a line on
its input, so that several begin at once.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from retrieval_checks.encoding.store import Store, text_key

DIMENSION = 300
BATCH = 3


def values_of(positions: list[int]) -> np.ndarray:
    """What is computed for these texts, float32 (n, 300)."""
    return np.array(positions, np.float32)[:, None] + np.arange(DIMENSION, dtype=np.float32)


def keys_of(n: int) -> list[bytes]:
    """The keys of the first n texts."""
    return [text_key(f"text {i}") for i in range(n)]


def start(
    folder: Path, log: Path, n: int, *, seconds: float = 0, most: int = 0
) -> subprocess.Popen[str]:
    """A worker that is ready, and waits for `go`."""
    module = [sys.executable, "-m", "tests.encoding.storage.workers"]
    process = subprocess.Popen(
        [*module, str(folder), str(log), str(n), str(seconds), str(most)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: subprocess.Popen[str]) -> None:
    """Let it begin."""
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def finished(process: subprocess.Popen[str]) -> int:
    """Its exit code, once it has ended."""
    process.communicate(timeout=60)
    return process.returncode


def logged(log: Path, word: str) -> list[int]:
    """The positions that are logged with this word; a line that was cut off does not count."""
    lines = log.read_text().split("\n")[:-1] if log.exists() else []
    found = [line.split() for line in lines]
    return [int(number) for said, *numbers in found if said == word for number in numbers]


def work(folder: str, log: str, n: int, seconds: float, most: int) -> None:
    """Fill a store with n texts; again and again with others where there is a limit."""

    def compute(positions: list[int]) -> Iterator[tuple[list[int], np.ndarray]]:
        with Path(log).open("a", buffering=1) as stream:
            for at in range(0, len(positions), BATCH):
                batch = positions[at : at + BATCH]
                stream.write(f"computed {' '.join(map(str, batch))}\n")
                time.sleep(seconds)
                yield batch, values_of(batch)
                stream.write(f"stored {' '.join(map(str, batch))}\n")

    store = Store(folder, max_bytes=most or None)
    print("ready", flush=True)
    sys.stdin.readline()
    keys = keys_of(n)
    while True:
        assert (store.complete("m", "document", keys, compute) == values_of(list(range(n)))).all()
        if not most:
            return


if __name__ == "__main__":
    work(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))
