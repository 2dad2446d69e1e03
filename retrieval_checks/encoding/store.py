"""`Store`: what models returned, on disk, shared by every process on the machine."""

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.encoding.storage.database import Database
from retrieval_checks.encoding.storage.directory import as_keys, first_positions
from retrieval_checks.encoding.storage.index import FILE, SCHEMA, Index, seal_of
from retrieval_checks.encoding.storage.ragged import Ragged
from retrieval_checks.encoding.storage.shelf import Batches, Shelf
from retrieval_checks.encoding.storage.upkeep import Stored, Upkeep
from retrieval_checks.errors import SettingsError

Array = NDArray[Any]
Compute = Callable[[list[int]], Iterable[tuple[list[int], Array]]]
ComputeRagged = Callable[[list[int]], Iterable[tuple[list[int], Sequence[Array]]]]


class Store:
    """What models returned, on disk, by (model fingerprint, kind, text).

    An index in SQLite says which row of which file holds which value; the files are mapped. So a
    corpus is read at least twice as fast as from LMDB and three times as fast as from values inside
    SQLite (`python -m tests.benchmarks.store`), and is in memory once, not twice.

    Every value carries a checksum: a damaged one is dropped with a `StoreWarning` and computed
    again, never served. Of several processes that need the same text, one computes it while the
    others wait; what it has computed is on disk batch by batch, so that little is lost by Ctrl-C
    and nothing that was stored is lost by `kill -9`. A folder that may only be read serves what it
    has. A copy of the folder serves elsewhere what the folder did.

    Args:
        folder: where it lives, made if absent; the user's cache folder unless given.
        max_bytes: what it may take on disk, None for any; what was used least recently goes, with a
            `StoreWarning` where this process itself has used it.

    Raises:
        SettingsError: when built, a limit below 1; on use, where the folder cannot be written or
            the disk is full.

    >>> import tempfile
    >>> def lengths(positions):
    ...     print("computes", positions)
    ...     yield positions, np.array([[len(texts[i])] for i in positions])
    >>> texts = ["a", "bb"]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = Store(folder)
    ...     for texts in (["a", "bb"], ["bb", "ccc", "a", "bb"]):
    ...         keys = [text_key(text) for text in texts]
    ...         print(store.complete("model", "document", keys, lengths).tolist())
    ...     store.close()
    computes [0, 1]
    [[1], [2]]
    computes [1]
    [[2], [3], [1], [2]]
    """

    def __init__(
        self, folder: str | os.PathLike[str] | None = None, *, max_bytes: int | None = None
    ) -> None:
        if max_bytes is not None and max_bytes < 1:
            raise SettingsError(f"max_bytes must be at least 1, or None, got {max_bytes}")
        self.folder = default_folder() if folder is None else Path(folder).expanduser()
        self.path = self.folder / FILE
        self.max_bytes, self._is_limited = max_bytes, False
        self._database = Database(self.path, SCHEMA)
        self._index = Index(self._database)
        self._upkeep = Upkeep(self._database, self._index)

    def __getstate__(self) -> dict[str, Any]:
        """What another process needs to open the same folder for itself."""
        return {"folder": self.folder, "max_bytes": self.max_bytes}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["folder"], max_bytes=state["max_bytes"])  # type: ignore[misc]

    def complete(
        self,
        fingerprint: str,
        kind: str,
        keys: Sequence[bytes],
        compute: Compute,
        /,
        *,
        model: str = "",
    ) -> Array:
        """The value of each key, `(len(keys), ...)`; only those not stored are computed.

        Many values that were stored in this order are mapped: they take no memory of their own
        until they are read, and processes share it. Others are copied into memory of this process,
        once: those of a corpus with a repeated text, or with one that was edited since the first
        run and so stands at the end of the file (`clear`, and a new run, put them in order). The
        array may be changed, the file stays.

        Args:
            fingerprint: of the model.
            kind: what the values are, such as `"document"`.
            keys: from `text_key` or `pair_key`, any number of times each.
            compute: given positions in `keys`, one of each key, yields (positions, values) batch
                by batch.
            model: what people call the model.

        Raises:
            DataError: a key that is not 16 bytes long.
            ModelError: values of another shape or type than those stored under this fingerprint, or
                objects, which are no numbers.
            SettingsError: the folder cannot be written, or the disk is full.

        >>> import tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> store, keys = Store(folder.name), [text_key("a"), text_key("b"), text_key("a")]
        >>> store.complete("model", "score", keys, lambda asked: [(asked, np.ones(2))]).tolist()
        [1.0, 1.0, 1.0]
        >>> store.close(); folder.cleanup()
        """

        def batches(positions: list[int]) -> Iterator[tuple[list[int], Ragged]]:
            for part, values in compute(positions):
                rows = np.asarray(values)
                yield part, Ragged(rows, np.arange(len(rows) + 1))

        if not keys:
            return np.zeros((0, 0), np.float32)
        shelf = Shelf(self._database, self._index, fingerprint, kind, model=model)
        return self._complete(shelf, keys, batches).rows

    def complete_ragged(
        self,
        fingerprint: str,
        kind: str,
        keys: Sequence[bytes],
        compute: ComputeRagged,
        /,
        *,
        model: str = "",
    ) -> Ragged:
        """The same for values of several rows each, `(n_i, ...)`, such as token vectors.

        Args:
            fingerprint: of the model.
            kind: what the values are; not one that `complete` is called with.
            keys: from `text_key` or `pair_key`, any number of times each.
            compute: given positions in `keys`, one of each key, yields (positions, arrays) batch by
                batch; all arrays have the same dtype and agree in all but their first dimension.
            model: what people call the model.

        Raises:
            DataError: a key that is not 16 bytes long.
            ModelError: values of another shape or type than those stored under this fingerprint, or
                objects, which are no numbers.
            SettingsError: the folder cannot be written, or the disk is full.

        >>> import tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> store, keys = Store(folder.name), [text_key("a"), text_key("b")]
        >>> tokens = [np.zeros((2, 4)), np.ones((1, 4))]
        >>> found = store.complete_ragged("model", "token", keys, lambda asked: [(asked, tokens)])
        >>> found.counts.tolist(), found[1].tolist()
        ([2, 1], [[1.0, 1.0, 1.0, 1.0]])
        >>> store.close(); folder.cleanup()
        """

        def batches(positions: list[int]) -> Iterator[tuple[list[int], Ragged]]:
            return ((part, Ragged.of(values)) for part, values in compute(positions))

        if not keys:
            return Ragged.of([])
        shelf = Shelf(self._database, self._index, fingerprint, kind, model=model, ragged=True)
        return self._complete(shelf, keys, batches)

    def digest(self, path: Path, /) -> str:
        """The SHA-256 of a file, remembered by its path, size and times of change.

        Two times: archives and image builders give all files one time of modification, and the
        weights of two models of one kind have one size.
        """
        stat = path.stat()
        name, stamp = ascii(str(path)), f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns}"
        query = "SELECT digest, seal FROM digests WHERE path = ? AND stamp = ?"
        row = self._database.run(lambda db: db.execute(query, (name, stamp)).fetchone())
        if row and seal_of(name, stamp, row[0]) == row[1]:
            return str(row[0])
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        values = (name, stamp, digest, seal_of(name, stamp, digest))
        update = "INSERT OR REPLACE INTO digests VALUES (?, ?, ?, ?)"
        self._database.run(lambda db: db.execute(update, values))
        return digest

    def contents(self) -> list[Stored]:
        """What is stored, by model and kind; nothing where there is no store yet."""
        return self._upkeep.contents() if self.path.exists() else []

    def verify(self) -> list[Stored]:
        """What is stored, every value read; damaged ones are counted and dropped.

        Raises:
            SettingsError: the folder cannot be written.
        """
        return self._upkeep.verify() if self.path.exists() else []

    def clear(self, *, model: str | None = None, older_than: float = 0) -> None:
        """Forget what is stored and give its space back.

        Args:
            model: of this model only: its name, or what its fingerprint begins with.
            older_than: what was not used for so many seconds only.

        Raises:
            SettingsError: an empty name, or the folder cannot be written.
        """
        if model == "":  # with which every fingerprint begins
            raise SettingsError("model is an empty name; give one, or leave it out for all models")
        if not self.path.exists():
            return
        used_before = time.time() - older_than if older_than else float("inf")
        self._upkeep.clear(
            lambda row: model is None or row.model == model or row.fingerprint.startswith(model),
            used_before=used_before,
        )

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._database.close()

    def _complete(
        self, shelf: Shelf, keys: Sequence[bytes], compute: Callable[[list[int]], Batches]
    ) -> Ragged:
        first = first_positions(keys)
        own = np.unique(first)
        wanted = as_keys(keys)[own]

        def batches(positions: list[int]) -> Batches:
            for part, values in compute(own[positions].tolist()):
                yield np.searchsorted(own, part).tolist(), values

        with shelf:
            places = shelf.find(wanted)
            missing = np.flatnonzero(places["segment"] == 0)
            if len(missing) and self._database.is_read_only:
                lacks = f"{len(missing)} of {len(wanted)} values are not in it"
                raise self._database.unusable(f"it may only be read, and {lacks}")
            with self._database.lock(shelf.lock_name) if len(missing) else nullcontext():
                if len(missing):  # another process may have stored them while this one waited
                    places[missing] = shelf.find(wanted[missing])
                    shelf.fill(wanted, places, batches)
                # before another process can move what was stored
                values = shelf.read(places[np.searchsorted(own, first)])
        if self.max_bytes is not None and (len(missing) or not self._is_limited):
            self._upkeep.limit(self.max_bytes)
            self._is_limited = True
        return values


def collect(keys: Sequence[bytes], compute: Compute) -> Array:
    """The value of each key, `(len(keys), ...)`, computed once a key; no disk.

    >>> collect([b"a", b"b", b"a"], lambda asked: [(asked, np.array([0.5, 2.0]))]).tolist()
    [0.5, 2.0, 0.5]
    """
    n, first = len(keys), first_positions(keys)
    rows: Array | None = None
    for positions, values in compute(np.unique(first).tolist()):
        rows = np.zeros((n, *values.shape[1:]), values.dtype) if rows is None else rows
        rows[positions] = values
    if rows is None:
        return np.zeros((n, 0), np.float32)
    again = np.flatnonzero(first < np.arange(n))
    rows[again] = rows[first[again]]
    return rows


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
