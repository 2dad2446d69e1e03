"""Rows one after the other: numbers, blocks, checks, and the one order."""

import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval_checks.data.postings import (
    check_rows,
    rank_order,
    row_blocks,
    row_numbers,
    rows,
    take_rows,
)
from retrieval_checks.errors import DataError

INDPTR = np.array([0, 2, 2, 5])  # rows of 2, 0 and 3 entries
IDS = ["d1", "d10", "d2", "d9", "a", "Z", "é", "\uffee", "\U0001f600"]


def refused(message: str) -> Any:
    return pytest.raises(DataError, match=f"^{re.escape(message)}$")


def test_row_numbers_repeat_each_row_by_its_length() -> None:
    assert row_numbers(INDPTR).tolist() == [0, 0, 2, 2, 2]
    assert row_numbers(np.array([0])).tolist() == []
    assert row_numbers(INDPTR).dtype == np.int64


@settings(max_examples=50)
@given(st.lists(st.integers(0, 9), max_size=12), st.integers(1, 10))
def test_blocks_are_all_rows_in_order_and_not_too_many(lengths: list[int], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "_BLOCK_ENTRIES", size)
        blocks = row_blocks(np.array(lengths, np.int64))
    edges = [blocks[0][0], *(stop for _, stop in blocks)]
    assert blocks == list(pairwise(edges))
    assert (edges[0], edges[-1]) == (0, len(lengths))
    assert edges == sorted(edges)
    for start, stop in blocks:
        assert sum(lengths[start + 1 : stop]) < size  # beyond the first row


def test_blocks_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    assert row_blocks(np.array([3, 4, 5])) == [(0, 3)]
    assert row_blocks(np.array([], np.int64)) == [(0, 0)]
    monkeypatch.setattr(rows, "_BLOCK_ENTRIES", 4)
    # running totals 3, 4, 7, 8, 9, 21, 21: the block of a row is its total by 4
    assert row_blocks(np.array([3, 1, 3, 1, 1, 12, 0])) == [(0, 1), (1, 3), (3, 5), (5, 7)]


def test_block_holds_as_many_entries_as_fit_in_a_cache() -> None:
    lengths = np.full(3, 1 << 16)
    assert row_blocks(lengths) == [(0, 1), (1, 3)]


@pytest.mark.parametrize("block", [1, 3, 1 << 17])
def test_a_document_may_stand_in_two_rows_but_not_twice_in_one(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "_BLOCK_ENTRIES", block)
    docs = np.array([0, 0], np.int32)
    check_rows(("p", "q"), ("a", "b"), np.array([0, 1, 2]), docs, what="ranking")
    docs = np.array([1, 1, 1], np.int32)
    with refused("duplicate document 'b' in ranking of 'q'; a document stands once per query"):
        check_rows(("p", "q"), ("a", "b"), np.array([0, 1, 3]), docs, what="ranking")


@settings(max_examples=80)
@given(
    st.lists(st.lists(st.integers(0, 4), max_size=5), max_size=6),
    st.sampled_from([1, 2, 4, 1 << 17]),
    st.sampled_from([np.int32, np.int64, np.uint8]),
)
def test_duplicates_are_found_wherever_they_stand(
    table: list[list[int]], block: int, kind: Any
) -> None:
    query_ids = [f"q{i}" for i in range(len(table))]
    indptr = np.cumsum([0, *map(len, table)])
    docs = np.array([doc for row in table for doc in row], kind)
    twice = [
        (query_id, doc)
        for query_id, row in zip(query_ids, table, strict=True)
        for doc in sorted({doc for doc in row if row.count(doc) > 1})
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "_BLOCK_ENTRIES", block)
        if not twice:
            check_rows(query_ids, "abcde", indptr, docs, what="ranking")
            return
        query_id, doc = twice[0]
        with refused(
            f"duplicate document {'abcde'[doc]!r} in ranking of {query_id!r};"
            " a document stands once per query"
        ):
            check_rows(query_ids, "abcde", indptr, docs, what="ranking")


