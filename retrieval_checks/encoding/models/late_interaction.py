"""`LateInteraction`: one vector a token, compared by MaxSim."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from retrieval_checks.encoding.handle import ModelHandle, RaggedBatches
from retrieval_checks.encoding.inference import Pair, Scores
from retrieval_checks.encoding.maxsim import encode_tokens, late_interaction
from retrieval_checks.encoding.models.bi_encoder import BiEncoder
from retrieval_checks.encoding.models.pairs import score_once
from retrieval_checks.encoding.models.similarity import said_by
from retrieval_checks.encoding.sources.loading import as_multi_vector, load_late_interaction
from retrieval_checks.encoding.sources.resolve import Source, model_kind
from retrieval_checks.encoding.storage.ragged import Ragged
from retrieval_checks.errors import ModelError, SettingsError

LateSimilarity = Literal["maxsim", "meanmaxsim"]


@dataclass(frozen=True, eq=False)
class LateInteraction(ModelHandle):
    """Compares texts by their token vectors: MaxSim, of pairs or for search.

    A multi-vector model is used as it is. Of any other transformer model, or of a `BiEncoder`, the
    token vectors are used as they leave the transformer, scaled to unit length, without projection;
    punctuation of the document is left out, [CLS] and [SEP] are kept, as in ColBERT (Khattab &
    Zaharia, SIGIR 2020). The prompts of a `BiEncoder` hold here too.
    """

    def score_pairs(self, pairs: Sequence[Pair]) -> Scores:
        """MaxSim of each (query, document) pair, float64 (n_pairs,): a sum over query tokens.

        Scores of different queries are not comparable: a long query sums over more tokens.

        Raises:
            DataError: something other than pairs of strings.
            ModelError: the model cannot be loaded, or has no token vectors.
        """
        return score_once(self, pairs, self._batches)

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

    def _similarity(self) -> LateSimilarity:
        path = self.source.path
        if isinstance(self.model, BiEncoder) or (path and model_kind(path) != "late-interaction"):
            return "maxsim"  # what the files say is about its pooled vectors
        said = said_by(self) or "maxsim"
        if said not in ("maxsim", "meanmaxsim"):
            raise ModelError(f"model {self.name!r} compares by {said}; allowed: maxsim, meanmaxsim")
        return "meanmaxsim" if said == "meanmaxsim" else "maxsim"

    def _batches(self, pairs: list[Pair]) -> Any:
        return late_interaction(
            self.load(),
            pairs,
            name=self.name,
            prompts=self._prompts(),
            batch_size=self.batch_size,
            precision=self._precision,
            progress=self.progress,
        )

    def _prompts(self) -> dict[str, str | None]:
        """Those of the bi-encoder; None for what the model was saved with."""
        if not isinstance(self.model, BiEncoder):
            return {}
        return {"query": self.model.query_prompt, "document": self.model.document_prompt}

    def __post_init__(self) -> None:
        """A bi-encoder is shared, not loaded again: what it is loaded with holds here too."""
        ModelHandle.__post_init__(self)
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

    def _resolve(self) -> Source:
        return self.model.source if isinstance(self.model, BiEncoder) else super()._resolve()

    def _settings(self) -> dict[str, object]:
        below = self.model.fingerprint if isinstance(self.model, BiEncoder) else None
        return {"kind": "late-interaction", "of": below}

    def _load(self) -> Any:
        if isinstance(self.model, BiEncoder):
            return as_multi_vector(self.model.load(), self.name)
        return load_late_interaction(
            self.source, self._options(), max_seq_length=self.max_seq_length
        )
