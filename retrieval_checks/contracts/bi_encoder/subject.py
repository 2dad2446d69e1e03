"""`Encoder`: the bi-encoder that is checked, made once, asked without a store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval_checks.contracts.sample.specimen import Specimen
from retrieval_checks.contracts.sample.topics import CORPUS, QUESTIONS
from retrieval_checks.data.collection import Collection, Corpus
from retrieval_checks.encoding.handle import ModelHandle
from retrieval_checks.encoding.inference import accepts, on_cpu
from retrieval_checks.encoding.models import BiEncoder
from retrieval_checks.errors import RetrievalAssertionError

Vectors = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Claims:
    """What is said of a bi-encoder, and how closely it is held to it."""

    prompts: Mapping[str, str] | None = None  # by side, "query" and "document"
    normalized: bool | None = None  # None: where vectors are compared by cosine
    tolerance: float = 1e-5  # of 1 - cosine, between vectors that should be equal
    most_lost: float = 0.05  # share of the corpus that may lie beyond what is read
    most_alike: float = 0.85  # mean cosine of texts that have nothing in common
    collection: Collection | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Encoder(Specimen):
    """A bi-encoder under check, and what is claimed of it."""

    claims: Claims

    @property
    def encoder(self) -> Any:
        """What has `encode_queries` and `encode_documents`; made on first use."""
        return self.once("encoder", lambda: as_encoder(self.given))

    @property
    def model(self) -> Any:
        """The model inside a handle, loaded; otherwise what the factory gave."""
        encoder = self.encoder
        return encoder.load() if isinstance(encoder, ModelHandle) else self.given

    @property
    def corpus(self) -> Corpus:
        """The documents of the collection, or of the sample."""
        collection = self.claims.collection
        return collection.corpus if collection is not None else CORPUS

    @property
    def is_cosine(self) -> bool:
        """Whether vectors are compared by cosine, which they are unless `"dot"` is said."""
        return getattr(self.encoder, "similarity", "cosine") != "dot"

    @property
    def questions(self) -> Vectors:
        """Vectors of the sample's questions, (12, d)."""
        return self.once("questions", lambda: self.queries(QUESTIONS))

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of queries, float64 (n, d)."""
        return as_rows(self.encoder.encode_queries(list(texts)), texts)

    def documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of documents, float64 (n, d)."""
        return as_rows(self.encoder.encode_documents(list(texts)), texts)

    def another(self) -> Any:
        """A second encoder from the factory.

        Raises:
            DoesNotApply: the factory gives the same object again.
        """
        return as_encoder(self.again())


def as_encoder(given: object) -> Any:
    """The object with both sides, in a handle where it has `encode` alone, without a store.

    What a store gives back is equal to itself whatever the model does.
    """
    if isinstance(given, BiEncoder):
        return replace(given, cache=None) if given.cache is not None else given
    both = hasattr(given, "encode_queries") and hasattr(given, "encode_documents")
    return given if both else BiEncoder(given)


def as_rows(output: Any, texts: Sequence[str]) -> Vectors:
    """The output as float64 (n, d); how it is meant to look is for the check of its shape.

    Raises:
        RetrievalAssertionError: it has not one row a text.
    """
    vectors = np.asarray(on_cpu(output), np.float64)
    if vectors.ndim == 1 and len(texts) == 1:
        return vectors[None]
    if vectors.ndim != 2 or len(vectors) != len(texts):
        raise RetrievalAssertionError(
            f"vectors of shape {vectors.shape} for {len(texts)} texts; expected one row a text"
        )
    return vectors


def unprompted(subject: Encoder, texts: Sequence[str]) -> Vectors | None:
    """Vectors of these very texts, no prompt put before them; None where that cannot be had."""
    encode = getattr(subject.model, "encode", None)
    if encode is None:
        return None
    options: dict[str, object] = {"prompt": "", "show_progress_bar": False}
    options = {key: value for key, value in options.items() if accepts(encode, key)}
    return as_rows(encode(list(texts), **options), texts)