@pytest.mark.parametrize(
    ("indptr", "docs", "message"),
    [
        ([0, 1], [0, 1], "rows: indptr must run from 0 to 2 in 3 steps, got 2 values"),
        ([1, 1, 2], [0, 1], "rows: indptr must run from 0 to 2 in 3 steps, got 3 values"),
        ([0, 1, 3], [0, 1], "rows: indptr must run from 0 to 2 in 3 steps, got 3 values"),
        ([0, 3, 2], [0, 1], "rows: indptr must not decrease"),
        ([0, 1, 2], [0, 2], "rows: document positions must lie in 0..1"),
        ([0, 1, 2], [-1, 0], "rows: document positions must lie in 0..1"),
    ],
)
def test_pointers_and_positions_that_do_not_fit_are_refused(
    indptr: list[int], docs: list[int], message: str
) -> None:
    with refused(message):
        check_rows(("p", "q"), ("a", "b"), np.array(indptr), np.array(docs), what="rows")


def test_no_rows_and_empty_rows_fit() -> None:
    none = np.array([], np.int32)
    check_rows((), (), np.array([0]), none, what="rows")
    check_rows(("p", "q"), (), np.array([0, 0, 0]), none, what="rows")


def test_taken_rows_come_in_the_order_asked() -> None:
    indptr, entries = take_rows(INDPTR, [2, 1, 0])
    assert indptr.tolist() == [0, 3, 3, 5]
    assert entries.tolist() == [2, 3, 4, 0, 1]
    indptr, entries = take_rows(INDPTR, np.array([0, 2, 0]))
    assert entries.tolist() == [0, 1, 2, 3, 4, 0, 1]
    assert indptr.dtype == entries.dtype == np.int64
    indptr, entries = take_rows(INDPTR, [])
    assert (indptr.tolist(), entries.tolist()) == ([0], [])


SCORES = st.sampled_from([0.0, -0.0, 1.0, 2.0, -1.0, float("inf"), float("-inf")])


@settings(max_examples=80)
@given(
    st.lists(st.dictionaries(st.sampled_from(IDS), SCORES, max_size=7), max_size=4),
    st.permutations(IDS),
    st.booleans(),
)
def test_order_is_that_of_sorting_each_row(
    table: list[dict[str, float]], vocabulary: list[str], in_order: bool
) -> None:
    if in_order:
        table = [dict(sorted(row.items(), key=lambda e: (-e[1], e[0]))) for row in table]
    indptr = np.cumsum([0, *map(len, table)])
    docs = np.array([vocabulary.index(d) for row in table for d in row], np.int32)
    scores = np.array([s for row in table for s in row.values()], np.float64)
    order = rank_order(vocabulary, indptr, docs, scores)
    ranked = docs if order is None else docs[order]
    ids = [vocabulary[doc] for doc in ranked.tolist()]
    expected = [sorted(row, key=lambda d: (row[d], d), reverse=True) for row in table]
    assert [ids[a:b] for a, b in pairwise(indptr.tolist())] == expected


def test_rows_in_order_need_no_permutation() -> None:
    docs, indptr = np.array([0, 1, 1, 0], np.int32), np.array([0, 2, 4])
    assert rank_order("ab", indptr, docs, np.array([2.0, 1.0, 5.0, 4.0])) is None
    order = rank_order("ab", indptr, docs, np.array([1.0, 2.0, 5.0, 4.0]))
    assert order is not None
    assert order.tolist() == [1, 0, 2, 3]
    order = rank_order("ab", indptr, docs, np.array([1.0, 1.0, 5.0, 5.0]))
    assert order is not None
    assert order.tolist() == [1, 0, 2, 3]
    assert rank_order("", np.array([0]), docs[:0], np.zeros(0)) is None
