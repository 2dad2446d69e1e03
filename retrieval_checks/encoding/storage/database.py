"""`Database`: one SQLite file that many processes share and that mends itself."""

import os
import re
import shutil
import tempfile
import threading
import time
import warnings
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from retrieval_checks.errors import SettingsError

if TYPE_CHECKING:
    import sqlite3

Result = TypeVar("Result")

_TIMEOUT = 60.0  # seconds that another process may write at once


class StoreWarning(UserWarning):
    """Something in the store was damaged, was dropped, and is computed again."""


class Database:
    """A SQLite file in write-ahead mode: a process killed at any moment leaves one that opens.

    A file that is damaged, or that is none of ours, is moved aside with a `StoreWarning` and a new
    one is begun: what it held can be computed again. One that may be read but not written is read
    into memory.

    Raises:
        SettingsError: on use, where the place cannot be written or the disk is full.
    """

    def __init__(self, path: Path, schema: str) -> None:
        self.path = path
        self._schema = schema
        self._guard = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        self._closer: Callable[[], object] = lambda: None

    def __reduce__(self) -> tuple[type["Database"], tuple[Path, str]]:
        """Another process opens the file for itself."""
        return Database, (self.path, self._schema)

    def run(self, operation: Callable[["sqlite3.Connection"], Result]) -> Result:
        """What the operation returns, done in one transaction."""
        import sqlite3

        with self._guard:
            for last in (False, True):
                try:
                    with self._open() as connection:
                        return operation(connection)
                except (sqlite3.Error, UnicodeDecodeError) as error:
                    if last or not _is_damage(error):
                        raise self.unusable(error) from error
                    self._move_aside(error)
                except OSError as error:
                    raise self.unusable(error) from error
        raise AssertionError("the second attempt returns or raises")

    @property
    def is_read_only(self) -> bool:
        """Whether there is a file that may be read and not written."""
        if not self.path.exists():  # asked first: another process may be about to make it
            return False
        return not all(os.access(place, os.W_OK) for place in (self.path.parent, self.path))

    def lock(self, name: str, *, wait: bool = True) -> AbstractContextManager[object]:
        """A lock that one process on the machine holds at a time.

        Raises:
            BlockingIOError: it is not free, and was not to be waited for.
        """
        from filelock import FileLock, Timeout

        try:
            folder = self.path.parent / "locks"
            folder.mkdir(parents=True, exist_ok=True)
            safe = re.sub(r"[^A-Za-z0-9-]", "-", name)  # devices are spelled with a colon
            return FileLock(folder / f"{safe}.lock").acquire(timeout=-1 if wait else 0)
        except Timeout as error:
            raise BlockingIOError(str(error)) from None
        except (OSError, NotImplementedError) as error:
            raise self.unusable(error) from error

    def mend(self) -> None:
        """Begin a new file in place of one that is damaged anywhere."""
        if not self._is_sound():
            with self._guard:
                self._move_aside("found damaged")

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._guard:
            if self._process == os.getpid():
                self._closer()
            self._connection = None

    def warn(self, message: str) -> None:
        """Say what was found damaged."""
        warnings.warn(f"cache {self.path.parent}: {message}", StoreWarning, stacklevel=4)

    def unusable(self, reason: Exception | str) -> SettingsError:
        """The error that says why the file cannot be used, and what to do."""
        return SettingsError(
            f"the cache {self.path.parent} cannot be used: {reason}. Free or unlock the place,"
            " choose another with --retrieval-cache DIR, or run with --retrieval-no-cache"
        )

    def _open(self) -> "sqlite3.Connection":
        # a forked child must not touch its parent's connection, so it opens its own
        if self._connection is None or self._process != os.getpid():
            self._connection = self._in_memory() if self.is_read_only else self._waited_for()
            self._process = os.getpid()
            # without this, an unclosed connection warns when it is collected (Python 3.13)
            self._closer = weakref.finalize(self, self._connection.close)
        return self._connection

    def _waited_for(self) -> "sqlite3.Connection":
        """SQLite's own timeout does not cover the change to write-ahead mode by several at once."""
        import sqlite3

        deadline = time.monotonic() + _TIMEOUT
        while True:
            try:
                return self._connect()
            except sqlite3.OperationalError as error:
                if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def _connect(self, path: Path | None = None) -> "sqlite3.Connection":
        import sqlite3

        path = path or self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=_TIMEOUT, check_same_thread=False)
        connection.text_factory = _text
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(self._schema)
        except (sqlite3.Error, UnicodeDecodeError):  # of a message with a damaged name in it
            connection.close()
            raise
        return connection

    def _in_memory(self) -> "sqlite3.Connection":
        """A copy: SQLite cannot read a write-ahead log, not even an empty one, without writing."""
        import sqlite3
        from contextlib import closing

        copy = sqlite3.connect(":memory:", check_same_thread=False)
        copy.text_factory = _text
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            for suffix in ("", "-wal"):
                part = Path(f"{self.path}{suffix}")
                if part.exists():
                    shutil.copyfile(part, Path(folder) / part.name)
            with closing(self._connect(Path(folder) / self.path.name)) as source:
                source.backup(copy)
        return copy

    def _move_aside(self, reason: Exception | str) -> None:
        self.close()
        aside = f"{self.path}.damaged-{os.getpid()}"
        with self.lock("damaged"):
            if self._is_sound():  # another process has already begun a new one
                return
            for suffix in ("", "-wal", "-shm"):
                part = Path(f"{self.path}{suffix}")
                if part.exists():
                    part.replace(f"{aside}{suffix}")
        self.warn(f"not readable ({reason}); moved to {Path(aside).name}, a new one is begun")

    def _expected_tables(self) -> set[str]:
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(":memory:")) as connection:
            connection.executescript(self._schema)
            return _tables(connection)

    def _is_sound(self) -> bool:
        import sqlite3

        try:
            connection = self._waited_for()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            return not _is_damage(error)
        try:
            whole = connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
            return whole and _tables(connection) == self._expected_tables()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            return not _is_damage(error)
        finally:
            connection.close()


def _text(stored: bytes) -> str:
    """What flipped bytes leave of a text: who reads it compares checksums."""
    return stored.decode("utf-8", "replace")


def _tables(connection: "sqlite3.Connection") -> set[str]:
    query = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
    return {str(row[0]) for row in connection.execute(query)}


def _is_damage(error: Exception) -> bool:
    """Whether the file itself is bad, rather than the disk or the right to write."""
    import sqlite3

    return _code(error) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}


def _code(error: Exception) -> int:
    import sqlite3

    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF
