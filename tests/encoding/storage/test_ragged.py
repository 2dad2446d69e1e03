"""Values of several rows each, in one array."""

import numpy as np
import pytest

from retrieval_checks.encoding.storage.ragged import Ragged, spread
from retrieval_checks.errors import DataError

VALUES = [np.full((n, 2), n, np.float32) for n in (2, 0, 3)]


def test_values_come_back_one_by_one() -> None:
    ragged = Ragged.of(VALUES)
    assert len(ragged) == 3
    assert ragged.counts.tolist() == [2, 0, 3]
    assert [value.tolist() for value in ragged] == [value.tolist() for value in VALUES]
    assert ragged[-1].tolist() == VALUES[2].tolist()
    with pytest.raises(IndexError, match="out of range"):
        ragged[3]


def test_no_values_are_no_rows() -> None:
    assert len(Ragged.of([])) == 0


@pytest.mark.parametrize(
    ("bounds", "said"),
    [([], "begin at 0"), ([1, 2], "begin at 0"), ([0, 2, 1, 2], "ascend"), ([0, 1], "end at 1")],
)
def test_bounds_without_meaning_are_refused(bounds: list[int], said: str) -> None:
    with pytest.raises(DataError, match=said):
        Ragged(np.zeros((2, 2)), np.array(bounds, np.int64))


def test_ranges_follow_each_other() -> None:
    assert spread(np.array([10, 0, 3]), np.array([2, 0, 1])).tolist() == [10, 11, 3]
    assert spread(np.array([], np.int64), np.array([], np.int64)).tolist() == []
