"""`SparseRetriever`: exact search by learned weights of words, as SPLADE gives them."""

from dataclasses import dataclass, field, replace
from typing import Any, Self, cast

import numpy as np

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.postings import DocArray, FloatArray
from retrieval_checks.data.run import Run
from retrieval_checks.encoding.models import SparseEncoderModel
from retrieval_checks.retrieval.search.cut import check_k
from retrieval_checks.retrieval.search.exact import BLOCK_BYTES
from retrieval_checks.retrieval.search.weights import (
    WeightIndex,
    build_weight_index,
    search_weights,
)


@dataclass(frozen=True, eq=False)
class SparseRetriever:
    """The documents whose weights match the query's best, by exact search with scipy.sparse.

    A document that shares no dimension with the query is not returned, so rankings may have fewer
    than k documents. Scores are float64 dot products, or cosines where the model says so; ties at
    the cut at k go to the higher doc_id. Documents are encoded on the first search.

    Args:
        corpus: what is searched.
        model: a `SparseEncoderModel`, or what it takes: a model's name, path, factory or object.
        name: what reports call the run.
        block_bytes: memory for a block of scores.

    >>> class Letters:
    ...     def encode(self, texts):
    ...         return [[float(t.count(c)) for c in "abc"] for t in texts]
    >>> corpus = Corpus.from_dict({"d1": "cab", "d2": "abba", "d3": "xyz"})
    >>> SparseRetriever(corpus, Letters()).retrieve(Queries.from_dict({"q": "bb"}), 3)["q"]
    {'d2': 4.0, 'd1': 2.0}
    """

    corpus: Corpus
    model: object  # a SparseEncoderModel once built
    name: str = field(default="sparse", kw_only=True)
    block_bytes: int = field(default=BLOCK_BYTES, kw_only=True)
    _known: dict[str, Any] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.model, SparseEncoderModel):
            object.__setattr__(self, "model", SparseEncoderModel(self.model))

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        """At most `k` documents a query that share a dimension with it.

        Raises:
            SettingsError: k below 1.
            ModelError: the model cannot be loaded, or its weights make no sense.
        """
        width = check_k(k)
        if not len(self.corpus) or not len(queries):
            return Run.from_dict({query_id: {} for query_id in queries}, name=self.name)
        weights = self._model.encode_queries(queries.texts)
        rows = list(search_weights(weights, self._index(), width, block_bytes=self.block_bytes))
        docs: DocArray = np.concatenate([positions for positions, _ in rows]).astype(np.int32)
        scores: FloatArray = np.concatenate([values for _, values in rows])
        indptr = np.cumsum([0, *(len(positions) for positions, _ in rows)], dtype=np.int64)
        return Run(queries.query_ids, self.corpus.doc_ids, indptr, docs, scores, self.name)

    def over(self, corpus: Corpus, /) -> Self:
        """The same search over another corpus."""
        return replace(self, corpus=corpus)

    @property
    def _model(self) -> SparseEncoderModel:
        return cast(SparseEncoderModel, self.model)

    def _index(self) -> WeightIndex:
        if "index" not in self._known:
            weights = self._model.encode_documents(self.corpus.contents)
            cosine = self._model.similarity == "cosine"
            self._known["index"] = build_weight_index(weights, self.corpus.doc_ids, cosine=cosine)
        index: WeightIndex = self._known["index"]
        return index
