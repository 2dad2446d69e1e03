"""A `Run` laid against judgements finds what a search one by one finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval_checks.data.postings import check_ids, rows
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.joins import columns
from retrieval_checks.metrics.joins.columns import join_columns
from tests.metrics.joins.naive import (
    IDS,
    Table,
    depths,
    found_rows,
    judgements,
    naive_rows,
    tables,
)


def with_vocabulary(run: Run, qrels: Qrels, ids: list[str]) -> tuple[Run, Qrels]:
    """Both over one and the same vocabulary."""
    shared = check_ids(ids, "document")
    docs = [
        np.array([shared.positions[table.doc_ids[doc]] for doc in table.docs], np.int32)
        for table in (run, qrels)
    ]
    return (
        Run(run.query_ids, shared, run.indptr, docs[0], run.scores),
        Qrels(qrels.query_ids, shared, qrels.indptr, docs[1], qrels.grades),
    )


@settings(max_examples=80)
@given(tables, judgements, depths, st.permutations(IDS), st.integers(1, 4))
def test_ranks_are_those_of_a_naive_search_whatever_the_vocabularies_and_blocks(
    table: Table, qrels: Qrels, depth: int | None, vocabulary: list[str], entries: int
) -> None:
    run = Run.from_dict(table)
    shared = with_vocabulary(run, qrels, vocabulary)
    expected = naive_rows(table, qrels, depth)
    with pytest.MonkeyPatch.context() as patch:
        for size in (None, entries):
            if size is not None:
                patch.setattr(rows, "_BLOCK_ENTRIES", size)
            for one, other in ((run, qrels), shared, (shared[0], qrels), (run, shared[1])):
                joined = join_columns(one, other, depth)
                assert found_rows(joined, other) == expected
                assert joined.retrieved.tolist() == [len(table.get(q, {})) for q in qrels]


@settings(max_examples=30)
@given(tables, judgements, st.permutations(IDS))
def test_a_table_of_marks_that_cannot_tell_apart_changes_nothing(
    table: Table, qrels: Qrels, vocabulary: list[str]
) -> None:
    run, other = with_vocabulary(Run.from_dict(table), qrels, vocabulary)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_MARKS", 0)
        assert found_rows(join_columns(run, other), other) == naive_rows(table, qrels)


def test_disjoint_vocabularies_meet_nowhere() -> None:
    run, qrels = Run.from_ids({"q": ["a", "b"]}), Qrels.from_dict({"q": {"c": 1, "d": 0}})
    joined = join_columns(run, qrels)
    assert found_rows(joined, qrels) == [[]]
    assert joined.retrieved.tolist() == [2]


def test_query_that_the_run_lacks_has_retrieved_nothing() -> None:
    run = Run.from_ids({"q9": ["a", "b"], "q2": ["b", "a"]})
    qrels = Qrels.from_dict({"q1": {"a": 1}, "q2": {"a": 2}, "q3": {"b": 1}})
    joined = join_columns(run, qrels)
    assert found_rows(joined, qrels) == [[], [(2, "a", 2.0)], []]
    assert joined.retrieved.tolist() == [0, 2, 0]


def test_depth_hides_what_stands_below_and_not_how_much_was_retrieved() -> None:
    run = Run.from_ids({"q1": ["a", "b", "c"], "q2": ["c"]})
    qrels = Qrels.from_dict({"q1": {"a": 1, "b": 2, "c": 3}, "q2": {"c": 1}})
    for depth, last in ((1, 1), (2, 2), (3, 3), (4, 3)):
        joined = join_columns(run, qrels, depth)
        ranks = [rank for rank, _, _ in found_rows(joined, qrels)[0]]
        assert ranks == list(range(1, last + 1))
        assert joined.retrieved.tolist() == [3, 1]


def test_same_document_of_another_query_is_not_taken_for_this_one() -> None:
    run = Run.from_ids({"q1": ["a", "b"], "q2": ["a", "b"], "q3": ["b", "a"]})
    qrels = Qrels.from_dict({"q3": {"a": 3}, "q1": {"b": 1}, "q2": {}})
    assert found_rows(join_columns(run, qrels), qrels) == [[(2, "a", 3.0)], [(2, "b", 1.0)], []]


def test_ranks_beyond_a_block_count_from_the_top_of_their_own_query(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rows, "_BLOCK_ENTRIES", 3)
    ids = [f"d{i}" for i in range(7)]
    run = Run.from_ids({"q1": ids, "q2": ids[:2], "q3": ids[::-1]})
    qrels = Qrels.from_dict({q: {"d1": 1, "d6": 2} for q in ("q1", "q2", "q3")})
    assert found_rows(join_columns(run, qrels), qrels) == [
        [(2, "d1", 1.0), (7, "d6", 2.0)],
        [(2, "d1", 1.0)],
        [(1, "d6", 2.0), (6, "d1", 1.0)],
    ]


def test_subtopics_go_along() -> None:
    qrels = Qrels.from_subtopics({"q": {"s": {"a": 1}}})
    joined = join_columns(Run.from_ids({"q": ["a"]}), qrels)
    assert joined.subtopics is qrels.subtopics is not None
