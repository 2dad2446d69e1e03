"""Shards: however a corpus is cut, the merged result is that of one search over all of it."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.data.run import Run
from retrieval_checks.errors import ModelError
from retrieval_checks.retrieval.search.exact import search
from retrieval_checks.retrieval.search.index import build_index

pa = pytest.importorskip("pyarrow")

from retrieval_checks.retrieval.cluster.shard import (  # noqa: E402  # after what it needs
    ArrowIds,
    Found,
    build_shard,
    id_digests,
    merge,
    search_shard,
)


def block(ids: list[str], vectors: np.ndarray) -> object:
    rows = [row.tobytes() for row in vectors.astype(np.float32)]
    return pa.table({"doc_id": ids, "vector": pa.array(rows, pa.binary(4 * vectors.shape[1]))})


def sharded(
    queries: np.ndarray, ids: list[str], vectors: np.ndarray, cuts: list[int], k: int, cosine: bool
) -> dict[str, dict[str, float]]:
    edges = [0, *sorted(cuts), len(ids)]
    parts = [slice(a, b) for a, b in pairwise(edges) if a < b]
    shards = [build_shard(cosine, block(ids[part], vectors[part])) for part in parts]
    found = merge([search_shard(shard, queries, k) for shard in shards], k)
    names = [f"q{i}" for i in range(len(queries))]
    return Run.from_arrays(names, *found).to_dict()


def whole(
    queries: np.ndarray, ids: list[str], vectors: np.ndarray, k: int, cosine: bool
) -> dict[str, dict[str, float]]:
    docs, scores = search(queries, build_index(vectors, ids, cosine=cosine), k)
    names = [f"q{i}" for i in range(len(queries))]
    return Run.from_arrays(names, ids, docs, scores).to_dict()


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, list[str], np.ndarray, list[int], int]:
    """Vectors from a coarse grid, so that ties at the cut and across the borders are common."""
    n, m, d = draw(st.integers(1, 30)), draw(st.integers(1, 3)), draw(st.integers(1, 4))
    grid = st.integers(-1, 1)
    vectors = draw(st.lists(st.lists(grid, min_size=d, max_size=d), min_size=n, max_size=n))
    queries = draw(st.lists(st.lists(grid, min_size=d, max_size=d), min_size=m, max_size=m))
    ids = draw(st.permutations([f"d{i}" for i in range(n)]))
    cuts = draw(st.lists(st.integers(0, n), max_size=4))
    k = draw(st.integers(1, n + 2))
    return np.array(queries, np.float32), ids, np.array(vectors, np.float32), cuts, k


@given(cases(), st.booleans())
def test_shards_find_what_one_search_finds(
    case: tuple[np.ndarray, list[str], np.ndarray, list[int], int], cosine: bool
) -> None:
    queries, ids, vectors, cuts, k = case
    found = sharded(queries, ids, vectors, cuts, k, cosine)
    assert found == whole(queries, ids, vectors, k, cosine)
    order = {q: list(ranking) for q, ranking in found.items()}
    assert order == {q: list(r) for q, r in whole(queries, ids, vectors, k, cosine).items()}


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 36), max_size=5))
def test_shards_give_the_same_bits_for_near_ties(seed: int, cuts: list[int]) -> None:
    rng = np.random.default_rng(seed)
    base = rng.standard_normal((12, 48)).astype(np.float32)
    nudged = (base * (1 + rng.integers(-2, 3, base.shape) * np.float32(2**-23))).astype(np.float32)
    vectors = np.concatenate([base, base, nudged])
    ids = [f"d{i}" for i in rng.permutation(len(vectors))]
    queries = rng.standard_normal((3, 48)).astype(np.float32)
    assert sharded(queries, ids, vectors, cuts, 10, True) == whole(queries, ids, vectors, 10, True)


def test_of_documents_tied_across_the_border_the_larger_ids_stay() -> None:
    ids = ["d1", "d4", "d3", "d2"]
    same = np.ones((4, 2), np.float32)
    found = sharded(same[:1], ids, same, [2], 2, False)
    assert found == {"q0": {"d4": 2.0, "d3": 2.0}}


def test_a_shard_smaller_than_k_gives_all_it_has() -> None:
    vectors = np.array([[3.0], [2.0], [1.0]], np.float32)
    found = sharded(np.ones((1, 1), np.float32), ["a", "b", "c"], vectors, [1], 10, False)
    assert found == {"q0": {"a": 3.0, "b": 2.0, "c": 1.0}}


def test_merging_keeps_the_best_of_each_query() -> None:
    left = Found(["a", "b"], np.array([[0, 1], [0, 1]]), np.array([[0.9, 0.1], [0.2, 0.3]]))
    right = Found(["c"], np.array([[0], [0]]), np.array([[0.5], [0.1]]))
    merged = merge([left, right], 2)
    ranked = Run.from_arrays(["x", "y"], *merged).to_dict()
    assert ranked == {"x": {"a": 0.9, "c": 0.5}, "y": {"b": 0.3, "a": 0.2}}


def test_blocks_that_are_slices_of_a_larger_one_are_read_from_their_start() -> None:
    vectors = np.arange(12, dtype=np.float32).reshape(6, 2)
    table = block([f"d{i}" for i in range(6)], vectors)
    index = build_shard(False, table.slice(4, 2), table.slice(1, 2))  # type: ignore[attr-defined]
    assert index.vectors.tolist() == [[8, 9], [10, 11], [2, 3], [4, 5]]
    assert list(index.doc_ids) == ["d4", "d5", "d1", "d2"]


def test_what_a_search_needs_travels_with_the_index() -> None:
    index = build_shard(True, block(["a", "b"], np.array([[3.0, 4.0], [0.0, 2.0]])))
    assert {"places", "divisors", "scales", "errors"} <= set(vars(index))


def test_queries_of_another_dimension_are_refused() -> None:
    index = build_shard(True, block(["a"], np.ones((1, 2))))
    with pytest.raises(ModelError, match="queries have 3 dimensions, documents 2; both sides"):
        search_shard(index, np.ones((1, 3), np.float32), 1)


def test_digests_tell_ids_apart_and_not_where_they_stand() -> None:
    left = id_digests(build_shard(True, block(["a", "b"], np.ones((2, 2)))))
    right = id_digests(build_shard(True, block(["b"], np.ones((1, 2)))))
    assert left[1] == right[0]
    assert left[0] != left[1]


def test_ids_in_a_column_are_a_sequence_of_strings() -> None:
    ids = ArrowIds(pa.array(["b", "ä"]))
    assert (len(ids), ids[1], list(ids)) == (2, "ä", ["b", "ä"])
