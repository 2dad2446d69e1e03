"""`CrossEncoderModel`: one score a (query, document) pair."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from retrieval_checks.encoding.handle import ModelHandle
from retrieval_checks.encoding.inference import Pair, Scores, predict_pairs
from retrieval_checks.encoding.models.pairs import score_once
from retrieval_checks.encoding.sources.loading import Activation, activation, load_cross_encoder


@dataclass(frozen=True, eq=False)
class CrossEncoderModel(ModelHandle):
    """Scores (query, document) pairs jointly, longest first across all queries, each pair once.

    `model` is a hub id, a folder, a factory or an object with `predict(pairs)`, such as
    sentence-transformers' `CrossEncoder` of any version. `backend="onnx"` is passed on to it.
    `max_seq_length` is what it calls `max_length`: the tokens of query and document together.

    Args:
        activation: `"sigmoid"` for scores in (0, 1), `"logits"` for the head's raw output, None for
            what the model was saved with. Both order the documents of a query alike; what is
            combined with the first stage, or held against a threshold, differs. An object or a
            factory is asked by whichever name its `predict` has for it: `activation_fn`,
            `activation_fct` or `default_activation_function`.

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
        return score_once(self, pairs, self._batches)

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
