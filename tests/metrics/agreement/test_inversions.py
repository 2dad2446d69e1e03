import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.metrics.agreement.inversions import greater_before


def _greater_before(rows: list[list[int]]) -> list[int]:
    starts = np.cumsum([0, *map(len, rows)])[:-1]
    per_entry = np.repeat(starts, [len(row) for row in rows]).astype(np.int64)
    values = np.array([value for row in rows for value in row], np.int64)
    return [int(count) for count in greater_before(per_entry, values)]


def test_inversions_worked_by_hand() -> None:
    assert _greater_before([[2, 0, 3, 1]]) == [0, 1, 0, 2]  # before 0: 2; before 1: 2, 3
    assert _greater_before([[0, 1, 2]]) == [0, 0, 0]
    assert _greater_before([[2, 1, 0]]) == [0, 1, 2]


def test_rows_do_not_see_each_other() -> None:
    assert _greater_before([[1, 0], [], [0], [2, 1, 0]]) == [0, 1, 0, 0, 1, 2]
    assert _greater_before([]) == []


@given(st.lists(st.integers(0, 40).flatmap(lambda n: st.permutations(range(n))), max_size=4))
def test_inversions_are_those_of_the_definition(rows: list[list[int]]) -> None:
    expected = [sum(w > v for w in row[:i]) for row in rows for i, v in enumerate(row)]
    assert _greater_before(rows) == expected
