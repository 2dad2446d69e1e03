"""Ids of queries and documents, and dictionaries by id."""

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

DOC_IDS = tuple(f"d{i}" for i in range(1, 13))
QUERY_IDS = tuple(f"q{i}" for i in range(1, 13))

Ids = Sequence[str] | SearchStrategy[str]
_Value = TypeVar("_Value")


def single_ids(ids: Ids, max_size: int) -> tuple[SearchStrategy[str], int]:
    """A strategy for single ids, and how many different ones there can be, `max_size` at most."""
    if isinstance(ids, SearchStrategy):
        return ids, max_size
    return st.sampled_from(ids), min(max_size, len(ids))


def dictionaries(
    ids: Ids, value: SearchStrategy[_Value], min_size: int, max_size: int
) -> SearchStrategy[dict[str, _Value]]:
    """Values by id, `max_size` at most and no more than there are ids."""
    key, at_most = single_ids(ids, max_size)
    return st.dictionaries(key, value, min_size=min_size, max_size=at_most)
