"""The keeper of a store: what it has is found, what it lacks is computed by who asks."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval_checks.encoding.store import Array, Store, text_key
from retrieval_checks.retrieval.cluster.keeper import RemoteStore, StoreKeeper
from retrieval_checks.retrieval.cluster.session import need_ray

KEYS = [text_key(text) for text in ("a", "b", "c", "d")]
VALUES = np.array([[1, 1], [2, 2], [3, 3], [4, 4]], np.float32)


def values_at(positions: list[int]) -> Iterator[tuple[list[int], Array]]:
    """The values of these positions, the last ones first, in two parts."""
    half = len(positions) // 2
    for part in (positions[half:], positions[:half]):
        if part:
            yield part, VALUES[part]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_of_an_empty_store_nothing_is_found(store: Store) -> None:
    found, _ = StoreKeeper(store).find("model", "document", KEYS)
    assert found == []


def test_what_is_stored_is_found_where_it_was_asked_for(store: Store) -> None:
    keeper = StoreKeeper(store)
    keeper.add("model", "document", [KEYS[3], KEYS[1]], VALUES[[3, 1]], "name")
    found, values = keeper.find("model", "document", KEYS)
    assert found == [1, 3]
    assert values.tolist() == [[2, 2], [4, 4]]
    assert keeper.find("other", "document", KEYS)[0] == []
    assert keeper.find("model", "query", KEYS)[0] == []


def test_what_is_there_meanwhile_stays(store: Store) -> None:
    keeper = StoreKeeper(store)
    keeper.add("model", "document", KEYS[:2], VALUES[:2], "")
    keeper.add("model", "document", KEYS[:3], VALUES[:3] * 10, "")
    assert keeper.find("model", "document", KEYS)[1].tolist() == [[1, 1], [2, 2], [30, 30]]


@pytest.mark.slow
@pytest.mark.usefixtures("two_workers")
def test_another_process_completes_a_store_through_its_keeper(store: Store) -> None:
    ray = need_ray()
    keeper = ray.remote(StoreKeeper).options(num_cpus=0, max_restarts=-1, max_task_retries=-1)
    actor = keeper.remote(store)
    remote = RemoteStore(actor)
    assert remote.complete("m", "document", KEYS[1:3], _shifted).tolist() == [[2, 2], [3, 3]]
    asked: list[int] = []

    def compute(positions: list[int]) -> Iterator[tuple[list[int], Array]]:
        asked.extend(positions)
        return values_at(positions)

    assert remote.complete("m", "document", KEYS, compute).tolist() == VALUES.tolist()
    assert asked == [0, 3]
    twice = [KEYS[i] for i in (0, 1, 0)]
    assert remote.complete("new", "document", twice, compute).tolist() == VALUES[[0, 1, 0]].tolist()
    assert asked == [0, 3, 0, 1]
    ray.kill(actor, no_restart=False)
    assert remote.complete("m", "document", KEYS, _refuse).tolist() == VALUES.tolist()
    assert store.complete("m", "document", KEYS, _refuse).tolist() == VALUES.tolist()


def test_no_text_needs_no_keeper() -> None:
    assert RemoteStore(None).complete("m", "document", [], _refuse).shape == (0, 0)


def _shifted(positions: list[int]) -> Iterator[tuple[list[int], Array]]:
    """Of the keys from the second on."""
    yield positions, VALUES[[i + 1 for i in positions]]


def _refuse(positions: list[int]) -> Iterator[tuple[list[int], Array]]:
    raise AssertionError(f"computed again: {positions}")
