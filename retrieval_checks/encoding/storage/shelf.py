"""`Shelf`: what is stored of one model and kind, found, verified, added to."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.encoding.storage.database import Database
from retrieval_checks.encoding.storage.directory import (
    ENTRY,
    Directory,
    Keys,
    Positions,
    SegmentRow,
    seeds,
)
from retrieval_checks.encoding.storage.index import Index, lock_name, segment_path
from retrieval_checks.encoding.storage.ragged import Ragged, spread
from retrieval_checks.encoding.storage.room import Room
from retrieval_checks.encoding.storage.segment import Form, Segment, checksums
from retrieval_checks.errors import ModelError, SettingsError

Places = NDArray[Any]  # PLACE (n,)
Batches = Iterable[tuple[list[int], Ragged]]

PLACE = np.dtype([("segment", "<i8"), ("row", "<i8"), ("count", "<i8")])  # segment 0: nowhere


class Shelf:
    """The values of one model and kind; to be used in a `with`, which keeps its files open.

    Args:
        database: that of the index.
        index: where the values are.
        fingerprint: of the model.
        kind: what the values are.
        ragged: they have several rows each.
        model: what people call the model.
    """

    def __init__(
        self,
        database: Database,
        index: Index,
        fingerprint: str,
        kind: str,
        *,
        ragged: bool = False,
        model: str = "",
    ) -> None:
        self._database, self._index = database, index
        self._fingerprint, self._kind = fingerprint, kind
        self._ragged, self._model = ragged, model
        self._segments: dict[int, SegmentRow] = {}
        self._files: dict[int, Segment] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()

    @property
    def lock_name(self) -> str:
        """The lock that is held by who adds to it."""
        return lock_name(self._fingerprint, self._kind)

    def find(self, keys: Keys) -> Places:
        """Where the values of these keys are; damaged ones are dropped, with one warning."""
        while True:
            directory = self._directory()
            at = directory.find(keys)
            there = np.unique(at[at >= 0])
            # after damage all is looked up again: perhaps another process has moved the values
            if not self.drop_damaged(directory, there):
                self._touch(directory, there)
                return _places(directory, at)

    def drop_damaged(self, directory: Directory, positions: Positions) -> int:
        """The number of these entries whose values are not what was stored; they are dropped."""
        damaged = positions[~self._whole(directory, positions)]
        if len(damaged) and self._index.drop(directory, damaged):
            self._database.warn(
                f"damaged entries: {len(damaged)}; dropped, they are computed again"
            )
        return len(damaged)

    def fill(self, keys: Keys, places: Places, compute: Callable[[list[int]], Batches]) -> None:
        """Compute what is nowhere, store it batch by batch, and write its places down.

        Only who holds the lock of this shelf may do so: nobody else then adds to its files.
        """
        missing = np.flatnonzero(places["segment"] == 0)
        room, segment = None, None
        for positions, values in compute(missing.tolist()) if len(missing) else ():
            form = Form.of(values.rows, ragged=self._ragged)
            if segment is None or room is None:
                directory = self._directory()
                segment = self._segment_for(directory, self._one_form(places, form))
                rows = np.where(places["segment"] == segment.id, places["row"], -1)
                room = Room(directory, segment, rows, missing)
            self._check_same(form, segment.form)
            starts = room.take(positions, values.counts)
            self._add(segment, keys[positions], starts, values)
            places[positions] = _placed(segment.id, starts, values.counts)

    def read(self, places: Places) -> Ragged:
        """The values at these places."""
        try:
            return Ragged(self._rows(places), np.concatenate([[0], np.cumsum(places["count"])]))
        except OSError as error:
            raise self._database.unusable(error) from error

    def _rows(self, places: Places) -> NDArray[Any]:
        numbers = np.unique(places["segment"]).tolist()
        rows = spread(places["row"], places["count"])
        if len(numbers) == 1:
            return self._file(numbers[0]).read(rows)
        form = self._one_form(places)
        values = np.empty((len(rows), *form.shape), form.dtype)
        owners = np.repeat(places["segment"], places["count"])
        for number in numbers:
            own = np.flatnonzero(owners == number)
            self._file(number).copy_to(values, own, rows[own])
        return values

    def _whole(self, directory: Directory, positions: Positions) -> NDArray[np.bool_]:
        """Whether the values of these entries are what was stored."""
        self._segments.update(directory.segments)
        whole = np.zeros(len(positions), bool)
        owners = directory.entry_segments[positions]
        for number in np.unique(owners).tolist():
            own = np.flatnonzero(owners == number)
            entries = directory.entries[positions[own]]
            try:
                found = self._file(number).checks(
                    entries["row"], entries["count"], seeds(entries["key"])
                )
            except FileNotFoundError:  # taken away: nothing of it is whole
                continue
            whole[own] = found == entries["check"]
        return whole

    def _add(self, segment: SegmentRow, keys: Keys, starts: Positions, values: Ragged) -> None:
        try:
            self._file(segment.id).write(spread(starts, values.counts), values.rows)
        except OSError as error:
            raise self._database.unusable(error) from error
        entries = np.empty(len(keys), ENTRY)
        entries["key"], entries["row"], entries["count"] = keys, starts, values.counts
        own = values.indptr[:-1], values.counts
        entries["check"] = checksums(values.rows.tobytes(), *own, seeds(keys), segment.form)
        self._index.add(segment, entries)

    def _directory(self) -> Directory:
        return self._index.directory(self._fingerprint, self._kind)

    def _segment_for(self, directory: Directory, form: Form) -> SegmentRow:
        """The newest segment of this form that is open, or a new one."""
        # asked after the directory was read, which then has all that ever was in an open one
        still_open = {segment.id for segment in self._index.segments() if segment.is_open}
        segments = directory.segments.values()
        fitting = [s for s in segments if s.form == form and s.id in still_open]
        found = (
            max(fitting, key=lambda segment: segment.id)
            if fitting
            else self._index.begin(self._fingerprint, self._kind, form, model=self._model)
        )
        self._segments[found.id] = found
        return found

    def _file(self, number: int) -> Segment:
        if number not in self._files:
            segment = self._segments[number]
            path = segment_path(self._database.path.parent, segment)
            self._files[number] = Segment(path, segment.form)
        return self._files[number]

    def _touch(self, directory: Directory, positions: Positions) -> None:
        """That values were used is not worth failing for, be it that the disk is full."""
        with suppress(SettingsError):
            self._index.touch(directory, positions)

    def _one_form(self, places: Places, form: Form | None = None) -> Form:
        """The form of what is at these places, and of new values if there are any."""
        numbers = np.unique(places["segment"][places["segment"] > 0]).tolist()
        forms = [self._segments[number].form for number in numbers]
        forms += [form] if form else []
        for other in forms:
            self._check_same(forms[-1], other)
        return forms[-1]

    def _check_same(self, form: Form, stored: Form) -> None:
        """Refuse values that are not what the model returned when others were stored."""
        if form != stored:
            raise ModelError(
                f"model {self._model or self._fingerprint!r} returned values of {form}, and the"
                f" cache has values of {stored} from the same fingerprint; a fingerprint must"
                " change whenever the output does (retrieval-checks cache clear forgets)"
            )


def _places(directory: Directory, at: Positions) -> Places:
    places = np.zeros(len(at), PLACE)
    there = at >= 0
    entries = directory.entries[at[there]]
    owners = directory.entry_segments[at[there]]
    places[there] = _placed(owners, entries["row"], entries["count"])
    return places


def _placed(segment: int | Positions, rows: Positions, counts: Positions) -> Places:
    places = np.empty(len(rows), PLACE)
    places["segment"], places["row"], places["count"] = segment, rows, counts
    return places
