"""What a search of vectors from the store takes of a fresh process.

`python -m tests.benchmarks.searching.memory fill FOLDER DOCUMENTS DIMENSIONS QUERIES` stores them;
with `search` for `fill`, it prints seconds and GiB as JSON.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.searching.vectors import unit

if TYPE_CHECKING:
    from retrieval_checks import BiEncoder
    from retrieval_checks.encoding.inference import Vectors

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Random:
    """A model that gives each batch other random vectors of unit length."""

    dimensions: int
    may_encode_documents: bool
    fingerprint: str = "random"

    def encode_query(self, texts: Sequence[str], **_: object) -> "Vectors":
        return unit(len(texts), self.dimensions, seed=0)

    def encode_document(self, texts: Sequence[str], **_: object) -> "Vectors":
        assert self.may_encode_documents
        return unit(len(texts), self.dimensions, seed=int(texts[0].split()[1]))


def print_memory(n: int, d: int, n_queries: int) -> float:
    """Print the peak of resident memory; it is returned in GiB."""
    with tempfile.TemporaryDirectory() as folder:
        sizes = (n, d, n_queries)
        _in_a_process("fill", folder, *sizes)
        used = json.loads(_in_a_process("search", folder, *sizes))
    print(
        f"from the memory-mapped store, {n:,} x {d} ({used['vectors']:.2f} GiB),"
        f" {n_queries} queries: {used['peak']:.2f} GiB resident at the peak (vectors included,"
        f" {used['before']:.2f} before), {used['index']:.1f} s to index, {used['search']:.1f} s to"
        " search"
    )
    return float(used["peak"])


def _in_a_process(action: str, folder: str, *sizes: int) -> str:
    command = [sys.executable, "-m", __name__, action, folder, *map(str, sizes)]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True).stdout


def print_search(encoder: "BiEncoder", texts: list[str], n_queries: int) -> None:
    """Print what it takes to search them, where they are stored."""
    from retrieval_checks import Corpus, DenseRetriever, Queries

    corpus = Corpus.from_dict({f"d{i}": text for i, text in enumerate(texts)})
    queries = Queries.from_dict({f"q{i}": f"query {i}" for i in range(n_queries)})
    retriever = DenseRetriever(corpus, encoder)
    figures = {"before": _resident("VmRSS")}
    start = time.perf_counter()
    vectors = retriever.vectors
    assert vectors is not None
    figures |= {"index": time.perf_counter() - start, "vectors": vectors.nbytes / 2**30}
    start = time.perf_counter()
    run = retriever.retrieve(queries, 100)
    figures |= {"search": time.perf_counter() - start, "peak": _resident("VmHWM")}
    assert len(run.docs) == 100 * len(queries)
    print(json.dumps(figures))


def _resident(field: str) -> float:
    """GiB of this process, now (`VmRSS`) or at its highest (`VmHWM`); Linux only.

    Not `ru_maxrss`, which counts what the parent held when it started this process.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith(f"{field}:")]
    return int(line.split()[1]) / 2**20


def main(action: str, folder: str, n: str, d: str, n_queries: str) -> None:
    from retrieval_checks import BiEncoder
    from retrieval_checks.encoding.store import Store

    store = Store(folder)
    model = Random(int(d), may_encode_documents=action == "fill")
    encoder = BiEncoder(model, cache=store, batch_size=256)
    texts = [f"text {i}" for i in range(int(n))]
    if action == "fill":
        encoder.encode_documents(texts)
    else:
        print_search(encoder, texts, int(n_queries))
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
