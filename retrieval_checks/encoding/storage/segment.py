"""`Segment`: a file of rows of one form, written anywhere, read in blocks or mapped."""

import json
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import FileIO
from pathlib import Path
from typing import Any, Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.errors import ModelError

Array = NDArray[Any]
Rows = NDArray[np.int64]  # (n,)
Checks = NDArray[np.uint32]  # (n,)

_BLOCK = 8 << 20  # bytes read at once
_GAP = 64 << 10  # bytes that are rather read along than jumped over
_MAPPED = 1 << 20  # bytes from which on rows in order are mapped rather than copied


@dataclass(frozen=True)
class Form:
    """What a row looks like, and whether a value is one row or any number of them.

    >>> form = Form.of(np.zeros((2, 3), np.float32))
    >>> form.shape, form.row_bytes, Form.parse(form.to_json()) == form
    ((3,), 12, True)
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    ragged: bool = False

    @classmethod
    def of(cls, rows: Array, *, ragged: bool = False) -> Self:
        """The form of these rows, (n, ...).

        Raises:
            ModelError: rows of objects, which are no numbers.
        """
        if rows.dtype.hasobject:
            raise ModelError(f"values of type {rows.dtype} cannot be cached; return numbers")
        return cls(rows.dtype, rows.shape[1:], ragged)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The form that `to_json` wrote."""
        descr, shape, ragged = json.loads(text)
        return cls(np.lib.format.descr_to_dtype(_tuples(descr)), tuple(shape), ragged)

    def to_json(self) -> str:
        """What `parse` reads."""
        return json.dumps([np.lib.format.dtype_to_descr(self.dtype), self.shape, self.ragged])

    def __str__(self) -> str:
        return f"{self.dtype} {self.shape}{' by row' if self.ragged else ''}"

    @cached_property
    def row_bytes(self) -> int:
        """The bytes of a row."""
        return self.dtype.itemsize * math.prod(self.shape)


class Segment:
    """A file of rows; what is in it is known by an index beside it.

    >>> import tempfile
    >>> rows = np.arange(6, dtype=np.float32).reshape(3, 2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with Segment(Path(folder) / "rows", Form.of(rows)) as segment:
    ...         segment.write(np.array([2, 0, 1]), rows)
    ...         segment.read(np.array([1, 2])).tolist()
    [[4.0, 5.0], [0.0, 1.0]]
    """

    def __init__(self, path: Path, form: Form) -> None:
        self.path, self.form = path, form

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the next read opens it again."""
        if "_stream" in self.__dict__:
            self._stream.close()
            del self._stream

    def write(self, rows: Rows, values: Array) -> None:
        """Put each value at its row.

        Written, not mapped: a full disk is then an `OSError` and no signal that kills.
        """
        order, size = np.argsort(rows, kind="stable"), self.form.row_bytes
        data = memoryview(values[order].tobytes())
        ends = [*(np.flatnonzero(np.diff(rows[order]) != 1) + 1).tolist(), len(rows)]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch()
        with self.path.open("r+b", buffering=0) as stream:
            for start, end in zip([0, *ends], ends, strict=False):
                stream.seek(int(rows[order[start]]) * size if len(rows) else 0)
                _write_all(stream, data[start * size : end * size])

    def read(self, rows: Rows) -> Array:
        """These rows, (n, ...), to be changed at will: the file stays as it is.

        Many rows that follow each other are mapped, so that they take no memory of their own and
        processes share them; others are copied, see `copy_to`.

        Raises:
            OSError: the file ends before one of the rows.
        """
        shape = (len(rows), *self.form.shape)
        in_order = len(rows) * self.form.row_bytes >= _MAPPED and (np.diff(rows) == 1).all()
        if in_order:
            self._check_length(rows)
            start = int(rows[0]) * self.form.row_bytes
            return np.asarray(np.memmap(self._stream, self.form.dtype, "c", start, shape))
        values = np.empty(shape, self.form.dtype)
        self.copy_to(values, np.arange(len(rows)), rows)
        return values

    def copy_to(self, values: Array, positions: Rows, rows: Rows) -> None:
        """Put each row at its position in these values, block by block: none is there twice.

        Raises:
            OSError: the file ends before one of the rows.
        """
        self._check_length(rows)
        for run in self._runs(rows, rows + 1) if self.form.row_bytes else ():
            block = np.frombuffer(self._bytes(rows[run].min(), rows[run].max() + 1), np.uint8)
            whole = block.view(self.form.dtype).reshape(-1, *self.form.shape)
            values[positions[run]] = whole[rows[run] - rows[run].min()]

    def checks(self, rows: Rows, counts: Rows, seeds: Checks) -> Checks:
        """The checksums of values as they stand in the file, each `counts` rows from `rows` on."""
        found = np.zeros(len(rows), np.uint32)
        for run in self._runs(rows, rows + counts):
            first = rows[run].min()
            data = self._bytes(first, (rows[run] + counts[run]).max())
            found[run] = checksums(data, rows[run] - first, counts[run], seeds[run], self.form)
        return found

    def _check_length(self, rows: Rows) -> None:
        wanted = (int(rows.max(initial=-1)) + 1) * self.form.row_bytes
        found = os.fstat(self._stream.fileno()).st_size if wanted else 0
        if found < wanted:
            raise OSError(f"{self.path} ends at byte {found}, and there were {wanted}")

    def _bytes(self, start: int, stop: int) -> bytes:
        self._stream.seek(int(start) * self.form.row_bytes)
        return self._stream.read(int(stop - start) * self.form.row_bytes)

    def _runs(self, starts: Rows, stops: Rows) -> Iterator[Rows]:
        """Positions of values that are read in one go."""
        order = np.argsort(starts, kind="stable")
        size = max(1, self.form.row_bytes)
        far = (starts[order][1:] - stops[order][:-1]) * size > _GAP
        next_block = np.diff(starts[order] * size // _BLOCK) > 0
        runs = np.split(order, np.flatnonzero(far | next_block) + 1)
        return iter(runs if len(starts) else [])

    @cached_property
    def _stream(self) -> FileIO:
        # not buffered: what is written later through another handle must be seen
        return self.path.open("rb", buffering=0)


def _write_all(stream: FileIO, data: memoryview) -> None:
    while data:  # a disk that fills up takes a part first, and then fails
        data = data[stream.write(data) :]


def checksums(data: bytes, rows: Rows, counts: Rows, seeds: Checks, form: Form) -> list[int]:
    """The CRC-32 of each value in these bytes, begun with its seed.

    zlib's: at 1.5 GB/s it is no slower than the disk, and needs no further dependency.
    """
    view, size = memoryview(data), form.row_bytes
    starts, stops = rows * size, (rows + counts) * size
    values = zip(starts.tolist(), stops.tolist(), seeds.tolist(), strict=True)
    return [crc32(view[start:stop], seed) for start, stop, seed in values]


def _tuples(descr: Any) -> Any:
    """The description of a dtype, whose fields JSON turned from tuples into lists."""
    if not isinstance(descr, list):
        return descr
    return [(name, _tuples(kind), *map(tuple, shape)) for name, kind, *shape in descr]
