"""The store: nothing damaged served, each missing text computed once, all of it in order."""

import os
import pickle
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from retrieval_checks.encoding.storage.segment import Form
from retrieval_checks.encoding.store import Store, collect, default_folder, pair_key, text_key
from retrieval_checks.errors import DataError, ModelError, SettingsError
from tests.encoding.counting import KEYS, Counting, rows

SHA_256 = {  # FIPS 180-2, appendix B.1; the other by sha256sum
    b"abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    b"abd": "a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9",
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with_folder = Store(tmp_path / "cache")
    yield with_folder
    with_folder.close()


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


def test_repeated_key_is_computed_once_and_comes_each_time(store: Store) -> None:
    keys = [KEYS[i] for i in (0, 0, 1, 2, 0, 3, 1)]
    for asked in ([0, 2, 3, 5], []):  # where each stands for the first time
        compute = Counting(batch=3)
        found = store.complete("model", "document", keys, compute)
        assert compute.asked == asked
        assert found.tolist() == [[i, i] for i in (0, 0, 2, 3, 0, 5, 2)]


def test_repeated_key_of_many_rows_comes_each_time(store: Store) -> None:
    def compute(positions: list[int]) -> Iterator[tuple[list[int], list[np.ndarray]]]:
        for i in reversed(positions):
            yield [i], [np.full((i, 2), i)]

    for _ in range(2):
        keys = [KEYS[i] for i in (0, 1, 1, 2, 0)]
        found = store.complete_ragged("model", "token", keys, compute)
        assert [value.tolist() for value in found] == [[], [[1, 1]], [[1, 1]], [[3, 3]] * 3, []]


def test_no_keys_need_no_lock_and_no_computation(store: Store) -> None:
    assert store.complete("model", "document", [], Counting()).shape == (0, 0)
    assert len(store.complete_ragged("model", "token", [], Counting())) == 0
    assert not store.folder.exists()


@given(
    arrays.arrays(
        st.sampled_from([np.float32, np.float64]),
        arrays.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=5),
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_values_come_back_bit_for_bit(store: Store, values: np.ndarray) -> None:
    keys, name = KEYS[: len(values)], f"{Form.of(values)} {values.tobytes().hex()}"
    for _ in range(2):
        found = store.complete(name, "any", keys, lambda _: [(list(range(len(keys))), values)])
        assert found.tobytes() == values.tobytes()
        assert (found.dtype, found.shape) == (values.dtype, values.shape) or not len(keys)


def test_values_of_many_rows_come_back_one_by_one(store: Store) -> None:
    tokens = [np.full((n, 2), n, np.float32) for n in (3, 0, 1, 2)]

    def compute(positions: list[int]) -> Iterator[tuple[list[int], list[np.ndarray]]]:
        for part in (positions[1::2], positions[::2]):
            yield part, [tokens[i] for i in part]

    for keys, wanted in ((KEYS[:4], tokens), (KEYS[:4], tokens), (KEYS[3::-1], tokens[::-1])):
        found = store.complete_ragged("model", "token", keys, compute)
        assert found.indptr.tolist() == [0, *np.cumsum([len(value) for value in wanted])]
        assert [value.tolist() for value in found] == [value.tolist() for value in wanted]


def test_sparse_rows_keep_their_columns_and_values(store: Store) -> None:
    kind = np.dtype([("column", "<i4"), ("value", "<f4")])
    row = np.array([(7, 0.5), (30_000, 2.0)], kind)
    for _ in range(2):
        found = store.complete_ragged("model", "sparse", KEYS[:1], lambda _: [([0], [row])])
        assert found[0].dtype == kind
        assert found[0].tolist() == [(7, 0.5), (30_000, 2.0)]


def test_many_values_are_mapped_whatever_order_they_were_computed_in(store: Store) -> None:
    """One file, in the order of the keys, and no copy in memory: what mmap gives has a base."""
    keys = [text_key(str(i)) for i in range(300)]
    wide = np.arange(300, dtype=np.float32)[:, None] * np.ones(1000, np.float32)

    def shuffled(positions: list[int]) -> Iterator[tuple[list[int], np.ndarray]]:
        order = np.random.default_rng(5).permutation(positions).tolist()
        for start in range(0, len(order), 70):
            if start == 140 and len(positions) == 300:
                raise KeyboardInterrupt
            yield order[start : start + 70], wide[order[start : start + 70]]

    with pytest.raises(KeyboardInterrupt):
        store.complete("model", "document", keys, shuffled)
    for _ in range(2):  # the gaps that the interrupt left are closed
        found = store.complete("model", "document", keys, shuffled)
        assert isinstance(found.base, np.memmap)
        assert (found == wide).all()
    found[:] = -1  # changes stay in this array
    assert (store.complete("model", "document", keys, Counting()) == wide).all()
    mixed = store.complete("model", "document", keys[::-1], Counting())
    assert not isinstance(mixed.base, np.memmap)
    assert (mixed == wide[::-1]).all()


def test_what_was_computed_before_an_interrupt_is_kept(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt):
        store.complete("model", "document", KEYS, Counting(fail_after=8))
    compute = Counting()
    store.complete("model", "document", KEYS, compute)
    assert compute.asked == [8, 9]


def test_values_of_another_shape_under_the_same_fingerprint_are_refused(store: Store) -> None:
    store.complete("model", "document", KEYS[:5], Counting(), model="mine")
    with pytest.raises(ModelError, match=r"'mine' returned values of float32 \(3,\), .*\(2,\)"):
        store.complete(
            "model", "document", KEYS, lambda p: [(p, np.ones((5, 3), np.float32))], model="mine"
        )
    assert store.complete("model", "document", KEYS, Counting()).tolist() == rows(KEYS)


def test_objects_are_refused(store: Store) -> None:
    with pytest.raises(ModelError, match="values of type object cannot be cached"):
        store.complete("model", "any", KEYS[:1], lambda p: [(p, np.array([None]))])


def test_key_of_another_length_is_refused(store: Store) -> None:
    with pytest.raises(DataError, match="a key of the store is 16 bytes"):
        store.complete("model", "document", [b"short"], Counting())


def test_copy_of_the_folder_serves_from_another_place(store: Store, tmp_path: Path) -> None:
    store.complete("model", "document", KEYS, Counting())
    store.close()
    for file in store.folder.rglob("*"):
        target = tmp_path / "elsewhere" / file.relative_to(store.folder)
        if file.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
            os.utime(target, (1, 1))
    copy = Store(tmp_path / "elsewhere")
    compute = Counting()
    assert copy.complete("model", "document", KEYS, compute).tolist() == rows(KEYS)
    assert compute.asked == []
    copy.close()


def test_pickled_store_opens_the_same_folder(store: Store) -> None:
    store.complete("model", "document", KEYS, Counting())
    other = pickle.loads(pickle.dumps(Store(store.folder, max_bytes=5_000)))
    assert other.max_bytes == 5_000
    assert other.complete("model", "document", KEYS, Counting()).tolist() == rows(KEYS)
    other.close()


def test_digest_is_computed_again_when_a_file_may_have_changed(
    store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "weights"
    file.write_bytes(b"abc")
    assert store.digest(file) == store.digest(file) == SHA_256[b"abc"]
    stat = file.stat()
    file.write_bytes(b"abd")  # same size, and below the same time, as an image builder sets it
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert store.digest(file) == SHA_256[b"abd"]


def test_limit_below_one_byte_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="max_bytes must be at least 1, or None, got 0"):
        Store(tmp_path, max_bytes=0)


def test_pair_keys_depend_on_the_order() -> None:
    assert pair_key(KEYS[0], KEYS[1]) != pair_key(KEYS[1], KEYS[0])


def test_collect_needs_no_disk() -> None:
    compute = Counting(batch=2)
    assert collect([*KEYS[:3], KEYS[1]], compute).tolist() == [[0, 0], [1, 1], [2, 2], [1, 1]]
    assert compute.asked == [0, 1, 2]


def test_default_folder_is_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder().name == "retrieval-checks"
