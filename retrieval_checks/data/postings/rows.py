"""Rows of (document, value) one after the other, told apart by row pointers (CSR)."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from retrieval_checks.data.postings.arrays import DocArray, FloatArray, IntArray
from retrieval_checks.errors import DataError

_BLOCK_ENTRIES = 1 << 17


def row_numbers(indptr: IntArray) -> IntArray:
    """The row of each entry, (nnz,), from the row pointers, (n_rows + 1,)."""
    return np.repeat(np.arange(len(indptr) - 1, dtype=np.int64), np.diff(indptr))


def row_blocks(lengths: IntArray) -> list[tuple[int, int]]:
    """Ranges of rows that hold about as many entries as a processor's cache does, or one row."""
    group = np.cumsum(lengths) // _BLOCK_ENTRIES
    edges = [0, *(np.flatnonzero(np.diff(group)) + 1).tolist(), len(lengths)]
    return list(pairwise(edges))


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
    for start, stop in row_blocks(np.diff(indptr)):
        own = indptr[start : stop + 1]
        keys = row_numbers(own - own[0]) * len(doc_ids) + docs[own[0] : own[-1]].astype(np.int64)
        repeated = _repeated(keys)
        if repeated is not None:
            row, doc = divmod(repeated, len(doc_ids))
            raise DataError(
                f"duplicate document {doc_ids[doc]!r} in {what} of {query_ids[start + row]!r};"
                " a document stands once per query"
            )


def _repeated(keys: IntArray) -> int | None:
    """The smallest key that occurs twice.

    Each key leaves its mark in a table; only where a later one has overwritten it may it occur
    again, and only those keys are sorted.
    """
    table = np.empty(1 << (4 * len(keys)).bit_length(), np.int32)
    places = keys & (len(table) - 1)
    own = np.arange(len(keys), dtype=np.int32)
    table[places] = own
    overwritten = places[table[places] != own]
    table[:] = 0
    table[overwritten] = 1
    suspects = np.sort(keys[np.flatnonzero(table[places])])
    twice = np.flatnonzero(suspects[1:] == suspects[:-1])
    return int(suspects[twice[0]]) if len(twice) else None


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
    """The permutation into rank order; None where every row is in it already."""
    rows = row_numbers(indptr)
    same_row = rows[1:] == rows[:-1]
    rising = np.unique(rows[1:][same_row & (scores[1:] > scores[:-1])]).tolist()
    order = np.arange(len(docs))
    for start, stop in ((indptr[row], indptr[row + 1]) for row in rising):
        order[start:stop] = start + np.argsort(-scores[start:stop], kind="stable")
    ranked = scores[order] if rising else scores
    equal = same_row & (ranked[1:] == ranked[:-1])
    if not equal.any():
        return order if rising else None
    # Only ids that are tied somewhere are compared as text: a corpus may have a million others.
    tied = np.flatnonzero(np.append(equal, False) | np.append(False, equal))
    group = np.cumsum(np.append(True, ~equal))[tied]
    ids, which = np.unique(docs[order[tied]], return_inverse=True)
    names = [doc_ids[doc] for doc in ids.tolist()]
    by_id = sorted(range(len(ids)), key=names.__getitem__, reverse=True)
    place = np.empty(len(ids), np.int64)
    place[by_id] = np.arange(len(ids))
    order[tied] = order[tied][np.lexsort((place[which], group))]
    return order
