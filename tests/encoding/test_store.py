"""The store: nothing lost, nothing damaged served, each missing text computed once."""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from retrieval_checks.encoding.database import StoreWarning
from retrieval_checks.encoding.store import Store, collect, default_folder, pair_key, text_key
from retrieval_checks.errors import SettingsError

KEYS = [text_key(f"text {i}") for i in range(10)]


class Counting:
    """Computes row i as (i, i); remembers what it was asked, and stops when told to."""

    def __init__(self, *, batch: int = 4, fail_after: int | None = None) -> None:
        self.asked: list[int] = []
        self.batch, self.fail_after = batch, fail_after

    def __call__(self, positions: list[int]) -> Iterator[tuple[list[int], np.ndarray]]:
        for start in range(0, len(positions), self.batch):
            if self.fail_after is not None and len(self.asked) >= self.fail_after:
                raise KeyboardInterrupt
            part = positions[start : start + self.batch]
            self.asked += part
            yield part, np.array([[i, i] for i in part], np.float32)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with_folder = Store(tmp_path / "cache")
    yield with_folder
    with_folder.close()


def rows(keys: list[bytes]) -> list[list[float]]:
    return [[float(KEYS.index(key))] * 2 for key in keys]


def test_everything_is_computed_once_and_comes_in_order(store: Store) -> None:
    compute = Counting()
    first = store.complete("model", "document", KEYS, compute)
    assert first.dtype == np.float32
    assert first.tolist() == rows(KEYS)
    assert store.complete("model", "document", KEYS[::-1], compute).tolist() == rows(KEYS[::-1])
    assert compute.asked == list(range(10))


def test_only_what_is_missing_is_computed(store: Store) -> None:
    store.complete("model", "document", KEYS[:5], Counting())
    compute = Counting()
    found = store.complete("model", "document", KEYS, compute)
    assert compute.asked == [5, 6, 7, 8, 9]
    assert found.tolist() == rows(KEYS)


@pytest.mark.parametrize("other", [("other model", "document"), ("model", "query")])
def test_models_and_kinds_do_not_mix(store: Store, other: tuple[str, str]) -> None:
    store.complete("model", "document", KEYS, Counting())
    compute = Counting()
    store.complete(*other, KEYS, compute)
    assert compute.asked == list(range(10))


def test_scores_are_stored_as_numbers(store: Store) -> None:
    def compute(positions: list[int]) -> Iterator[tuple[list[int], np.ndarray]]:
        yield positions, np.array([0.1 * i for i in positions])

    for _ in range(2):
        found = store.complete("model", "pair", KEYS, compute)
        assert found.dtype == np.float64
        assert found.tolist() == [0.1 * i for i in range(10)]


def test_no_keys_need_no_lock_and_no_computation(store: Store) -> None:
    assert len(store.complete("model", "document", [], Counting())) == 0


