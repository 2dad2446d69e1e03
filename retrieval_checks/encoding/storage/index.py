"""`Index`: which segment holds the value of which key, in SQLite."""

import json
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.encoding.storage.database import Database
from retrieval_checks.encoding.storage.directory import ENTRY, Directory, Positions, SegmentRow
from retrieval_checks.encoding.storage.segment import Form

if TYPE_CHECKING:
    import sqlite3

Entries = NDArray[Any]  # ENTRY (n,)
Row = tuple[Any, ...]
Block = tuple[int, bytes, int, int]  # a row of the table of blocks, less its number

FILE = "index-2.sqlite"  # the number is the format's: another format is another file
SEGMENTS = "segments"  # the folder of the values' files
SCHEMA = """
CREATE TABLE IF NOT EXISTS segments (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, fingerprint TEXT NOT NULL,
  kind TEXT NOT NULL, form TEXT NOT NULL, model TEXT NOT NULL, seal INTEGER NOT NULL,
  is_open INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE IF NOT EXISTS blocks (
  id INTEGER PRIMARY KEY AUTOINCREMENT, segment INTEGER NOT NULL, entries BLOB NOT NULL,
  used INTEGER NOT NULL, seal INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS blocks_of_segment ON blocks (segment);
CREATE TABLE IF NOT EXISTS digests (
  path TEXT PRIMARY KEY, stamp TEXT NOT NULL, digest TEXT NOT NULL, seal INTEGER NOT NULL
);
"""
_FRESH = 60  # seconds in which being used again is not written down again
_SEGMENTS = "SELECT id, name, fingerprint, kind, form, model, seal, is_open FROM segments"
# rows that held a value are never used again: another process may have them mapped
_CLOSE = "UPDATE segments SET is_open = 0 WHERE id IN (SELECT segment FROM blocks WHERE id = ?)"
_DELETE = "DELETE FROM blocks WHERE id = ?"
_DELETE_BLOCKS = "DELETE FROM blocks WHERE segment = ?"
_DELETE_SEGMENT = "DELETE FROM segments WHERE id = ?"
_LAST = """
SELECT max(id), count(*) FROM blocks WHERE segment IN (SELECT value FROM json_each(?))
"""
_BLOCKS = """
SELECT id, segment, entries, used, seal FROM blocks
WHERE segment IN (SELECT value FROM json_each(?)) AND id > ? ORDER BY id
"""
_BEGIN = """
INSERT INTO segments (name, fingerprint, kind, form, model, seal) VALUES (?, ?, ?, ?, ?, ?)
"""
_INSERT = "INSERT INTO blocks (segment, entries, used, seal) VALUES (?, ?, ?, ?)"


