"""`RayDenseRetriever`: exact dense search on a Ray cluster."""

from dataclasses import dataclass, field, replace
from typing import Any, Self, cast

import numpy as np

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.encoding.inference import Vectors
from retrieval_checks.encoding.models import BiEncoder
from retrieval_checks.errors import ModelError, SettingsError
from retrieval_checks.retrieval.cluster.encoding import encode_corpus
from retrieval_checks.retrieval.cluster.files import CorpusFiles
from retrieval_checks.retrieval.cluster.session import connect, need_ray, plain_errors, quiet
from retrieval_checks.retrieval.cluster.sharded import ShardedIndex, build_sharded
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.pipeline import Pipeline
from retrieval_checks.retrieval.protocols import Retriever, TextEncoder
from retrieval_checks.retrieval.search.cut import check_k


@dataclass(frozen=True, eq=False)
class RayDenseRetriever:
    """The documents whose vectors are nearest to the query's, by exact search on a Ray cluster.

    What it returns is what `DenseRetriever` returns for the same vectors: the same documents and
    the same scores, bit for bit, however the corpus is cut into shards. Vectors are the same where
    both share a cache; encoded anew, they may differ in their last bits as they always may.

    Documents are encoded on the first search, by a pool of workers, and searched by tasks in
    shards that stay in Ray's memory (and on its disks, where that is not enough). A worker that
    dies is replaced and its work done again. Queries are encoded here.

    This process keeps nothing of documents in `CorpusFiles`: about 75 bytes each while their ids
    are compared, and the ids of those that were found.

        RayDenseRetriever(CorpusFiles("corpus/"), BiEncoder("sentence-transformers/..."))

    Args:
        documents: a `Corpus`, or `CorpusFiles` that only the workers read.
        bi_encoder: as `DenseRetriever`; without its loaded model it is sent to the workers.
        name: what reports call the run.
        workers: processes that encode, with a CPU each; as many as the cluster has CPUs unless
            given.
        gpus_per_worker: a fraction shares one among several; 0 for a model on the CPU.

    Raises:
        SettingsError: less than one worker, a negative number of GPUs.
        MissingDependencyError: Ray is not installed.
    """

    documents: Corpus | CorpusFiles
    bi_encoder: object  # a TextEncoder once built
    name: str = field(default="dense", kw_only=True)
    workers: int | None = field(default=None, kw_only=True)
    gpus_per_worker: float = field(default=0, kw_only=True)
    _known: dict[str, Any] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        need_ray()
        if self.workers is not None and self.workers < 1:
            raise SettingsError(f"workers must be at least 1, got {self.workers}")
        if self.gpus_per_worker < 0:
            raise SettingsError(f"gpus_per_worker must not be negative, got {self.gpus_per_worker}")
        # not isinstance(..., TextEncoder): Python 3.11 would read `similarity`, which may load
        if not hasattr(self.bi_encoder, "encode_queries"):
            object.__setattr__(self, "bi_encoder", BiEncoder(self.bi_encoder))

    @property
    def corpus(self) -> Corpus | None:
        """The corpus where it is in memory: where rerankers of a pipeline read the documents."""
        return self.documents if isinstance(self.documents, Corpus) else None

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        """The `k` nearest documents of each query, or all where there are fewer.

        Raises:
            SettingsError: k below 1.
            DataError: a document that cannot be read, or an id that stands twice.
            ModelError: the model cannot be loaded, or its vectors make no sense.
            SearchError: the cluster does not answer.
        """
        width = check_k(k)
        index = self._index() if len(queries) else ShardedIndex(())
        if not index.shards:
            return Run.from_dict({query_id: {} for query_id in queries}, name=self.name)
        vectors = self._query_vectors(queries)
        with plain_errors():
            found = index.search(vectors, width)
        return Run.from_arrays(queries.query_ids, *found, name=self.name)

    def over(self, corpus: Corpus | CorpusFiles, /) -> Self:
        """The same search over another corpus."""
        return replace(self, documents=corpus)

    @property
    def _encoder(self) -> TextEncoder:
        return cast(TextEncoder, self.bi_encoder)

    def _index(self) -> ShardedIndex:
        if "index" not in self._known:
            cosine = self._is_cosine()
            with plain_errors(), quiet():
                self._known["index"] = self._built(cosine)
        known: ShardedIndex = self._known["index"]
        return known

    def _built(self, cosine: bool) -> ShardedIndex:
        if self.corpus is not None and not len(self.corpus):
            return ShardedIndex(())
        cpus = max(1, int(connect().cluster_resources().get("CPU", 1)))
        workers = self.workers or cpus
        blocks = encode_corpus(
            self.documents, self._encoder, workers=workers, gpus=self.gpus_per_worker
        )
        index = build_sharded(blocks, cosine=cosine, cpus=cpus)
        if self.corpus is None and index.shards:  # a `Corpus` has seen to it
            index.check_ids()
        return index

    def _query_vectors(self, queries: Queries) -> Vectors:
        vectors = np.ascontiguousarray(self._encoder.encode_queries(queries.texts), np.float32)
        if vectors.ndim != 2 or len(vectors) != len(queries) or not np.isfinite(vectors).all():
            raise ModelError(
                f"encoder {getattr(self.bi_encoder, 'name', self.name)!r} returned an array of"
                f" shape {vectors.shape} for {len(queries)} queries; expected ({len(queries)},"
                " dimension) and finite numbers"
            )
        return vectors

    def _is_cosine(self) -> bool:
        similarity = getattr(self.bi_encoder, "similarity", None)
        if similarity not in ("cosine", "dot"):
            raise ModelError(f"similarity {similarity!r} of {self.name!r}; allowed: cosine, dot")
        return bool(similarity == "cosine")


def on_ray(retriever: Retriever) -> Retriever:
    """The same pipeline, its documents encoded and searched on Ray; rerankers stay here.

    A retriever of one's own, and a first stage that is not exact and dense, stay as they are.
    """
    first = retriever.retriever if isinstance(retriever, Pipeline) else retriever
    if type(first) is not DenseRetriever:  # an approximate one would become exact
        return retriever
    moved = RayDenseRetriever(first.corpus, first.bi_encoder, name=first.name)
    if not isinstance(retriever, Pipeline):
        return moved
    stages = {**retriever.stages, next(iter(retriever.stages)): moved}
    return replace(retriever, stages=stages)