@given(
    arrays.arrays(
        st.sampled_from([np.float32, np.float64]),
        arrays.array_shapes(min_dims=0, max_dims=2, max_side=5),
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_values_come_back_bit_for_bit(store: Store, value: np.ndarray) -> None:
    store.write("model", "any", [(KEYS[0], value)])
    found = store.read("model", "any", KEYS[:1])[KEYS[0]]
    assert (found.dtype, found.shape, found.tobytes()) == (
        value.dtype,
        value.shape,
        value.tobytes(),
    )


def test_what_was_computed_before_an_interrupt_is_kept(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt):
        store.complete("model", "document", KEYS, Counting(fail_after=8))
    compute = Counting()
    store.complete("model", "document", KEYS, compute)
    assert compute.asked == [8, 9]


@pytest.mark.parametrize("column", ["data", "form", "checksum"])
def test_damaged_entry_is_dropped_and_computed_again(store: Store, column: str) -> None:
    store.complete("model", "document", KEYS, Counting())
    store.close()
    with sqlite3.connect(store.path) as db:
        (value,) = db.execute(f"SELECT {column} FROM entries WHERE key = ?", (KEYS[3],)).fetchone()
        flipped = bytes([value[0] ^ 1]) + value[1:]
        db.execute(f"UPDATE entries SET {column} = ? WHERE key = ?", (flipped, KEYS[3]))
    db.close()
    compute = Counting()
    with pytest.warns(StoreWarning, match="damaged entries: 1; dropped") as warned:
        found = store.complete("model", "document", KEYS, compute)
    assert len(warned) == 1
    assert compute.asked == [3]
    assert found.tolist() == rows(KEYS)


def test_any_flipped_byte_of_the_file_is_survived(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    store = Store(folder)
    store.complete("model", "document", KEYS, Counting())
    store.close()
    whole = store.path.read_bytes()
    rng = np.random.default_rng(3)
    for position in [0, 18, 24, 60, 100, *rng.integers(0, len(whole), 40).tolist()]:
        damaged = bytearray(whole)
        damaged[position] ^= 0xFF
        for stale in folder.glob("store-1*"):
            stale.unlink()
        store.path.write_bytes(damaged)
        reopened = Store(folder)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", StoreWarning)
            assert reopened.complete("model", "document", KEYS, Counting()).tolist() == rows(KEYS)
            reopened.close()


def test_garbage_is_moved_aside(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.path.write_bytes(b"this is no database" * 100)
    with pytest.warns(StoreWarning, match="moved to store-1.sqlite.damaged"):
        assert store.complete("model", "document", KEYS, Counting()).tolist() == rows(KEYS)
    store.close()
    assert [p.read_bytes()[:7] for p in tmp_path.glob("*.damaged-*")] == [b"this is"]


def test_database_of_another_program_is_moved_aside(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with sqlite3.connect(store.path) as db:
        db.execute("CREATE TABLE entries (something TEXT)")
    db.close()
    with pytest.warns(StoreWarning, match="a new one is begun"):
        assert store.complete("model", "document", KEYS, Counting()).tolist() == rows(KEYS)
    store.close()


def test_place_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "cache")
    with pytest.raises(SettingsError, match=r"cannot be used: .*--retrieval-no-cache"):
        store.complete("model", "document", KEYS, Counting())


READ_ONLY = """
import os, sys
from retrieval_checks.encoding.store import Store, text_key
import numpy as np, filelock, sqlite3
from retrieval_checks.errors import SettingsError
if os.getuid() == 0:
    os.setuid(65534)
try:
    Store(sys.argv[1]).complete("m", "document", [text_key("a")], lambda p: [(p, np.ones((1, 2)))])
except SettingsError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")
def test_read_only_folder_is_a_clear_error() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are closed to other users
        Path(folder).chmod(0o555)
        said = python(READ_ONLY, folder)
    assert folder in said
    assert "--retrieval-no-cache" in said


FULL_DISK = """
import resource, signal, sys
import numpy as np
from retrieval_checks.encoding.store import Store, text_key
from retrieval_checks.errors import SettingsError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = Store(sys.argv[1])
keys = [text_key(str(i)) for i in range(200)]
store.complete("m", "document", keys[:5], lambda p: [(p, np.ones((len(p), 400)))])
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    store.complete("m", "document", keys, lambda p: [(p, np.ones((len(p), 400)))])
except SettingsError as error:
    print(error)
print("kept", len(store.read("m", "document", keys)))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX resource limits")
def test_full_disk_is_a_clear_error_and_loses_nothing(tmp_path: Path) -> None:
    said = python(FULL_DISK, str(tmp_path))
    assert "--retrieval-no-cache" in said
    assert "kept 5" in said


ENCODE = """
import sys, time, os
import numpy as np
from retrieval_checks.encoding.store import Store, text_key
folder, log = sys.argv[1:3]
keys = [text_key(f"text {i}") for i in range(60)]
def compute(positions):
    for i in positions:
        with open(log, "a") as stream:
            stream.write(f"{i}\\n")
        time.sleep(0.01)
        yield [i], np.full((1, 3), i, np.float32)
print("ready", flush=True)
sys.stdin.readline()
found = Store(folder).complete("m", "document", keys, compute)
assert (found[:, 0] == np.arange(60)).all()
"""


def test_killed_at_any_moment_the_store_opens_and_has_what_was_written(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = start(ENCODE, str(tmp_path / "cache"), str(log))
    deadline = time.monotonic() + 30
    while not log.exists() or len(log.read_text().split()) < 20:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    before = len(log.read_text().split())
    store = Store(tmp_path / "cache")
    keys = [text_key(f"text {i}") for i in range(60)]
    kept = store.read("m", "document", keys)
    assert len(kept) >= before - 1  # the last one may have been on its way
    python(ENCODE, str(tmp_path / "cache"), str(log))
    assert len(log.read_text().split()) == before + 60 - len(kept)
    store.close()


def test_two_processes_compute_each_missing_text_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    processes = [start(ENCODE, str(tmp_path / "cache"), str(log)) for _ in range(2)]
    for process in processes:
        process.communicate(timeout=60)
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(map(int, log.read_text().split())) == list(range(60))


def test_digest_is_computed_once_for_an_unchanged_file(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "weights"
    file.write_bytes(b"abc")
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2
    assert store.digest(file) == digest
    stat = file.stat()
    file.write_bytes(b"abd")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert store.digest(file) == digest  # same size and time: taken from memory
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert store.digest(file) != digest


def test_sizes_are_counted_and_cleared(store: Store) -> None:
    store.complete("model", "document", KEYS, Counting())
    assert store.sizes() == {("model", "document"): (10, 80)}
    store.clear()
    assert store.sizes() == {}
    assert store.complete("model", "document", KEYS, Counting()).tolist() == rows(KEYS)


def test_pair_keys_depend_on_the_order() -> None:
    assert pair_key(KEYS[0], KEYS[1]) != pair_key(KEYS[1], KEYS[0])


def test_collect_needs_no_disk() -> None:
    assert collect(3, Counting(batch=2)([0, 1, 2])).tolist() == [[0, 0], [1, 1], [2, 2]]


def test_default_folder_is_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder().name == "retrieval-checks"


def python(code: str, *arguments: str) -> str:
    process = start(code, *arguments)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out


def start(code: str, *arguments: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if code is ENCODE:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
    return process