class Index:
    """Blocks of entries: what was stored at once, and when it was last used.

    Blocks and segments carry checksums, since SQLite notices few flipped bytes: what does not
    match is dropped with a `StoreWarning`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[str, str], Directory] = {}
        self._own: set[int] = set()
        self._guard = threading.Lock()

    def directory(self, fingerprint: str, kind: str) -> Directory:
        """Where everything stored of this model and kind is; remembered until that changes."""
        name = (fingerprint, kind)
        with self._guard:
            segments = {s.id: s for s in self.segments() if (s.fingerprint, s.kind) == name}
            known = self._known.get(name)
            if known is None or known.segments != segments:
                known = self._load(segments)
            self._known[name] = self._brought_up_to_date(known)
            return self._known[name]

    def refresh(self) -> None:
        """Look everything up anew: what other processes used is not noticed otherwise."""
        with self._guard:
            self._known.clear()

    @property
    def own_blocks(self) -> Positions:
        """The numbers of the blocks that this process stored or used, in no order."""
        return np.fromiter(self._own, np.int64, len(self._own))

    def segments(self) -> list[SegmentRow]:
        """All segments; those whose row is damaged are dropped."""
        rows = self._database.run(lambda db: db.execute(_SEGMENTS).fetchall())
        whole, damaged = _parted(rows, lambda row: seal_of(*row[1:5]) == row[6])
        if damaged:
            numbers = [(row[0],) for row in damaged]
            self._database.run(lambda db: db.executemany(_DELETE_BLOCKS, numbers))
            self._remove("segments", damaged)
        return [
            SegmentRow(number, name, fingerprint, kind, Form.parse(form), str(model), bool(is_open))
            for number, name, fingerprint, kind, form, model, _, is_open in whole
        ]

    def begin(self, fingerprint: str, kind: str, form: Form, *, model: str) -> SegmentRow:
        """A new segment, empty and not yet on disk."""
        identity = (secrets.token_hex(8), fingerprint, kind, form.to_json())
        values = (*identity, model, seal_of(*identity))
        number = self._database.run(lambda db: db.execute(_BEGIN, values).lastrowid)
        return SegmentRow(int(number or 0), *identity[:3], form, model)

    def add(self, segment: SegmentRow, entries: Entries) -> None:
        """Store entries whose values are in the segment: from here on they are there."""
        block = new_block(segment, entries, int(time.time()))
        self._own.add(self._database.run(lambda db: _inserted(db, block)))

    def drop(self, directory: Directory, positions: Positions) -> bool:
        """Take entries out of their blocks; False where another process has done so before."""
        keep = np.ones(len(directory.entries), bool)
        keep[positions] = False
        ends = np.cumsum(directory.lengths)
        touched = np.unique(directory.blocks[positions]).tolist()

        def change(db: "sqlite3.Connection") -> bool:
            for block in touched:
                part = slice(ends[block] - directory.lengths[block], ends[block])
                segment = directory.segments[int(directory.block_segments[block])]
                gone = (int(directory.block_ids[block]),)
                db.execute(_CLOSE, gone)
                if not db.execute(_DELETE, gone).rowcount:
                    return False
                left = directory.entries[part][keep[part]]
                if len(left):
                    used = int(directory.block_used[block])
                    db.execute(_INSERT, new_block(segment, left, used))
            return True

        return self._database.run(change)

    def remove(self, block_ids: Positions) -> None:
        """Forget these blocks."""
        rows = [(number,) for number in block_ids.tolist()]

        def change(db: "sqlite3.Connection") -> None:
            db.executemany(_CLOSE, rows)
            db.executemany(_DELETE, rows)

        self._database.run(change)

    def end(self, old: SegmentRow, *, moved: Mapping[int, Block] = MappingProxyType({})) -> None:
        """Forget a segment and its blocks, for those of another segment that each has become."""

        def change(db: "sqlite3.Connection") -> dict[int, int]:
            db.execute(_DELETE_BLOCKS, (old.id,))
            db.execute(_DELETE_SEGMENT, (old.id,))
            return {number: _inserted(db, block) for number, block in moved.items()}

        became = self._database.run(change)
        self._own |= {new for number, new in became.items() if number in self._own}

    def touch(self, directory: Directory, positions: Positions) -> None:
        """Write down that these entries are used now, unless that was written a moment ago."""
        now = int(time.time())
        used = np.unique(directory.blocks[positions])
        self._own.update(directory.block_ids[used].tolist())
        stale = used[directory.block_used[used] < now - _FRESH]
        if not len(stale):
            return
        rows = [(now, block) for block in directory.block_ids[stale].tolist()]
        update = "UPDATE blocks SET used = ? WHERE id = ?"
        self._database.run(lambda db: db.executemany(update, rows))
        row = next(iter(directory.segments.values()))
        name = (row.fingerprint, row.kind)
        with self._guard:
            if self._known.get(name) is directory:
                self._known[name] = directory.touched(stale, now)

    def _brought_up_to_date(self, known: Directory) -> Directory:
        """With what was added since; blocks are added and taken away, never changed."""
        of = (json.dumps(list(known.segments)),)
        last, count = self._database.run(lambda db: db.execute(_LAST, of).fetchone())
        if (last or 0, count) == (known.last_block, len(known.block_ids)):
            return known
        new = self._load(known.segments, after=known.last_block)
        if len(known.block_ids) + len(new.block_ids) == count:
            return known.extended(new)
        return self._load(known.segments)

    def _load(self, segments: Mapping[int, SegmentRow], *, after: int = 0) -> Directory:
        of = (json.dumps(list(segments)), after)
        rows = self._database.run(lambda db: db.execute(_BLOCKS, of).fetchall())
        whole, damaged = _parted(rows, lambda row: _is_whole(row, segments))
        if damaged:
            self._remove("blocks", damaged)
        data = [row[2] for row in whole]
        return Directory(
            segments,
            block_ids=np.array([row[0] for row in whole], np.int64),
            block_segments=np.array([row[1] for row in whole], np.int64),
            block_used=np.array([row[3] for row in whole], np.int64),
            lengths=np.array([len(entries) // ENTRY.itemsize for entries in data], np.int64),
            entries=np.frombuffer(b"".join(data), ENTRY),
        )

    def _remove(self, table: str, damaged: Sequence[Row]) -> None:
        rows = [(row[0],) for row in damaged]

        def change(db: "sqlite3.Connection") -> None:
            if table == "blocks":
                db.executemany(_CLOSE, rows)
            db.executemany(_DELETE if table == "blocks" else _DELETE_SEGMENT, rows)

        self._database.run(change)
        self._database.warn(
            f"damaged {table} of the index: {len(damaged)}; dropped, they are computed again"
        )


def _inserted(db: "sqlite3.Connection", block: Block) -> int:
    """The number that the block is given."""
    return int(db.execute(_INSERT, block).lastrowid or 0)


def _parted(rows: Iterable[Row], is_whole: Callable[[Row], bool]) -> tuple[list[Row], list[Row]]:
    """The whole ones and the others."""
    parts: tuple[list[Row], list[Row]] = [], []
    for row in rows:
        parts[not is_whole(row)].append(row)
    return parts


def lock_name(fingerprint: str, kind: str) -> str:
    """The lock that is held by who adds to the values of this model and kind."""
    return f"{fingerprint[:32]}-{kind}"


def segment_path(folder: Path, segment: SegmentRow) -> Path:
    """The file of a segment."""
    return folder / SEGMENTS / f"{segment.name}.rows"


def new_block(segment: SegmentRow, entries: Entries, used: int) -> Block:
    """These entries as a row of the table of blocks."""
    data = entries.tobytes()
    return segment.id, data, used, _seal(segment, data)


def seal_of(*words: object) -> int:
    """A checksum of these words, as they are spelled and in this order."""
    return crc32(repr(words).encode("utf-8", "backslashreplace"))


def _is_whole(row: Row, segments: Mapping[int, SegmentRow]) -> bool:
    _, segment, data, used, seal = row
    if not isinstance(data, bytes) or not isinstance(used, int):
        return False
    return bool(len(data) % ENTRY.itemsize == 0 and _seal(segments[segment], data) == seal)


def _seal(segment: SegmentRow, data: bytes) -> int:
    """A checksum of a block, begun with that of the segment where it belongs."""
    return crc32(data, seal_of(segment.name))
