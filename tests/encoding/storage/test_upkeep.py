"""What is stored, whether it is whole, and what goes when there must be room."""

import os
import sqlite3
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import pytest

from retrieval_checks.encoding.storage.database import StoreWarning
from retrieval_checks.encoding.store import Store, text_key
from retrieval_checks.errors import SettingsError
from tests.encoding.counting import KEYS, Counting, rows
from tests.encoding.storage.workers import keys_of, values_of

DAY = 86_400
ENTRY = 32  # bytes in the index


def compute(positions: list[int]) -> Iterator[tuple[list[int], np.ndarray]]:
    for start in range(0, len(positions), 5):
        part = positions[start : start + 5]
        yield part, values_of(part)  # 300 float32: 1,200 bytes each


def age(store: Store, seconds: float, *, blocks: str = "1") -> None:
    """Make the last use of these blocks lie so much further back."""
    with closing(sqlite3.connect(store.path)) as db, db:
        db.execute(f"UPDATE blocks SET used = used - ? WHERE {blocks}", (seconds,))


def there(store: Store, n: int) -> list[int]:
    """Which of n texts are stored."""
    missing: list[int] = []

    def stop(positions: list[int]) -> Iterator[tuple[list[int], np.ndarray]]:
        missing.extend(positions)
        raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        store.complete("m", "document", keys_of(n), stop)
    return sorted(set(range(n)) - set(missing))


def on_disk(store: Store) -> int:
    return sum(file.stat().st_size for file in (store.folder / "segments").iterdir())


def test_contents_are_counted_by_model_and_kind(store: Store) -> None:
    store.complete("f", "document", KEYS, Counting(), model="mine")
    store.complete("f", "query", KEYS[:3], Counting(), model="mine")
    found = {(s.fingerprint, s.kind, s.model): (s.entries, s.bytes) for s in store.contents()}
    assert found == {  # two float32 a value
        ("f", "document", "mine"): (10, 10 * (8 + ENTRY)),
        ("f", "query", "mine"): (3, 3 * (8 + ENTRY)),
    }
    assert abs(store.contents()[0].used - time.time()) < 60


def test_looking_at_a_store_that_is_not_there_makes_none(store: Store) -> None:
    assert store.contents() == store.verify() == []
    store.clear()
    assert not store.folder.exists()


def test_verifying_counts_and_drops_what_is_damaged(store: Store) -> None:
    store.complete("model", "document", KEYS, Counting())
    store.complete("model", "query", KEYS, Counting())
    assert [stored.damaged for stored in store.verify()] == [0, 0]
    [file, _] = sorted((store.folder / "segments").iterdir(), key=os.path.getmtime)
    content = bytearray(file.read_bytes())
    content[0] ^= 1
    content[79] ^= 1
    file.write_bytes(content)
    with pytest.warns(StoreWarning, match="damaged entries: 2;"):
        found = store.verify()
    assert [(s.kind, s.entries, s.damaged) for s in found] == [("document", 8, 2), ("query", 10, 0)]
    assert [stored.damaged for stored in store.verify()] == [0, 0]
    again = Counting()
    assert store.complete("model", "document", KEYS, again).tolist() == rows(KEYS)
    assert again.asked == [0, 9]


def test_verifying_mends_the_index(store: Store) -> None:
    store.complete("model", "document", KEYS, Counting())
    store.close()
    content = bytearray(store.path.read_bytes())
    content[39] ^= 1  # the number of free pages, which only a check of the whole file looks at
    store.path.write_bytes(content)
    assert store.complete("model", "document", KEYS, Counting()).tolist() == rows(KEYS)
    with pytest.warns(StoreWarning, match=r"not readable \(found damaged\).* a new one is begun"):
        assert store.verify() == []


def test_cleared_store_is_empty_and_takes_no_space(store: Store) -> None:
    store.complete("m", "document", keys_of(1000), compute)
    store.clear()
    assert store.contents() == []
    assert on_disk(store) == 0
    assert store.path.stat().st_size < 50_000
    assert (
        store.complete("m", "document", keys_of(5), compute) == values_of([0, 1, 2, 3, 4])
    ).all()


