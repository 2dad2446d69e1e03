"""`BiEncoder`, `CrossEncoderModel` and `LateInteraction`: what encodes texts and scores pairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from retrieval_checks.encoding.handle import ModelHandle, check_pairs, check_texts
from retrieval_checks.encoding.inference import (
    Pair,
    Scores,
    Vectors,
    encode_texts,
    predict_pairs,
    unit_length,
)
from retrieval_checks.encoding.maxsim import late_interaction
from retrieval_checks.encoding.sources.folder import read_json
from retrieval_checks.encoding.sources.loading import (
    Activation,
    activation,
    as_multi_vector,
    load_bi_encoder,
    load_cross_encoder,
    load_late_interaction,
)
from retrieval_checks.encoding.sources.resolve import Source
from retrieval_checks.encoding.store import Array, pair_key, text_key
from retrieval_checks.errors import ModelError, SettingsError

Similarity = Literal["cosine", "dot"]


@dataclass(frozen=True, eq=False)
class BiEncoder(ModelHandle):
    """Encodes queries and documents separately, one vector a text.

    Vectors of the same text may differ in the last bits with the batch it was in; the store gives
    back the ones of the first time.

    Args:
        query_prompt: put before each query instead of the prompt that the model was saved with.
        document_prompt: likewise for documents.
        normalize: True scales every vector to unit length; None leaves them as the model gives
            them, which most models normalise themselves.

    >>> class Letters:
    ...     def encode(self, texts):
    ...         return [[float(t.count(c)) for c in "abc"] for t in texts]
    >>> BiEncoder(Letters()).encode_documents(["abba", "cab"]).tolist()
    [[2.0, 2.0, 0.0], [1.0, 1.0, 1.0]]
    """

    query_prompt: str | None = None
    document_prompt: str | None = None
    normalize: bool | None = None

    @property
    def similarity(self) -> Similarity:
        """How vectors are compared: `"cosine"` unless the model says `"dot"`.

        Raises:
            ModelError: it says something else, such as euclidean, which is not searched here.
        """
        return self._once("similarity", self._similarity)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the queries, float32 (n_queries, d); (0, 0) for no text.

        Raises:
            DataError: a text that is not a string.
            ModelError: the model cannot be loaded, or returns something other than vectors.
        """
        return self._encode(texts, "query", self.query_prompt)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the documents, float32 (n_documents, d); (0, 0) for no text.

        Raises:
            DataError: a text that is not a string.
            ModelError: the model cannot be loaded, or returns something other than vectors.
        """
        return self._encode(texts, "document", self.document_prompt)

    def _encode(self, texts: Sequence[str], side: str, prompt: str | None) -> Vectors:
        unique = {text: row for row, text in enumerate(dict.fromkeys(check_texts(texts)))}
        distinct = list(unique)

        def compute(positions: list[int]) -> Any:
            model = self.load()
            batches = encode_texts(
                model,
                [distinct[i] for i in positions],
                side=side,
                name=self.name,
                prompt=prompt,
                batch_size=self.batch_size,
                precision=self._precision,
                progress=self.progress,
            )
            for part, vectors in batches:
                scaled = unit_length(vectors) if self.normalize else vectors
                yield [positions[i] for i in part], scaled

        rows: Array = self._complete(side, [text_key(text) for text in distinct], compute)
        return rows if len(distinct) == len(texts) else rows[[unique[text] for text in texts]]

    def _settings(self) -> dict[str, object]:
        prompts = [self.query_prompt, self.document_prompt]
        return {"kind": "bi-encoder", "prompts": prompts, "normalize": bool(self.normalize)}

    def _load(self) -> Any:
        return load_bi_encoder(self.source, self._options(), max_seq_length=self.max_seq_length)

    def _similarity(self) -> Similarity:
        path = self.source.path
        if path is not None:
            said = read_json(path / "config_sentence_transformers.json").get("similarity_fn_name")
        else:
            given = self.source.factory
            if not hasattr(given, "similarity_fn_name"):
                given = self.load()
            said = getattr(given, "similarity_fn_name", None)
        said = str(getattr(said, "value", said) or "cosine")
        if said == "dot_product":
            said = "dot"
        if said not in ("cosine", "dot"):
            raise ModelError(f"model {self.name!r} compares by {said}; allowed: cosine, dot")
        return "dot" if said == "dot" else "cosine"


@dataclass(frozen=True, eq=False)
class CrossEncoderModel(ModelHandle):
    """Scores (query, document) pairs jointly.

    Args:
        activation: `"sigmoid"` for scores in (0, 1), `"logits"` for the head's raw output, None for
            what the model was saved with.

    >>> class Overlap:
    ...     def predict(self, pairs):
    ...         return [len(set(q.split()) & set(d.split())) for q, d in pairs]
    >>> CrossEncoderModel(Overlap()).score_pairs([("a b", "b a"), ("a b", "c")]).tolist()
    [2.0, 0.0]
    """

    activation: Activation | None = None

    def score_pairs(self, pairs: Sequence[Pair]) -> Scores:
        """The score of each (query, document) pair, float64 (n_pairs,); higher is better.

        Raises:
            DataError: something other than pairs of strings.
            ModelError: the model cannot be loaded, or returns something else than one finite
                number a pair.
        """
        return _scored(self, pairs)

    def _batches(self, pairs: list[Pair]) -> Any:
        return predict_pairs(
            self.load(),
            pairs,
            name=self.name,
            activation=activation(self.activation),
            batch_size=self.batch_size,
            precision=self._precision,
            progress=self.progress,
        )

    def _settings(self) -> dict[str, object]:
        return {"kind": "cross-encoder", "activation": self.activation}

    def _load(self) -> Any:
        return load_cross_encoder(self.source, self._options(), max_seq_length=self.max_seq_length)


@dataclass(frozen=True, eq=False)
class LateInteraction(ModelHandle):
    """Scores (query, document) pairs by their token vectors: MaxSim.

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
        return _scored(self, pairs)

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


def _scored(model: CrossEncoderModel | LateInteraction, pairs: Sequence[Pair]) -> Scores:
    unique = {pair: row for row, pair in enumerate(dict.fromkeys(check_pairs(pairs)))}
    distinct = list(unique)
    texts = {text: text_key(text) for text in {text for pair in distinct for text in pair}}

    def compute(positions: list[int]) -> Any:
        for part, scores in model._batches([distinct[i] for i in positions]):
            yield [positions[i] for i in part], scores

    keys = [pair_key(texts[query], texts[document]) for query, document in distinct]
    scores: Scores = model._complete("pair", keys, compute).astype(np.float64).reshape(-1)
    if len(distinct) == len(pairs):
        return scores
    return scores[[unique[query, document] for query, document in pairs]]
