"""Engines: which library multiplies queries with documents, and which products it hands on."""

import sys
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any, Literal, get_args

import numpy as np

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.encoding.inference import Vectors
from retrieval_checks.errors import MissingDependencyError, SettingsError, did_you_mean
from retrieval_checks.retrieval.search.candidates import Hits, largest

Engine = Literal["auto", "numpy", "torch", "faiss"]
# (queries, documents, floor, k, error): every pair whose product is at least the query's floor, and
# at least its k-th largest product here less twice the error
FindHits = Callable[[Vectors, Vectors, FloatArray, int, float], Hits]
Multiply = Callable[[Vectors, Vectors], Vectors]  # queries, documents -> (n_queries, n_documents)

_LARGE = 1 << 32  # multiplications: tenths of a second
_EXTRA = 32  # documents beyond k that faiss is asked for: near ties at the cut


def check_engine(engine: str) -> str:
    """The engine's name, if there is one of that name.

    Raises:
        SettingsError: there is none of that name.

    >>> check_engine("numpy")
    'numpy'
    """
    if engine not in get_args(Engine):
        hint = did_you_mean(str(engine), get_args(Engine))
        raise SettingsError(f"search engine {engine!r} does not exist; {hint}")
    return engine


def choose_engine(engine: str, *, work: int) -> str:
    """The engine that `"auto"` stands for: torch for small products where it is loaded, else numpy.

    A process that has just encoded a query has torch's threads spinning, and numpy's BLAS brings
    its own to fight with them: single queries over 5,183 x 384 took 32 ms so (a twentieth of them
    119 ms and more), and 14 (18) where torch multiplied too. Large products outlast the spinning,
    and numpy is then the faster. torch is never imported for it.

    Args:
        engine: as the user has it.
        work: multiplications.

    >>> choose_engine("faiss", work=1)
    'faiss'
    """
    if engine != "auto":
        return engine
    # torch may be half imported, or told to multiply float32 in bfloat16: then it is of no use here
    precision = getattr(sys.modules.get("torch"), "get_float32_matmul_precision", lambda: "")()
    return "torch" if precision == "highest" and work < _LARGE else "numpy"


def engine_of(name: str) -> FindHits:
    """What finds hits with this engine.

    Raises:
        MissingDependencyError: its library is not installed.
    """
    if name == "faiss":
        return partial(_faiss_hits, import_faiss())
    multiply = multiply_by(name)
    return lambda queries, documents, floor, k, error: largest(
        multiply(queries, documents), floor, k, error
    )


def multiply_by(name: str) -> Multiply:
    """What multiplies with torch or numpy.

    >>> multiply_by("numpy")(np.eye(2, dtype=np.float32), np.ones((1, 2), np.float32)).tolist()
    [[1.0], [1.0]]
    """
    return _multiply_by_torch() if name == "torch" else _Numpy()


class _Numpy:
    """Products by numpy's BLAS, in memory that is used again for the next block."""

    def __init__(self) -> None:
        self._memory = np.empty(0, np.float32)

    def __call__(self, queries: Vectors, documents: Vectors) -> Vectors:
        size = len(queries) * len(documents)
        if len(self._memory) < size:
            self._memory = np.empty(size, np.float32)
        out = self._memory[:size].reshape(len(queries), len(documents))
        return np.matmul(queries, documents.T, out=out)


def _multiply_by_torch() -> Multiply:
    try:
        import torch
    except ImportError as error:
        raise MissingDependencyError(
            f"search engine 'torch' needs torch: {error}; pip install torch, or use 'numpy'"
        ) from error

    def tensor(array: Vectors) -> torch.Tensor:
        # Vectors from the store are read-only, which torch has no notion of and warns about. They
        # are not written to here.
        address, _ = array.__array_interface__["data"]
        writable = {**array.__array_interface__, "data": (address, False)}
        return torch.from_numpy(np.asarray(SimpleNamespace(__array_interface__=writable)))

    def multiply(queries: Vectors, documents: Vectors) -> Vectors:
        # not under the autocast of a caller; and linear, which takes half the time of mm
        with torch.inference_mode(), torch.autocast("cpu", enabled=False):
            products = torch.nn.functional.linear(tensor(queries), tensor(documents))
        return np.asarray(products.numpy())

    return multiply


def import_faiss() -> Any:
    """The module faiss.

    Raises:
        MissingDependencyError: it is not installed.
    """
    try:
        import faiss
    except ImportError as error:
        raise MissingDependencyError(
            f'faiss is not installed ({error}): pip install "retrieval-checks[faiss]"'
        ) from error
    return faiss


def _faiss_hits(
    faiss: Any, queries: Vectors, documents: Vectors, floor: FloatArray, k: int, error: float
) -> Hits:
    """Its k best and some more; where those leave something out, whole matrices of products."""
    width = min(k + _EXTRA, len(documents))
    products, columns = faiss.knn(queries, documents, width, metric=faiss.METRIC_INNER_PRODUCT)
    found = largest(products, floor, k, error)
    hits = found._replace(documents=columns[found.queries, found.documents])
    counts = np.bincount(found.queries, minlength=len(queries))
    full = np.flatnonzero((counts == width) & (width < len(documents)))
    if not len(full):
        return hits
    more = largest(_Numpy()(queries[full], documents), floor[full], k, error)
    own = ~np.isin(hits.queries, full)
    return Hits(
        np.concatenate([hits.queries[own], full[more.queries]]),
        np.concatenate([hits.documents[own], more.documents]),
        np.concatenate([hits.scores[own], more.scores]),
    )
