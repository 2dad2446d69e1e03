"""`RankedRelevance`: what a formula may ask of some rankings."""

import numpy as np
import pytest

from retrieval_checks.metrics.ranked import RankedRelevance, SubtopicGrades, ratio, row_sums

NAN, INF = float("nan"), float("inf")

# judged are b at rank 2 and a at rank 4; m was not retrieved
ONE = RankedRelevance.of(["x", "b", "y", "a", "z"], {"a": 2, "b": 0, "m": 3})
TWO = RankedRelevance(
    ranks=np.array([[2.0, 4.0], [1.0, INF]]),
    grades=np.array([[0.0, 2.0], [-1.0, NAN]]),
    retrieved=np.array([5, 1]),
    judged_grades=np.array([[3.0, 2.0, 0.0], [1.0, -1.0, NAN]]),
)


def test_one_query_has_its_judged_documents_from_the_top() -> None:
    assert ONE.ranks.tolist() == [[2, 4]]
    assert ONE.grades.tolist() == [[0, 2]]
    assert ONE.judged_grades.tolist() == [[3, 2, 0]]
    assert ONE.retrieved.tolist() == [5]
    assert (ONE.relevance_level, ONE.subtopics, len(ONE)) == (1.0, None, 1)
    again = RankedRelevance.of(["x", "a"], {"a": 2, "m": 3})
    for array in (again.ranks, again.grades, again.judged_grades):
        assert array.dtype == np.float64  # of whole grades too
    assert RankedRelevance.of(["a"], {"a": 1}, relevance_level=2).relevance_level == 2


def test_query_without_judged_documents_in_its_ranking_has_no_columns() -> None:
    empty = RankedRelevance.of([], {"a": 1})
    assert (empty.ranks.shape, empty.grades.shape) == ((1, 0), (1, 0))
    assert (empty.retrieved.tolist(), empty.judged_grades.tolist()) == ([0], [[1]])
    assert RankedRelevance.of(["x"], {}).judged_grades.shape == (1, 0)


def test_within_is_up_to_rank_k_and_never_padding() -> None:
    assert TWO.within(1).tolist() == [[False, False], [True, False]]
    assert TWO.within(2).tolist() == [[True, False], [True, False]]
    assert TWO.within(3).tolist() == [[True, False], [True, False]]
    assert TWO.within(4).tolist() == [[True, True], [True, False]]
    assert TWO.within(None).tolist() == [[True, True], [True, False]]


def test_hits_are_of_at_least_the_level() -> None:
    assert TWO.hits(None).tolist() == [[False, True], [False, False]]
    assert TWO.hits(3).tolist() == [[False, False], [False, False]]
    assert TWO.at_level(2).hits(None).tolist() == [[False, True], [False, False]]
    assert not TWO.at_level(2.5).hits(None).any()
    assert TWO.at_level(0).hits(None).tolist() == [[True, True], [False, False]]
    assert TWO.at_level(-1).hits(None).tolist() == [[True, True], [True, False]]


def test_relevant_counts_all_that_are_judged_so() -> None:
    assert TWO.relevant.tolist() == [2, 1]
    assert TWO.relevant.dtype == np.float64
    assert TWO.at_level(-1).relevant.tolist() == [3, 2]
    assert TWO.at_level(3).relevant.tolist() == [1, 0]


def test_level_changes_nothing_else() -> None:
    other = TWO.at_level(2)
    assert (other.relevance_level, TWO.relevance_level) == (2, 1)
    for name in ("ranks", "grades", "retrieved", "judged_grades", "subtopics"):
        assert getattr(other, name) is getattr(TWO, name)


def test_grades_by_rank() -> None:
    np.testing.assert_array_equal(TWO.by_rank(4), [[NAN, 0, NAN, 2], [-1, NAN, NAN, NAN]])
    np.testing.assert_array_equal(TWO.by_rank(3), [[NAN, 0, NAN], [-1, NAN, NAN]])
    np.testing.assert_array_equal(TWO.by_rank(1), [[NAN], [-1]])
    assert TWO.by_rank(6).shape == (2, 6)


def test_condensed_ranking_closes_the_gaps() -> None:
    condensed = TWO.condensed()
    np.testing.assert_array_equal(condensed.ranks, [[1, 2], [1, INF]])
    np.testing.assert_array_equal(condensed.grades, TWO.grades)
    assert condensed.retrieved.tolist() == [2, 1]
    assert condensed.judged_grades is TWO.judged_grades
    assert condensed.ranks.dtype == np.float64


def test_condensed_ranking_keeps_its_level_and_subtopics() -> None:
    subtopics = SubtopicGrades(np.ones((1, 2, 1)), np.ones((1, 3, 1)))
    ranked = RankedRelevance(
        ONE.ranks, ONE.grades, ONE.retrieved, ONE.judged_grades, 3.0, subtopics
    ).condensed()
    assert (ranked.relevance_level, ranked.subtopics) == (3.0, subtopics)


def test_row_sums_add_from_left_to_right_whatever_follows() -> None:
    tenths = np.full(9, 0.1)
    one_by_one = 0.0
    for tenth in tenths:
        one_by_one += tenth
    for zeros in range(12):
        assert row_sums(np.append(tenths, np.zeros(zeros))[None])[0] == one_by_one
    assert one_by_one != tenths.sum()  # which adds in pairs


def test_row_sums_of_marks_and_of_nothing() -> None:
    marks = np.array([[True, True], [False, True]])
    assert row_sums(marks).tolist() == [2, 1]
    for sums in (row_sums(marks), row_sums(np.zeros((2, 0))), row_sums(np.zeros((2, 0), bool))):
        assert (sums.dtype, sums.shape) == (np.dtype(np.float64), (2,))
    assert row_sums(np.zeros((2, 0))).tolist() == [0, 0]


@pytest.mark.filterwarnings("error")
def test_ratio_to_nothing_is_0() -> None:
    quotients = ratio(np.array([1.0, 1.0, 0.0, 3.0]), np.array([2, 0, 0, 4]))
    assert quotients.tolist() == [0.5, 0.0, 0.0, 0.75]
    assert ratio(np.array([1]), np.array([0.25])).tolist() == [4.0]
