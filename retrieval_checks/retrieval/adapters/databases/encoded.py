"""What every vector database needs of us: vectors of texts, and whether it looked far enough."""

from collections.abc import Callable, Sequence
from typing import Literal, cast

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.encoding.models import BiEncoder
from retrieval_checks.errors import DataError, SettingsError, did_you_mean
from retrieval_checks.retrieval.adapters.hits import SearchError
from retrieval_checks.retrieval.protocols import TextEncoder

Distance = Literal["cosine", "dot", "l2"]

_DISTANCES = ("cosine", "dot", "l2")


def as_encoder(model: object) -> TextEncoder:
    """The model if it encodes queries, else the `BiEncoder` of it: a name, path, factory or object.

    >>> as_encoder("models/mine").model
    'models/mine'
    """
    if hasattr(model, "encode_queries"):
        return cast(TextEncoder, model)
    return BiEncoder(model)


def query_vectors(encoder: TextEncoder, queries: Queries) -> list[list[float]]:
    """The vector of each query, as the numbers that databases take."""
    if not len(queries):
        return []
    vectors: list[list[float]] = encoder.encode_queries(queries.texts).tolist()
    return vectors


def document_vectors(encoder: TextEncoder, corpus: Corpus) -> list[list[float]]:
    """The vector of each document, of title and text.

    Raises:
        DataError: no document, hence no number of dimensions.
    """
    if not len(corpus):
        raise DataError("an empty corpus cannot be indexed; its vectors have no dimensions")
    vectors: list[list[float]] = encoder.encode_documents(corpus.contents).tolist()
    return vectors


def check_distance(distance: Distance | None, encoder: TextEncoder) -> Distance:
    """The distance that is asked for; the one that the model was made for unless it is.

    Raises:
        SettingsError: there is no such distance.
    """
    chosen = encoder.similarity if distance is None else distance
    if chosen not in _DISTANCES:
        raise SettingsError(f"distance {chosen!r}; {did_you_mean(str(chosen), _DISTANCES)}")
    return cast(Distance, chosen)


def check_complete(
    found: Sequence[object], wanted: int, total: Callable[[], int], *, remedy: str
) -> None:
    """Nothing, where fewer hits than wanted are all there are.

    An approximate index looks at so many neighbours and no more: asked for 100, it may return 40,
    and what it did not look at would count as not found.

    Raises:
        SearchError: there are more.

    >>> check_complete(["d1"], 5, lambda: 1, remedy="")
    >>> check_complete(["d1"], 5, lambda: 9, remedy="look further")
    Traceback (most recent call last):
    retrieval_checks.retrieval.adapters.hits.SearchError: 1 of 5 hits, though there are 9 vectors: \
the index stopped early; look further
    """
    if len(found) < wanted and (there := total()) > len(found):
        raise SearchError(
            f"{len(found)} of {wanted} hits, though there are {there} vectors: the index stopped"
            f" early; {remedy}"
        )
