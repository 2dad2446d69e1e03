"""What the plugin costs: `python tests/benchmarks/startup.py`.

Prints, from interleaved runs in one go: a pytest run of one empty test with and without the
installed plugin (unused), the import time of the plugin, which is most of what it costs, and the
main job on the example, cold and warm, beside the same check of first-stage rankings written
plainly with sentence-transformers (`peers/plain_check.py`). Other plugins that happen to be
installed are left out.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLAIN = ROOT / "tests" / "benchmarks" / "peers" / "plain_check.py"
PLUGIN = ["-p", "retrieval_checks"]
EMPTY = ["-p", "no:cacheprovider", "-q", "test_empty.py"]


def pytest_seconds(folder: Path, *args: str) -> float:
    """Wall seconds of one pytest process."""
    return _seconds(folder, "-m", "pytest", *args)


def python_seconds(script: Path) -> float:
    """Wall seconds of one script."""
    return _seconds(ROOT, str(script))


def _seconds(folder: Path, *args: str) -> float:
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *args],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return time.perf_counter() - start


def import_milliseconds() -> float:
    """Cumulative import time of the plugin on top of pytest, as `-X importtime` counts it."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import pytest, retrieval_checks.plugin"],
        capture_output=True,
        text=True,
        check=True,
    )
    [line] = [x for x in done.stderr.splitlines() if x.split("|")[-1] == " retrieval_checks.plugin"]
    return int(line.split("|")[1]) / 1000


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_empty.py").write_text("def test_nothing():\n    pass\n")
        without, unused = [], []
        for _ in range(40):
            without.append(pytest_seconds(folder, *EMPTY))
            unused.append(pytest_seconds(folder, *PLUGIN, *EMPTY))
        added = [(b - a) * 1000 for a, b in zip(without, unused, strict=True)]
        low, middle, high = statistics.quantiles(added, n=4)
        imports = statistics.median(import_milliseconds() for _ in range(9))
        print(f"empty pytest run {statistics.median(without):.2f} s; the unused plugin adds")
        print(
            f"  {middle:+.0f} ms (median of 40 pairs; quartiles {low:+.0f} and {high:+.0f}: noise);"
        )
        print(f"  importing it takes {imports:.1f} ms (-X importtime, median of 9)")
        job = [*PLUGIN, "--retrieval-golden", "-q", "-p", "no:cacheprovider"]
        job += [f"--retrieval-cache={name}", "fixtures"]
        cold = pytest_seconds(ROOT, *job)
        warm = statistics.median(pytest_seconds(ROOT, *job) for _ in range(5))
        print(f"main job on the example: cold {cold:.1f} s, warm {warm:.2f} s (median of 5),")
        print(f"  warm costs {warm - statistics.median(without):.2f} s more than an empty run")
        plain = statistics.median(python_seconds(PLAIN) for _ in range(3))
        print(f"the same check written plainly: {plain:.1f} s, {plain / warm:.0f} times a warm run")


if __name__ == "__main__":
    main()
