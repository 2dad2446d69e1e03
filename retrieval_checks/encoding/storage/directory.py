"""`Directory`: where the value of each key is, looked up many at once."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.encoding.storage.segment import Checks, Form
from retrieval_checks.errors import DataError

Keys = NDArray[np.void]  # (n,), 16 bytes each
Positions = NDArray[np.int64]  # (n,)

KEY = np.dtype("V16")
ENTRY = np.dtype([("key", KEY), ("row", "<i8"), ("count", "<i4"), ("check", "<u4")])


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A segment as the index has it."""

    id: int
    name: str  # of its file
    fingerprint: str
    kind: str
    form: Form
    model: str  # what people call it
    is_open: bool = True  # to new values: nothing that was in it has been forgotten


@dataclass(frozen=True, eq=False)
class Directory:
    """The entries of one model and kind, in the order in which they were stored."""

    segments: Mapping[int, SegmentRow]
    block_ids: Positions  # (n_blocks,), ascending
    block_segments: Positions  # (n_blocks,)
    block_used: Positions  # (n_blocks,), seconds since 1970
    lengths: Positions  # (n_blocks,), entries of each block
    entries: NDArray[Any]  # ENTRY (n_entries,), block by block

    def find(self, keys: Keys) -> Positions:
        """The position of each key's latest entry, -1 for a key that is not there."""
        if not len(self.entries):
            return np.full(len(keys), -1)
        words, (order, sorted_words) = _words(keys), self._sorted
        at = np.searchsorted(sorted_words[:, 0], words[:, 0], side="right") - 1
        # two keys that share their first half are told apart, but only the later one is found:
        # the other is computed again, once in 10^7 stores of a million texts
        return np.where((sorted_words[at] == words).all(axis=1) & (at >= 0), order[at], -1)

    def extended(self, newer: "Directory") -> "Directory":
        """With blocks of the same segments that were added later.

        What was sorted stays so: sorting everything anew at each batch would take longer than
        encoding, once there are a million entries.
        """
        names = ("block_ids", "block_segments", "block_used", "lengths", "entries")
        columns = [np.concatenate([getattr(self, n), getattr(newer, n)]) for n in names]
        joined = Directory(self.segments, *columns)
        if "_sorted" in self.__dict__:
            (order, words), (new_order, new_words) = self._sorted, newer._sorted
            at = np.searchsorted(words[:, 0], new_words[:, 0], side="right")
            order = np.insert(order, at, new_order + len(self.entries))
            joined.__dict__["_sorted"] = order, np.insert(words, at, new_words, axis=0)
        return joined

    def touched(self, blocks: Positions, now: int) -> "Directory":
        """With these blocks used now; what was sorted stays so."""
        twin = copy.copy(self)
        used = self.block_used.copy()
        used[blocks] = now
        twin.__dict__["block_used"] = used
        return twin

    @property
    def last_block(self) -> int:
        """The number of the newest block; 0 for none."""
        return int(self.block_ids.max(initial=0))

    @cached_property
    def blocks(self) -> Positions:
        """The position, among the blocks, of each entry's."""
        return np.repeat(np.arange(len(self.lengths)), self.lengths)

    @cached_property
    def entry_segments(self) -> Positions:
        """The segment of each entry."""
        return np.repeat(self.block_segments, self.lengths)

    @cached_property
    def block_bytes(self) -> Positions:
        """What each block takes on disk: its values and its entries, (n_blocks,)."""
        rows = {number: segment.form.row_bytes for number, segment in self.segments.items()}
        sizes = [rows[number] for number in self.block_segments.tolist()]
        total = np.bincount(self.blocks, self.entries["count"], minlength=len(sizes))
        return total.astype(np.int64) * np.array(sizes, np.int64) + ENTRY.itemsize * self.lengths

    @cached_property
    def _sorted(self) -> tuple[Positions, NDArray[np.uint64]]:
        words = _words(self.entries["key"])
        order = np.argsort(words[:, 0], kind="stable")
        return order, words[order]


def as_keys(keys: Sequence[bytes]) -> Keys:
    """The keys as an array.

    Raises:
        DataError: a key that is not 16 bytes long.
    """
    if any(len(key) != KEY.itemsize for key in keys):
        raise DataError("a key of the store is 16 bytes, from text_key or pair_key")
    return np.frombuffer(b"".join(keys), KEY)


def first_positions(keys: Sequence[bytes]) -> Positions:
    """Where each key stands for the first time, (n_keys,).

    >>> first_positions([b"a", b"b", b"a"]).tolist()
    [0, 1, 0]
    """
    seen: dict[bytes, int] = {}
    firsts = (seen.setdefault(key, position) for position, key in enumerate(keys))
    return np.fromiter(firsts, np.int64, len(keys))


def seeds(keys: Keys) -> Checks:
    """What each value's checksum begins with, so that it is that of this key's value."""
    return (_words(keys)[:, 0] & 0xFFFFFFFF).astype(np.uint32)


def _words(keys: Keys) -> NDArray[np.uint64]:
    return np.ascontiguousarray(keys).view("<u8").reshape(-1, 2)
