"""Dicts of dicts and DataFrames, on their way to columns."""

import struct
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from itertools import chain, count, repeat
from typing import TYPE_CHECKING

import numpy as np

from retrieval_checks.data.postings.arrays import DocArray, FloatArray, IntArray
from retrieval_checks.data.postings.ids import are_ids, check_id, check_ids
from retrieval_checks.errors import DataError, printable

if TYPE_CHECKING:
    import pandas as pd


def intern(
    table: Mapping[str, Mapping[str, float]], what: str
) -> tuple[tuple[str, ...], tuple[str, ...], IntArray, DocArray, FloatArray]:
    """Query ids, document ids, row pointers, document positions and values of a dict of dicts."""
    if not isinstance(table, Mapping):
        raise DataError(
            f"{what}: expected a mapping of query ids to {{document id: number}},"
            f" got {type(table).__name__}"
        )
    query_ids = check_ids(table, "query")
    for query_id, entries in table.items():
        if not isinstance(entries, Mapping):
            raise DataError(
                f"{what} of {query_id!r} must map document ids to numbers,"
                f" got {type(entries).__name__}"
            )
    ids = list(chain.from_iterable(table.values()))
    vocabulary: dict[str, int] = defaultdict(count().__next__)  # a new id gets the next number
    docs = np.fromiter(map(vocabulary.__getitem__, ids), np.int32, len(ids))
    if not are_ids(vocabulary):
        for query_id, entries in table.items():
            for doc_id in entries:
                check_id(doc_id, "document", f"in {what} of {query_id!r}")
    values = b"".join(map(packed, table.values(), table, repeat(what)))
    return (
        query_ids,
        check_ids(vocabulary, "document"),
        np.cumsum([0, *map(len, table.values())]),
        docs,
        np.frombuffer(values, np.float64),
    )


def packed(entries: Mapping[str, float], query_id: str, what: str) -> bytes:
    """The numbers of one query as float64, packed; `DataError` for what is no number.

    A whole row at once: digits in a string are refused here as they are one by one.
    """
    try:
        return struct.pack(f"{len(entries)}d", *entries.values())
    except (struct.error, TypeError, OverflowError, ValueError):
        numbers = [as_number(value, doc, query_id, what) for doc, value in entries.items()]
        return struct.pack(f"{len(entries)}d", *numbers)


def as_number(value: object, doc_id: str, query_id: str, what: str) -> float:
    """The float64 of a score or grade; `DataError` for what is none, digits in a string too."""
    with suppress(TypeError, ValueError, OverflowError):
        if not isinstance(value, str | bytes | bytearray):  # no numbers, whatever their digits
            return float(value)  # type: ignore[arg-type]  # anything else that float() takes
    raise DataError(f"{value!r} for document {doc_id!r} in {what} of {query_id!r} is not a number")


def frame_to_dict(
    frame: "pd.DataFrame", query_id: str, doc_id: str, *, value: str, what: str
) -> dict[str, dict[str, float]]:
    """`{query_id: {doc_id: value}}` from one row per pair; a pair twice is an error."""
    absent = [column for column in (query_id, doc_id, value) if column not in frame.columns]
    if absent:
        there = ", ".join(map(printable, frame.columns))
        raise DataError(f"no column {absent[0]!r} in the frame; it has: {there}")
    table: dict[str, dict[str, float]] = {}
    columns = (frame[query_id].tolist(), frame[doc_id].tolist(), frame[value].tolist())
    for query, document, number in zip(*columns, strict=True):
        row = table.setdefault(check_id(query, "query"), {})
        if check_id(document, "document", f"in {what} of {query!r}") in row:
            raise DataError(f"duplicate document {document!r} in {what} of {query!r}")
        row[document] = number
    return table
