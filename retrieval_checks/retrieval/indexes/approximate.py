"""`ApproximateRetriever`: dense search by an index that finds most of the nearest documents."""

from dataclasses import dataclass, field

import numpy as np

from retrieval_checks.data.postings import FloatArray, IntArray
from retrieval_checks.encoding.inference import Vectors, unit_length
from retrieval_checks.errors import ModelError
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.indexes.libraries import ApproximateIndex, Find, parse_index
from retrieval_checks.retrieval.search.index import Index, divisors, euclidean


@dataclass(frozen=True, eq=False)
class ApproximateRetriever(DenseRetriever):
    """The documents that an approximate index finds nearest to the query's vector.

    What is found has the very scores that `DenseRetriever` gives, float64; only what is found
    differs, see `check_index_recall`. The index is built on the first
    search, over a copy of the vectors, scaled to unit length for cosines.

    Args:
        index: `"hnsw"` or `"ivf"` of faiss, `"usearch"`, or one with its parameters: `HNSW(...)`,
            `IVF(...)`, `USearch(...)`, or any object whose `build(vectors)` returns a function of
            (queries, k) to positions (n_queries, k), -1 for none, by dot product.

    Raises:
        SettingsError: an index that does not exist.

    >>> class Scan:
    ...     def build(self, vectors):
    ...         return lambda queries, k: np.argsort(-(queries @ vectors.T), axis=1)[:, :k]
    >>> class Letters:
    ...     def encode(self, texts):
    ...         return [[t.count("a"), t.count("b")] for t in texts]
    >>> from retrieval_checks.data.collection import Corpus, Queries
    >>> corpus = Corpus.from_dict({"d1": "aa", "d2": "ab", "d3": "b"})
    >>> retriever = ApproximateRetriever(corpus, Letters(), index=Scan())
    >>> retriever.retrieve(Queries.from_dict({"q": "a"}), 2).ranking("q")
    ('d1', 'd2')
    """

    name: str = field(default="approximate", kw_only=True)
    index: object = field(default="hnsw", kw_only=True)  # an ApproximateIndex once built

    def __post_init__(self) -> None:
        DenseRetriever.__post_init__(self)
        object.__setattr__(self, "index", parse_index(self.index))

    def _search(self, queries: Vectors, index: Index, k: int) -> tuple[IntArray, FloatArray]:
        width = min(k, len(index))
        wanted = unit_length(queries) if index.cosine else queries
        positions = self._checked_positions(self._find(index)(wanted, width), len(queries), index)
        scores = np.zeros(positions.shape)
        divided_by = divisors(euclidean(queries), cosine=index.cosine)
        for row, found in enumerate(positions):
            there = found >= 0
            scores[row, there] = index.scores(queries[row], float(divided_by[row]), found[there])
        return positions, scores

    def _find(self, index: Index) -> Find:
        if "find" not in self._known:
            vectors = unit_length(index.vectors) if index.cosine else index.vectors
            built: ApproximateIndex = parse_index(self.index)
            self._known["find"] = built.build(np.ascontiguousarray(vectors))
        find: Find = self._known["find"]
        return find

    def _checked_positions(self, found: object, n: int, index: Index) -> IntArray:
        positions = np.asarray(found)
        sane = positions.ndim == 2 and len(positions) == n and positions.dtype.kind in "iu"
        if not sane or (positions >= len(index)).any():
            raise ModelError(
                f"index {self.index!r} returned {positions.dtype} of shape {positions.shape} for"
                f" {n} queries; expected positions below {len(index)}, a row a query, -1 for none"
            )
        return positions.astype(np.int64)
