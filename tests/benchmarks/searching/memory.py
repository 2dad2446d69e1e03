"""What a search of memory-mapped vectors takes of a fresh process.

`python -m tests.benchmarks.searching.memory FILE QUERIES` prints seconds and MiB as JSON.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tests.benchmarks.searching.vectors import Encoded, unit, write_mapped

ROOT = Path(__file__).parents[3]


def print_memory(n: int, d: int, n_queries: int) -> float:
    """Print the peak of resident memory; it is returned in GiB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.npy"
        write_mapped(path, n, d)
        done = subprocess.run(
            [sys.executable, "-m", __name__, str(path), str(n_queries)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            check=True,
        )
        used = json.loads(done.stdout)
        size = path.stat().st_size / 2**30
    print(
        f"memory-mapped, {n:,} x {d} ({size:.2f} GiB), {n_queries} queries: {used['peak']:.2f} GiB"
        f" resident at the peak (vectors included, {used['before']:.2f} before),"
        f" {used['index']:.1f} s to index, {used['search']:.1f} s to search"
    )
    return float(used["peak"])


def _resident(field: str) -> float:
    """GiB of this process, now (`VmRSS`) or at its highest (`VmHWM`); Linux only.

    Not `ru_maxrss`, which counts what the parent held when it started this process.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith(f"{field}:")]
    return int(line.split()[1]) / 2**20


def main(path: str, n_queries: str) -> None:
    from retrieval_checks import Corpus, DenseRetriever, Queries

    documents = np.load(path, mmap_mode="r")
    corpus = Corpus.from_dict({f"d{i}": f"text {i}" for i in range(len(documents))})
    queries = Queries.from_dict({f"q{i}": f"text {i}" for i in range(int(n_queries))})
    encoder = Encoded(unit(len(queries), documents.shape[1], seed=-1 % 2**32), documents)
    retriever = DenseRetriever(corpus, encoder)
    figures = {"before": _resident("VmRSS")}
    start = time.perf_counter()
    assert retriever.vectors is not None
    figures["index"] = time.perf_counter() - start
    start = time.perf_counter()
    run = retriever.retrieve(queries, 100)
    figures |= {"search": time.perf_counter() - start, "peak": _resident("VmHWM")}
    assert len(run.docs) == 100 * len(queries)
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
