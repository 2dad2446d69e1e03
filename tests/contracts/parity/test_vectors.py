"""Directions and lengths are held to the tolerance, each by itself."""

import numpy as np
import pytest

from retrieval_checks.contracts.parity.vectors import vector_parity

TEXTS = ["a", "b"]
ONES = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)


def test_equal_vectors_are_no_distance_apart() -> None:
    found = vector_parity(TEXTS, ONES, ONES.copy(), tolerance=0.0)
    assert (found.distance, found.mean_distance, found.stretch, found.holds) == (0, 0, 0, True)


def test_farthest_text_is_named_with_its_distance() -> None:
    turned = np.array([[1.0, 0.0], [0.6, 0.8]], np.float32)  # the second: cosine 0.8
    found = vector_parity(TEXTS, ONES, turned, tolerance=0.1)
    assert found.distance == pytest.approx(0.2)
    assert found.mean_distance == pytest.approx(0.1)
    assert not found.holds
    assert found.finding == "1 - cosine is 0.2000 at most, 0.1000 above 0.1 (2 texts; farthest 'b')"


def test_length_counts_where_the_direction_stays() -> None:
    found = vector_parity(TEXTS, ONES, ONES * np.float32(1.5), tolerance=0.1)
    assert (found.distance, found.stretch, found.holds) == (0.0, 0.5, False)
    assert found.finding == "lengths differ by up to 0.5000 of the reference's, 0.4000 above 0.1"


def test_vector_of_zeros_is_no_direction() -> None:
    found = vector_parity(TEXTS, ONES, ONES * np.array([[1], [0]], np.float32), tolerance=0.1)
    assert (found.distance, found.farthest, found.stretch) == (1.0, "b", 1.0)


def test_other_dimensions_never_hold() -> None:
    found = vector_parity(TEXTS, ONES, ONES[:, :1], tolerance=1.0)
    assert not found.holds
    assert found.finding == "vectors have 1 dimensions, the reference 2"
