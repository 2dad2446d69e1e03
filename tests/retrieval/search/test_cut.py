"""The cut at k: whole numbers from 1, and the larger id among equal scores."""

import numpy as np
import pytest

from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.search.cut import best, check_k, id_places


def test_best_keeps_the_larger_places_of_equal_scores() -> None:
    scores = np.array([1.0, 5.0, 1.0, 1.0, 0.0])
    places = np.array([3, 0, 4, 1, 2])
    assert best(scores, 3, places=lambda tied: places[tied]).tolist() == [0, 1, 2]


def test_places_are_not_asked_for_where_no_equal_scores_are_cut_apart() -> None:
    def places(tied: np.ndarray) -> np.ndarray:
        raise AssertionError("ids were sorted for nothing")

    assert best(np.array([2.0, 1.0, 2.0, 0.0]), 2, places=places).tolist() == [0, 2]


def test_ids_are_placed_by_code_point() -> None:
    assert id_places(["b", "B", "a10", "a9"]).tolist() == [3, 0, 1, 2]


@pytest.mark.parametrize("k", [0, -1, 1.5, True, "3", None])
def test_k_must_be_a_whole_number_above_zero(k: object) -> None:
    with pytest.raises(SettingsError, match="k must be a whole number of at least 1"):
        check_k(k)  # type: ignore[arg-type]
