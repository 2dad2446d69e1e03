"""`Store`: embeddings and pair scores on disk, shared by every process on the machine."""

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.encoding.database import Database

if TYPE_CHECKING:
    import sqlite3

Array = NDArray[Any]
Compute = Callable[[list[int]], Iterable[tuple[list[int], Array]]]
Entry = tuple[bytes, bytes, bytes, bytes]  # key, form, checksum, data

_FILE = "store-1.sqlite"  # the number is the format's: another format is another file
_CHUNK = 500  # keys a SELECT; SQLite before 3.32 takes 999 parameters
_BATCH = 10_000  # keys looked up before their values are copied out
_SCHEMA = """
CREATE TABLE IF NOT EXISTS models (
  id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL, kind TEXT NOT NULL, UNIQUE (fingerprint, kind)
);
CREATE TABLE IF NOT EXISTS entries (
  model INTEGER NOT NULL, key BLOB NOT NULL, form BLOB NOT NULL, checksum BLOB NOT NULL,
  data BLOB NOT NULL, PRIMARY KEY (model, key)
);
CREATE TABLE IF NOT EXISTS digests (
  path TEXT PRIMARY KEY, size INTEGER NOT NULL, changed INTEGER NOT NULL, digest TEXT NOT NULL
);
"""


class Store:
    """What models returned, on disk, by (model fingerprint, kind, text).

    Every entry carries a checksum: a damaged one is dropped with a `StoreWarning` and computed
    again, never served. Of several processes that need the same text, one computes it while the
    others wait; what it has computed is on disk batch by batch, so that little is lost by Ctrl-C
    and nothing that was stored is lost by `kill -9`.

    Args:
        folder: where it lives, made if absent; the user's cache folder unless given.

    Raises:
        SettingsError: on use, where the folder cannot be written or the disk is full.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        self.folder = default_folder() if folder is None else Path(folder).expanduser()
        self.path = self.folder / _FILE
        self._database = Database(self.path, _SCHEMA)

    def complete(
        self, fingerprint: str, kind: str, keys: Sequence[bytes], compute: Compute, /
    ) -> Array:
        """The value of each key, `(len(keys), ...)`; only those not stored are computed.

        Args:
            fingerprint: of the model.
            kind: what the values are, such as `"document"`.
            keys: unique, from `text_key` or `pair_key`.
            compute: given positions in `keys`, yields (positions, values) batch by batch.
        """
        rows = _Rows(len(keys))
        missing = self._fill(rows, fingerprint, kind, keys, list(range(len(keys))))
        if not missing:
            return rows.array
        with self._database.lock(f"{fingerprint[:32]}-{kind}"):
            # another process may have stored them while this one waited for the lock
            missing = self._fill(rows, fingerprint, kind, keys, missing)
            for positions, values in compute(missing) if missing else ():
                entries = zip((keys[i] for i in positions), values, strict=True)
                self.write(fingerprint, kind, list(entries))
                rows.put(positions, values)
        return rows.array

    def read(self, fingerprint: str, kind: str, keys: Sequence[bytes]) -> dict[bytes, Array]:
        """The stored values of these keys; damaged entries are dropped, with one warning."""
        found: dict[bytes, Array] = {}
        damaged: list[bytes] = []
        for key, form, checksum, data in self._database.run(
            lambda db: _select(db, fingerprint, kind, keys)
        ):
            if checksum == _checksum(key, form, data):
                found[key] = _decode(form, data)
            else:
                damaged.append(key)
        if damaged:
            self._database.run(lambda db: _delete(db, fingerprint, kind, damaged))
            self._database.warn(
                f"damaged entries: {len(damaged)}; dropped, they are computed again"
            )
        return found

    def write(self, fingerprint: str, kind: str, entries: Sequence[tuple[bytes, Any]]) -> None:
        """Store the value of each key, in one transaction."""

        def insert(db: "sqlite3.Connection") -> None:
            name = (fingerprint, kind)
            db.execute("INSERT OR IGNORE INTO models (fingerprint, kind) VALUES (?, ?)", name)
            model = _model(db, fingerprint, kind)
            rows = [(model, key, *_encode(key, value)) for key, value in entries]
            db.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?)", rows)

        self._database.run(insert)

    def digest(self, path: Path, /) -> str:
        """The SHA-256 of a file, remembered by its path, size and time of change."""
        stat = path.stat()
        known = (str(path), stat.st_size, stat.st_mtime_ns)
        query = "SELECT digest FROM digests WHERE path = ? AND size = ? AND changed = ?"
        row = self._database.run(lambda db: db.execute(query, known).fetchone())
        if row:
            return str(row[0])
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        update = "INSERT OR REPLACE INTO digests VALUES (?, ?, ?, ?)"
        self._database.run(lambda db: db.execute(update, (*known, digest)))
        return digest

    def sizes(self) -> dict[tuple[str, str], tuple[int, int]]:
        """`{(fingerprint, kind): (entries, bytes)}` of everything stored."""
        query = (
            "SELECT fingerprint, kind, count(*), sum(length(data)) FROM entries"
            " JOIN models ON models.id = entries.model GROUP BY model"
        )
        rows = self._database.run(lambda db: db.execute(query).fetchall())
        return {(fingerprint, kind): (count, size) for fingerprint, kind, count, size in rows}

    def clear(self) -> None:
        """Forget everything and give the disk space back."""

        def delete(db: "sqlite3.Connection") -> None:
            for statement in ("DELETE FROM entries", "DELETE FROM models", "DELETE FROM digests"):
                db.execute(statement)

        self._database.run(delete)
        self._database.run(lambda db: db.execute("VACUUM"))

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._database.close()

    def _fill(
        self, rows: "_Rows", fingerprint: str, kind: str, keys: Sequence[bytes], wanted: list[int]
    ) -> list[int]:
        """Put what is stored into `rows`; the positions of what is not."""
        missing: list[int] = []
        for start in range(0, len(wanted), _BATCH):
            part = wanted[start : start + _BATCH]
            found = self.read(fingerprint, kind, [keys[i] for i in part])
            there = [i for i in part if keys[i] in found]
            missing += [i for i in part if keys[i] not in found]
            if there:
                rows.put(there, np.stack([found[keys[i]] for i in there]))
        return missing


def collect(n: int, batches: Iterable[tuple[list[int], Array]]) -> Array:
    """The values of n positions, `(n, ...)`, from batches of (positions, values); no disk."""
    rows = _Rows(n)
    for positions, values in batches:
        rows.put(positions, values)
    return rows.array


class _Rows:
    """Values put row by row into one array, which is made when the first of them is known."""

    def __init__(self, n: int) -> None:
        self.array: Array = np.zeros((n, 0), np.float32)
        self._n, self._made = n, False

    def put(self, positions: list[int], values: Array) -> None:
        if not self._made:
            self.array = np.zeros((self._n, *values.shape[1:]), values.dtype)
            self._made = True
        self.array[positions] = values


def default_folder() -> Path:
    """The user's cache folder for this package, as the operating system has it."""
    from platformdirs import user_cache_path

    return user_cache_path("retrieval-checks", appauthor=False)


