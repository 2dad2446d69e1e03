"""The k best documents, exactly, whatever the block size: `search` and `best`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval_checks.data.postings import FloatArray, IntArray
from retrieval_checks.encoding.inference import Vectors
from retrieval_checks.errors import SettingsError

_ROWS = 4096  # rows scored in float64 at once


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Document vectors, what their products are divided by, and the order of their ids."""

    vectors: Vectors  # float32 (n, d)
    divisors: FloatArray  # float64 (n,): lengths for cosines, ones for dot products
    lengths: FloatArray  # float64 (n,): Euclidean
    places: IntArray  # int64 (n,): the rank of each id in ascending order


def build_index(vectors: Vectors, doc_ids: Sequence[str], *, cosine: bool) -> Index:
    """The index of these vectors, (n, d); they are not copied."""
    lengths = euclidean(vectors)
    return Index(vectors, _divisors(lengths, cosine), lengths, id_places(doc_ids))


def search(
    queries: Vectors, index: Index, k: int, *, cosine: bool, block_bytes: int
) -> tuple[IntArray, FloatArray]:
    """The `k` most similar documents of each query, exactly.

    Matrix products differ in their last bits with the shape of the block, which would make ties and
    near ties depend on the block size. They only choose candidates here: every document within
    their rounding error of the k-th best. Candidates are scored again in float64, row by row (the
    products of two float32 are exact there, and each row is summed by itself in a fixed order).

    Args:
        queries: float32 (n_queries, d).
        index: the documents.
        k: documents a query.
        cosine: divide by the lengths; the index must have been built so.
        block_bytes: bound on the memory of a block of documents and of a block of scores.

    Returns:
        positions int64 and scores float64, both (n_queries, min(k, n_documents)); the columns are
        in no particular order. Among equal scores the documents of the larger ids are there.
    """
    n = len(index.vectors)
    width = min(k, n)
    found = np.empty((len(queries), width), np.int64)
    scores = np.empty((len(queries), width), np.float64)
    lengths = euclidean(queries)
    columns = max(1, block_bytes // max(1, 4 * queries.shape[1]))
    rows = max(1, block_bytes // (4 * min(columns, max(1, n))))
    for start in range(0, len(queries), rows):
        block = slice(start, start + rows)
        divisors = _divisors(lengths[block], cosine)
        best_of_block = _search_block(queries[block], divisors, index, width, columns)
        for row, (positions, values) in enumerate(best_of_block, start):
            found[row], scores[row] = positions, values
    return found, scores


def best(scores: FloatArray, places: IntArray, k: int) -> IntArray:
    """Positions of the `k` largest scores; among equal ones, those of the larger place.

    >>> best(np.array([1.0, 2.0, 1.0]), np.array([0, 1, 2]), 2).tolist()
    [1, 2]
    """
    if k >= len(scores):
        return np.arange(len(scores))
    cut = np.partition(scores, len(scores) - k)[len(scores) - k]
    above = np.flatnonzero(scores > cut)
    tied = np.flatnonzero(scores == cut)
    need = k - len(above)
    if need < len(tied):
        tied = tied[np.argpartition(places[tied], len(tied) - need)[len(tied) - need :]]
    return np.sort(np.concatenate([above, tied]))


def id_places(doc_ids: Sequence[str]) -> IntArray:
    """The rank of each id among all in ascending order, int64 (n,).

    >>> id_places(["d9", "d10", "a"]).tolist()
    [2, 1, 0]
    """
    places = np.empty(len(doc_ids), np.int64)
    places[sorted(range(len(doc_ids)), key=doc_ids.__getitem__)] = np.arange(len(doc_ids))
    return places


def euclidean(vectors: Vectors) -> FloatArray:
    """Lengths of the rows, float64 (n,), each summed by itself.

    >>> euclidean(np.array([[3.0, 4.0]], np.float32)).tolist()
    [5.0]
    """
    lengths = np.empty(len(vectors), np.float64)
    for start in range(0, len(vectors), _ROWS):
        part = vectors[start : start + _ROWS].astype(np.float64)
        lengths[start : start + _ROWS] = np.sqrt((part * part).sum(axis=1))
    return lengths


def check_k(k: int) -> int:
    """The number of documents asked for.

    Raises:
        SettingsError: not a whole number of at least 1.
    """
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
        raise SettingsError(f"k must be a whole number of at least 1, got {k!r}")
    return int(k)


def _search_block(
    queries: Vectors, divisors: FloatArray, index: Index, width: int, columns: int
) -> list[tuple[IntArray, FloatArray]]:
    """Positions and scores of the best documents, query by query."""
    kept = [(np.empty(0, np.int64), np.empty(0, np.float64)) for _ in queries]
    for start in range(0, len(index.vectors), columns):
        block = slice(start, start + columns)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            rough = queries @ index.vectors[block].T
            rough /= divisors[:, None]
            rough /= index.divisors[block]
        reach = float((index.lengths[block] / index.divisors[block]).max())
        least = float(index.divisors[block].min())
        for row, query in enumerate(queries):
            positions, scores = kept[row]
            worst = scores.min() if len(positions) == width else -np.inf
            error = _rounding(len(query), float(euclidean(query[None])[0]) * reach, 1 / least)
            error /= float(divisors[row])
            candidates = start + _candidates(rough[row], width, worst, error)
            exact = _products(index.vectors, candidates, query) / (
                index.divisors[candidates] * divisors[row]
            )
            positions = np.concatenate([positions, candidates])
            scores = np.concatenate([scores, exact])
            chosen = best(scores, index.places[positions], width)
            kept[row] = positions[chosen], scores[chosen]
    return kept


def _candidates(rough: Vectors, width: int, worst: float, error: float) -> IntArray:
    """Positions whose exact score may be among the best: within the error of the k-th best."""
    floor = worst - error
    if len(rough) > width:
        floor = max(floor, float(np.partition(rough, -width)[-width]) - 2 * error)
    # negated, so that an overflow to NaN stays a candidate and is scored in float64
    return np.flatnonzero(~(rough < floor))


def _products(documents: Vectors, positions: IntArray, query: Vectors) -> FloatArray:
    """Dot products in float64, each row summed by itself."""
    wide = query.astype(np.float64)
    parts = [(documents[part].astype(np.float64) * wide).sum(axis=1) for part in _parts(positions)]
    return np.concatenate(parts) if parts else np.empty(0, np.float64)


def _parts(positions: IntArray) -> Iterator[IntArray]:
    for start in range(0, len(positions), _ROWS):
        yield positions[start : start + _ROWS]


def _divisors(lengths: FloatArray, cosine: bool) -> FloatArray:
    """What dot products are divided by; a vector of length 0 has cosine 0 with everything."""
    return np.where(lengths > 0, lengths, 1.0) if cosine else np.ones_like(lengths)


def _rounding(dimension: int, lengths: float, underflow: float) -> float:
    """Bound on the error of float32 dot products, whatever the order of summation.

    |error| <= n u / (1 - n u) |a| |b| + n m, with u = 2^-24 for rounding and m = 2^-126 for
    underflow (Higham, Accuracy and Stability of Numerical Algorithms, 2.2 and 3.1), with room for
    the divisions and for the comparison with a threshold that is itself rounded.

    Args:
        dimension: n.
        lengths: |a| |b|, over what the product is divided by.
        underflow: 1 over what the product is divided by.
    """
    unit = (dimension + 8) * 2.0**-24
    return 1.01 * (unit / (1 - unit) * lengths + dimension * 2.0**-126 * underflow)
