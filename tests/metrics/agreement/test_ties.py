import numpy as np

from retrieval_checks.metrics.agreement.ties import first_of_tie, tied_pairs, with_ties_by

ROWS = np.array([0, 0, 0, 0, 1, 1], np.int64)
SCORES = np.array([np.inf, np.inf, 0.0, -0.0, -0.0, -1.0])
FIRST = [True, False, True, False, True, True]  # a tie ends with its row


def test_a_tie_begins_where_the_score_or_the_row_changes() -> None:
    assert first_of_tie(ROWS, SCORES).tolist() == FIRST
    assert first_of_tie(ROWS[:0], SCORES[:0]).tolist() == []


def test_only_ties_are_sorted() -> None:
    key = np.array([9, 8, 1, 2, 0, -1], np.int64)
    assert with_ties_by(key, np.array(FIRST)).tolist() == [1, 0, 2, 3, 4, 5]
    assert with_ties_by(key[:0], np.array([], np.bool_)).tolist() == []


def test_a_tie_of_n_has_all_its_pairs() -> None:
    first = np.array([True, False, False, False, True, True, False])
    assert tied_pairs(first).sum() == 4 * 3 / 2 + 0 + 1
