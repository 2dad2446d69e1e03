"""The columnar form of judgements and rankings: rows of (document, value), one row a query."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.errors import DataError, printable

if TYPE_CHECKING:
    import pandas as pd

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
DocArray = NDArray[np.int32]
FloatArray = NDArray[np.float64]

Array = TypeVar("Array", bound=NDArray[Any])
Key = TypeVar("Key", bound=Hashable)


class CheckedIds(tuple[str, ...]):
    """Ids known to be non-empty, unique strings: checked once, however many runs share them."""

    __slots__ = ()


def read_only(array: Array) -> Array:
    """The array itself, locked against writing."""
    array.flags.writeable = False
    return array


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


def check_ids(ids: Iterable[object], kind: str) -> CheckedIds:
    """The ids as a tuple, each a non-empty string and unique; the same tuple if it was checked."""
    if isinstance(ids, CheckedIds):
        return ids
    if isinstance(ids, str | bytes) or not isinstance(ids, Iterable):
        raise DataError(f"{kind} ids must be a list or a tuple of strings, got {ids!r:.60}")
    unchecked = tuple(ids)
    if not set(map(type, unchecked)) <= {str} or "" in unchecked:  # a pass in C: ids are many
        for value in unchecked:
            check_id(value, kind)
    checked = CheckedIds(map(str, unchecked))
    if len(set(checked)) != len(checked):
        twice = first_duplicate(checked)
        raise DataError(f"duplicate {kind} id {twice!r}; every {kind} id occurs once")
    return checked


def first_duplicate(keys: Iterable[Key]) -> Key:
    """The first key that occurs a second time."""
    seen: set[Key] = set()
    for key in keys:
        if key in seen:
            return key
        seen.add(key)
    raise ValueError("no duplicate")


def row_numbers(indptr: IntArray) -> IntArray:
    """The row of each entry, (nnz,), from the row pointers, (n_rows + 1,)."""
    return np.repeat(np.arange(len(indptr) - 1, dtype=np.int64), np.diff(indptr))


def check_rows(
    query_ids: Sequence[str],
    doc_ids: Sequence[str],
    indptr: IntArray,
    docs: DocArray | IntArray,
    *,
    what: str,
) -> None:
    """Refuse bad row pointers, positions outside the vocabulary, a document twice in a row."""
    if len(indptr) != len(query_ids) + 1 or indptr[0] != 0 or indptr[-1] != len(docs):
        raise DataError(
            f"{what}: indptr must run from 0 to {len(docs)} in {len(query_ids) + 1} steps,"
            f" got {len(indptr)} values"
        )
    if (np.diff(indptr) < 0).any():
        raise DataError(f"{what}: indptr must not decrease")
    if len(docs) and not (docs.min() >= 0 and docs.max() < len(doc_ids)):
        raise DataError(f"{what}: document positions must lie in 0..{len(doc_ids) - 1}")
    keys = np.sort(row_numbers(indptr) * len(doc_ids) + docs.astype(np.int64))
    repeated = np.flatnonzero(keys[1:] == keys[:-1])
    if len(repeated):
        row, doc = divmod(int(keys[repeated[0]]), len(doc_ids))
        raise DataError(
            f"duplicate document {doc_ids[doc]!r} in {what} of {query_ids[row]!r};"
            " a document stands once per query"
        )


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
    vocabulary: dict[str, int] = {}
    indptr = np.zeros(len(query_ids) + 1, np.int64)
    docs: list[int] = []
    values: list[float] = []
    for row, (query_id, entries) in enumerate(table.items()):
        if not isinstance(entries, Mapping):
            raise DataError(
                f"{what} of {query_id!r} must map document ids to numbers,"
                f" got {type(entries).__name__}"
            )
        for doc_id, value in entries.items():
            position = vocabulary.get(doc_id)
            if position is None:
                check_id(doc_id, "document", f"in {what} of {query_id!r}")
                position = vocabulary[doc_id] = len(vocabulary)
            docs.append(position)
            values.append(_number(value, doc_id, query_id, what))
        indptr[row + 1] = len(docs)
    return (
        query_ids,
        tuple(vocabulary),
        indptr,
        np.array(docs, np.int32),
        np.array(values, np.float64),
    )


def vector(values: object, what: str, *, kinds: str = "iu") -> NDArray[Any]:
    """The values as an array of one dimension, of integers unless `kinds` allows more.

    Nothing is converted that would change: 1.7 is no position, and "1" no number.
    """
    try:
        array = np.asarray(values)
    except ValueError:  # rows of unequal length
        raise DataError(f"{what} must be one row of numbers") from None
    if array.ndim != 1:
        raise DataError(f"{what} must have one dimension, got shape {array.shape}")
    if len(array) and array.dtype.kind not in kinds:
        numbers = "integers" if kinds == "iu" else "numbers"
        raise DataError(f"{what} must be {numbers}, got dtype {array.dtype}")
    return array


def unstacked(
    query_ids: Sequence[str], doc_ids: Sequence[str], docs: Any, values: Any, *, what: str
) -> tuple[IntArray, DocArray, NDArray[Any]]:
    """Row pointers, positions and values of two matrices, (n_q, k); -1 is "no document here"."""
    matrix, numbers = _matrix(docs, "docs"), _matrix(values, what)
    if matrix.ndim != 2 or matrix.shape != numbers.shape or len(matrix) != len(query_ids):
        raise DataError(
            f"docs and {what} must both be ({len(query_ids)}, k),"
            f" got {matrix.shape} and {numbers.shape}"
        )
    if matrix.size and matrix.dtype.kind not in "iu":
        raise DataError(f"docs must be integer positions into doc_ids, got dtype {matrix.dtype}")
    if matrix.size and (matrix.min() < -1 or matrix.max() >= len(doc_ids)):
        raise DataError(f"docs must lie in -1..{len(doc_ids) - 1}")
    there = matrix >= 0
    indptr = np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int64)
    return indptr, matrix[there].astype(np.int32), numbers[there]


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


def take_rows(indptr: IntArray, rows: Sequence[int] | IntArray) -> tuple[IntArray, IntArray]:
    """New row pointers and the positions of the entries for these rows, in this order."""
    rows = np.asarray(rows, np.int64)
    lengths = np.diff(indptr)[rows]
    new_indptr = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    offsets = np.arange(new_indptr[-1], dtype=np.int64) - np.repeat(new_indptr[:-1], lengths)
    return new_indptr, np.repeat(indptr[rows], lengths) + offsets


def rank_order(
    doc_ids: Sequence[str], indptr: IntArray, docs: DocArray, scores: FloatArray
) -> IntArray | None:
    """The permutation into rank order; None where scores fall strictly within each row already."""
    rows = row_numbers(indptr)
    if ((scores[1:] < scores[:-1]) | (rows[1:] != rows[:-1])).all():
        return None
    order = np.lexsort((-scores, rows))
    equal = (scores[order][1:] == scores[order][:-1]) & (rows[1:] == rows[:-1])
    tied = np.unique(docs[order][np.append(equal, False) | np.append(False, equal)])
    if not len(tied):
        return order
    # Only ids that are tied somewhere are compared as text: a corpus may have a million others.
    by_id = sorted(tied.tolist(), key=doc_ids.__getitem__, reverse=True)
    place = np.zeros(len(doc_ids), np.int64)
    place[by_id] = np.arange(len(by_id))
    return np.lexsort((place[docs], -scores, rows))


def _matrix(values: Any, what: str) -> NDArray[Any]:
    try:
        return np.asarray(values)
    except ValueError:
        raise DataError(f"{what} must be a matrix, its rows of one length") from None


def _number(value: object, doc_id: str, query_id: str, what: str) -> float:
    with suppress(TypeError, ValueError, OverflowError):
        if not isinstance(value, str | bytes | bytearray):  # no numbers, whatever their digits
            return float(value)  # type: ignore[arg-type]  # anything else that float() takes
    raise DataError(f"{value!r} for document {doc_id!r} in {what} of {query_id!r} is not a number")
