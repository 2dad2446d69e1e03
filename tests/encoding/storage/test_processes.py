"""Processes that are killed, and processes that fill one store at once."""

import time
from pathlib import Path

import pytest

from retrieval_checks.encoding.store import Store
from tests.encoding.storage.kills import (
    FILLED,
    KILLS,
    LEFT,
    kill_while_filling,
    kill_while_making_room,
)
from tests.encoding.storage.workers import finished, go, keys_of, logged, start, values_of


@pytest.mark.slow
def test_killed_at_any_moment_nothing_that_was_stored_is_lost(tmp_path: Path) -> None:
    stored = list(kill_while_filling(tmp_path, 20, seed=1))
    for first in range(0, 20, KILLS):
        of_one_store = stored[first : first + KILLS]
        assert of_one_store == sorted(of_one_store)
    assert 0 < max(stored) < FILLED  # the kills fell into the filling


@pytest.mark.slow
def test_killed_while_making_room_nothing_is_damaged(tmp_path: Path) -> None:
    kept = list(kill_while_making_room(tmp_path, 10, seed=2))
    assert min(kept[1:]) >= LEFT  # never less than what making room leaves


def test_killed_process_leaves_what_it_stored_and_no_lock(tmp_path: Path) -> None:
    log = tmp_path / "log"
    worker = start(tmp_path / "cache", log, 60, seconds=0.01)
    go(worker)
    deadline = time.monotonic() + 30
    while len(logged(log, "stored")) < 20:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    worker.kill()
    worker.communicate()
    stored = logged(log, "stored")
    again = start(tmp_path / "cache", log, 60)
    go(again)
    assert finished(again) == 0
    computed = logged(log, "computed")
    assert sorted(set(computed)) == list(range(60))
    # what was on its way when it was killed may have been stored, or is computed again
    assert len(computed) <= 60 + 3
    assert max(computed.count(i) for i in stored) == 1


def test_each_missing_text_is_computed_once_by_many_processes(tmp_path: Path) -> None:
    log = tmp_path / "log"
    workers = [start(tmp_path / "cache", log, n, seconds=0.005) for n in (60, 60, 45, 30)]
    for worker in workers:
        go(worker)
    assert [finished(worker) for worker in workers] == [0] * 4
    assert sorted(logged(log, "computed")) == list(range(60))


def test_processes_that_begin_a_store_at_once_share_it(tmp_path: Path) -> None:
    """Neither does one find it locked, nor does one take the other's new file for read-only."""
    for attempt in range(5):
        log = tmp_path / f"log {attempt}"
        workers = [start(tmp_path / f"cache {attempt}", log, 3) for _ in range(6)]
        for worker in workers:
            go(worker)
        assert [finished(worker) for worker in workers] == [0] * 6
        assert logged(log, "computed") == [0, 1, 2]


def test_making_room_disturbs_nobody(tmp_path: Path) -> None:
    """Three processes that each make the others' values go; each gets the right ones."""
    workers = [start(tmp_path / "cache", tmp_path / f"log {i}", 30, most=20_000) for i in range(3)]
    for worker in workers:
        go(worker)
    time.sleep(1.5)
    assert [worker.poll() for worker in workers] == [None] * 3  # they would have ended in an error
    for worker in workers:
        worker.kill()
        worker.communicate()
    store = Store(tmp_path / "cache")
    found = store.complete("m", "document", keys_of(30), lambda p: [(p, values_of(p))])
    assert (found == values_of(list(range(30)))).all()
    store.close()
