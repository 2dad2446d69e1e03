"""Places that cannot be written, and disks that are full: a clear error, and nothing lost."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval_checks.encoding.store import Store, text_key
from retrieval_checks.errors import SettingsError
from tests.encoding.counting import KEYS, Counting, rows

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX")

AS_NOBODY = """
import os, sys, tempfile
import filelock, numpy as np, sqlite3
from retrieval_checks.encoding.store import Store, text_key
from retrieval_checks.errors import SettingsError
if os.getuid() == 0:
    with tempfile.TemporaryDirectory() as folder:  # loads what nobody may not be able to read
        for _ in range(2):
            Store(folder).complete("m", "document", [text_key("a")], lambda p: [(p, np.ones(1))])
    os.setuid(65534)
keys = [text_key(text) for text in sys.argv[2:]]
try:
    print(Store(sys.argv[1]).complete("m", "document", keys, lambda p: [(p, np.ones((1, 2)))]))
except SettingsError as error:
    print(error)
"""
FILL = """
import sys
import numpy as np
from retrieval_checks.encoding.store import Store, text_key
from retrieval_checks.errors import SettingsError
if len(sys.argv) > 2:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
keys = [text_key(str(i)) for i in range(1000)]
def compute(positions):
    for start in range(0, len(positions), 50):
        part = positions[start : start + 50]
        yield part, np.array(part)[:, None] * np.ones(400)
store = Store(sys.argv[1])
try:
    store.complete("m", "document", keys, compute)
except SettingsError as error:
    print(error)
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may look into; pytest's own are closed to them."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, where this process may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", "size=1m", "none", str(folder)]
    if mount is None or subprocess.run([mount, *options], capture_output=True).returncode:
        pytest.skip("no right to mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_full_disk_is_a_clear_error_and_loses_nothing(small_disk: Path) -> None:
    said = python(FILL, str(small_disk / "cache"))
    assert f"the cache {small_disk / 'cache'} cannot be used: [Errno 28] No space left" in said
    assert "--retrieval-no-cache" in said
    kept = stored(small_disk / "cache")
    assert 50 <= kept < 1000
    assert kept % 50 == 0  # batches that were stored whole
    assert "No space left" in python(FILL, str(small_disk / "cache"))
    assert stored(small_disk / "cache") == kept


def test_cleared_store_makes_a_full_disk_usable_again(small_disk: Path) -> None:
    assert "No space left" in python(FILL, str(small_disk / "cache"))
    store = Store(small_disk / "cache")
    store.clear()
    assert store.complete("m", "document", KEYS, Counting()).tolist() == rows(KEYS)
    store.close()


def test_limit_on_the_size_of_files_is_like_a_full_disk(tmp_path: Path) -> None:
    assert "--retrieval-no-cache" in python(FILL, str(tmp_path), "400000")
    kept = stored(tmp_path)
    assert 50 <= kept < 1000


def test_folder_that_may_only_be_read_serves_what_it_has(open_folder: Path) -> None:
    fill(open_folder / "cache")
    for path in (open_folder / "cache").rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    (open_folder / "cache").chmod(0o555)
    before = contents(open_folder)
    assert python(AS_NOBODY, str(open_folder / "cache"), "a") == "[[7. 7.]]\n"
    said = python(AS_NOBODY, str(open_folder / "cache"), "a", "b")
    assert "it may only be read, and 1 of 2 values are not in it" in said
    assert "--retrieval-no-cache" in said
    assert contents(open_folder) == before


def test_store_left_by_a_killed_process_can_be_read_only(open_folder: Path) -> None:
    """The index's last batches then stand in its write-ahead log, which nobody folded in."""
    leave = "import os, sys; sys.argv.append('kill')\n" + FILL + "\nos.kill(os.getpid(), 9)"
    leave = leave.replace("if len(sys.argv) > 2:", "if False:")
    subprocess.run([sys.executable, "-c", leave, str(open_folder / "cache")], check=False)
    for path in (open_folder / "cache").rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    (open_folder / "cache").chmod(0o555)
    assert (open_folder / "cache" / "index-2.sqlite-wal").stat().st_size
    assert python(AS_NOBODY, str(open_folder / "cache"), "3").startswith("[[3. 3. 3.")


def test_read_only_disk_serves_what_it_has(small_disk: Path) -> None:
    fill(small_disk / "cache")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    store, compute = Store(small_disk / "cache"), Counting()
    assert store.complete("m", "document", [text_key("a")], compute).tolist() == [[7.0, 7.0]]
    with pytest.raises(SettingsError, match="may only be read, and 10 of 10 values are not in it"):
        store.complete("m", "document", KEYS, compute)
    assert compute.asked == []
    for forbidden in (store.clear, store.verify):
        with pytest.raises(SettingsError, match="cannot be used: it may only be read"):
            forbidden()
    store.close()


def test_empty_folder_that_may_only_be_read_is_a_clear_error(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    said = python(AS_NOBODY, str(open_folder), "a")
    assert f"the cache {open_folder} cannot be used: unable to open database file" in said
    assert "--retrieval-no-cache" in said


def fill(folder: Path) -> None:
    store = Store(folder)
    store.complete("m", "document", [text_key("a")], lambda p: [(p, np.full((1, 2), 7.0))])
    store.close()


def stored(folder: Path) -> int:
    """How many entries are there; each is whole."""
    store = Store(folder)
    [found] = store.contents()
    store.close()
    return found.entries


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _environment() -> dict[str, str]:
    """Without coverage, whose files nobody may not write."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    return {**kept, "PYTHONPATH": str(Path(__file__).parents[3])}


def python(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=_environment(),
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
