"""`Upkeep`: what the store holds, whether it is whole, and making room in it."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.encoding.storage.database import Database
from retrieval_checks.encoding.storage.directory import Directory, SegmentRow
from retrieval_checks.encoding.storage.index import (
    SEGMENTS,
    Index,
    lock_name,
    new_block,
    segment_path,
)
from retrieval_checks.encoding.storage.ragged import spread
from retrieval_checks.encoding.storage.segment import Rows, Segment
from retrieval_checks.encoding.storage.shelf import Shelf
from retrieval_checks.errors import SettingsError

_SLACK = 0.9  # of the limit is left after making room, so that it is not made every time
_PART = 4096  # rows copied at once


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of one model and kind."""

    fingerprint: str
    kind: str
    model: str  # what people call it
    entries: int
    bytes: int  # of the values and their entries in the index
    used: int  # when last, seconds since 1970
    damaged: int = 0


class Upkeep:
    """Looks at and clears what a store has; nothing that is used meanwhile is disturbed."""

    def __init__(self, database: Database, index: Index) -> None:
        self._database, self._index = database, index
        self._folder = database.path.parent
        self._has_warned = False

    def contents(self) -> list[Stored]:
        """What is stored, by model and kind."""
        return [_stored(directory) for directory in self._directories()]

    def verify(self) -> list[Stored]:
        """What is stored, every value read; damaged ones are counted and dropped."""
        self._check_writable()
        self._database.mend()
        return [self._verified(directory) for directory in self._directories()]

    def clear(self, is_meant: Callable[[SegmentRow], bool], *, used_before: float) -> None:
        """Forget what was not used since and stands in such segments; give its space back."""
        self._check_writable()
        self._index.refresh()
        for directory in self._directories():
            meant = [number for number, row in directory.segments.items() if is_meant(row)]
            gone = np.isin(directory.block_segments, meant) & (directory.block_used < used_before)
            self._forget(directory, gone)
        self._shrink()
        with suppress(SettingsError):  # a full disk, or another process that reads for long
            self._database.run(lambda db: db.execute("VACUUM"))

    def limit(self, most: int) -> None:
        """Forget what was used least recently until the rest takes less than `most` bytes."""
        if self._database.is_read_only:
            return
        total = sum(int(directory.block_bytes.sum()) for directory in self._directories())
        needed = self._forget_oldest(most) if total > most else 0
        # a file that was being added to when its values were forgotten still has their space
        if total > most or self._on_disk() > most:
            self._shrink()
        if needed and not self._has_warned:
            self._has_warned = True
            self._database.warn(
                f"the limit of {most} bytes is too small: this run alone has used {needed}, and"
                " what had to go is computed again in the next; raise it"
                " (--retrieval-cache-limit, max_bytes) well above that"
            )

    def _forget_oldest(self, most: int) -> int:
        """The bytes that this process has used, where they do not fit; else 0."""
        self._index.refresh()
        directories = list(self._directories())
        ids, used, sizes = (
            np.concatenate([getattr(directory, name) for directory in directories])
            for name in ("block_ids", "block_used", "block_bytes")
        )
        newest = np.lexsort((ids, used))[::-1]
        oldest = ids[newest[np.cumsum(sizes[newest]) > _SLACK * most]]
        for directory in directories:
            self._forget(directory, np.isin(directory.block_ids, oldest))
        needed = int(sizes[np.isin(ids, self._index.own_blocks)].sum())
        return needed if needed > _SLACK * most else 0

    def _on_disk(self) -> int:
        """What the files of values take; one that goes meanwhile takes nothing."""
        total = 0
        for file in (self._folder / SEGMENTS).glob("*"):
            with suppress(OSError):
                total += file.stat().st_size
        return total

    def _directories(self) -> Iterator[Directory]:
        names = {(row.fingerprint, row.kind): None for row in self._index.segments()}
        for name in names:
            directory = self._index.directory(*name)
            if directory.segments:
                yield directory

    def _verified(self, directory: Directory) -> Stored:
        row = next(iter(directory.segments.values()))
        with Shelf(self._database, self._index, row.fingerprint, row.kind) as shelf:
            damaged = shelf.drop_damaged(directory, np.arange(len(directory.entries)))
        return _stored(self._index.directory(row.fingerprint, row.kind), damaged)

    def _check_writable(self) -> None:
        if self._database.is_read_only:
            raise self._database.unusable("it may only be read")

    def _forget(self, directory: Directory, gone: NDArray[np.bool_]) -> None:
        owners, ids = directory.block_segments, directory.block_ids[gone]
        try:
            self._index.remove(ids)
        except SettingsError:
            # a full disk has no room for writing down what is gone: whole files go first
            for number in set(owners[gone].tolist()) - set(owners[~gone].tolist()):
                self._unlink(directory.segments[number])
            self._index.remove(ids)

    def _shrink(self) -> None:
        """Give back the space of what is in no block, and remove files that belong to nothing."""
        # a segment is in the index before its file is there
        files = set((self._folder / SEGMENTS).glob("*"))
        for segment in self._index.segments():
            files.discard(segment_path(self._folder, segment))
            # one that is being added to is left for another time, and so is one that the disk has
            # no room to copy
            with (
                suppress(OSError),
                self._database.lock(lock_name(segment.fingerprint, segment.kind), wait=False),
            ):
                self._close_gaps(segment)
        for file in files:
            with suppress(OSError):
                file.unlink()

    def _close_gaps(self, segment: SegmentRow) -> None:
        name = (segment.fingerprint, segment.kind)
        directory = self._index.directory(*name)
        own = np.flatnonzero(directory.entry_segments == segment.id)
        size = int(directory.entries["count"][own].sum(dtype=np.int64)) * segment.form.row_bytes
        if len(own) and segment_path(self._folder, segment).stat().st_size <= size:
            return
        with Shelf(self._database, self._index, *name) as shelf:
            if shelf.drop_damaged(directory, own):  # which could not be copied
                directory = self._index.directory(*name)
        if (directory.entry_segments == segment.id).any():
            self._move(directory, segment)
        else:
            self._index.end(segment)
            self._unlink(segment)

    def _move(self, directory: Directory, old: SegmentRow) -> None:
        own = directory.entry_segments == old.id
        entries = directory.entries[own]
        order = np.argsort(entries["row"], kind="stable")
        counts = entries["count"][order].astype(np.int64)
        new = self._index.begin(old.fingerprint, old.kind, old.form, model=old.model)
        try:
            self._copy(old, new, spread(entries["row"][order], counts))
        except BaseException:
            self._index.end(new)
            self._unlink(new)
            raise
        moved = entries.copy()
        moved["row"][order] = np.cumsum(counts) - counts
        kept = directory.block_segments == old.id
        parts = np.split(moved, np.cumsum(directory.lengths[kept])[:-1])
        ids, used = directory.block_ids[kept].tolist(), directory.block_used[kept].tolist()
        blocks = [new_block(new, *block) for block in zip(parts, used, strict=True)]
        self._index.end(old, moved=dict(zip(ids, blocks, strict=True)))
        self._unlink(old)

    def _copy(self, old: SegmentRow, new: SegmentRow, rows: Rows) -> None:
        source, target = (Segment(segment_path(self._folder, row), row.form) for row in (old, new))
        with source:
            for start in range(0, len(rows), _PART):
                values = source.read(rows[start : start + _PART])
                target.write(np.arange(start, start + len(values)), values)

    def _unlink(self, segment: SegmentRow) -> None:
        with suppress(OSError):  # where it is still mapped, Windows keeps it
            segment_path(self._folder, segment).unlink()


def _stored(directory: Directory, damaged: int = 0) -> Stored:
    row = next(iter(directory.segments.values()))
    return Stored(
        fingerprint=row.fingerprint,
        kind=row.kind,
        model=row.model,
        entries=len(directory.entries),
        bytes=int(directory.block_bytes.sum()),
        used=int(directory.block_used.max(initial=0)),
        damaged=damaged,
    )