@pytest.mark.parametrize("said", ["one", "f1"], ids=["name", "fingerprint"])
def test_one_model_is_cleared_by_name_or_fingerprint(store: Store, said: str) -> None:
    store.complete("f1xyz", "document", KEYS, Counting(), model="one")
    store.complete("f1xyz", "query", KEYS, Counting(), model="one")
    store.complete("f2xyz", "document", KEYS, Counting(), model="two")
    store.clear(model=said)
    assert [(s.fingerprint, s.entries) for s in store.contents()] == [("f2xyz", 10)]


def test_what_was_not_used_for_long_is_cleared(store: Store) -> None:
    store.complete("m", "document", keys_of(20), compute)  # in blocks of 5
    age(store, 10 * DAY)
    other = Store(store.folder)
    other.complete("m", "document", keys_of(7), compute)  # touches blocks 1 and 2
    other.close()
    store.clear(older_than=9 * DAY)
    assert there(store, 20) == list(range(10))
    assert on_disk(store) == 10 * 1200  # what is left has moved to a file of its own
    assert (
        store.complete("m", "document", keys_of(20), compute) == values_of(list(range(20)))
    ).all()


def test_use_is_written_down_once_a_minute_at_most(store: Store) -> None:
    store.complete("m", "document", keys_of(5), compute)

    def changed(seconds: float) -> bool:
        age(store, seconds)
        before = store.contents()[0].used
        other = Store(store.folder)
        other.complete("m", "document", keys_of(5), compute)
        other.close()
        return Store(store.folder).contents()[0].used != before

    assert not changed(30)
    assert changed(90)


def test_limit_makes_what_was_used_least_recently_go(tmp_path: Path) -> None:
    limit = 30 * (1200 + ENTRY)
    store = Store(tmp_path / "cache", max_bytes=limit)
    store.complete("m", "document", keys_of(30), compute)
    assert there(store, 30) == list(range(30))
    age(store, DAY)
    age(store, DAY, blocks="id BETWEEN 3 AND 5")  # texts 10 to 24
    another = Store(store.folder)  # of another process, say
    another.complete("m", "document", keys_of(5), compute)  # used today
    another.close()
    with pytest.warns(StoreWarning, match=f"too small: this run alone has used {40 * 1232},"):
        store.complete("m", "query", keys_of(10), compute)
    # 40 texts, and room for 27 with a tenth of the limit to spare: 5 blocks of 5
    assert there(store, 30) == [*range(10), *range(25, 30)]
    assert {s.kind: s.entries for s in store.contents()} == {"document": 15, "query": 10}
    assert on_disk(store) == 25 * 1200
    store.close()


def test_store_stays_within_its_limit_however_much_is_stored(tmp_path: Path) -> None:
    limit = 200_000
    store = Store(tmp_path / "cache", max_bytes=limit)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for start in range(0, 1000, 100):
            keys = keys_of(1000)[start : start + 100]
            found = store.complete("m", "document", keys, compute)
            assert (found == values_of(list(range(100)))).all()
            assert sum(stored.bytes for stored in store.contents()) <= limit
            assert on_disk(store) <= limit
    [warning] = warned  # it is said once
    assert "the limit of 200000 bytes is too small" in str(warning.message)
    store.close()


def test_room_made_of_what_others_used_is_no_warning(store: Store) -> None:
    store.complete("m", "document", keys_of(30), compute)
    age(store, DAY)
    limited = Store(store.folder, max_bytes=30 * (1200 + ENTRY))
    for start in (30, 40):  # what it stored itself moves, since what was before it in the file goes
        limited.complete("m", "document", keys_of(50)[start : start + 10], compute)
    assert there(store, 30) == list(range(25, 30))  # room for 27, in blocks of 5
    with pytest.warns(StoreWarning, match=f"this run alone has used {40 * 1232},"):
        limited.complete("m", "document", keys_of(70)[50:], compute)
    limited.close()


def test_file_that_was_added_to_while_room_was_made_shrinks_in_the_next_run(store: Store) -> None:
    limit = 200 * 1000  # bytes, and 200 values of 1,232 with their entries

    def limited_run() -> None:
        code = (
            "import sys; from tests.encoding.storage.workers import Store, keys_of, values_of;"
            f"Store(sys.argv[1], max_bytes={limit}).complete('other', 'document', keys_of(5),"
            " lambda asked: [(asked, values_of(asked))])"
        )
        subprocess.run([sys.executable, "-W", "error", "-c", code, str(store.folder)], check=True)

    def interrupted(positions: list[int]) -> Iterator[tuple[list[int], np.ndarray]]:
        for part, values in compute(positions):
            if part[0] == 190:
                limited_run()
            yield part, values

    store.complete("m", "document", keys_of(200), interrupted)
    assert sum(stored.bytes for stored in store.contents()) <= limit < on_disk(store)
    limited_run()
    assert on_disk(store) == sum(1200 * stored.entries for stored in store.contents())


