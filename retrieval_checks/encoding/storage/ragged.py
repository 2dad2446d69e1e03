"""`Ragged`: values of several rows each, in one array."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.encoding.storage.directory import first_positions
from retrieval_checks.errors import DataError


@dataclass(frozen=True, eq=False)
class Ragged:
    """Arrays of different lengths, such as the token vectors of texts, one after the other.

    Raises:
        DataError: bounds that do not begin at 0, descend, or end elsewhere than the rows.

    >>> tokens = Ragged.of([np.zeros((2, 4)), np.zeros((0, 4)), np.ones((1, 4))])
    >>> len(tokens), tokens.rows.shape, tokens.indptr.tolist(), tokens[2].tolist()
    (3, (3, 4), [0, 2, 2, 3], [[1.0, 1.0, 1.0, 1.0]])
    """

    rows: NDArray[Any]  # (n_rows, ...)
    indptr: NDArray[np.int64]  # (n + 1,), value i is rows[indptr[i]:indptr[i + 1]]

    def __post_init__(self) -> None:
        bounds = self.indptr
        if not len(bounds) or bounds[0] or (np.diff(bounds) < 0).any():
            raise DataError(f"bounds of ragged rows begin at 0 and ascend, got {bounds[:5]}")
        if bounds[-1] != len(self.rows):
            raise DataError(f"bounds end at {bounds[-1]}, and there are {len(self.rows)} rows")

    @classmethod
    def of(cls, values: Sequence[NDArray[Any]]) -> "Ragged":
        """These arrays, (n_i, ...) each, one after the other."""
        counts = [len(value) for value in values]
        rows = np.concatenate(values) if counts else np.zeros((0, 0), np.float32)
        return cls(rows, np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]))

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def __getitem__(self, position: int) -> NDArray[Any]:
        position = range(len(self))[position]
        return self.rows[self.indptr[position] : self.indptr[position + 1]]

    def __iter__(self) -> Iterator[NDArray[Any]]:
        return (self[position] for position in range(len(self)))

    @property
    def counts(self) -> NDArray[np.int64]:
        """The number of rows of each value, (n,)."""
        return np.diff(self.indptr)


def spread(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers `start, start + 1, ...`, as many as each count says, one after the other.

    >>> spread(np.array([10, 3]), np.array([2, 3])).tolist()
    [10, 11, 3, 4, 5]
    """
    before = np.cumsum(counts) - counts
    return np.repeat(starts - before, counts) + np.arange(int(counts.sum()))


def collect_ragged(
    keys: Sequence[bytes],
    compute: Callable[[list[int]], Iterable[tuple[list[int], Sequence[NDArray[Any]]]]],
) -> Ragged:
    """The value of each key, several rows each, computed once a key; no disk.

    >>> def lengths(positions):
    ...     yield positions, [np.ones(position + 1) for position in positions]
    >>> collect_ragged([b"a", b"b", b"a"], lengths).counts.tolist()
    [1, 2, 1]
    """
    first = first_positions(keys)
    values: dict[int, NDArray[Any]] = {}
    for positions, arrays in compute(np.unique(first).tolist()):
        values |= zip(positions, arrays, strict=True)
    return Ragged.of([values[position] for position in first.tolist()])
