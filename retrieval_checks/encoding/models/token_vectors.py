"""`TokenVectors`: one vector a token, of queries and documents separately."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from retrieval_checks.encoding.handle import ModelHandle, RaggedBatches
from retrieval_checks.encoding.maxsim import encode_tokens
from retrieval_checks.encoding.models.bi_encoder import BiEncoder
from retrieval_checks.encoding.models.similarity import said_by
from retrieval_checks.encoding.sources.loading import load_late_interaction
from retrieval_checks.encoding.sources.resolve import Source, model_kind
from retrieval_checks.encoding.sources.token_vectors import (
    TokenOptions,
    as_multi_vector,
    is_multi_vector,
)
from retrieval_checks.encoding.storage.ragged import Ragged
from retrieval_checks.errors import ModelError, SettingsError

LateSimilarity = Literal["maxsim", "meanmaxsim"]


@dataclass(frozen=True, eq=False, kw_only=True)
class TokenVectors(ModelHandle):
    """What `LateInteraction` compares: which token vectors of a model, and when it is loaded.

    Args:
        layer: see `LateInteraction`, as for the others.
        skip: words whose tokens are left out of documents.
        query_length: tokens a query is cut at.
        document_length: tokens a document is cut at.
    """

    layer: int | None = None
    skip: Sequence[str] | None = None
    query_length: int | None = None
    document_length: int | None = None

    def __post_init__(self) -> None:
        """A bi-encoder is shared, not loaded again: what it is loaded with holds here too."""
        ModelHandle.__post_init__(self)
        object.__setattr__(self, "skip", self.options.skip)
        if not isinstance(self.model, BiEncoder):
            return
        for name in ("dtype", "device"):
            own, shared = getattr(self, name), getattr(self.model, name)
            if own is not None and own != shared:
                raise SettingsError(
                    f"{name} {own!r}, but the bi-encoder {self.model.model!r} whose token vectors"
                    f" are used has {shared!r}; leave it out, or give the model by name"
                )
            object.__setattr__(self, name, shared)

    @property
    def options(self) -> TokenOptions:
        """What is chosen of the token vectors."""
        return TokenOptions(self.layer, self.skip, self.query_length, self.document_length)

    @property
    def has_own(self) -> bool:
        """Whether the model was made to be compared by its token vectors.

        Nothing is loaded where its files tell.
        """
        return self._once("own", self._has_own)

    @property
    def similarity(self) -> LateSimilarity:
        """`"maxsim"`, or `"meanmaxsim"` where a multi-vector model says so.

        Raises:
            ModelError: it says something else, which is not computed here.
        """
        return self._once("similarity", self._similarity)

    def encode_queries(self, texts: Sequence[str]) -> Ragged:
        """The token vectors of each query, float32 (n_tokens, d).

        Raises:
            DataError: a text that is not a string.
            ModelError: the model cannot be loaded, or has no token vectors.
        """
        return self._encode(texts, "query")

    def encode_documents(self, texts: Sequence[str]) -> Ragged:
        """The token vectors of each document, float32 (n_tokens, d).

        Raises:
            DataError: a text that is not a string.
            ModelError: the model cannot be loaded, or has no token vectors.
        """
        return self._encode(texts, "document")

    def _encode(self, texts: Sequence[str], side: str) -> Ragged:
        def batches(distinct: list[str]) -> RaggedBatches:
            return encode_tokens(
                self.load(),
                distinct,
                side=side,
                name=self.name,
                prompt=self._prompts().get(side),
                batch_size=self.batch_size,
                precision=self._precision,
                progress=self.progress,
            )

        return self.complete_ragged(f"{side}-tokens", texts, batches)

    def _has_own(self) -> bool:
        path = self.source.path
        if path is not None:
            return model_kind(path) == "late-interaction"
        return is_multi_vector(self._source_model())

    def _similarity(self) -> LateSimilarity:
        path = self.source.path
        if isinstance(self.model, BiEncoder) or (path and not self.has_own):
            return "maxsim"  # what the files say is about its pooled vectors
        said = said_by(self) or "maxsim"
        if said not in ("maxsim", "meanmaxsim"):
            raise ModelError(f"model {self.name!r} compares by {said}; allowed: maxsim, meanmaxsim")
        return "meanmaxsim" if said == "meanmaxsim" else "maxsim"

    def _prompts(self) -> dict[str, str | None]:
        """Those of the bi-encoder; None for what the model was saved with."""
        if not isinstance(self.model, BiEncoder):
            return {}
        return {"query": self.model.query_prompt, "document": self.model.document_prompt}

    def _resolve(self) -> Source:
        return self.model.source if isinstance(self.model, BiEncoder) else super()._resolve()

    def _settings(self) -> dict[str, object]:
        below = self.model.fingerprint if isinstance(self.model, BiEncoder) else None
        return {"kind": "late-interaction", "of": below, **self.options.settings}

    def _source_model(self) -> Any:
        return self._once("source model", self._load_source)

    def _load_source(self) -> Any:
        if isinstance(self.model, BiEncoder):
            return self.model.load()
        return load_late_interaction(
            self.source, self._options(), max_seq_length=self.max_seq_length
        )

    def _load(self) -> Any:
        return as_multi_vector(self._source_model(), self.name, self.options)
