"""MaxSim over all documents: what comparing every pair finds, whatever the blocks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.encoding.storage.ragged import Ragged
from retrieval_checks.retrieval.search.engines import multiply_by
from retrieval_checks.retrieval.search.tokens import TokenIndex, search_tokens
from retrieval_checks.retrieval.search.tokens import _candidates as candidates_of

SIZES = [1, 40, 400, 1 << 22]


def ragged(values: list[np.ndarray], d: int) -> Ragged:
    return Ragged.of([np.asarray(value, np.float32).reshape(-1, d) for value in values])


def brute_force(
    queries: Ragged, documents: Ragged, ids: list[str], k: int, *, mean: bool = False
) -> list[list[tuple[str, float]]]:
    """Every similarity by itself in float64, sorted by score and then id, both descending."""
    rankings = []
    for query in queries:
        scored = []
        for doc_id, document in zip(ids, documents, strict=True):
            best = [
                max(float(np.dot(q.astype(np.float64), t.astype(np.float64))) for t in document)
                for q in query
                if len(document)
            ]
            scored.append((sum(best) / (len(best) if mean and best else 1), doc_id))
        rankings.append([(doc_id, score) for score, doc_id in sorted(scored, reverse=True)[:k]])
    return rankings


def found(
    queries: Ragged, documents: Ragged, ids: list[str], k: int, size: int, *, mean: bool = False
) -> list[list[tuple[str, float]]]:
    index = TokenIndex(documents, ids, mean=mean)
    docs, scores = search_tokens(queries, index, k, block_bytes=size)
    rows = zip(docs.tolist(), scores.tolist(), strict=True)
    ranked = [sorted(zip(values, (ids[d] for d in row), strict=True))[::-1] for row, values in rows]
    return [[(doc_id, score) for score, doc_id in row] for row in ranked]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Ragged, Ragged, list[str], int]:
    """Token vectors from a coarse grid, so that ties are common; some texts have none."""
    d = draw(st.integers(1, 3))
    row = st.lists(st.integers(-2, 2), min_size=d, max_size=d)
    texts = st.lists(st.lists(row, max_size=4), min_size=1, max_size=12)
    documents = [np.array(text) for text in draw(texts)]
    queries = [np.array(text) for text in draw(texts)]
    ids = [f"d{i}" for i in draw(st.permutations(range(1, 1 + len(documents))))]
    k = draw(st.integers(1, len(documents) + 1))
    return ragged(queries, d), ragged(documents, d), ids, k


@given(cases(), st.sampled_from(SIZES), st.booleans())
def test_finds_what_comparing_every_pair_finds(
    case: tuple[Ragged, Ragged, list[str], int], size: int, mean: bool
) -> None:
    queries, documents, ids, k = case
    expected = brute_force(queries, documents, ids, k, mean=mean)
    assert found(queries, documents, ids, k, size, mean=mean) == expected


@given(st.integers(0, 2**32 - 1), st.integers(1, 20))
def test_any_block_size_gives_the_same_bits(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    base = [rng.standard_normal((n, 16)).astype(np.float32) for n in rng.integers(1, 9, 12)]
    near = [v * np.float32(1 + 2**-22) for v in base]
    documents = Ragged.of([*base, *near, *base])
    queries = Ragged.of([rng.standard_normal((n, 16)).astype(np.float32) for n in (1, 5, 3)])
    ids = [f"d{i:03}" for i in rng.permutation(len(documents))]
    whole = found(queries, documents, ids, k, 1 << 22)
    for size in (1, 100, 1000, 9000):
        assert found(queries, documents, ids, k, size) == whole


@given(st.integers(0, 2**32 - 1), st.sampled_from([1e-4, 1.0, 1e4]))
def test_no_rough_score_is_off_by_more_than_its_error(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    query = (scale * rng.standard_normal((5, 64))).astype(np.float32)
    documents = Ragged.of([rng.standard_normal((n, 64)).astype(np.float32) for n in (1, 9, 40)])
    index = TokenIndex(documents, ["d0", "d1", "d2"])
    lengths = np.linalg.norm(query.astype(np.float64), axis=1).sum()
    for position, document in enumerate(documents):
        rough = (query @ document.T).max(axis=1).astype(np.float64).sum()
        off = abs(rough - index.score(query, position)) / lengths
        assert off <= index.errors[position] < 1e-4


def test_candidates_do_not_depend_on_the_length_of_the_query_vectors() -> None:
    rng = np.random.default_rng(8)
    query = rng.standard_normal((3, 256)).astype(np.float32)
    base = rng.standard_normal((1, 256)).astype(np.float32)
    near = [base + np.float32(i * 1e-5) * query[:1] for i in range(40)]
    index = TokenIndex(Ragged.of(near), [f"d{i:02}" for i in range(40)])
    short, long = (
        candidates_of(Ragged.of([query * np.float32(scale)]), index, 1, multiply_by("numpy"), 1000)
        for scale in (1, 1024)
    )
    assert 1 < len(short[0]) < 40
    assert short[0].tolist() == long[0].tolist()


def test_more_query_tokens_than_a_block_holds() -> None:
    rng = np.random.default_rng(2)
    queries = Ragged.of([rng.standard_normal((700, 4)).astype(np.float32) for _ in range(3)])
    documents = Ragged.of([rng.standard_normal((6, 4)).astype(np.float32) for _ in range(9)])
    ids = [f"d{i}" for i in range(9)]
    docs, _ = search_tokens(queries, TokenIndex(documents, ids), 2, block_bytes=1 << 20)
    for query, row in zip(queries, docs, strict=True):
        wide = query.astype(np.float64)
        sums = [(wide @ document.astype(np.float64).T).max(axis=1).sum() for document in documents]
        assert set(row.tolist()) == set(np.argsort(sums)[-2:].tolist())


def test_a_text_without_tokens_scores_nothing() -> None:
    documents = ragged([np.array([[-1.0]]), np.zeros((0, 1))], 1)
    queries = ragged([np.array([[1.0]]), np.zeros((0, 1))], 1)
    rankings = found(queries, documents, ["d0", "d1"], 2, 1 << 20)
    assert rankings == [[("d1", 0.0), ("d0", -1.0)], [("d1", 0.0), ("d0", 0.0)]]


@pytest.mark.parametrize("mean", [True, False])
def test_the_mean_is_over_the_query_tokens(mean: bool) -> None:
    queries = ragged([np.eye(2)], 2)
    documents = ragged([np.array([[0.5, 0.25]])], 2)
    assert found(queries, documents, ["d0"], 1, 1 << 20, mean=mean) == [
        [("d0", 0.375 if mean else 0.75)]
    ]
