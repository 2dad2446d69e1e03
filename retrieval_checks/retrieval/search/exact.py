"""`search`: the k nearest documents, exactly, whatever the engine and the size of its blocks."""

import numpy as np

from retrieval_checks.data.postings import FloatArray, IntArray
from retrieval_checks.encoding.inference import Vectors
from retrieval_checks.retrieval.search.candidates import Candidates
from retrieval_checks.retrieval.search.cut import best
from retrieval_checks.retrieval.search.engines import (
    Engine,
    FindHits,
    choose_engine,
    engine_of,
)
from retrieval_checks.retrieval.search.index import Index, divisors, euclidean

BLOCK_BYTES = 64 << 20
_SCORES = 4 << 20  # in a matrix of scores: it stays in the cache while it is compared
_COLUMNS = 4096  # documents a block at least, below which products are slower


def search(
    queries: Vectors,
    index: Index,
    k: int,
    *,
    engine: Engine = "auto",
    block_bytes: int = BLOCK_BYTES,
) -> tuple[IntArray, FloatArray]:
    """The `k` most similar documents of each query, exactly.

    Matrix products differ in their last bits with the library and the shape of the block, which
    would make ties and near ties depend on them. They only choose candidates here: every document
    within their rounding error of the k-th best. Candidates are scored again in float64, row by row
    (the products of two float32 are exact there, and each row is summed by itself in a fixed
    order).

    Args:
        queries: float32 (n_queries, d).
        index: the documents.
        k: documents a query.
        engine: what multiplies: `"numpy"`, `"torch"`, `"faiss"`, or `"auto"` for torch where it is
            loaded already and the search is small, numpy elsewhere. All give the same result, bit
            for bit.
        block_bytes: bound on the memory of a block of documents and of a block of scores.

    Returns:
        positions int64 and scores float64, both (n_queries, min(k, n_documents)); the columns are
        in no particular order. Among equal scores the documents of the larger ids are there.
    """
    width = min(k, len(index))
    found = np.empty((len(queries), width), np.int64)
    scores = np.empty((len(queries), width), np.float64)
    lengths = euclidean(queries)
    units = (queries / np.where(lengths > 0, lengths, 1.0)[:, None]).astype(np.float32)
    divided_by = divisors(lengths, cosine=index.cosine)
    name = choose_engine(engine, work=len(queries) * index.vectors.size)
    rows, columns = _shape(len(queries), index, block_bytes, whole=name == "faiss")
    find_hits = engine_of(name)
    for start in range(0, len(queries), rows):
        candidates = _candidates(units[start : start + rows], index, width, find_hits, columns)
        for row, positions in enumerate(candidates, start):
            exact = index.scores(queries[row], float(divided_by[row]), positions)
            chosen = _best(exact, positions, index, width)
            found[row], scores[row] = positions[chosen], exact[chosen]
    return found, scores


def _shape(n: int, index: Index, block_bytes: int, *, whole: bool) -> tuple[int, int]:
    """Queries and documents a block; faiss makes its own blocks of `whole` ones."""
    most = max(1, block_bytes // (4 * max(1, index.vectors.shape[1])))
    columns = most if whole else min(most, max(_COLUMNS, _SCORES // max(1, n)))
    columns = min(columns, max(1, len(index)))
    return max(1, block_bytes // (4 * (_COLUMNS if whole else columns))), columns


def _candidates(
    units: Vectors, index: Index, k: int, find_hits: FindHits, columns: int
) -> list[IntArray]:
    candidates = Candidates(len(units), k, errors=index.errors)
    for start in range(0, len(index), columns):
        part = slice(start, start + columns)
        error = float(index.errors[part].max())
        hits = find_hits(units, index.rough(part), candidates.floor - error, k, error)
        candidates.add(hits._replace(documents=hits.documents + start))
    return candidates.positions()


def _best(scores: FloatArray, positions: IntArray, index: Index, k: int) -> IntArray:
    return best(scores, k, places=lambda tied: index.places[positions[tied]])
