"""Evaluation beside its peers: `python -m tests.benchmarks.metrics [--quick] [--profile]`.

Prints five metrics computed by us, pytrec_eval, ranx and ir_measures on the same data: (a) from
what each holds in memory, (b) from a dict of dicts, (c) from a TREC file, plain and gzip; then peak
memory, growth with the number of queries, and which targets are reached. The contenders take turns:
compare the ratios, medians over rounds, and not the seconds of two runs. `--quick` has at most
2,000 queries and mostly one round; `--profile` prints where our own time goes and nothing else.
"""

import argparse
import cProfile
import os
import pstats
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.benchmarks.peers.contenders import OURS, PEERS, Job, installed
from tests.benchmarks.peers.fresh_process import first_use
from tests.benchmarks.peers.growth import compare_memory, print_growth
from tests.benchmarks.peers.judged_run import Grades, JudgedRun, Table, make_judged_run
from tests.benchmarks.peers.rounds import interleaved
from tests.benchmarks.peers.target import Target, against_fastest, against_peer


def compare(data: JudgedRun, folder: Path, *, budget: float) -> Iterator[Target]:
    """Print every form of the data at one size."""
    run, qrels = data.run_dict(), data.qrels_dict()
    yield from compare_in_memory(data, run, qrels, budget=budget)
    yield from compare_dicts(data, run, qrels, budget=budget)
    del run, qrels
    for suffix in (".trec", ".trec.gz"):
        yield from compare_files(data, data.files(folder, suffix=suffix), budget=budget)


def compare_in_memory(
    data: JudgedRun, run: Table, qrels: Grades, *, budget: float
) -> Iterator[Target]:
    """Evaluation alone; ours also with two vocabularies, with the build, and for the first time.

    The first evaluation of a run pays for what is kept for the later ones.
    """
    jobs: dict[str, Job] = {
        OURS.name: OURS.prepared_from_arrays(data),
        f"{OURS.name}, from dicts": OURS.prepared(run, qrels),
        f"{OURS.name} and its build": partial(OURS.from_arrays, data),
    }
    for peer in installed()[1:]:
        start = time.perf_counter()
        jobs[peer.name] = peer.prepared(run, qrels)
        if (seconds := time.perf_counter() - start) > 0.1 * data.million_rows:
            print(f"\n{peer.name} takes {seconds:.2f} s to build its own form of {data.shape}")
    first = f"{OURS.name}, first evaluation"
    fresh = {first: partial(OURS.prepared_from_arrays, data)}
    rounds = interleaved(jobs, budget=budget, fresh=fresh)
    rounds.print_table(f"(a) {data.shape}, in memory", data.million_rows)
    yield from against_fastest(f"(a) {data.shape}", 10, rounds)
    yield from against_fastest(f"(a) {data.shape}, first evaluation", 10, rounds, ours=first)


def compare_dicts(data: JudgedRun, run: Table, qrels: Grades, *, budget: float) -> Iterator[Target]:
    """From dicts of dicts to means, everything built on the way."""
    jobs = {c.name: partial(c.from_dicts, run, qrels) for c in installed()}
    rounds = interleaved(jobs, budget=budget)
    rounds.print_table(f"(b) {data.shape}, from dicts", data.million_rows)
    yield from against_peer(f"(b) {data.shape}", "pytrec_eval", 5, rounds)
    yield from against_peer(f"(b) {data.shape}", "ranx", 50, rounds)


def compare_files(data: JudgedRun, files: tuple[Path, Path], *, budget: float) -> Iterator[Target]:
    """From a file to means."""
    jobs = {c.name: partial(c.from_files, *files) for c in installed()}
    rounds = interleaved(jobs, budget=budget)
    kind = "".join(files[0].suffixes)
    rounds.print_table(f"(c) {data.shape}, from {kind}", data.million_rows)
    yield from against_fastest(f"(c) {data.shape} {kind}", 6, rounds)


def print_ties(data: JudgedRun, *, budget: float) -> None:
    """The same from dicts in no order, with many equal scores; no target."""
    run, qrels = data.run_dict(), data.qrels_dict()
    jobs = {c.name: partial(c.from_dicts, run, qrels) for c in installed() if c.breaks_ties}
    rounds = interleaved(jobs, budget=budget)
    rounds.print_table(f"(b) {data.shape}, no order, ties", data.million_rows)
    print("  (ranx breaks ties in another way and is left out)")


def print_profiles(data: JudgedRun, folder: Path) -> None:
    ways: dict[str, Job] = {
        "(a) in memory": OURS.prepared_from_arrays(data),
        "(a) and its build": partial(OURS.from_arrays, data),
        "(b) from dicts": partial(OURS.from_dicts, data.run_dict(), data.qrels_dict()),
        "(c) from a file": partial(OURS.from_files, *data.files(folder)),
    }
    for way, job in ways.items():
        print(f"{way}, {data.shape}")
        with cProfile.Profile() as profile:
            job()
        pstats.Stats(profile).strip_dirs().sort_stats("tottime").print_stats(12)


def print_versions(folder: Path) -> None:
    """Versions; every contender is also used once, so that no table has its first use."""
    versions = [f"{c.name} {c.version() or '(missing)'}" for c in (OURS, *PEERS)]
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores; " + ", ".join(versions))
    small = make_judged_run(20, 10)
    for contender in installed():
        contender.prepared(small.run_dict(), small.qrels_dict())()
        contender.from_files(*small.files(folder))


def print_compilation(folder: Path) -> None:
    for contender in installed():
        if contender.compiles:
            seconds = first_use(contender, folder)["seconds"]
            print(
                f"\n{contender.name} compiles for {seconds:.1f} s at its first use, and anew when"
            )
            print("  the longest document id has another length; no table counts that")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.metrics")
    parser.add_argument("--quick", action="store_true", help="at most 2,000 queries, few rounds")
    parser.add_argument("--profile", action="store_true", help="where our own time goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.profile:
            print_profiles(make_judged_run(2_000, 1_000), folder)
            return
        print_versions(folder)
        budget = 0.5 if options.quick else 20.0
        largest = make_judged_run(2_000 if options.quick else 10_000, 1_000)
        middle = largest.first(2_000)
        sizes = [make_judged_run(200, 100), middle, *([] if options.quick else [largest])]
        targets = [t for data in sizes for t in compare(data, folder, budget=budget)]
        print_ties(middle.shuffled_with_ties(), budget=budget)
        targets += compare_memory(middle, folder)
        targets += print_growth(largest, folder, budget=budget)
        if not options.quick:
            print_compilation(folder)
        print("\ntargets", *targets, sep="\n")


if __name__ == "__main__":
    main()
