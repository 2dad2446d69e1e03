"""Which faults in the metrics the tests miss: `python -m tests.benchmarks.mutation [PATTERN ...]`.

In a copy of the project mutmut (extra `mutation`) changes `retrieval_checks/metrics` in one place
at a time and runs the tests that reach it. Prints the score of each module and every change that
no test noticed. A pattern names mutants: `'retrieval_checks.metrics.ranked.*'`. What runs on
import is not changed: constants, and what a formula is registered with.
"""

import argparse
import ast
import json
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = Path("retrieval_checks/metrics")
COPIED = ("retrieval_checks", "tests", "fixtures", "conftest.py", "pyproject.toml", "README.md")
SETTINGS = f"""
[tool.mutmut]
source_paths = ["{PACKAGE}"]
also_copy = {list(COPIED)}
pytest_add_cli_args = ["-p", "no:cacheprovider"]
pytest_add_cli_args_test_selection = ["tests/metrics", "tests/properties"]
timeout_constant = 5.0
timeout_multiplier = 4.0
track_dependencies = false
use_git_change_detection = false
"""
EVERY_RUN_THE_SAME = """
from hypothesis import Phase

settings.register_profile(
    "mutation",
    settings.get_profile("shared cores"),
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],  # a smaller failure is no other failure
)
settings.load_profile("mutation")
"""
MEMORY = 8 << 30  # bytes of a process: some changes make a loop that fills a list
NOTICED = {"killed", "timeout"}
OUTCOMES = {0: "survived", 1: "killed", 3: "killed", 33: "no test", -24: "timeout", None: "not run"}


def copy_project(folder: Path) -> None:
    """The project with mutmut's settings, and the metrics as mutmut can change them."""
    for name in COPIED:
        source, target = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(SETTINGS)
    with (folder / "tests/conftest.py").open("a", encoding="utf-8") as file:
        file.write(EVERY_RUN_THE_SAME)
    for path in (folder / PACKAGE).rglob("*.py"):
        path.write_text(undecorated(path.read_text("utf-8")), "utf-8")


def undecorated(source: str) -> str:
    """`@formula(...)` and `@property` as calls below the function: mutmut skips what is decorated.

    >>> print(undecorated("@property\\ndef name(self):\\n    return 1\\n"), end="")
    def name(self):
        return 1
    name = property(name)
    """
    lines = source.splitlines()
    found = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)]
    for function in sorted(found, key=lambda node: node.lineno, reverse=True):
        for decorator in function.decorator_list:
            text = ast.unparse(decorator)
            if text == "property" or text.startswith("formula("):
                call = f"{function.name} = {text}({function.name})"
                lines.insert(function.end_lineno or 0, " " * function.col_offset + call)
                del lines[decorator.lineno - 1 : function.lineno - 1]
    return "\n".join(lines) + "\n"


def mutmut(folder: Path, *arguments: str, capture: bool = False) -> str:
    command = [sys.executable, "-m", "mutmut", *arguments]
    done = subprocess.run(command, cwd=folder, text=True, check=False, capture_output=capture)
    if done.returncode:
        sys.exit(done.stderr or f"mutmut failed: {' '.join(arguments)}")
    return done.stdout or ""


def outcomes(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Module, mutant and what became of it."""
    for path in sorted((folder / "mutants" / PACKAGE).rglob("*.meta")):
        module = path.relative_to(folder / "mutants" / PACKAGE).as_posix().removesuffix(".py.meta")
        for mutant, code in json.loads(path.read_text("utf-8"))["exit_code_by_key"].items():
            yield module, mutant, OUTCOMES.get(code, f"exit {code}")


def print_scores(found: list[tuple[str, str, str]]) -> None:
    """A line for each module and one for all."""
    counts: dict[str, Counter[str]] = {module: Counter() for module, _, _ in found}
    for module, _, outcome in found:
        counts[module][outcome] += 1
    counts["all"] = sum(counts.values(), Counter())
    print(f"{'module':28}{'mutants':>9}{'noticed':>9}  the others")
    for module, counted in counts.items():
        noticed = sum(counted[outcome] for outcome in NOTICED)
        others = ", ".join(f"{n} {o}" for o, n in counted.items() if o not in {"killed"})
        print(f"{module:28}{counted.total():9}{noticed / counted.total():9.1%}  {others}")


def change(folder: Path, mutant: str) -> str:
    """The lines that differ, without the context that mutmut shows them in."""
    lines = mutmut(folder, "show", mutant, capture=True).splitlines()
    changed = [x for x in lines if x[:1] in set("+-") and x[:3] not in {"+++", "---"}]
    return "\n".join("    " + line for line in changed)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mutation")
    parser.add_argument("patterns", nargs="*", default=["*"], help="mutants, by default all")
    parser.add_argument("--workers", type=int, default=2, help="mutants tried at once")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_project(folder)
        mutmut(folder, "run", "--max-children", str(options.workers), *options.patterns)
        found = [each for each in outcomes(folder) if each[2] != "not run"]
        print_scores(found)
        for _, mutant, outcome in found:
            if outcome not in NOTICED:
                print(f"\n{mutant}: {outcome}\n{change(folder, mutant)}")


if __name__ == "__main__":
    main()