def text_key(text: str) -> bytes:
    """The key of a text, 16 bytes.

    >>> text_key("a").hex()
    '27c35e6e9373877f29e562464e46497e'
    """
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def pair_key(first: bytes, second: bytes) -> bytes:
    """The key of an ordered pair, 16 bytes, from the keys of its two texts."""
    return hashlib.blake2b(first + second, digest_size=16).digest()


def _model(db: "sqlite3.Connection", fingerprint: str, kind: str) -> int | None:
    query = "SELECT id FROM models WHERE fingerprint = ? AND kind = ?"
    row = db.execute(query, (fingerprint, kind)).fetchone()
    return row and int(row[0])


def _select(
    db: "sqlite3.Connection", fingerprint: str, kind: str, keys: Sequence[bytes]
) -> list[Entry]:
    model = _model(db, fingerprint, kind)
    rows: list[Entry] = []
    for start in range(0, len(keys), _CHUNK) if model is not None else ():
        chunk = keys[start : start + _CHUNK]
        marks = ",".join("?" * len(chunk))
        columns = "key, form, checksum, data"
        # only question marks are put in, as many as there are keys
        query = f"SELECT {columns} FROM entries WHERE model = ? AND key IN ({marks})"  # noqa: S608
        rows += db.execute(query, (model, *chunk)).fetchall()
    return rows


def _delete(db: "sqlite3.Connection", fingerprint: str, kind: str, keys: Sequence[bytes]) -> None:
    model = _model(db, fingerprint, kind)
    rows = [(model, key) for key in keys]
    db.executemany("DELETE FROM entries WHERE model = ? AND key = ?", rows)


def _encode(key: bytes, value: object) -> tuple[bytes, bytes, bytes]:
    array = np.asarray(value)
    form = f"{array.dtype.str}:{','.join(map(str, array.shape))}".encode()
    data = array.tobytes()
    return form, _checksum(key, form, data), data


def _decode(form: bytes, data: bytes) -> Array:
    dtype, shape = _parse_form(form)
    return np.frombuffer(data, dtype).reshape(shape)


@lru_cache(maxsize=64)
def _parse_form(form: bytes) -> tuple[np.dtype[Any], tuple[int, ...]]:
    dtype, _, shape = form.decode().partition(":")
    return np.dtype(dtype), tuple(int(n) for n in shape.split(",") if n)


def _checksum(key: bytes, form: bytes, data: bytes) -> bytes:
    return hashlib.blake2b(key + form + data, digest_size=8).digest()
