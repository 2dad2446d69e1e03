"""`Index`: document vectors, and all that searching them exactly needs to know of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from retrieval_checks.data.postings import FloatArray, IntArray
from retrieval_checks.encoding.inference import Vectors
from retrieval_checks.retrieval.search.cut import id_places

_ROWS = 512  # rows in float64 at once: they stay in the cache
_NEAR_ONE = 1e-5  # from a length of 1: vectors that are normalised already are not scaled
_USUAL = 2.0**20  # lengths from 1 over this to this can neither overflow nor underflow


@dataclass(frozen=True, eq=False)
class Index:
    """Document vectors, which are not copied, their lengths, and the order of their ids."""

    vectors: Vectors  # float32 (n, d)
    doc_ids: Sequence[str]
    cosine: bool  # else dot products
    lengths: FloatArray  # float64 (n,): Euclidean

    def __len__(self) -> int:
        return len(self.vectors)

    @cached_property
    def places(self) -> IntArray:
        """The rank of each id in ascending order, int64 (n,); sorted when first asked for."""
        return id_places(self.doc_ids)

    @cached_property
    def divisors(self) -> FloatArray:
        """What dot products are divided by, float64 (n,)."""
        return divisors(self.lengths, cosine=self.cosine)

    @cached_property
    def scales(self) -> FloatArray | None:
        """What `rough` multiplies the vectors by, float64 (n,); None where they are fit as is.

        Cosines want unit length. Dot products want one factor for all, a power of 2, that keeps
        float32 from overflow.
        """
        if self.cosine:
            unit = (np.abs(self.lengths - 1) <= _NEAR_ONE).all()
            return None if unit else 1 / self.divisors
        longest = float(self.lengths.max(initial=0.0))
        if longest == 0 or 1 / _USUAL <= longest <= _USUAL:
            return None
        return np.full(len(self), 2.0 ** -np.frexp(longest)[1])

    @cached_property
    def errors(self) -> FloatArray:
        """Bounds on how far the float32 product of `rough` and a unit query is off, (n,)."""
        scaled = self.lengths if self.scales is None else self.lengths * self.scales
        d = self.vectors.shape[1]
        errors: FloatArray = 1.01 * (rounding(d) * scaled + d * 2.0**-126)
        if self.cosine and self.scales is None:
            errors += 1.01 * np.abs(self.lengths - 1)  # what is not divided by
        return errors

    def rough(self, part: slice) -> Vectors:
        """The vectors whose products choose candidates, float32 (n_part, d)."""
        vectors = np.asarray(self.vectors[part])
        if self.scales is None:
            return vectors
        return (vectors * self.scales[part, None]).astype(np.float32)

    def scores(self, query: Vectors, divisor: float, positions: IntArray) -> FloatArray:
        """Exact scores of these documents, float64 (n,), which depend on nothing but the vectors.

        Products of two float32 are exact in float64, and each row is summed by itself.

        Args:
            query: float32 (d,).
            divisor: what the query's products are divided by.
            positions: of the documents.
        """
        wide = query.astype(np.float64)
        parts = [(self.vectors[p].astype(np.float64) * wide).sum(axis=1) for p in _parts(positions)]
        products = np.concatenate(parts) if parts else np.empty(0)
        scores: FloatArray = products / (self.divisors[positions] * divisor)
        return scores


def build_index(vectors: Vectors, doc_ids: Sequence[str], *, cosine: bool) -> Index:
    """The index of these vectors, float32 (n, d), such as a `numpy.memmap`; they are not copied.

    >>> index = build_index(np.array([[3.0, 4.0]], np.float32), ["d1"], cosine=True)
    >>> index.scores(np.array([1.0, 0.0], np.float32), 1.0, np.array([0])).tolist()
    [0.6]
    """
    return Index(vectors, doc_ids, cosine, euclidean(vectors))


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


def divisors(lengths: FloatArray, *, cosine: bool) -> FloatArray:
    """What dot products are divided by; a vector of length 0 has cosine 0 with everything.

    >>> divisors(np.array([2.0, 0.0]), cosine=True).tolist()
    [2.0, 1.0]
    """
    return np.where(lengths > 0, lengths, 1.0) if cosine else np.ones_like(lengths)


def _parts(positions: IntArray) -> Iterator[IntArray]:
    for start in range(0, len(positions), _ROWS):
        yield positions[start : start + _ROWS]


def rounding(dimension: int) -> float:
    """Bound on the relative error of float32 dot products, whatever the order of summation.

    |error| <= n u / (1 - n u) |a| |b| + n m, with u = 2^-24 for rounding and m = 2^-126 for
    underflow (Higham, Accuracy and Stability of Numerical Algorithms, 2.2 and 3.1), with room for
    scaling both vectors.
    """
    unit = (dimension + 8) * 2.0**-24
    return unit / (1 - unit)
