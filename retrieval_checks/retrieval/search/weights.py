"""`WeightIndex`: documents as weighted dimensions, most of them zero, searched exactly."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from retrieval_checks.data.postings import FloatArray, IntArray
from retrieval_checks.encoding.storage.ragged import Ragged
from retrieval_checks.retrieval.search.cut import best, id_places
from retrieval_checks.retrieval.search.index import divisors

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, eq=False)
class WeightIndex:
    """The inverted weights of documents: for each dimension, the documents that have it."""

    postings: "csr_array"  # float32 (n_dimensions, n_documents)
    lengths: FloatArray  # float64 (n_documents,): Euclidean
    doc_ids: Sequence[str]
    cosine: bool  # else dot products

    @cached_property
    def places(self) -> IntArray:
        """The rank of each id in ascending order, int64 (n,); sorted when first asked for."""
        return id_places(self.doc_ids)


def build_weight_index(weights: Ragged, doc_ids: Sequence[str], *, cosine: bool) -> WeightIndex:
    """The index of these documents' weights, as `SparseEncoderModel` gives them."""
    matrix = as_csr(weights)
    return WeightIndex(matrix.T.tocsr(), _lengths(matrix), doc_ids, cosine)


def search_weights(
    queries: Ragged, index: WeightIndex, k: int, *, block_bytes: int
) -> Iterator[tuple[IntArray, FloatArray]]:
    """(positions, scores) of at most `k` documents that share a dimension with it, query by query.

    Scores are float64, summed in the order of the dimensions, and so depend on nothing but the two
    texts. Among equal scores at the cut at k the documents of the larger ids are there; the order
    within the k is none in particular.

    Args:
        queries: the weights of each query.
        index: the documents.
        k: documents a query.
        block_bytes: bound on the memory of a block of scores.
    """
    width = index.postings.shape[0]
    whole = as_csr(queries, width=width)
    own = divisors(_lengths(whole), cosine=index.cosine)
    matrix = whole[:, :width]  # no document has the other dimensions; the lengths have them
    theirs = divisors(index.lengths, cosine=index.cosine)
    rows = max(1, block_bytes // (16 * max(1, len(index.lengths))))  # a score and its position
    for start in range(0, len(queries), rows):
        block = matrix[start : start + rows]
        used = np.unique(block.indices)  # the postings of other dimensions are not touched
        products = block[:, used] @ index.postings[used].astype(np.float64)
        for row in range(block.shape[0]):
            entries = slice(products.indptr[row], products.indptr[row + 1])
            positions = products.indices[entries].astype(np.int64)
            scores = products.data[entries] / (theirs[positions] * own[start + row])
            chosen = _best(scores, positions, index, k)
            yield positions[chosen], scores[chosen]


def as_csr(weights: Ragged, *, width: int = 0) -> "csr_array":
    """Weights as a matrix, float64 (n, dimensions), at least as wide as asked.

    >>> from retrieval_checks.encoding.models.sparse_encoder import WEIGHT
    >>> as_csr(Ragged.of([np.array([(2, 0.5)], WEIGHT)])).toarray().tolist()
    [[0.0, 0.0, 0.5]]
    """
    from scipy.sparse import csr_array

    dimensions = weights.rows["dimension"]
    full = int(dimensions.max(initial=-1)) + 1
    parts = (weights.rows["weight"].astype(np.float64), dimensions, weights.indptr)
    return csr_array(parts, shape=(len(weights), max(full, width)))


def _lengths(matrix: "csr_array") -> FloatArray:
    return np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1), np.float64))


def _best(scores: FloatArray, positions: IntArray, index: WeightIndex, k: int) -> IntArray:
    return best(scores, k, places=lambda tied: index.places[positions[tied]])
