"""`DenseRetriever`: exact search by the similarity of two vectors."""

from dataclasses import dataclass, field, replace
from typing import Any, Self, cast

import numpy as np

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.postings import FloatArray, IntArray
from retrieval_checks.data.run import Run
from retrieval_checks.encoding.inference import Vectors
from retrieval_checks.encoding.models import BiEncoder
from retrieval_checks.errors import ModelError
from retrieval_checks.retrieval.protocols import TextEncoder
from retrieval_checks.retrieval.search.cut import check_k
from retrieval_checks.retrieval.search.engines import Engine, check_engine
from retrieval_checks.retrieval.search.exact import BLOCK_BYTES, search
from retrieval_checks.retrieval.search.index import Index, build_index, euclidean


@dataclass(frozen=True, eq=False)
class DenseRetriever:
    """The documents whose vectors are nearest to the query's, by exact search.

    Scores are float64: cosines in [-1, 1], or dot products where the model says so. Documents
    tied at the cut at k are all considered and the higher doc_id is kept; the result does not
    depend on `engine` and `block_bytes`. Documents are encoded on the first search; their vectors
    are not copied, so that those in a `numpy.memmap` stay on disk.

    Args:
        corpus: what is searched.
        bi_encoder: a `BiEncoder`; anything with `encode_queries`, `encode_documents` and
            `similarity`; or what `BiEncoder` takes: a model's name, path, factory or object.
        name: what reports call the run.
        engine: what multiplies vectors: `"numpy"`, `"torch"`, `"faiss"`, or `"auto"` for torch
            where it is loaded already and numpy elsewhere.
        block_bytes: memory for a block of the score matrix.

    Raises:
        SettingsError: an engine that does not exist.

    >>> class Letters:
    ...     def encode(self, texts):
    ...         return [[t.count("a"), t.count("b")] for t in texts]
    >>> corpus = Corpus.from_dict({"d1": "aa", "d2": "ab", "d3": "b"})
    >>> run = DenseRetriever(corpus, Letters()).retrieve(Queries.from_dict({"q": "a"}), 2)
    >>> run.ranking("q")
    ('d1', 'd2')
    """

    corpus: Corpus
    bi_encoder: object  # a TextEncoder once built
    name: str = field(default="dense", kw_only=True)
    engine: Engine = field(default="auto", kw_only=True)
    block_bytes: int = field(default=BLOCK_BYTES, kw_only=True)
    _known: dict[str, Any] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        check_engine(self.engine)
        # not isinstance(..., TextEncoder): Python 3.11 would read `similarity`, which may load
        if not hasattr(self.bi_encoder, "encode_queries"):
            object.__setattr__(self, "bi_encoder", BiEncoder(self.bi_encoder))

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        """The `k` nearest documents of each query, or all where the corpus has fewer.

        Raises:
            SettingsError: k below 1.
            ModelError: the model cannot be loaded, or its vectors make no sense.
        """
        width = check_k(k)
        if not len(self.corpus) or not len(queries):
            return Run.from_dict({query_id: {} for query_id in queries}, name=self.name)
        index = self._index()
        vectors = self._checked(self._encoder.encode_queries(queries.texts), len(queries))
        self._check_finite(euclidean(vectors))
        if vectors.shape[1] != index.vectors.shape[1]:
            raise ModelError(
                f"queries have {vectors.shape[1]} dimensions, documents"
                f" {index.vectors.shape[1]}; both sides must come from one model"
            )
        docs, scores = self._search(vectors, index, width)
        return Run.from_arrays(queries.query_ids, self.corpus.doc_ids, docs, scores, name=self.name)

    def over(self, corpus: Corpus, /) -> Self:
        """The same search over another corpus."""
        return replace(self, corpus=corpus)

    @property
    def vectors(self) -> Vectors:
        """The vectors that are searched, (n_documents, d); encoded if they are not yet."""
        return self._index().vectors

    @property
    def _encoder(self) -> TextEncoder:
        return cast(TextEncoder, self.bi_encoder)

    def _search(self, queries: Vectors, index: Index, k: int) -> tuple[IntArray, FloatArray]:
        return search(queries, index, k, engine=self.engine, block_bytes=self.block_bytes)

    def _index(self) -> Index:
        if "index" not in self._known:
            encoded = self._encoder.encode_documents(self.corpus.contents)
            vectors = self._checked(encoded, len(self.corpus))
            index = build_index(vectors, self.corpus.doc_ids, cosine=self._is_cosine())
            self._check_finite(index.lengths)
            self._known["index"] = index
        known: Index = self._known["index"]
        return known

    def _is_cosine(self) -> bool:
        similarity = getattr(self.bi_encoder, "similarity", None)
        if similarity not in ("cosine", "dot"):
            raise ModelError(f"similarity {similarity!r} of {self.name!r}; allowed: cosine, dot")
        return bool(similarity == "cosine")

    def _checked(self, encoded: object, n: int) -> Vectors:
        vectors = np.ascontiguousarray(encoded, np.float32)
        if vectors.ndim != 2 or len(vectors) != n:
            raise ModelError(
                f"encoder {self._encoder_name!r} returned vectors of shape {vectors.shape} for {n}"
                f" texts; expected ({n}, dimension)"
            )
        return vectors

    def _check_finite(self, lengths: FloatArray) -> None:
        if not np.isfinite(lengths).all():
            raise ModelError(
                f"encoder {self._encoder_name!r} returned NaN or infinity for text"
                f" {int(np.flatnonzero(~np.isfinite(lengths))[0])}; expected finite numbers"
            )

    @property
    def _encoder_name(self) -> str:
        return str(getattr(self.bi_encoder, "name", self.name))
