"""The libraries' indexes and their parameters."""

import numpy as np
import pytest

from retrieval_checks.encoding.inference import unit_length
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.indexes.libraries import (
    HNSW,
    IVF,
    ApproximateIndex,
    USearch,
    parse_index,
)
from tests.retrieval.indexes.vectors import clustered


def recall(index: ApproximateIndex, n: int = 3000, k: int = 20) -> float:
    pytest.importorskip("usearch" if isinstance(index, USearch) else "faiss")
    vectors = unit_length(clustered(n, 24))
    found = index.build(vectors)(vectors[:50], k)
    exact = np.argsort(-(vectors[:50] @ vectors.T), axis=1)[:, :k]
    return float(np.mean([len({*a} & {*b}) / k for a, b in zip(found, exact, strict=True)]))


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        (HNSW(m=2, ef_construction=2, ef_search=1), HNSW(m=32, ef_search=400)),
        (IVF(lists=100, probes=1), IVF(lists=100, probes=100)),
        (USearch(m=2, ef_construction=2, ef_search=1), USearch(m=32, ef_search=400)),
    ],
)
def test_parameters_reach_the_library(narrow: ApproximateIndex, wide: ApproximateIndex) -> None:
    assert recall(wide) > 0.995
    assert recall(narrow) < 0.9


@pytest.mark.parametrize("kind", [HNSW, IVF])
def test_building_leaves_the_number_of_threads_as_it_was(kind: type[HNSW] | type[IVF]) -> None:
    faiss = pytest.importorskip("faiss")
    before = faiss.omp_get_max_threads()
    try:
        faiss.omp_set_num_threads(3)
        kind().build(clustered(100, 4))
        assert faiss.omp_get_max_threads() == 3
    finally:
        faiss.omp_set_num_threads(before)


def test_lists_hold_a_corpus_of_one_document() -> None:
    pytest.importorskip("faiss")
    vectors = np.ones((1, 4), np.float32)
    assert IVF().build(vectors)(vectors, 1).tolist() == [[0]]


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        (HNSW, {"m": 1}, "m must be a whole number of at least 2, got 1"),
        (HNSW, {"ef_search": 0}, "ef_search must be a whole number of at least 1, got 0"),
        (USearch, {"threads": 1.5}, "threads must be a whole number of at least 1, got 1.5"),
        (IVF, {"probes": 0}, "probes must be a whole number of at least 1, got 0"),
        (IVF, {"lists": -1}, "lists must be a whole number of at least 1, got -1"),
    ],
)
def test_parameters_out_of_range_are_refused(
    kind: type, options: dict[str, int], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        kind(**options)


def test_an_index_is_itself() -> None:
    assert parse_index(IVF(lists=3)) == IVF(lists=3)
