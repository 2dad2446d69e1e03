"""What reading and evaluating files takes of a fresh process.

`python -m tests.benchmarks.peers.fresh_process NAME RUN QRELS [RUN QRELS ...]` does so once with
each pair of files and prints seconds and memory of each as JSON.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from tests.benchmarks.peers.contenders import OURS, PEERS, Contender
from tests.benchmarks.peers.judged_run import JudgedRun, make_judged_run

ROOT = Path(__file__).parents[3]
Usage = dict[str, float]  # seconds; MiB before and at the peak


def usage(contender: Contender, data: JudgedRun, folder: Path) -> Usage:
    """Usage for the files of `data`, with every library loaded, compiled and used once before."""
    return _usages(contender, [make_judged_run(200, 200).files(folder), data.files(folder)])[-1]


def first_use(contender: Contender, folder: Path) -> Usage:
    """Usage for a handful of rows, where numba has nothing compiled yet."""
    files = make_judged_run(20, 10).files(folder)
    return _usages(contender, [files], NUMBA_CACHE_DIR=str(folder / "numba"))[0]


def _usages(
    contender: Contender, pairs: Sequence[tuple[Path, Path]], **environment: str
) -> list[Usage]:
    paths = [str(path) for pair in pairs for path in pair]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", __name__, contender.name, *paths],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        check=True,
    )
    figures: list[Usage] = json.loads(done.stdout)
    return figures


def _memory(field: str) -> float:
    """MiB of this process, now (`VmRSS`) or at its highest (`VmHWM`); nan where not Linux.

    Not `ru_maxrss`, which counts what the parent held when it started this process.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    [line] = [x for x in status.read_text().splitlines() if x.startswith(f"{field}:")]
    return int(line.split()[1]) / 1024


def main(name: str, *paths: str) -> None:
    [contender] = [c for c in (OURS, *PEERS) if c.name == name]
    import_module(contender.name)
    figures: list[Usage] = []
    for run, qrels in zip(paths[::2], paths[1::2], strict=True):
        before, start = _memory("VmRSS"), time.perf_counter()
        contender.from_files(Path(run), Path(qrels))
        seconds = time.perf_counter() - start
        figures.append({"seconds": seconds, "before": before, "peak": _memory("VmHWM")})
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