def cut_with_a_gap(store: Store) -> None:
    """Twenty values of which five were forgotten and the last five are cut off."""
    store.complete("damaged", "document", keys_of(20), compute)
    age(store, 10 * DAY, blocks="id = 1")
    with closing(sqlite3.connect(store.path)) as db, db:
        db.execute("DELETE FROM blocks WHERE id = 2")
    [file] = (store.folder / "segments").iterdir()
    os.truncate(file, 16 * 1200)


def test_room_is_made_beside_a_damaged_file_of_another_model(store: Store) -> None:
    cut_with_a_gap(store)
    limited = Store(store.folder, max_bytes=18_000)
    with pytest.warns(StoreWarning, match="damaged entries: 4; dropped"):
        found = limited.complete("other", "document", keys_of(5), compute)
    assert (found == values_of([0, 1, 2, 3, 4])).all()
    limited.close()
    assert {s.fingerprint: s.entries for s in store.contents()} == {"damaged": 1, "other": 5}
    assert on_disk(store) == 6 * 1200


def test_damaged_file_is_cleared_of_what_is_old(store: Store) -> None:
    cut_with_a_gap(store)
    with pytest.warns(StoreWarning, match="damaged entries: 4; dropped"):
        store.clear(older_than=DAY)
    assert [s.entries for s in store.contents()] == [6]
    assert on_disk(store) == 6 * 1200
    store.clear(older_than=DAY)


def test_empty_name_is_no_model(store: Store) -> None:
    store.complete("m", "document", keys_of(5), compute)
    with pytest.raises(SettingsError, match="model is an empty name; give one, or leave it out"):
        store.clear(model="")
    assert there(store, 5) == [0, 1, 2, 3, 4]


def test_lower_limit_holds_from_the_next_run_on(store: Store) -> None:
    store.complete("m", "document", keys_of(30), compute)
    lower = Store(store.folder, max_bytes=20 * (1200 + ENTRY))
    with pytest.warns(StoreWarning, match=f"this run alone has used {30 * 1232},"):
        found = lower.complete("m", "document", keys_of(30), compute)
    assert (found == values_of(list(range(30)))).all()
    assert on_disk(lower) == 15 * 1200  # blocks of 5, with a tenth of the limit to spare
    lower.close()


def test_files_that_belong_to_nothing_are_removed(store: Store) -> None:
    store.complete("m", "document", keys_of(5), compute)
    (store.folder / "segments" / "left.rows").write_bytes(b"by a process that was killed")
    store.clear(older_than=DAY)
    assert there(store, 5) == [0, 1, 2, 3, 4]
    assert on_disk(store) == 5 * 1200


def test_what_was_read_stays_when_it_is_forgotten(store: Store) -> None:
    """Rows that held a value are not used again: somebody may be reading them."""
    read = store.complete("m", "document", keys_of(1000), compute)

    def clear_first(positions: list[int]) -> Iterator[tuple[list[int], np.ndarray]]:
        other = Store(store.folder)
        other.clear()  # the file cannot go: it is being added to
        other.close()
        yield positions, -values_of(positions)

    others = [text_key(f"other {i}") for i in range(1000)]
    store.complete("m", "document", others, clear_first)
    assert isinstance(read.base, np.memmap)
    assert (read == values_of(list(range(1000)))).all()


def test_store_that_is_being_filled_keeps_what_is_added(store: Store) -> None:
    """Clearing in the middle of it: what came before goes, what comes after stays."""

    def cleared_midway(positions: list[int]) -> Iterator[tuple[list[int], np.ndarray]]:
        for part, values in compute(positions):
            if part[0] == 10:
                other = Store(store.folder)
                other.clear()
                other.close()
            yield part, values

    found = store.complete("m", "document", keys_of(20), cleared_midway)
    assert (found == values_of(list(range(20)))).all()
    assert there(store, 20) == list(range(10, 20))
