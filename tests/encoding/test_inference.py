"""What comes out of a model is checked; longest first, in the order that was asked for."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from retrieval_checks.encoding.inference import (
    Pair,
    encode_texts,
    predict_pairs,
)
from retrieval_checks.encoding.models import BiEncoder, CrossEncoderModel
from retrieval_checks.errors import ModelError


class Returns:
    """Gives back what it was made with, whatever the texts."""

    name = "mine"

    def __init__(self, output: object) -> None:
        self.output = output

    def encode(self, texts: Sequence[str]) -> object:
        return self.output

    def predict(self, pairs: Sequence[tuple[str, str]]) -> object:
        return self.output


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ([[1.0, np.nan], [1.0, 2.0]], "'mine' returned NaN or infinity for 'text 1'"),
        ([[1.0, 2.0], [np.inf, 2.0]], "returned NaN or infinity for 'text 2'"),
        ([[1.0, 2.0]], r"returned an array of shape \(1, 2\) for 2 texts"),
        ([1.0, 2.0], r"returned an array of shape \(2,\) for 2 texts"),
        ([[[1.0]], [[2.0]]], r"shape \(2, 1, 1\)"),
        ([[], []], r"shape \(2, 0\)"),
        ([[1.0], [1.0, 2.0]], "returned no array of numbers"),
        ([["a"], ["b"]], "returned no array of numbers"),
        (None, "shape|no array"),
    ],
)
def test_vectors_that_are_none_are_refused(output: object, message: str) -> None:
    # the texts are of one length, so that they are encoded in the order given
    with pytest.raises(ModelError, match=message):
        BiEncoder(Returns(output)).encode_documents(["text 1", "text 2"])


def test_dimension_must_not_change_on_the_way() -> None:
    class Growing:
        def encode(self, texts: Sequence[str]) -> list[list[float]]:
            return [[1.0] * (1 + len(texts[0]) // 50) for _ in texts]

    with pytest.raises(ModelError, match="vectors of 2 and of 1 dimensions"):
        BiEncoder(Growing(), batch_size=1).encode_documents(["x" * n for n in range(46, 54)])


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ([0.1, np.nan], "returned nan for query 'q' and document 'd2'"),
        ([0.1], r"scores of shape \(1,\) for 2 pairs"),
        ([[0.1, 0.2], [0.3, 0.4]], "a classifier with several labels does not rank"),
        (["high", "low"], "returned no numbers"),
    ],
)
def test_scores_that_are_none_are_refused(output: object, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        CrossEncoderModel(Returns(output)).score_pairs([("q", "d1"), ("q", "d2")])


def test_scores_in_one_column_are_scores() -> None:
    scores = CrossEncoderModel(Returns([[0.1], [0.2]])).score_pairs([("q", "d1"), ("q", "d2")])
    assert scores.tolist() == [0.1, 0.2]
    assert scores.dtype == np.float64


def test_longest_texts_come_first_and_progress_is_told() -> None:
    class Length:
        def encode(self, texts: Sequence[str]) -> list[list[float]]:
            return [[float(len(text))] for text in texts]

    told: list[tuple[str, int, int]] = []
    texts = ["x" * (i + 1) for i in range(10)]
    batches = encode_texts(
        Length(),
        texts,
        side="document",
        name="mine",
        batch_size=1,
        progress=lambda *said: told.append(said),
    )
    order = [position for positions, _ in batches for position in positions]
    assert order == list(range(9, -1, -1))
    assert told == [("encoding documents", done, 10) for done in (4, 8, 10)]


def test_options_that_the_model_does_not_know_are_not_passed() -> None:
    class Picky:
        def encode(self, sentences: list[str], batch_size: int) -> list[list[float]]:
            return [[float(batch_size)] for _ in sentences]

    assert BiEncoder(Picky(), batch_size=7).encode_queries(["a"]).tolist() == [[7.0]]


def test_each_side_has_its_own_method_where_the_model_has_it() -> None:
    class Sided:
        def encode_query(self, texts: list[str]) -> list[list[float]]:
            return [[1.0] for _ in texts]

        def encode_document(self, texts: list[str]) -> list[list[float]]:
            return [[2.0] for _ in texts]

    model = BiEncoder(Sided())
    assert model.encode_queries(["a"]).tolist() == [[1.0]]
    assert model.encode_documents(["a"]).tolist() == [[2.0]]


def test_prompt_is_put_before_the_text_where_the_model_takes_none() -> None:
    class Length:
        def encode(self, texts: Sequence[str]) -> list[list[float]]:
            return [[float(len(text))] for text in texts]

    model = BiEncoder(Length(), query_prompt="query: ")
    assert model.encode_queries(["abc"]).tolist() == [[10.0]]
    assert model.encode_documents(["abc"]).tolist() == [[3.0]]


class Halves:
    """Applies an activation to 0; each subclass spells it as some version of the library did."""

    def apply(self, activation: Callable[[object], object], pairs: list[Pair]) -> list[float]:
        import torch

        return [float(activation(torch.tensor(0.0))) for _ in pairs]  # type: ignore[arg-type]


class SpeltFn(Halves):
    def predict(self, pairs: list[Pair], activation_fn: Callable[[object], object]) -> list[float]:
        return self.apply(activation_fn, pairs)


class SpeltFct(Halves):
    def predict(self, pairs: list[Pair], activation_fct: Callable[[object], object]) -> list[float]:
        return self.apply(activation_fct, pairs)


class SpeltDefault(Halves):
    def predict(
        self, pairs: list[Pair], default_activation_function: Callable[[object], object]
    ) -> list[float]:
        return self.apply(default_activation_function, pairs)


@pytest.mark.parametrize("model", [SpeltFn(), SpeltFct(), SpeltDefault()])
def test_activation_has_the_name_that_the_model_gives_it(model: Halves) -> None:
    assert CrossEncoderModel(model, activation="sigmoid").score_pairs([("q", "d")])[0] == 0.5
    assert CrossEncoderModel(model, activation="logits").score_pairs([("q", "d")])[0] == 0.0


def test_activation_that_the_model_cannot_take_is_refused() -> None:
    with pytest.raises(ModelError, match=r"predict\(\) takes no activation"):
        CrossEncoderModel(Returns([1.0]), activation="logits").score_pairs([("q", "d")])


def test_pairs_are_scored_longest_first() -> None:
    class Remembers:
        asked: list[tuple[str, str]] = []  # noqa: RUF012

        def predict(self, pairs: list[tuple[str, str]]) -> list[float]:
            self.asked.extend(pairs)
            return [float(len(q + d)) for q, d in pairs]

    pairs = [("q", "dd"), ("qqq", "dddd"), ("q", "d")]
    batches = list(predict_pairs(Remembers(), pairs, name="mine", batch_size=1))
    assert Remembers.asked == [pairs[1], pairs[0], pairs[2]]
    assert {p: s for part, scores in batches for p, s in zip(part, scores, strict=True)} == {
        0: 3.0,
        1: 7.0,
        2: 2.0,
    }
