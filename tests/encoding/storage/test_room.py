"""Rows for what is to be stored: in the order of the keys where that is possible."""

import numpy as np
import pytest

from retrieval_checks.encoding.storage.directory import ENTRY, Directory, SegmentRow
from retrieval_checks.encoding.storage.room import Room
from retrieval_checks.encoding.storage.segment import Form


def room(taken: list[int], rows: list[int], *, ragged: bool = False) -> Room:
    """Room in a segment where some rows are taken; -1 for the positions that need one."""
    form = Form(np.dtype(np.float32), (2,), ragged)
    segment = SegmentRow(1, "name", "f", "document", form, "")
    entries = np.zeros(len(taken), ENTRY)
    entries["row"], entries["count"] = taken, 1
    blocks = np.ones(1, np.int64)
    directory = Directory({1: segment}, blocks, blocks, blocks, np.array([len(taken)]), entries)
    missing = np.flatnonzero(np.array(rows) < 0)
    return Room(directory, segment, np.array(rows), missing)


@pytest.mark.parametrize(
    ("taken", "rows", "given"),
    [
        ([], [-1, -1, -1], [0, 1, 2]),
        ([0, 1], [0, 1, -1, -1], [2, 3]),  # texts added at the end
        ([5, 7], [5, -1, 7], [6]),  # a gap that an interrupt left
        ([5, 6, 7], [5, -1, 7], [8]),  # the row is another text's: one text has changed
        ([0, 1], [-1, 0, 1], [2]),  # a text added at the beginning
        ([3, 4], [4, 3, -1], [5]),  # another order than that of the file
        ([3, 4], [-1, -1], [5, 6]),  # texts of another corpus
    ],
)
def test_rows_that_are_given(taken: list[int], rows: list[int], given: list[int]) -> None:
    missing = [position for position, row in enumerate(rows) if row < 0]
    counts = np.ones(len(missing), np.int64)
    assert room(taken, rows).take(missing, counts).tolist() == given
    backwards = room(taken, rows).take(missing[::-1], counts)
    assert backwards.tolist() == given[::-1]  # in whatever order they are computed


def test_values_of_many_rows_follow_each_other() -> None:
    found = room([0, 1], [-1, 0, -1, -1], ragged=True)
    assert found.take([3, 0], np.array([4, 0])).tolist() == [2, 6]
    assert found.take([2], np.array([1])).tolist() == [6]
