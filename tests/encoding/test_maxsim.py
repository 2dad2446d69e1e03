"""Late interaction, worked by hand over letters."""

from collections.abc import Sequence

import numpy as np
import pytest

from retrieval_checks.encoding.maxsim import best_match, best_matches, token_ids
from retrieval_checks.encoding.models import BiEncoder, LateInteraction
from retrieval_checks.errors import ModelError
from tests.encoding.letters import Letters


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
    assert LateInteraction(model).score_pairs([("aab", "ax")]).tolist() == [pytest.approx(2 / 3)]


def test_text_without_tokens_scores_nothing() -> None:
    nothing, something = np.zeros((0, 2), np.float32), np.ones((1, 2), np.float32)
    assert best_match(nothing, something).tolist() == []
    assert best_match(something, nothing).tolist() == [0.0]
    assert LateInteraction(Letters()).score_pairs([("", "ab"), ("ab", "")]).tolist() == [0.0, 0.0]


def test_what_is_kept_of_a_pair_is_the_best_match_of_each_query_token() -> None:
    ((positions, best),) = best_matches(Letters(), [("abz", "ba"), ("c", "c")], name="letters")
    found = dict(zip(positions, (row.tolist() for row in best), strict=True))
    assert found == {0: [1.0, 1.0, 0.0], 1: [1.0]}


def test_vectors_that_are_not_finite_are_refused() -> None:
    class Broken(Letters):
        def encode_document(self, texts: Sequence[str]) -> list[np.ndarray]:
            return [np.full((2, 26), np.nan, np.float32) for _ in texts]

    with pytest.raises(ModelError, match="not finite for query 'ab' and document 'cd'"):
        LateInteraction(Broken()).score_pairs([("ab", "cd")])


def test_a_model_that_shows_no_tokens_is_told_what_to_do() -> None:
    message = "does not show its tokens.*set token_weights='uniform'"
    with pytest.raises(ModelError, match=message):
        list(token_ids(Letters(), ["ab"], side="query", name="letters"))
