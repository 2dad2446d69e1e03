"""Late interaction, worked by hand over letters."""

from collections.abc import Sequence

import numpy as np
import pytest

from retrieval_checks.encoding.maxsim import late_interaction, maxsim
from retrieval_checks.encoding.models import BiEncoder, LateInteraction


class Letters:
    """Late interaction by hand: each letter of the alphabet is a unit vector."""

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode_query(self, texts: Sequence[str]) -> list[np.ndarray]:
        self.encoded.extend(texts)
        alphabet = np.eye(26, dtype=np.float32)
        return [alphabet[[ord(c) - ord("a") for c in text]] for text in texts]

    encode_document = encode_query


def test_late_interaction_counts_the_query_letters_that_the_document_has() -> None:
    scores = LateInteraction(Letters()).score_pairs([("abc", "cab"), ("aab", "ax"), ("z", "ab")])
    assert scores.tolist() == [3.0, 2.0, 0.0]


def test_late_interaction_encodes_each_text_once() -> None:
    model = Letters()
    pairs = [(q, d) for q in ("ab", "cd") for d in ("abc", "bcd", "cde")]
    scores = LateInteraction(model).score_pairs([*pairs, pairs[0]])
    assert sorted(model.encoded) == ["ab", "abc", "bcd", "cd", "cde"]
    assert scores.tolist() == [2.0, 1.0, 0.0, 1.0, 2.0, 2.0, 2.0]


def test_prompts_go_before_the_text_where_the_model_takes_none() -> None:
    model = LateInteraction(BiEncoder(Letters(), query_prompt="z", document_prompt="y"))
    assert model.score_pairs([("ab", "zab"), ("y", "b")]).tolist() == [3.0, 1.0]


def test_mean_divides_by_the_number_of_query_tokens() -> None:
    model = Letters()
    model.similarity_fn_name = "meanmaxsim"  # type: ignore[attr-defined]
    ((_, scores),) = late_interaction(model, [("aab", "ax")], name="mine")
    assert scores.tolist() == [pytest.approx(2 / 3)]


def test_text_without_tokens_scores_nothing() -> None:
    nothing, something = np.zeros((0, 2), np.float32), np.ones((1, 2), np.float32)
    assert maxsim(nothing, something) == maxsim(something, nothing) == 0.0
