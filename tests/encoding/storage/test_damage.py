"""Whatever happens to the bytes on disk, no wrong value is served and none is lost for long."""

import shutil
import sqlite3
import warnings
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from retrieval_checks.encoding.storage.database import StoreWarning
from retrieval_checks.encoding.store import Store
from retrieval_checks.errors import SettingsError
from tests.encoding.counting import KEYS, Counting, rows


def values_file(store: Store) -> Path:
    [file] = (store.folder / "segments").iterdir()
    return file


def change(file: Path, alter: Callable[[bytearray], object]) -> None:
    content = bytearray(file.read_bytes())
    alter(content)
    file.write_bytes(content)


def change_index(store: Store, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(store.path)) as db, db:
        db.execute(statement, values)


def computed_again(store: Store) -> list[int]:
    """What a store computes of ten values of which some are damaged; all of them come back."""
    compute = Counting()
    assert store.complete("model", "document", KEYS, compute).tolist() == rows(KEYS)
    again = Counting()
    assert store.complete("model", "document", KEYS, again).tolist() == rows(KEYS)
    assert again.asked == []
    return compute.asked


def flip(content: bytearray, position: int) -> None:
    content[position] ^= 0xFF


@pytest.mark.parametrize("position", range(0, 80, 7))
def test_flipped_byte_of_a_value_costs_one_computation_and_one_warning(
    store: Store, position: int
) -> None:
    store.complete("model", "document", KEYS, Counting())
    change(values_file(store), lambda content: flip(content, position))
    with pytest.warns(StoreWarning, match="damaged entries: 1; dropped") as warned:
        assert computed_again(store) == [position // 8]  # two float32 a value
    assert len(warned) == 1


def test_values_that_were_cut_off_are_computed_again(store: Store) -> None:
    store.complete("model", "document", KEYS, Counting())
    change(values_file(store), lambda content: content.__delitem__(slice(60, None)))
    with pytest.warns(StoreWarning, match="damaged entries: 3;"):
        assert computed_again(store) == [7, 8, 9]


def test_file_of_values_that_is_gone_is_begun_again(store: Store) -> None:
    store.complete("model", "document", KEYS, Counting())
    values_file(store).unlink()
    with pytest.warns(StoreWarning, match="damaged entries: 10;"):
        assert computed_again(store) == list(range(10))


def test_value_is_not_taken_for_that_of_another_key(store: Store) -> None:
    """Two rows exchanged, each with its right checksum for its bytes."""
    store.complete("model", "document", KEYS, Counting())
    file = values_file(store)
    content = file.read_bytes()
    file.write_bytes(content[8:16] + content[:8] + content[16:])
    with pytest.warns(StoreWarning, match="damaged entries: 2;"):
        assert computed_again(store) == [0, 1]


@pytest.mark.parametrize("byte", [0, 16, 24, 28], ids=["key", "row", "count", "check"])
def test_damaged_batch_of_the_index_is_computed_again(store: Store, byte: int) -> None:
    store.complete("model", "document", KEYS, Counting())  # in batches of 4
    with closing(sqlite3.connect(store.path)) as db:
        entries = bytearray(db.execute("SELECT entries FROM blocks WHERE id = 2").fetchone()[0])
    flip(entries, 32 + byte)
    change_index(store, "UPDATE blocks SET entries = ? WHERE id = 2", bytes(entries))
    with pytest.warns(StoreWarning, match="damaged blocks of the index: 1;") as warned:
        assert computed_again(Store(store.folder)) == [4, 5, 6, 7]
    assert len(warned) == 1


@pytest.mark.parametrize(
    "setting",
    ["entries = 'text'", "entries = substr(entries, 2)", "used = 'text'", "seal = seal + 1"],
)
def test_batch_that_is_none_is_dropped(store: Store, setting: str) -> None:
    store.complete("model", "document", KEYS, Counting())
    change_index(store, f"UPDATE blocks SET {setting} WHERE id = 3")
    with pytest.warns(StoreWarning, match="damaged blocks of the index: 1;"):
        assert computed_again(Store(store.folder)) == [8, 9]


@pytest.mark.parametrize("column", ["name", "fingerprint", "kind", "form"])
def test_damaged_name_of_a_segment_drops_it(store: Store, column: str) -> None:
    store.complete("model", "document", KEYS, Counting())
    change_index(store, f"UPDATE segments SET {column} = {column} || char(65533)")
    with pytest.warns(StoreWarning, match="damaged segments of the index: 1;"):
        assert computed_again(Store(store.folder)) == list(range(10))


def test_remembered_digest_that_is_damaged_is_computed_again(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    digest = store.digest(tmp_path / "file")
    change_index(store, "UPDATE digests SET digest = replace(digest, 'ba', 'bb')")
    assert store.digest(tmp_path / "file") == digest


def test_any_flipped_byte_of_the_index_is_survived(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    store = Store(whole)
    store.complete("model", "document", KEYS, Counting())
    store.close()
    size = store.path.stat().st_size
    positions = np.random.default_rng(3).integers(0, size, 60).tolist()
    for position in [0, 18, 24, 60, 100, *positions]:
        folder = tmp_path / str(position)
        shutil.copytree(whole, folder, dirs_exist_ok=True)
        damaged = Store(folder)
        change(damaged.path, lambda content, at=position: flip(content, at))  # type: ignore[misc]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", StoreWarning)
            computed_again(damaged)
        damaged.close()


@pytest.mark.parametrize("length", [0, 1, 50, 100, 4096, 5000])
def test_index_that_was_cut_off_is_begun_again(store: Store, length: int) -> None:
    store.complete("model", "document", KEYS, Counting())
    store.close()
    change(store.path, lambda content: content.__delitem__(slice(length, None)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StoreWarning)  # an empty file is a new one
        assert computed_again(store) == list(range(10))


def test_garbage_is_moved_aside(store: Store) -> None:
    store.folder.mkdir()
    store.path.write_bytes(b"this is no database" * 100)
    with pytest.warns(StoreWarning, match=r"moved to index-2\.sqlite\.damaged.* is begun"):
        assert computed_again(store) == list(range(10))
    assert [p.read_bytes()[:7] for p in store.folder.glob("*.damaged-*")] == [b"this is"]


def test_database_of_another_program_is_moved_aside(store: Store) -> None:
    store.folder.mkdir()
    change_index(store, "CREATE TABLE blocks (something TEXT)")
    with pytest.warns(StoreWarning, match="a new one is begun"):
        assert computed_again(store) == list(range(10))


def test_place_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "cache")
    with pytest.raises(SettingsError, match=r"cannot be used: .*--retrieval-no-cache"):
        store.complete("model", "document", KEYS, Counting())
