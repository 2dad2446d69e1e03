"""The same numbers in plain PyTorch and transformers: the oracle of the library path.

Nothing here is fast. Each text is tokenised, run and pooled by itself, without padding, so that
what a batch, a backend or a lower precision changes can be told from what the model says.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from retrieval_checks.encoding.inference import Scores, Vectors
from retrieval_checks.encoding.sources.folder import read_json
from retrieval_checks.encoding.sources.loading import Activation, quiet
from retrieval_checks.encoding.sources.resolve import resolve
from retrieval_checks.errors import ModelError


class ReferenceBiEncoder:
    """Masked mean pooling over a transformer's token vectors, scaled to unit length.

    That is how most sentence-transformers models are made (Reimers & Gurevych, EMNLP 2019); a model
    that pools otherwise is refused.

    Args:
        model: a hub id or a local folder.
        max_seq_length: tokens a text is cut at; the model's own unless given.

    Raises:
        ModelError: no such model, or one that does not pool by the mean.
    """

    def __init__(self, model: str, *, max_seq_length: int | None = None) -> None:
        from transformers import AutoModel

        path = resolve(model).path
        if path is None:
            raise ModelError(f"{model!r} is a factory; the reference reads a model's files")
        _check_pooling(path, model)
        own = read_json(path / "sentence_bert_config.json").get("max_seq_length")
        self.max_seq_length = max_seq_length or own
        self.tokenizer = _tokenizer(path)
        with quiet():
            self.transformer = AutoModel.from_pretrained(path, use_safetensors=True).eval()

    def token_ids(self, text: str) -> list[int]:
        """The ids of the text's tokens, special ones included, cut at the maximum length."""
        return _ids(self.tokenizer, self.max_seq_length, text)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of the texts, float32 (n, d), of unit length."""
        return np.stack([self._encode(text) for text in texts])

    def _encode(self, text: str) -> Vectors:
        import torch

        inputs = _inputs(self.tokenizer, self.max_seq_length, text)
        with torch.inference_mode():
            tokens = self.transformer(**inputs).last_hidden_state[0]  # (n_tokens, d)
            mask = inputs["attention_mask"][0].unsqueeze(-1).to(tokens.dtype)  # (n_tokens, 1)
            mean = (tokens * mask).sum(dim=0) / mask.sum()
            vector: Vectors = (mean / mean.norm()).float().numpy()
        return vector


class ReferenceCrossEncoder:
    """The sigmoid of a sequence-classification head over a tokenised (query, document) pair.

    Args:
        model: a hub id or a local folder with one label, such as
            `cross-encoder/ms-marco-MiniLM-L6-v2`.
        activation: `"sigmoid"` for scores in (0, 1), `"logits"` for the head's raw output.
        max_seq_length: tokens a pair is cut at; the model's own unless given.

    Raises:
        ModelError: no such model.
    """

    def __init__(
        self,
        model: str,
        *,
        activation: Activation = "sigmoid",
        max_seq_length: int | None = None,
    ) -> None:
        from transformers import AutoModelForSequenceClassification

        path = resolve(model).path
        if path is None:
            raise ModelError(f"{model!r} is a factory; the reference reads a model's files")
        self.activation = activation
        self.max_seq_length = max_seq_length
        self.tokenizer = _tokenizer(path)
        with quiet():
            classifier = AutoModelForSequenceClassification.from_pretrained(
                path, use_safetensors=True
            )
        self.classifier = classifier.eval()

    def pair_token_ids(self, query: str, document: str) -> list[int]:
        """The ids of the pair's tokens: [CLS] query [SEP] document [SEP] for a BERT."""
        return _ids(self.tokenizer, self.max_seq_length, query, document)

    def score_pairs(self, pairs: Sequence[tuple[str, str]]) -> Scores:
        """The score of each (query, document) pair, float64 (n_pairs,)."""
        return np.array([self.score_pair(query, document) for query, document in pairs])

    def score_pair(self, query: str, document: str) -> float:
        """The score of one pair."""
        import torch

        inputs = _inputs(self.tokenizer, self.max_seq_length, query, document)
        with torch.inference_mode():
            logits = self.classifier(**inputs).logits[0]
        if logits.numel() != 1:
            raise ModelError(f"{logits.numel()} labels a pair; a reranker has one")
        return float(torch.sigmoid(logits[0]) if self.activation == "sigmoid" else logits[0])


def cosine(a: Vectors, b: Vectors) -> Scores:
    """The cosines of every row of `a` with every row of `b`, float64 (n_a, n_b), in [-1, 1].

    >>> a = np.array([[1.0, 0.0]], np.float32)
    >>> cosine(a, np.array([[3.0, 4.0], [0.0, 2.0]], np.float32)).tolist()
    [[0.6, 0.0]]
    """
    wide, other = a.astype(np.float64), b.astype(np.float64)
    lengths = np.linalg.norm(wide, axis=1)[:, None] * np.linalg.norm(other, axis=1)[None, :]
    cosines: Scores = (wide @ other.T) / lengths
    return cosines


def _tokenizer(path: object) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(path)


def _inputs(tokenizer: Any, max_length: int | None, *texts: str) -> Any:
    # a list each: a lone pair with an empty document would be tokenised as no pair at all
    batch = ([text] for text in texts)
    return tokenizer(*batch, truncation=True, max_length=max_length, return_tensors="pt")


def _ids(tokenizer: Any, max_length: int | None, *texts: str) -> list[int]:
    ids: list[int] = _inputs(tokenizer, max_length, *texts)["input_ids"][0].tolist()
    return ids


def _check_pooling(path: Any, name: str) -> None:
    pooling = read_json(path / "1_Pooling" / "config.json")
    modes = [key for key, on in pooling.items() if key.startswith("pooling_mode_") and on is True]
    said = pooling.get("pooling_mode")  # newer releases write the mode as one word
    if (modes and modes != ["pooling_mode_mean_tokens"]) or (said and said != "mean"):
        raise ModelError(f"model {name!r} pools by {said or modes}; the reference does by the mean")
