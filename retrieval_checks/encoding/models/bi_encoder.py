"""`BiEncoder`: one vector a text, of queries and documents separately."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from retrieval_checks.encoding.handle import ModelHandle, check_texts
from retrieval_checks.encoding.inference import Vectors, encode_texts, unit_length
from retrieval_checks.encoding.models.similarity import Similarity, similarity_of
from retrieval_checks.encoding.sources.loading import load_bi_encoder
from retrieval_checks.encoding.store import text_key


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
        return self._once("similarity", lambda: similarity_of(self, unless_said="cosine"))

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the queries, float32 (n_queries, d); (0, 0) for no text.

        Raises:
            DataError: a text that is not a string.
            ModelError: the model cannot be loaded, or returns something other than vectors.
            SettingsError: the cache cannot be written, or the disk is full.
        """
        return self._encode(texts, "query", self.query_prompt)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the documents, float32 (n_documents, d); (0, 0) for no text.

        Raises:
            DataError: a text that is not a string.
            ModelError: the model cannot be loaded, or returns something other than vectors.
            SettingsError: the cache cannot be written, or the disk is full.
        """
        return self._encode(texts, "document", self.document_prompt)

    def _encode(self, texts: Sequence[str], side: str, prompt: str | None) -> Vectors:
        given = check_texts(texts)

        def compute(positions: list[int]) -> Any:
            model = self.load()
            batches = encode_texts(
                model,
                [given[i] for i in positions],
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

        return self.complete(side, [text_key(text) for text in given], compute)

    def _settings(self) -> dict[str, object]:
        prompts = [self.query_prompt, self.document_prompt]
        return {"kind": "bi-encoder", "prompts": prompts, "normalize": bool(self.normalize)}

    def _settings_of(self, kind: str) -> dict[str, object]:
        """Without the other side's prompt: to change it leaves this side's values as they are."""
        is_query = kind.startswith("query")
        prompts = [self.query_prompt, None] if is_query else [None, self.document_prompt]
        return {**self._settings(), "prompts": prompts}

    def _load(self) -> Any:
        return load_bi_encoder(self.source, self._options(), max_seq_length=self.max_seq_length)
