"""`QdrantRetriever`: a collection of Qdrant."""

from dataclasses import dataclass, field
from typing import Any

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.retrieval.adapters.databases.encoded import (
    as_encoder,
    check_distance,
    document_vectors,
    query_vectors,
)
from retrieval_checks.retrieval.adapters.hits import (
    DocIdOf,
    Hit,
    SearchError,
    digest_of,
    need,
    search_each,
)

_AT_ONCE = 500  # points sent in one request
_NAMES = {"cosine": "COSINE", "dot": "DOT"}
_LOWER_IS_BETTER = ("Euclid", "Manhattan")


@dataclass(frozen=True, eq=False)
class QdrantRetriever:
    """The points of a collection that are nearest to the query, as Qdrant finds them.

    Qdrant's ids are numbers or UUIDs, so a document's own id stands in the payload. Points of one
    document, its chunks, count once, with the best score. Higher is better: the score is Qdrant's
    for cosine and dot product, and its negative for Euclidean and Manhattan distance.

        QdrantRetriever(QdrantClient(url="http://localhost:6333"), "documents", BiEncoder("..."))

    Args:
        client: a `QdrantClient`; local mode too.
        collection: its name.
        bi_encoder: what encoded the documents: a `BiEncoder`, or what it takes.
        id_field: the payload's key of the document's id; None for the point's own id.
        vector_name: which of its vectors, where points have several.
        exact: whether Qdrant compares with every point instead of using its index.
        doc_id_of: turns an id into the corpus's: `str` for numbers.
        name: what reports call the run.
    """

    client: Any
    collection: str
    bi_encoder: Any  # a TextEncoder once built
    id_field: str | None = field(default="doc_id", kw_only=True)
    vector_name: str | None = field(default=None, kw_only=True)
    exact: bool = field(default=False, kw_only=True)
    doc_id_of: DocIdOf | None = field(default=None, kw_only=True)
    name: str = field(default="qdrant", kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "bi_encoder", as_encoder(self.bi_encoder))

    @property
    def fingerprint(self) -> str:
        """A digest of how the collection is asked, the model included; not of what is in it."""
        model = getattr(self.bi_encoder, "fingerprint", None)
        return digest_of(self.collection, self.id_field, self.vector_name, self.exact, model)

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        """At most `k` documents a query.

        Raises:
            SettingsError: k below 1.
            SearchError: no such collection, or Qdrant does not answer a query.
        """
        sign = self._sign()
        return search_each(
            queries,
            k,
            lambda vector, n: self._search(vector, n, sign),
            query_vectors(self.bi_encoder, queries),
            name=self.name,
            doc_id_of=self.doc_id_of,
        )

    def index(self, corpus: Corpus) -> None:
        """Make the collection, with every document's id and vector; never change an existing one.

        Raises:
            SearchError: it exists, or Qdrant does not let it be made.
            SettingsError: the model's similarity is none that Qdrant has.
            DataError: the corpus is empty.
        """
        models = need("qdrant_client.models", "qdrant")
        vectors = document_vectors(self.bi_encoder, corpus)
        distance = models.Distance[_NAMES[check_distance(None, self.bi_encoder)]]
        size = models.VectorParams(size=len(vectors[0]), distance=distance)
        points = [
            models.PointStruct(id=i, vector=self._named(vector), payload=self._payload(doc_id))
            for i, (doc_id, vector) in enumerate(zip(corpus.doc_ids, vectors, strict=True))
        ]
        try:
            self.client.create_collection(self.collection, vectors_config=self._named(size))
            for start in range(0, len(points), _AT_ONCE):
                self.client.upsert(self.collection, points[start : start + _AT_ONCE], wait=True)
        except Exception as error:
            raise SearchError(f"{self.name}: collection {self.collection!r}: {error}") from error

    def _search(self, vector: list[float], k: int, sign: int) -> list[Hit]:
        options = {}
        if self.exact:
            options["search_params"] = need("qdrant_client.models", "qdrant").SearchParams(
                exact=True
            )
        answer = self.client.query_points(
            self.collection,
            query=vector,
            using=self.vector_name,
            limit=k,
            with_payload=True if self.id_field is None else [self.id_field],
            **options,
        )
        return [(self._id(point), sign * point.score) for point in answer.points]

    def _id(self, point: Any) -> object:
        if self.id_field is None:
            return point.id
        if self.id_field not in (point.payload or {}):
            raise SearchError(
                f"point {point.id!r} has no {self.id_field!r} in its payload, as id_field says"
            )
        return point.payload[self.id_field]

    def _sign(self) -> int:
        """-1 where the collection's distance is lower for what is nearer."""
        try:
            vectors = self.client.get_collection(self.collection).config.params.vectors
            own = vectors if self.vector_name is None else vectors[self.vector_name]
        except Exception as error:
            raise SearchError(
                f"{self.name}: collection {self.collection!r} cannot be read:"
                f" {type(error).__name__}: {error}"
            ) from error
        return -1 if own.distance.value in _LOWER_IS_BETTER else 1

    def _named(self, value: Any) -> Any:
        return value if self.vector_name is None else {self.vector_name: value}

    def _payload(self, doc_id: str) -> dict[str, str]:
        return {} if self.id_field is None else {self.id_field: doc_id}
