"""Ids: non-empty strings, each once."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from functools import cached_property
from itertools import repeat
from typing import TypeGuard, TypeVar

import numpy as np

from retrieval_checks.data.postings.arrays import IntArray, read_only
from retrieval_checks.errors import DataError

Key = TypeVar("Key", bound=Hashable)

FLOAT_ID = "a float, often made of whole numbers by a missing value among them"


class CheckedIds(tuple[str, ...]):
    """Ids known to be non-empty, unique strings: checked once, however many runs share them."""

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """Where each id stands."""
        return dict(zip(self, range(len(self)), strict=True))

    def places(self, ids: tuple[str, ...]) -> IntArray:
        """Where each of other ids stands here, (n,), -1 where it does not.

        The last answer is kept: a run is mostly measured with the same judgements again.
        """
        last: tuple[object, IntArray] | None = self.__dict__.get("_last")
        if last is None or last[0] is not ids:
            same = ids == self  # compared by identity first, mostly
            found = range(len(self)) if same else map(self.positions.get, ids, repeat(-1))
            last = ids, read_only(np.fromiter(found, np.int64, len(ids)))
            self._last = last  # in one piece: another thread may ask for other ids meanwhile
        return last[1]

    def __reduce__(self) -> tuple[type["CheckedIds"], tuple[tuple[str, ...]]]:
        return CheckedIds, (tuple(self),)


def check_id(value: object, kind: str, where: str = "") -> str:
    """The id if it is a non-empty `str`.

    Raises:
        DataError: anything else; ids are never converted, since `1` and `"1"` would silently meet.
    """
    if isinstance(value, str) and value:
        return value
    place = f" {where}" if where else ""
    if isinstance(value, str):
        raise DataError(f"empty {kind} id{place}; ids are non-empty strings")
    raise DataError(
        f"{kind} id {value!r}{place} is of type {type(value).__name__};"
        " ids are strings: use str(...)"
    )


def id_text(value: object, kind: str, where: str = "") -> str:
    """The id of an imported object as text: a string as it is, a whole number as its digits.

    Raises:
        DataError: anything else, a float above all: whether 1.0 was `1` or `1.0` nobody can tell.

    >>> id_text(7, "query"), id_text("007", "query")
    ('7', '007')
    """
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float | np.floating):
        place = f" {where}" if where else ""
        raise DataError(
            f"{kind} id {value!r}{place} is {FLOAT_ID}; give the ids as strings or whole numbers"
        )
    return check_id(value, kind, where)


def check_ids(ids: Iterable[object], kind: str) -> CheckedIds:
    """The ids as a tuple, each a non-empty string and unique; the same tuple if it was checked."""
    if isinstance(ids, CheckedIds):
        return ids
    if isinstance(ids, str | bytes) or not isinstance(ids, Iterable):
        raise DataError(f"{kind} ids must be a list or a tuple of strings, got {ids!r:.60}")
    unchecked = tuple(ids)
    checked = CheckedIds(
        unchecked if are_ids(unchecked) else (str(check_id(value, kind)) for value in unchecked)
    )
    if not isinstance(ids, dict) and len(set(checked)) != len(checked):
        twice = first_duplicate(checked)
        raise DataError(f"duplicate {kind} id {twice!r}; every {kind} id occurs once")
    return checked


def places_in(vocabulary: tuple[str, ...], ids: tuple[str, ...]) -> IntArray:
    """Where each id stands in a checked vocabulary, (n,), -1 where it does not."""
    return check_ids(vocabulary, "document").places(ids)


def are_ids(values: Collection[object]) -> TypeGuard[Collection[str]]:
    """Whether all are non-empty `str`; a pass in C, since ids are many."""
    return set(map(type, values)) <= {str} and "" not in values


def first_duplicate(keys: Iterable[Key]) -> Key:
    """The first key that occurs a second time."""
    seen: set[Key] = set()
    for key in keys:
        if key in seen:
            return key
        seen.add(key)
    raise ValueError("no duplicate")
