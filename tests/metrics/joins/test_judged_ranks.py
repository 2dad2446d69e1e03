"""`JudgedRanks`: taking queries, judging more, moving documents, and the matrices of a block."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.joins.columns import join_columns
from retrieval_checks.metrics.joins.judged_ranks import JudgedRanks, padded
from retrieval_checks.metrics.ranked import RankedRelevance
from tests.metrics.joins.naive import (
    Table,
    check_arrays,
    judgements,
    listed_rows,
    tables,
)

NAN, INF = float("nan"), float("inf")
RUN = Run.from_ids({"q1": ["x", "a", "y", "b"], "q2": [], "q3": ["c", "z"]})
QRELS = Qrels.from_dict({"q1": {"b": 2, "m": 3, "a": 0}, "q2": {"a": 1}, "q3": {"c": -1}})
JOINED = join_columns(RUN, QRELS)

POSITIONS = st.lists(st.integers(0, 4), max_size=7)


def one(joined: JudgedRanks, row: int) -> tuple[list[tuple[int, float]], list[float], int]:
    """Ranks with grades, all grades, and size of the ranking of one query."""
    found = [(rank, grade) for rank, _, grade in listed_rows(joined)[row]]
    judged = joined.judged_grades[joined.judged_indptr[row] : joined.judged_indptr[row + 1]]
    return found, judged.tolist(), int(joined.retrieved[row])


def test_length_is_the_number_of_queries_and_width_that_of_most_judgements() -> None:
    assert (len(JOINED), JOINED.widest()) == (3, 3)
    assert JOINED.take(np.array([1, 2])).widest() == 1
    assert JOINED.take(np.array([], np.int64)).widest() == 0


def test_width_is_judgements_by_subtopics_where_there_are_any() -> None:
    qrels = Qrels.from_subtopics(
        {
            "q1": {"s": {"a": 1, "b": 1}, "t": {"c": 1}},
            "q2": {"u": {"a": 1}, "v": {"a": 1}, "w": {"a": 1}},
            "q3": {},
        }
    )
    joined = join_columns(RUN, qrels)
    assert joined.widest() == 3 * 3  # judgements of q1, subtopics of q2: a block has both
    taken = [joined.take(np.array(own, np.int64)).widest() for own in ([0], [1], [2], [])]
    assert taken == [6, 3, 0, 0]
    block = joined.block(0, 3, relevance_level=1).subtopics
    assert block is not None
    assert block.judged.shape == (3, 3, 3)


@settings(max_examples=60)
@given(tables, judgements, POSITIONS)
def test_taken_queries_are_the_same_in_the_order_asked(
    table: Table, qrels: Qrels, positions: list[int]
) -> None:
    joined = join_columns(Run.from_dict(table), qrels)
    wanted = [position % len(qrels) for position in positions]
    taken = joined.take(np.array(wanted, np.int64))
    check_arrays(taken)
    assert [one(taken, at) for at in range(len(wanted))] == [one(joined, row) for row in wanted]


def test_taken_queries_keep_their_subtopics() -> None:
    qrels = Qrels.from_subtopics({"q1": {"s": {"a": 1}}, "q3": {"t": {"c": 2}, "s": {"b": 1}}})
    taken = join_columns(RUN, qrels).take(np.array([1, 1, 0]))
    assert taken.subtopics is not None
    rows = [*zip(taken.subtopics.indptr[:-1], taken.subtopics.indptr[1:], strict=True)]
    names = [[taken.subtopics.names[t] for t in taken.subtopics.topics[a:b]] for a, b in rows]
    assert names == [["t"], ["s"], ["t"], ["s"], ["s"]]  # "c" before "b": by id, descending
    assert JOINED.take(np.array([0])).subtopics is None


@settings(max_examples=60)
@given(tables, judgements, st.sampled_from([4.0, 0.0]), st.data())
def test_judged_in_addition_is_as_if_the_judgements_had_been_there(
    table: Table, qrels: Qrels, grade: float, data: st.DataObject
) -> None:
    run = Run.from_dict(table)
    joined = join_columns(run, qrels)
    free = [
        (row, rank, doc_id)
        for row, q in enumerate(qrels)
        if q in run
        for rank, doc_id in enumerate(run.ranking(q), start=1)
        if doc_id not in qrels[q]
    ]
    chosen = data.draw(st.lists(st.sampled_from(free), unique=True)) if free else []
    judged = qrels.to_dict()
    for row, _, doc_id in chosen:
        judged[qrels.query_ids[row]][doc_id] = grade
    rows, ranks = (np.array([c[i] for c in chosen], np.int64) for i in (0, 1))
    extended = joined.with_judged(rows, ranks, grade)
    check_arrays(extended)
    expected = join_columns(run, Qrels.from_dict(judged))
    assert [sorted(one(extended, row)[1]) for row in range(len(qrels))] == [
        sorted(one(expected, row)[1]) for row in range(len(qrels))
    ]
    for row in range(len(qrels)):
        assert one(extended, row)[0] == one(expected, row)[0]
        assert one(extended, row)[2] == one(expected, row)[2]


def test_judged_in_addition_leaves_the_subtopics_unknown() -> None:
    joined = join_columns(RUN, Qrels.from_subtopics({"q1": {"s": {"a": 1}}}))
    assert joined.subtopics is not None
    assert joined.with_judged(np.array([0]), np.array([1]), 1.0).subtopics is None


def test_moved_documents_keep_their_grades() -> None:
    # q1 has a (grade 0) at 2 and b (grade 2) at 4; q3 has c at 1
    moved = JOINED.moved(np.array([1, 0, 2]), np.array([1, 3, 2]))
    check_arrays(moved)
    assert [[(rank, grade) for rank, _, grade in row] for row in listed_rows(moved)] == [
        [(1, 2.0), (3, 0.0)],
        [],
        [(2, -1.0)],
    ]
    back = JOINED.moved(np.array([1, 0, 2]), np.array([4, 2, 1]))
    assert listed_rows(back) == listed_rows(JOINED)
    assert moved.retrieved.tolist() == [4, 0, 2]


def test_block_has_ranks_grades_and_all_judgements_best_first() -> None:
    ranked = JOINED.block(0, 3, relevance_level=2)
    np.testing.assert_array_equal(ranked.ranks, [[2, 4], [INF, INF], [1, INF]])
    np.testing.assert_array_equal(ranked.grades, [[0, 2], [NAN, NAN], [-1, NAN]])
    np.testing.assert_array_equal(ranked.judged_grades, [[3, 2, 0], [1, NAN, NAN], [-1, NAN, NAN]])
    assert ranked.retrieved.tolist() == [4, 0, 2]
    assert (ranked.relevance_level, ranked.subtopics) == (2, None)
    assert {a.dtype for a in (ranked.ranks, ranked.grades, ranked.judged_grades)} == {
        np.dtype(np.float64)
    }


def test_block_of_some_queries_is_no_wider_than_they_need() -> None:
    ranked = JOINED.block(1, 3, relevance_level=1)
    np.testing.assert_array_equal(ranked.ranks, [[INF], [1]])
    np.testing.assert_array_equal(ranked.grades, [[NAN], [-1]])
    np.testing.assert_array_equal(ranked.judged_grades, [[1], [-1]])
    assert ranked.retrieved.tolist() == [0, 2]
    assert JOINED.block(1, 2, relevance_level=1).ranks.shape == (1, 0)


@settings(max_examples=60)
@given(tables, judgements, st.integers(0, 4), st.integers(1, 5))
def test_block_is_each_query_padded(table: Table, qrels: Qrels, start: int, size: int) -> None:
    run = Run.from_dict(table)
    joined = join_columns(run, qrels)
    start = min(start, len(qrels) - 1)
    stop = min(start + size, len(qrels))
    block = joined.block(start, stop, relevance_level=1)
    for row, query_id in enumerate(qrels.query_ids[start:stop]):
        ranking = run.ranking(query_id) if query_id in run else ()
        alone = RankedRelevance.of(ranking, qrels[query_id])
        for name in ("ranks", "grades", "judged_grades"):
            own = getattr(block, name)[row]
            width = getattr(alone, name).shape[1]
            np.testing.assert_array_equal(own[:width], getattr(alone, name)[0])
            assert set(own[width:].tolist()) <= {INF} or np.isnan(own[width:]).all()
        assert block.retrieved[row] == alone.retrieved[0]


def test_block_has_the_subtopics_of_its_queries_only() -> None:
    qrels = Qrels.from_subtopics(
        {
            "q1": {"s": {"b": 2, "m": 1}, "t": {"a": 1, "b": 1}},
            "q2": {"u": {"a": 1}},
            "q3": {"t": {"c": 1}},
        }
    )
    joined = join_columns(RUN, qrels)  # of q1 "m", "b", "a" are judged, in this order
    first = joined.block(0, 1, relevance_level=1).subtopics
    assert first is not None
    np.testing.assert_array_equal(first.judged, [[[1, NAN], [2, 1], [NAN, 1]]])
    np.testing.assert_array_equal(first.ranked, [[[NAN, 1], [2, 1]]])
    rest = joined.block(1, 3, relevance_level=1).subtopics
    assert rest is not None
    np.testing.assert_array_equal(rest.judged, [[[1]], [[1]]])  # u of q2 and t of q3
    np.testing.assert_array_equal(rest.ranked, [[[NAN]], [[1]]])


def test_padded_columns_stand_side_by_side() -> None:
    values = np.array([1, 2, 3, 4])
    numbers, halves = padded(np.array([0, 1, 1, 4]), values, values / 2)
    np.testing.assert_array_equal(numbers, [[1, NAN, NAN], [NAN, NAN, NAN], [2, 3, 4]])
    np.testing.assert_array_equal(halves, [[0.5, NAN, NAN], [NAN, NAN, NAN], [1, 1.5, 2]])
    assert numbers.dtype == halves.dtype == np.float64
    np.testing.assert_array_equal(padded(np.array([0, 2, 4]), values)[0], [[1, 2], [3, 4]])
    assert padded(np.array([0]), values[:0])[0].shape == (0, 0)
    assert padded(np.array([0, 0, 0]), values[:0])[0].shape == (2, 0)


def test_padded_vectors_keep_their_width() -> None:
    vectors = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    (block,) = padded(np.array([0, 1, 3]), vectors)
    np.testing.assert_array_equal(block, [[[1, 2], [NAN, NAN]], [[3, 4], [5, 6]]])
    assert padded(np.array([0, 0]), np.ones((0, 2)))[0].shape == (1, 0, 2)
