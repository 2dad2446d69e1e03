"""`SparseEncoderModel`: one weight a word of the vocabulary, most of them zero."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval_checks.encoding.handle import ModelHandle, RaggedBatches
from retrieval_checks.encoding.inference import accepts, on_cpu, prompted, steps
from retrieval_checks.encoding.models.similarity import Similarity, similarity_of
from retrieval_checks.encoding.sources.loading import load_sparse_encoder
from retrieval_checks.encoding.storage.ragged import Ragged
from retrieval_checks.encoding.store import Array
from retrieval_checks.errors import ModelError, SettingsError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

WEIGHT = np.dtype([("dimension", "<i4"), ("weight", "<f4")])
_TEXTS = 128  # a step: what is dense while it is pooled is 30,000 numbers a text


@dataclass(frozen=True, eq=False)
class SparseEncoderModel(ModelHandle):
    """Encodes queries and documents separately, each to a few weighted dimensions, as SPLADE does.

    A SparseEncoder of sentence-transformers, or an object whose `encode` (or `encode_query` and
    `encode_document`) returns a sparse tensor, a matrix of scipy.sparse or an array, a row a text.
    What is stored of a text are its weights other than 0.

    Args:
        query_prompt: put before each query instead of the prompt that the model was saved with.
        document_prompt: likewise for documents.
        max_active_dims: the largest weights a text that are kept; None for what the model says.

    >>> class Letters:
    ...     def encode(self, texts):
    ...         return [[float(t.count(c)) for c in "abc"] for t in texts]
    >>> SparseEncoderModel(Letters()).encode_documents(["abba", "c"])[0].tolist()
    [(0, 2.0), (1, 2.0)]
    """

    query_prompt: str | None = None
    document_prompt: str | None = None
    max_active_dims: int | None = None

    def __post_init__(self) -> None:
        """One number more to check."""
        ModelHandle.__post_init__(self)
        if self.max_active_dims is not None and self.max_active_dims < 1:
            raise SettingsError(f"max_active_dims must be at least 1, got {self.max_active_dims}")

    @property
    def similarity(self) -> Similarity:
        """How vectors are compared: `"dot"` unless the model says `"cosine"`.

        Raises:
            ModelError: it says something else, such as euclidean, which is not searched here.
        """
        return self._once("similarity", lambda: similarity_of(self, unless_said="dot"))

    def encode_queries(self, texts: Sequence[str]) -> Ragged:
        """The weights of each query, (n_weights,) of `WEIGHT`, dimensions ascending.

        Raises:
            DataError: a text that is not a string.
            ModelError: the model cannot be loaded, or returns something other than a row a text.
            SettingsError: the cache cannot be written, or the disk is full.
        """
        return self._encode(texts, "query", self.query_prompt)

    def encode_documents(self, texts: Sequence[str]) -> Ragged:
        """The weights of each document, (n_weights,) of `WEIGHT`, dimensions ascending.

        Raises:
            DataError: a text that is not a string.
            ModelError: the model cannot be loaded, or returns something other than a row a text.
            SettingsError: the cache cannot be written, or the disk is full.
        """
        return self._encode(texts, "document", self.document_prompt)

    def _encode(self, texts: Sequence[str], side: str, prompt: str | None) -> Ragged:
        def batches(distinct: list[str]) -> RaggedBatches:
            model = self.load()
            encode = getattr(model, f"encode_{side}", None) or model.encode
            given, said = prompted(encode, distinct, prompt)
            return self._batches(encode, given, said, f"encoding sparse {side}")

        return self.complete_ragged(f"{side}-weights", texts, batches)

    def _batches(
        self, encode: Any, texts: list[str], said: dict[str, object], label: str
    ) -> Iterator[tuple[list[int], list[Array]]]:
        options: dict[str, object] = {"batch_size": self.batch_size, "show_progress_bar": False}
        if self.max_active_dims is not None:
            options["max_active_dims"] = self.max_active_dims
        options = {key: value for key, value in options.items() if accepts(encode, key)} | said
        for positions in steps([len(text) for text in texts], _TEXTS, self.progress, label):
            with self._precision():
                output = encode([texts[i] for i in positions], **options)
            rows = as_matrix(output, len(positions), self.name)
            yield (
                positions,
                [_weights(rows, row, self.max_active_dims) for row in range(len(positions))],
            )

    def _settings(self) -> dict[str, object]:
        prompts = [self.query_prompt, self.document_prompt]
        return {"kind": "sparse-encoder", "prompts": prompts, "most": self.max_active_dims}

    def _settings_of(self, kind: str) -> dict[str, object]:
        """Without the other side's prompt: to change it leaves this side's values as they are."""
        is_query = kind.startswith("query")
        prompts = [self.query_prompt, None] if is_query else [None, self.document_prompt]
        return {**self._settings(), "prompts": prompts}

    def _load(self) -> Any:
        return load_sparse_encoder(self.source, self._options(), max_seq_length=self.max_seq_length)


def as_matrix(output: Any, n: int, name: str) -> "csr_array":
    """A model's output as a scipy.sparse matrix, float32 (n, dimensions), without zeros.

    Raises:
        ModelError: not one finite row a text.
    """
    from scipy.sparse import csr_array, issparse

    if getattr(output, "is_sparse", False):  # a tensor of torch
        held = output.detach().float().cpu().coalesce()
        values, places = held.values().numpy(), tuple(held.indices().numpy())
        matrix = csr_array((values, places), shape=tuple(held.shape))
    elif issparse(output):
        matrix = csr_array(output, dtype=np.float32)
    else:
        matrix = csr_array(np.atleast_2d(np.asarray(on_cpu(output), np.float32)))
    if matrix.shape[0] != n or not np.isfinite(matrix.data).all():
        raise ModelError(
            f"model {name!r} returned an array of shape {matrix.shape} for {n} texts; expected"
            f" finite weights, ({n}, dimensions)"
        )
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix


def _weights(matrix: "csr_array", row: int, most: int | None) -> Array:
    own = slice(matrix.indptr[row], matrix.indptr[row + 1])
    weights = np.empty(own.stop - own.start, WEIGHT)
    weights["dimension"], weights["weight"] = matrix.indices[own], matrix.data[own]
    if most is None or len(weights) <= most:
        return weights
    largest = np.argsort(-np.abs(weights["weight"]), kind="stable")[:most]
    return weights[np.sort(largest)]
