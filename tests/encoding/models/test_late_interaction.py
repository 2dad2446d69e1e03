"""Late interaction over a real model: its own token vectors, MaxSim, its prompts."""

from pathlib import Path

import numpy as np
import pytest

from retrieval_checks.encoding.inference import unit_length
from retrieval_checks.encoding.models import (
    BiEncoder,
    LateInteraction,
)
from retrieval_checks.encoding.reference import ReferenceBiEncoder
from retrieval_checks.errors import ModelError, SettingsError
from tests.oracles import notebook


def test_late_interaction_uses_the_tokens_own_vectors(
    minilm: BiEncoder, minilm_folder: Path
) -> None:
    model = LateInteraction(minilm).load()
    vectors = model.encode_document(["one two, three"], convert_to_numpy=True)[0]
    # [CLS] one two three [SEP], without the comma, and no projection to 128 dimensions
    assert vectors.shape == (5, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert model.encode_query(["one two, three"], convert_to_numpy=True)[0].shape == (6, 384)


def test_late_interaction_over_a_bi_encoder_has_its_dtype_and_device() -> None:
    bi_encoder = BiEncoder("org/model", dtype="bfloat16", device="cuda:1")
    shared = LateInteraction(bi_encoder)
    assert (shared.dtype, shared.device) == ("bfloat16", "cuda:1")
    with pytest.raises(SettingsError, match="device 'cpu', but the bi-encoder 'org/model'"):
        LateInteraction(bi_encoder, device="cpu")
    with pytest.raises(SettingsError, match="max_seq_length 64 cannot be applied"):
        LateInteraction(bi_encoder, max_seq_length=64)


def test_two_loads_give_the_same_late_interaction(minilm: BiEncoder, minilm_folder: Path) -> None:
    pairs = [(notebook.QUERY, notebook.PASSAGE_0), ("cats", "dogs, and cats")]
    over_bi_encoder = LateInteraction(minilm).score_pairs(pairs)
    from_folder = LateInteraction(str(minilm_folder), device="cpu").score_pairs(pairs)
    assert over_bi_encoder.tolist() == from_folder.tolist()


def test_late_interaction_is_maxsim_of_the_transformers_token_vectors(
    minilm: BiEncoder, reference: ReferenceBiEncoder
) -> None:
    import torch

    def tokens(text: str) -> np.ndarray:
        inputs = reference.tokenizer(text, return_tensors="pt")
        with torch.inference_mode():
            vectors = reference.transformer(**inputs).last_hidden_state[0].numpy()
        return unit_length(vectors)

    query, document = "what do cats eat", "cats eat mice and birds"  # no punctuation
    expected = (tokens(query) @ tokens(document).T).max(axis=1).sum()
    found = LateInteraction(minilm).score_pairs([(query, document)])
    assert found[0] == pytest.approx(expected, abs=1e-4)


def test_late_interaction_has_the_bi_encoders_prompts(minilm: BiEncoder) -> None:
    prompted = BiEncoder(minilm.load(), query_prompt="find: ", document_prompt="from the web: ")
    pair = ("what do cats eat", "mice and birds")
    by_hand = [("find: what do cats eat", "from the web: mice and birds")]
    plain = LateInteraction(minilm)
    found = LateInteraction(prompted).score_pairs([pair])[0]
    assert found == pytest.approx(plain.score_pairs(by_hand)[0], abs=1e-4)
    assert abs(found - plain.score_pairs([pair])[0]) > 0.01


def test_late_interaction_has_the_saved_prompts_unless_others_are_given(
    minilm: BiEncoder, prompted_folder: Path
) -> None:
    saved = BiEncoder(str(prompted_folder), device="cpu")
    other = BiEncoder(saved.load(), query_prompt="find: ", document_prompt="")
    found = [LateInteraction(m).score_pairs([("cats", "mice")])[0] for m in (saved, other)]
    by_hand = [("query: cats", "passage: mice"), ("find: cats", "mice")]
    expected = LateInteraction(minilm).score_pairs(by_hand)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_saved_multi_vector_model_is_used_as_it_is(minilm: BiEncoder, tmp_path: Path) -> None:
    made = LateInteraction(minilm)
    made.load().save_pretrained(str(tmp_path / "saved"))
    saved = LateInteraction(str(tmp_path / "saved"), device="cpu")
    pairs = [(notebook.QUERY, notebook.PASSAGE_0)]
    assert saved.score_pairs(pairs)[0] == pytest.approx(made.score_pairs(pairs)[0], abs=1e-4)


def test_model_without_token_vectors_is_refused() -> None:
    class Plain:
        def encode(self, texts: list[str]) -> list[list[float]]:
            return [[1.0] for _ in texts]

    with pytest.raises(ModelError, match="no token vectors for late interaction"):
        LateInteraction(Plain()).score_pairs([("q", "d")])
