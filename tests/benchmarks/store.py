"""How fast the store is, and whether it survives: `python -m tests.benchmarks.store [--quick]`.

In one run: vectors of 100,000 x 384 dimensions filled in batches of 128, in no order, and read back
in order, by ours and by others that also commit and verify (see `storing/contenders.py`); the time
until a fresh process has ten vectors; two processes that fill at once; the memory of a process that
reads a million vectors; and workers that are killed at random moments.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from retrieval_checks.encoding.store import Store, text_key
from tests.benchmarks.storing.contenders import BATCH, CONTENDERS, Batches, Vectors
from tests.encoding.storage.kills import kill_while_filling, kill_while_making_room

DIMENSIONS = 384
PART = 8192  # vectors made at once
OPEN = """
import sys, time
start = time.perf_counter()
from pathlib import Path
from tests.benchmarks.storing.contenders import CONTENDERS
from retrieval_checks.encoding.store import text_key
imported = time.perf_counter()
contender = next(c for c in CONTENDERS if c.name == sys.argv[2])
contender.read(Path(sys.argv[1]), [text_key(str(i)) for i in range(10)], int(sys.argv[3]))
print(time.perf_counter() - imported)
"""
MEMORY = """
import resource, sys
from retrieval_checks.encoding.store import Store, text_key
store = Store(sys.argv[1])
keys = [text_key(str(i)) for i in range(int(sys.argv[2]))]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
if sys.argv[3] == "shuffled":
    keys = keys[1::2] + keys[::2]
total = store.complete("model", "document", keys, None).sum()
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(before / 1024, after / 1024)
"""


def keys_of(n: int) -> list[bytes]:
    return [text_key(str(i)) for i in range(n)]


def shuffled(n: int, *, seed: int = 0) -> Batches:
    """Batches of n vectors in no order, as those of texts are that are encoded longest first."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(n)
    part = rng.standard_normal((PART, DIMENSIONS), np.float32)
    for start in range(0, n, BATCH):
        positions = order[start : start + BATCH]
        yield positions.tolist(), part[positions % PART]


def wanted(n: int) -> Vectors:
    """What `shuffled` makes, in order."""
    rng = np.random.default_rng(0)
    rng.permutation(n)
    return rng.standard_normal((PART, DIMENSIONS), np.float32)[np.arange(n) % PART]


def timed(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def print_rates(folder: Path, n: int, rounds: int) -> None:
    """Fill, read and open, in turns; ratios to ours."""
    present = [c for c in CONTENDERS if c.is_installed]
    keys, expected = keys_of(n), wanted(n)
    seconds: dict[str, dict[str, list[float]]] = {}
    for turn in range(rounds):
        for one in present:
            place = folder / f"{one.name} {turn}"
            place.mkdir()
            mine = seconds.setdefault(one.name, {"fill": [], "read": [], "open": []})
            mine["fill"].append(timed(partial(one.fill, place, keys, shuffled(n))))
            assert (one.read(place, keys, DIMENSIONS) == expected).all()
            read = partial(one.read, place, keys, DIMENSIONS)
            mine["read"] += [timed(read) for _ in range(3)]
            if one.name in ("Store", "LMDB"):
                mine["open"] += [opening(place, one.name) for _ in range(3)]
            shutil.rmtree(place)
    megabytes = n * DIMENSIONS * 4 / 1e6
    size = f"{n:,} x {DIMENSIONS} float32, {megabytes:.0f} MB"
    print(f"{size}; best of {rounds} in turns; x: of our time")
    for name, each in seconds.items():
        best = {what: min(times) for what, times in each.items() if times}
        ours = seconds["Store"]
        shown = [
            f"{what} {megabytes / best[what]:5.0f} MB/s, {best[what] / min(ours[what]):4.2f} x ours"
            for what in ("fill", "read")
        ]
        opened = (
            f"; ten vectors {best['open'] * 1000:.0f} ms after imports" if "open" in best else ""
        )
        print(f"  {name:17} {'; '.join(shown)}{opened}")


def opening(folder: Path, name: str) -> float:
    """Seconds until a fresh process has ten vectors, less its imports."""
    done = subprocess.run(
        [sys.executable, "-c", OPEN, str(folder), name, str(DIMENSIONS)],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def print_writers(folder: Path, n: int) -> None:
    """Two processes that fill two models at once, beside one."""
    code = (
        "import sys; from pathlib import Path; from tests.benchmarks.store import *\n"
        "store = Store(sys.argv[1]); n = int(sys.argv[3])\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "store.complete(sys.argv[2], 'document', keys_of(n), lambda _: shuffled(n))"
    )

    def fill(*models: str) -> None:
        workers = [
            subprocess.Popen(
                [sys.executable, "-c", code, str(folder), model, str(n)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            for model in models
        ]
        for worker in workers:
            assert worker.stdout is not None
            worker.stdout.readline()
        starts.append(time.perf_counter())
        for worker in workers:
            worker.communicate(b"go\n")
            assert worker.returncode == 0

    starts: list[float] = []
    fill("one")
    one = time.perf_counter() - starts[-1]
    fill("two", "three")
    two = time.perf_counter() - starts[-1]
    print(f"two processes fill two models at {2 * one / two:.2f} times the rate of one")


def print_memory(folder: Path, n: int) -> None:
    """The largest resident memory of a process that reads everything."""
    store = Store(folder)
    store.complete("model", "document", keys_of(n), lambda _: shuffled(n))
    store.close()
    size = n * DIMENSIONS * 4 / 2**20
    for order in ("in order", "shuffled"):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", MEMORY, str(folder), str(n), order],
            capture_output=True,
            text=True,
            check=True,
        )
        before, after = map(float, done.stdout.split())
        print(
            f"reading {n:,} vectors of {size:.0f} MiB {order}: {after:.0f} MiB resident at most,"
            f" {after - before:.0f} more than before; {time.perf_counter() - start:.1f} s"
        )


def print_kills(folder: Path, times: int) -> None:
    """Random kills, and what was left."""
    survived: dict[str, Callable[[Path, int, int], Iterator[int]]] = {
        "filling": kill_while_filling,
        "making room": kill_while_making_room,
    }
    for name, kill in survived.items():
        (folder / name).mkdir()
        found = list(kill(folder / name, times, 7))
        print(
            f"killed {len(found)} times while {name}: nothing lost, nothing damaged"
            f" (texts stored after each: median {statistics.median(found):.0f})"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="Smaller: shows that it runs.")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        n = 10_000 if quick else 100_000
        print_rates(folder, n, 1 if quick else 2)
        print_writers(folder / "writers", n)
        print_memory(folder / "memory", 10 * n)
        print_kills(folder, 5 if quick else 150)


if __name__ == "__main__":
    main()
