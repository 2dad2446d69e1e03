"""`Room`: the rows of a segment that values to be stored are given."""

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.encoding.storage.directory import Directory, Positions, SegmentRow
from retrieval_checks.encoding.storage.segment import Rows


class Room:
    """Free rows for the values of `missing` positions, whoever holds the segment's lock.

    Values of one row each are put so that all positions stand in the file in their order, where
    that is possible: they are then read by mapping them. So the texts of a corpus may be encoded in
    any order, and an interrupted encoding leaves gaps that the next one closes. Values of several
    rows stand in the order in which they come. In an open segment, no free row ever held a value.

    Args:
        rows: where the positions that are not missing stand in this segment, -1 for elsewhere.
    """

    def __init__(
        self, directory: Directory, segment: SegmentRow, rows: Rows, missing: Positions
    ) -> None:
        own = directory.entry_segments == segment.id
        taken = directory.entries if own.all() else directory.entries[own]
        self._end = int((taken["row"] + taken["count"]).max(initial=0))
        self._ragged = segment.form.ragged
        self._rows = rows.copy()
        self._rows[missing] = self._end + np.arange(len(missing))
        shift = np.unique((rows - np.arange(len(rows)))[rows >= 0])
        if len(shift) == 1 and not self._ragged:
            wanted = shift[0] + missing
            if wanted.min(initial=0) >= 0 and not np.isin(wanted, taken["row"]).any():
                self._rows[missing] = wanted

    def take(self, positions: list[int], counts: NDArray[np.int64]) -> Rows:
        """The first row of each of these positions' values."""
        if not self._ragged:
            return self._rows[positions]
        starts = self._end + np.cumsum(counts) - counts
        self._end += int(counts.sum())
        return starts
