"""Ways to keep vectors by key on disk: ours, LMDB, values inside SQLite, and a bare file.

All but the bare file commit batch by batch, survive the death of their process, and compare a
checksum with every value that they serve. None waits for the disk at a commit: what a power failure
takes is computed again.
"""

import importlib.util
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.encoding.store import Store

BATCH = 128

Vectors = NDArray[np.float32]
Batches = Iterator[tuple[list[int], Vectors]]


@dataclass(frozen=True)
class Contender:
    """Writes vectors into a folder, and reads them back in the order of the keys."""

    name: str
    fill: Callable[[Path, Sequence[bytes], Batches], object]
    read: Callable[[Path, Sequence[bytes], int], Vectors]  # the last: dimensions
    module: str = "numpy"

    @property
    def is_installed(self) -> bool:
        """Whether what it needs is there."""
        return importlib.util.find_spec(self.module) is not None


def fill_store(folder: Path, keys: Sequence[bytes], batches: Batches) -> None:
    store = Store(folder)
    store.complete("model", "document", keys, lambda _: batches)
    store.close()


def read_store(folder: Path, keys: Sequence[bytes], _: int) -> Vectors:
    store = Store(folder)
    vectors = store.complete("model", "document", keys, _refuse)
    store.close()
    return vectors


def fill_lmdb(folder: Path, keys: Sequence[bytes], batches: Batches) -> None:
    import lmdb

    with lmdb.open(str(folder), map_size=1 << 36, sync=False) as environment:
        for positions, vectors in batches:
            with environment.begin(write=True) as transaction:
                for position, vector in zip(positions, vectors, strict=True):
                    transaction.put(keys[position], _sealed(vector))


def read_lmdb(folder: Path, keys: Sequence[bytes], dimensions: int) -> Vectors:
    import lmdb

    vectors = np.empty((len(keys), dimensions), np.float32)
    with (
        lmdb.open(str(folder), readonly=True) as environment,
        environment.begin(buffers=True) as transaction,
    ):
        for position, key in enumerate(keys):
            vectors[position] = _opened(transaction.get(key))
    return vectors


def fill_sqlite(folder: Path, keys: Sequence[bytes], batches: Batches) -> None:
    with closing(sqlite3.connect(folder / "blobs.sqlite")) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("CREATE TABLE entries (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID")
        for positions, vectors in batches:
            rows = [
                (keys[i], _sealed(vector)) for i, vector in zip(positions, vectors, strict=True)
            ]
            with db:
                db.executemany("INSERT INTO entries VALUES (?, ?)", rows)


def read_sqlite(folder: Path, keys: Sequence[bytes], dimensions: int) -> Vectors:
    places = {key: position for position, key in enumerate(keys)}
    vectors = np.empty((len(keys), dimensions), np.float32)
    with closing(sqlite3.connect(folder / "blobs.sqlite")) as db:
        for key, value in db.execute("SELECT key, value FROM entries"):
            vectors[places[key]] = _opened(value)
    return vectors


def fill_file(folder: Path, keys: Sequence[bytes], batches: Batches) -> None:
    vectors = None
    for positions, values in batches:
        if vectors is None:
            vectors = np.empty((len(keys), values.shape[1]), np.float32)
        vectors[positions] = values
    assert vectors is not None
    np.save(folder / "vectors.npy", vectors)


def read_file(folder: Path, _: Sequence[bytes], __: int) -> Vectors:
    vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    vectors.sum()  # what is only mapped is not read yet
    return np.asarray(vectors)


CONTENDERS = (
    Contender("Store", fill_store, read_store),
    Contender("LMDB", fill_lmdb, read_lmdb, "lmdb"),
    Contender("blobs in SQLite", fill_sqlite, read_sqlite),
    Contender("np.save, np.load", fill_file, read_file),
)


def _sealed(vector: Vectors) -> bytes:
    data = vector.tobytes()
    return crc32(data).to_bytes(4, "little") + data


def _opened(value: Any) -> Vectors:
    assert crc32(value[4:]) == int.from_bytes(value[:4], "little")
    return np.frombuffer(value, np.float32, offset=4)


def _refuse(positions: list[int]) -> Batches:
    raise AssertionError(f"{len(positions)} texts are not stored")
