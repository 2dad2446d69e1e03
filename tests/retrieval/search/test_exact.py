"""Exact search: the same documents and scores whatever the block size, ties by id."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.retrieval.search.candidates import Hits, largest
from retrieval_checks.retrieval.search.engines import Engine
from retrieval_checks.retrieval.search.exact import _candidates as candidates_of
from retrieval_checks.retrieval.search.exact import search
from retrieval_checks.retrieval.search.index import build_index


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
    queries: np.ndarray,
    documents: np.ndarray,
    ids: Sequence[str],
    k: int,
    cosine: bool,
    size: int,
    engine: Engine = "numpy",
) -> list[list[tuple[str, float]]]:
    index = build_index(documents, ids, cosine=cosine)
    docs, scores = search(queries, index, k, engine=engine, block_bytes=size)
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


ENGINES: list[Engine] = ["numpy", "torch", "faiss"]


def need(engine: Engine) -> None:
    pytest.importorskip({"numpy": "numpy", "torch": "torch", "faiss": "faiss"}[engine])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("cosine", [True, False])
@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e15])
def test_every_engine_gives_the_same_bits(engine: Engine, cosine: bool, scale: float) -> None:
    need(engine)
    rng = np.random.default_rng(3)
    documents = rng.standard_normal((9000, 24)).astype(np.float32) * np.float32(scale)
    documents[100:200] = documents[0]  # more ties than faiss is asked for in excess
    documents[200:240] = np.nextafter(documents[1], np.float32(np.inf))
    queries = rng.standard_normal((5, 24)).astype(np.float32)
    queries = np.concatenate([queries, documents[:2], np.zeros((1, 24), np.float32)])
    ids = [f"d{i}" for i in rng.permutation(len(documents))]
    expected = brute_force_ids(queries, documents, ids, 50, cosine)
    for size in (1 << 16, 1 << 22, 1 << 26):
        ranked = found(queries, documents, ids, 50, cosine, size, engine)
        assert [[doc_id for doc_id, _ in row] for row in ranked] == expected
    assert ranked == found(queries, documents, ids, 50, cosine, 1 << 26, "numpy")


def brute_force_ids(
    queries: np.ndarray, documents: np.ndarray, ids: list[str], k: int, cosine: bool
) -> list[list[str]]:
    """All scores in float64 at once, row by row; sorted by score and then id, both descending."""
    wide = documents.astype(np.float64)
    lengths = np.sqrt((wide * wide).sum(axis=1)) if cosine else np.ones(len(wide))
    rankings = []
    for query in queries.astype(np.float64):
        own = np.sqrt((query * query).sum()) if cosine and query.any() else 1.0
        scores = (wide * query).sum(axis=1) / (lengths * own)
        pairs = sorted(zip(scores.tolist(), ids, strict=True), reverse=True)
        rankings.append([doc_id for _, doc_id in pairs[:k]])
    return rankings


@pytest.mark.parametrize("engine", ENGINES)
def test_documents_that_come_in_rising_order_are_all_seen(engine: Engine) -> None:
    need(engine)
    angles = np.linspace(1.5, 0.0, 20_000)
    documents = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    ids = [f"d{i:05}" for i in range(len(documents))]
    query = np.array([[1.0, 0.0]], np.float32)
    ranking = found(query, documents, ids, 7, True, 1 << 15, engine)[0]
    assert [doc_id for doc_id, _ in ranking] == ids[:-8:-1]


@pytest.mark.parametrize("engine", ENGINES)
def test_vectors_that_cannot_be_written_to_are_searched(engine: Engine) -> None:
    need(engine)
    documents = np.eye(3, dtype=np.float32)
    documents.flags.writeable = False
    ranking = found(documents[1:2], documents, ["a", "b", "c"], 1, True, 1 << 20, engine)
    assert ranking == [[("b", 1.0)]]


def test_vectors_in_a_memory_mapped_file_are_searched(tmp_path: Path) -> None:
    whole = np.random.default_rng(1).standard_normal((500, 8)).astype(np.float32)
    np.save(tmp_path / "vectors.npy", whole)
    mapped = np.load(tmp_path / "vectors.npy", mmap_mode="r")
    ids = [f"d{i}" for i in range(500)]
    assert found(whole[:3], mapped, ids, 5, True, 1000) == found(
        whole[:3], whole, ids, 5, True, 1 << 20
    )


def test_a_document_much_longer_than_the_others_hides_none() -> None:
    documents = np.array([[1e30, 0], [1, 1], [1, 2], [1, 3]], np.float32)
    ranking = found(np.array([[0, 1]], np.float32), documents, list("abcd"), 3, False, 1 << 20)
    assert ranking == [[("d", 3.0), ("c", 2.0), ("b", 1.0)]]


def test_no_query_gives_no_row() -> None:
    assert (
        found(np.zeros((0, 2), np.float32), np.eye(2, dtype=np.float32), ["a", "b"], 1, True, 1)
        == []
    )


def test_what_rounding_puts_below_the_best_so_far_is_found() -> None:
    """The true scores are 1 and, in the next block, a trifle more; float32 says the reverse."""
    documents = np.array([[1, 0], [1 + 2**-23, 0]], np.float32)
    index = build_index(documents, ["a", "b"], cosine=False)

    def hits(
        queries: np.ndarray, part: np.ndarray, floor: np.ndarray, k: int, error: float
    ) -> Hits:
        wrong = 0.999 * error * (1 if part[0, 0] == 1 else -1)
        return largest((queries @ part.T + wrong).astype(np.float32), floor, k, error)

    (positions,) = candidates_of(np.array([[1, 0]], np.float32), index, 1, hits, 1)
    assert 1 in positions
