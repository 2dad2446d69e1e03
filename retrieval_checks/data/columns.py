"""The columns that corpora and queries share: texts, and metadata that cannot be changed."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from retrieval_checks.errors import DataError, printable

if TYPE_CHECKING:
    import pandas as pd

Metadata = Mapping[str, Any]
NO_METADATA: Metadata = MappingProxyType({})


def text_column(texts: Sequence[object], ids: Sequence[str], *, what: str) -> tuple[str, ...]:
    """One string per id.

    Raises:
        DataError: more or fewer texts than ids, a text that is not a string.
    """
    if len(texts) != len(ids):
        raise DataError(f"{len(ids)} ids but {len(texts)} {what}s")
    checked = []
    for item, text in zip(ids, texts, strict=True):
        if not isinstance(text, str):
            raise DataError(f"{what} of {item!r} is of type {type(text).__name__}, not a string")
        checked.append(text)
    return tuple(checked)


def metadata_column(metadata: Sequence[Metadata], ids: Sequence[str]) -> tuple[Metadata, ...]:
    """One read-only mapping per id, all empty where none is given.

    Raises:
        DataError: more or fewer mappings than ids, a value that is not a mapping.
    """
    if not metadata:
        return (NO_METADATA,) * len(ids)
    if len(metadata) != len(ids):
        raise DataError(f"{len(ids)} ids but {len(metadata)} metadata entries")
    return tuple(frozen_metadata(entry, item) for entry, item in zip(metadata, ids, strict=True))


def frozen_metadata(metadata: Metadata, item: str) -> Metadata:
    """The mapping as one that cannot be changed, nor what it holds."""
    if not isinstance(metadata, Mapping):
        raise DataError(f"metadata of {item!r} is of type {type(metadata).__name__}, not a mapping")
    if not metadata:
        return NO_METADATA
    try:
        return frozen_mapping(metadata)
    except RecursionError:
        raise DataError(f"metadata of {item!r} is nested too deeply; flatten it") from None


def frozen_mapping(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    """A read-only copy, all the way down: mappings read-only, lists as tuples, sets frozen.

    >>> frozen_mapping({"tags": ["a", "b"]})
    mappingproxy({'tags': ('a', 'b')})
    """
    return MappingProxyType({key: _frozen(value) for key, value in mapping.items()})


def thawed_mapping(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """The counterpart of `frozen_mapping`: plain dicts and lists, which JSON and pickle take.

    >>> thawed_mapping(frozen_mapping({"tags": ["a", "b"]}))
    {'tags': ['a', 'b']}
    """
    return {key: _thawed(value) for key, value in mapping.items()}


def need_columns(frame: "pd.DataFrame", *columns: str) -> None:
    """Refuse a frame that lacks a column, and say which it has."""
    for column in columns:
        if column not in frame.columns:
            there = ", ".join(map(printable, frame.columns))
            raise DataError(f"no column {column!r} in the frame; it has: {there}")


def need_mapping(texts: object, what: str) -> None:
    """Refuse what is no mapping of ids to texts."""
    if not isinstance(texts, Mapping):
        raise DataError(f"{what} must be a mapping of ids to texts, got {type(texts).__name__}")


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return frozen_mapping(value)
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, value))
    return frozenset(value) if isinstance(value, set) else value


def _thawed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return thawed_mapping(value)
    return [_thawed(item) for item in value] if isinstance(value, list | tuple) else value
