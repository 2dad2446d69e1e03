"""Approximate indexes of faiss and usearch, with their parameters."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from retrieval_checks.data.postings import IntArray
from retrieval_checks.encoding.inference import Vectors
from retrieval_checks.errors import MissingDependencyError, SettingsError
from retrieval_checks.retrieval.search.engines import import_faiss

Find = Callable[[Vectors, int], IntArray]  # (queries, k) -> positions (n_queries, k), -1 for none


class ApproximateIndex(Protocol):
    """A kind of index and its parameters; its `repr` stands in descriptions of a pipeline."""

    def build(self, vectors: Vectors, /) -> Find:
        """What finds the vectors with the largest dot products among these, float32 (n, d)."""


@dataclass(frozen=True)
class Graph:
    """A navigable graph in layers (Malkov & Yashunin, TPAMI 2020).

    Args:
        m: links a vector, at least 2.
        ef_construction: candidates looked at while a vector is linked.
        ef_search: candidates looked at for a query; at least k are.
        threads: that build. With more than one, every build links otherwise, and finds otherwise.

    Raises:
        SettingsError: a parameter below its least.
    """

    m: int = 32
    ef_construction: int = 200
    ef_search: int = 64
    threads: int = 1

    def __post_init__(self) -> None:
        _check_at_least(2, m=self.m)
        _check_at_least(1, ef_construction=self.ef_construction, ef_search=self.ef_search)
        _check_at_least(1, threads=self.threads)


@dataclass(frozen=True)
class HNSW(Graph):
    """The graph of faiss; parameters as in `Graph`."""

    def build(self, vectors: Vectors, /) -> Find:
        """The graph of these vectors.

        Raises:
            MissingDependencyError: faiss is not installed.
        """
        faiss = import_faiss()
        index = faiss.IndexHNSWFlat(vectors.shape[1], self.m, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = self.ef_construction
        with _threads(faiss, self.threads):
            index.add(vectors)

        def find(queries: Vectors, k: int) -> IntArray:
            wide = faiss.SearchParametersHNSW(efSearch=max(self.ef_search, k))
            return np.asarray(index.search(queries, k, params=wide)[1])

        return find


@dataclass(frozen=True)
class IVF:
    """Vectors in lists around centres, of which the nearest few are searched, by faiss.

    Args:
        lists: how many; four times the root of the number of vectors unless given.
        probes: lists searched for a query.
        threads: that build.

    Raises:
        SettingsError: a parameter below 1.
    """

    lists: int | None = None
    probes: int = 32
    threads: int = 1

    def __post_init__(self) -> None:
        _check_at_least(1, lists=self.lists or 1, probes=self.probes, threads=self.threads)

    def build(self, vectors: Vectors, /) -> Find:
        """The lists of these vectors.

        Raises:
            MissingDependencyError: faiss is not installed.
        """
        faiss = import_faiss()
        n, d = vectors.shape
        lists = min(n, self.lists or round(4 * math.sqrt(n)))
        centres = faiss.IndexFlatIP(d)
        index = faiss.IndexIVFFlat(centres, d, lists, faiss.METRIC_INNER_PRODUCT)
        index.cp.min_points_per_centroid = 1  # it would print that there are few
        with _threads(faiss, self.threads):
            index.train(vectors)
            index.add(vectors)

        def find(queries: Vectors, k: int) -> IntArray:
            wide = faiss.SearchParametersIVF(nprobe=min(self.probes, lists))
            return np.asarray(index.search(queries, k, params=wide)[1])

        return find


@dataclass(frozen=True)
class USearch(Graph):
    """The graph of usearch; parameters as in `Graph`."""

    def build(self, vectors: Vectors, /) -> Find:
        """The graph of these vectors.

        Raises:
            MissingDependencyError: usearch is not installed.
        """
        index = _usearch().Index(
            ndim=vectors.shape[1],
            metric="ip",
            dtype="f32",
            connectivity=self.m,
            expansion_add=self.ef_construction,
            expansion_search=self.ef_search,
        )
        index.add(np.arange(len(vectors), dtype=np.uint64), vectors, threads=self.threads)

        def find(queries: Vectors, k: int) -> IntArray:
            index.expansion_search = max(self.ef_search, k)
            matches = index.search(queries, k)
            found = np.full((len(queries), k), -1, np.int64)
            # of one query it returns its matches, of several those of each
            for row, own in enumerate([matches] if len(queries) == 1 else matches):
                found[row, : len(own.keys)] = own.keys
            return found

        return find


def parse_index(index: object) -> ApproximateIndex:
    """The index of this name, with its default parameters; an index is itself.

    Raises:
        SettingsError: a name there is none of, or an object without `build`.

    >>> parse_index("hnsw")
    HNSW(m=32, ef_construction=200, ef_search=64, threads=1)
    """
    named: dict[object, ApproximateIndex] = {"hnsw": HNSW(), "ivf": IVF(), "usearch": USearch()}
    if isinstance(index, str) and index in named:
        return named[index]
    if isinstance(index, str) or not callable(getattr(index, "build", None)):
        raise SettingsError(
            f"approximate index {index!r}; allowed: {', '.join(map(repr, named))}, HNSW(...),"
            " IVF(...), USearch(...), or an object with build(vectors)"
        )
    return index  # type: ignore[return-value]  # what build returns is the object's own affair


def _check_at_least(least: int, **numbers: int) -> None:
    for name, number in numbers.items():
        if isinstance(number, bool) or not isinstance(number, int) or number < least:
            raise SettingsError(
                f"{name} must be a whole number of at least {least}, got {number!r}"
            )


@contextmanager
def _threads(faiss: Any, n: int) -> Iterator[None]:
    """Within, faiss builds with n threads: it has one number of threads for the whole process."""
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(n)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def _usearch() -> Any:
    try:
        import usearch.index as usearch
    except ImportError as error:
        raise MissingDependencyError(
            f'usearch is not installed ({error}): pip install "retrieval-checks[usearch]"'
        ) from error
    return usearch
