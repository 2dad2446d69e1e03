"""Exact search: the same documents and scores whatever the block size, ties by id."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.topk import best, build_index, check_k, id_places, search


def brute_force(
    queries: np.ndarray, documents: np.ndarray, ids: list[str], k: int, cosine: bool
) -> list[list[tuple[str, float]]]:
    """Every score in float64, one pair at a time, sorted by score and then id, both descending."""
    rankings = []
    for query in queries.astype(np.float64):
        scored = []
        for doc_id, document in zip(ids, documents.astype(np.float64), strict=True):
            score = float((document * query).sum())
            if cosine:
                lengths = np.sqrt((document * document).sum()) * np.sqrt((query * query).sum())
                score = score / lengths if lengths > 0 else 0.0
            scored.append((score, doc_id))
        scored.sort(reverse=True)
        rankings.append([(doc_id, score) for score, doc_id in scored[:k]])
    return rankings


def found(
    queries: np.ndarray, documents: np.ndarray, ids: list[str], k: int, cosine: bool, size: int
) -> list[list[tuple[str, float]]]:
    index = build_index(documents, ids, cosine=cosine)
    docs, scores = search(queries, index, k, cosine=cosine, block_bytes=size)
    return [
        [
            (doc_id, score)
            for score, doc_id in sorted(
                ((s, ids[d]) for d, s in zip(row, values, strict=True)), reverse=True
            )
        ]
        for row, values in zip(docs.tolist(), scores.tolist(), strict=True)
    ]


@st.composite
def searches(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, list[str], int]:
    """Vectors from a coarse grid, so that exact ties and duplicates are common."""
    n, m, d = draw(st.integers(1, 40)), draw(st.integers(1, 4)), draw(st.integers(1, 5))
    cells = st.integers(-2, 2)
    documents = draw(st.lists(st.lists(cells, min_size=d, max_size=d), min_size=n, max_size=n))
    queries = draw(st.lists(st.lists(cells, min_size=d, max_size=d), min_size=m, max_size=m))
    ids = draw(st.permutations([f"d{i}" for i in range(n)]))
    k = draw(st.integers(1, n + 2))
    return np.array(queries, np.float32), np.array(documents, np.float32), list(ids), k


@given(searches(), st.booleans(), st.sampled_from([1, 16, 40, 100, 333, 1 << 20]))
def test_finds_what_comparing_every_pair_finds(
    case: tuple[np.ndarray, np.ndarray, list[str], int], cosine: bool, size: int
) -> None:
    queries, documents, ids, k = case
    expected = brute_force(queries, documents, ids, k, cosine)
    got = found(queries, documents, ids, k, cosine, size)
    if cosine:  # the division is done in another order than above
        for row, other in zip(got, expected, strict=True):
            np.testing.assert_allclose([s for _, s in row], [s for _, s in other], atol=1e-12)
    else:
        assert got == expected


@given(st.integers(0, 2**32 - 1), st.booleans(), st.integers(1, 30))
def test_any_block_size_gives_the_same_bits(seed: int, cosine: bool, k: int) -> None:
    rng = np.random.default_rng(seed)
    base = rng.standard_normal((12, 48)).astype(np.float32)
    nudged = base * (1 + rng.integers(-2, 3, base.shape) * np.float32(2**-23))  # near ties
    documents = np.concatenate([base, base, nudged.astype(np.float32)])
    queries = rng.standard_normal((3, 48)).astype(np.float32)
    ids = [f"d{i}" for i in rng.permutation(len(documents))]
    whole = found(queries, documents, ids, k, cosine, 1 << 24)
    for size in (1, 500, 48 * 4 * 5, 48 * 4 * 17, 4096):
        assert found(queries, documents, ids, k, cosine, size) == whole


def test_all_documents_tied_at_the_cut_are_considered() -> None:
    documents = np.ones((1000, 8), np.float32)
    ids = [f"d{i:04}" for i in range(1000)]
    query = np.ones((1, 8), np.float32)
    ranking = found(query, documents, ids, 3, True, 64 * 8 * 4)[0]
    assert [doc_id for doc_id, _ in ranking] == ["d0999", "d0998", "d0997"]


def test_vector_of_length_zero_has_cosine_zero() -> None:
    documents = np.array([[0, 0], [-1, 0]], np.float32)
    ranking = found(np.array([[1, 0]], np.float32), documents, ["zero", "minus"], 2, True, 1 << 20)
    assert ranking == [[("zero", 0.0), ("minus", -1.0)]]


def test_large_dot_products_are_ordered_in_float64() -> None:
    documents = np.array([[3e38, 3e38], [3e38, 2e38], [1, 1]], np.float32)
    ranking = found(np.array([[2, 2]], np.float32), documents, ["a", "b", "c"], 2, False, 1 << 20)
    assert [doc_id for doc_id, _ in ranking[0]] == ["a", "b"]


def test_vectors_whose_products_underflow_are_ordered_by_cosine() -> None:
    documents = np.array([[1e10, 1e9], [1e-30, 1e-30], [0, 1e-30]], np.float32)
    query = np.array([[0, 1e-30]], np.float32)
    ranking = found(query, documents, ["far", "near", "same"], 1, True, 1 << 20)[0]
    assert dict(ranking) == {"same": pytest.approx(1.0)}


def test_best_keeps_the_larger_places_of_equal_scores() -> None:
    scores = np.array([1.0, 5.0, 1.0, 1.0, 0.0])
    places = np.array([3, 0, 4, 1, 2])
    assert best(scores, places, 3).tolist() == [0, 1, 2]


def test_ids_are_placed_by_code_point() -> None:
    assert id_places(["b", "B", "a10", "a9"]).tolist() == [3, 0, 1, 2]


@pytest.mark.parametrize("k", [0, -1, 1.5, True, "3", None])
def test_k_must_be_a_whole_number_above_zero(k: object) -> None:
    with pytest.raises(SettingsError, match="k must be a whole number of at least 1"):
        check_k(k)  # type: ignore[arg-type]
