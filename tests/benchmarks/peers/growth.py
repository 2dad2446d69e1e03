"""Memory beside the peers', and how ours and our time grow with the number of rows."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from tests.benchmarks.peers.contenders import OURS, Job, installed
from tests.benchmarks.peers.fresh_process import usage
from tests.benchmarks.peers.judged_run import JudgedRun
from tests.benchmarks.peers.rounds import interleaved
from tests.benchmarks.peers.target import Target

SIZES = (1_000, 2_000, 5_000, 10_000)  # queries
FLAT = 1.25  # times as much a row, with ten times as many rows


def compare_memory(data: JudgedRun, folder: Path) -> Iterator[Target]:
    """Print the peak of a fresh process that reads and evaluates the file."""
    print(f"\n{f'MiB to read and evaluate {data.shape}':42}    before      peak     added")
    added = {}
    for contender in installed():
        used = usage(contender, data, folder)
        added[contender.name] = used["peak"] - used["before"]
        numbers = (used["before"], used["peak"], added[contender.name])
        print(f"  {contender.name:40}" + "".join(f"{number:10.0f}" for number in numbers))
    if "ranx" in added:
        share = added[OURS.name] / added["ranx"]
        yield Target("(c) memory added: ours / ranx", 1 / 3, share, at_least=False)


def print_growth(data: JudgedRun, folder: Path, *, budget: float) -> Iterator[Target]:
    """Print our seconds and MiB a million rows, for the first 1,000 queries to all."""
    parts = {f"{n:,}": data.first(n) for n in SIZES if n <= len(data.query_ids)}
    print(f"\n{'ours a million rows, by queries':42}" + "".join(f"{name:>10}" for name in parts))
    for way, jobs in _ways(parts, folder):
        rounds = interleaved(jobs, budget=budget)
        seconds = [rounds.best(name) / part.million_rows for name, part in parts.items()]
        print(f"  {f'{way} seconds':40}" + "".join(f"{x:10.4f}" for x in seconds), flush=True)
        yield _growth(f"{way} seconds", list(parts), seconds)
    used = {name: usage(OURS, part, folder) for name, part in parts.items()}
    added = [(u["peak"] - u["before"]) / parts[name].million_rows for name, u in used.items()]
    print(f"  {'(c) MiB added':40}" + "".join(f"{x:10.1f}" for x in added))
    yield _growth("(c) MiB added", list(parts), added)


def _ways(parts: Mapping[str, JudgedRun], folder: Path) -> Iterator[tuple[str, dict[str, Job]]]:
    yield "(a)", {name: OURS.prepared_from_arrays(part) for name, part in parts.items()}
    dicts = {name: (part.run_dict(), part.qrels_dict()) for name, part in parts.items()}
    yield "(b)", {name: partial(OURS.from_dicts, *pair) for name, pair in dicts.items()}
    del dicts
    files = {name: part.files(folder) for name, part in parts.items()}
    yield "(c)", {name: partial(OURS.from_files, *pair) for name, pair in files.items()}


def _growth(what: str, names: list[str], values: list[float]) -> Target:
    title = f"{what} a row, {names[-1]} / {names[0]} queries"
    return Target(title, FLAT, values[-1] / values[0], at_least=False)
