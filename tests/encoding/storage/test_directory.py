"""Looking keys up: the latest entry of each, and nothing for what is not there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.encoding.storage.directory import (
    ENTRY,
    Directory,
    SegmentRow,
    as_keys,
    seeds,
)
from retrieval_checks.encoding.storage.segment import Form
from retrieval_checks.encoding.store import text_key
from retrieval_checks.errors import DataError

FORM = Form(np.dtype(np.float32), (2,))
keys = st.text(max_size=3).map(text_key) | st.just(bytes(16))


def directory_of(*blocks: list[bytes]) -> Directory:
    """Blocks of these keys, the first one in segment 1 and all others in segment 2."""
    entries = np.zeros(sum(map(len, blocks)), ENTRY)
    entries["key"] = as_keys([key for block in blocks for key in block])
    entries["count"] = 1
    numbers = np.arange(len(blocks))
    return Directory(
        {n: SegmentRow(n, f"{n}", "f", "document", FORM, "") for n in (1, 2)},
        block_ids=numbers + 10,
        block_segments=np.minimum(numbers, 1) + 1,
        block_used=numbers,
        lengths=np.array([len(block) for block in blocks], np.int64),
        entries=entries,
    )


@given(st.lists(keys, max_size=20), st.lists(keys, max_size=5))
def test_the_latest_entry_of_each_key_is_found(stored: list[bytes], others: list[bytes]) -> None:
    found = directory_of(stored[::2], stored[1::2]).find(as_keys(stored + others))
    order = stored[::2] + stored[1::2]
    latest = {key: position for position, key in enumerate(order)}
    assert found.tolist() == [latest.get(key, -1) for key in stored + others]


@given(st.lists(keys, max_size=20), st.lists(keys, max_size=8), st.booleans())
def test_added_blocks_are_found_as_if_they_had_been_there(
    old: list[bytes], new: list[bytes], used: bool
) -> None:
    before = directory_of(old)
    if used:  # sorted already
        before.find(as_keys(old))
    joined, whole = before.extended(directory_of(new)), directory_of(old, new)
    wanted = as_keys([*old, *new, text_key("neither")])
    assert joined.find(wanted).tolist() == whole.find(wanted).tolist()
    assert joined.blocks.tolist() == whole.blocks.tolist()


def test_keys_that_share_a_half_are_told_apart() -> None:
    first, second = b"12345678" + b"a" * 8, b"12345678" + b"b" * 8
    assert directory_of([first]).find(as_keys([second, first])).tolist() == [-1, 0]
    both = directory_of([first, second]).find(as_keys([second, first]))
    assert both.tolist() == [1, -1]  # computed again, never mistaken


def test_entries_know_their_block_and_segment() -> None:
    directory = directory_of([b"a" * 16], [b"b" * 16, b"c" * 16])
    assert directory.blocks.tolist() == [0, 1, 1]
    assert directory.entry_segments.tolist() == [1, 2, 2]
    assert directory.block_bytes.tolist() == [8 + 32, 2 * (8 + 32)]


def test_use_is_written_down_in_a_new_directory() -> None:
    before = directory_of([b"a" * 16], [b"b" * 16])
    assert before.find(as_keys([b"b" * 16])).tolist() == [1]
    after = before.touched(np.array([1]), 7)
    assert (before.block_used.tolist(), after.block_used.tolist()) == ([0, 1], [0, 7])
    assert after.find(as_keys([b"b" * 16])).tolist() == [1]


def test_seed_is_the_beginning_of_the_key() -> None:
    assert seeds(as_keys([b"\1\2" + bytes(14)])).tolist() == [1 + 2 * 256]


def test_key_of_another_length_is_refused() -> None:
    with pytest.raises(DataError, match="a key of the store is 16 bytes"):
        as_keys([b"a" * 15, b"a" * 17])
