"""The index: exact scores, and bounds on how far rough ones are off that hold and are narrow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.retrieval.search.index import Index, build_index, divisors, euclidean


def near_unit(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Vectors whose lengths are off 1 by up to what counts as normalised."""
    vectors = rng.standard_normal((n, d))
    lengths = 1 + rng.uniform(-0.9e-5, 0.9e-5, (n, 1))
    scaled: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True) * lengths
    return scaled.astype(np.float32)


def of_any_length(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    lengths = 10.0 ** rng.uniform(-30, 30, (n, 1))
    return (rng.standard_normal((n, d)) * lengths).astype(np.float32)


def off_by(index: Index, query: np.ndarray) -> np.ndarray:
    """How far float32 products with a unit query are off the exact scores, over what they scale."""
    length = float(euclidean(query[None])[0])
    unit = (query / length).astype(np.float32)
    rough = (index.rough(slice(0, len(index))) @ unit).astype(np.float64)
    exact = index.scores(query, length, np.arange(len(index)))
    if not index.cosine and index.scales is not None:
        exact = exact * index.scales
    return np.abs(rough - exact)


@pytest.mark.parametrize("cosine", [True, False])
@pytest.mark.parametrize("vectors", [near_unit, of_any_length])
@given(st.integers(0, 2**32 - 1))
def test_no_rough_score_is_off_by_more_than_its_error(
    vectors: object, cosine: bool, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    documents = vectors(rng, 50, 40)  # type: ignore[operator]  # a function above
    index = build_index(documents, [f"d{i}" for i in range(50)], cosine=cosine)
    query = (0.1 * documents[7] + rng.standard_normal(40)).astype(np.float32)
    assert (off_by(index, query) <= index.errors).all()


def test_errors_are_narrow_whatever_the_lengths() -> None:
    documents = of_any_length(np.random.default_rng(1), 50, 384)
    index = build_index(documents, [f"d{i}" for i in range(50)], cosine=True)
    np.testing.assert_allclose(euclidean(index.rough(slice(0, 50))), 1, rtol=1e-6)
    assert index.errors.max() < 3e-5


def test_vectors_that_are_normalised_already_are_not_copied() -> None:
    documents = near_unit(np.random.default_rng(1), 5, 8)
    index = build_index(documents, list("abcde"), cosine=True)
    assert np.shares_memory(index.rough(slice(1, 3)), documents)


def test_scores_do_not_depend_on_the_documents_beside() -> None:
    rng = np.random.default_rng(4)
    documents = rng.standard_normal((2000, 33)).astype(np.float32)
    index = build_index(documents, [f"d{i}" for i in range(2000)], cosine=False)
    query = documents[3]
    together = index.scores(query, 1.0, np.arange(2000))
    alone = [index.scores(query, 1.0, np.array([i]))[0] for i in range(2000)]
    assert together.tolist() == alone


def test_a_vector_of_length_zero_is_divided_by_one() -> None:
    assert divisors(np.array([0.0, 4.0]), cosine=True).tolist() == [1.0, 4.0]
    assert divisors(np.array([0.0, 4.0]), cosine=False).tolist() == [1.0, 1.0]


def test_ids_are_not_sorted_before_they_are_asked_for() -> None:
    index = build_index(np.eye(2, dtype=np.float32), ["b", "a"], cosine=True)
    assert "places" not in vars(index)
    assert index.places.tolist() == [1, 0]
