"""How search compares: `python -m tests.benchmarks.search [--quick]`.

Ratios within one run to faiss flat, to torch and to sentence-transformers' semantic_search, on two
threads each; the memory of a million memory-mapped vectors; latency of single queries through a
real model; recall and speed of approximate indexes. Needs the extras faiss, usearch and offline.
"""

import argparse

from tests.benchmarks.searching.approximate import print_approximate
from tests.benchmarks.searching.exact import print_exact
from tests.benchmarks.searching.latency import print_latency
from tests.benchmarks.searching.memory import print_memory


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of it")
    quick = parser.parse_args(arguments).quick
    share = 10 if quick else 1
    peak = print_memory(1_000_000 // share, 384, 100)
    ratio = print_exact(200_000 // share, 384, 1000 // share, k=100, rounds=3 if quick else 5)
    print_approximate(50_000 // share, 96, 200, k=10)
    print_latency(5_183, 20 if quick else 100)
    print(f"targets: {ratio:.2f} of faiss flat (at most 1.3), {peak:.2f} GiB (below 3)")


if __name__ == "__main__":
    main()
