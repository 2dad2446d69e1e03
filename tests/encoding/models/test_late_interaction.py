"""Late interaction over a real model: its own token vectors, MaxSim, its prompts."""

from pathlib import Path

import numpy as np
import pytest

from retrieval_checks.data.corpus import Corpus
from retrieval_checks.encoding.inference import unit_length
from retrieval_checks.encoding.maxsim import token_ids
from retrieval_checks.encoding.models import BiEncoder, LateInteraction
from retrieval_checks.encoding.reference import ReferenceBiEncoder
from retrieval_checks.errors import SettingsError
from tests.oracles import notebook


def test_late_interaction_uses_the_tokens_own_vectors(minilm: BiEncoder) -> None:
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


@pytest.mark.parametrize(("layer", "hidden"), [(None, 5), (-2, 5), (-1, 6), (4, 4), (0, 0)])
def test_late_interaction_is_maxsim_of_the_token_vectors_of_a_layer(
    minilm: BiEncoder, reference: ReferenceBiEncoder, layer: int | None, hidden: int
) -> None:
    import torch

    def tokens(text: str) -> np.ndarray:
        inputs = reference.tokenizer(text, return_tensors="pt")
        with torch.inference_mode():
            states = reference.transformer(**inputs, output_hidden_states=True).hidden_states
        return unit_length(states[hidden][0].numpy())

    query, document = "what do cats eat", "cats eat mice and birds"  # no punctuation
    expected = (tokens(query) @ tokens(document).T).max(axis=1).sum()
    found = LateInteraction(minilm, layer=layer).score_pairs([(query, document)])
    assert found[0] == pytest.approx(expected, abs=1e-4)


def test_idf_weighs_the_best_matches_of_the_query_tokens(
    minilm: BiEncoder, reference: ReferenceBiEncoder
) -> None:
    corpus = Corpus.from_dict({"d1": "cats eat mice", "d2": "dogs eat", "d3": "birds sing"})
    late, query = LateInteraction(minilm).over(corpus), "cats eat"
    # [CLS] and [SEP] are in 3 of 3 documents, cats in 1, eat in 2
    idf = np.log(4 / (np.array([3, 1, 2, 3]) + 0.5))
    vectors = LateInteraction(minilm)
    asked, read = vectors.encode_queries([query])[0], vectors.encode_documents(["dogs eat"])[0]
    expected = ((asked @ read.T).max(axis=1) * idf).sum() / idf.sum()
    assert late.score_pairs([(query, "dogs eat")])[0] == pytest.approx(expected, abs=1e-5)
    assert late.score_pairs([(query, query)])[0] == pytest.approx(1.0, abs=1e-5)


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
    made = LateInteraction(minilm, layer=4, query_length=9)
    made.load().save_pretrained(str(tmp_path / "saved"))
    saved = LateInteraction(str(tmp_path / "saved"), device="cpu")
    pairs = [(notebook.QUERY, notebook.PASSAGE_0)]
    assert saved.score_pairs(pairs)[0] == pytest.approx(made.score_pairs(pairs)[0], abs=1e-4)
    assert len(saved.encode_queries([notebook.QUERY])[0]) == 9
    assert (saved.has_own, made.has_own) == (True, False)
    corpus = Corpus.from_dict({"d1": notebook.PASSAGE_0})  # its tokens count as it was trained
    assert saved.over(corpus).score_pairs(pairs).tolist() == saved.score_pairs(pairs).tolist()
    with pytest.raises(SettingsError, match="is multi-vector: layer, skip would change"):
        LateInteraction(str(tmp_path / "saved"), layer=-1, skip=()).score_pairs(pairs)


def test_idf_of_a_saved_multi_vector_model_leaves_out_what_it_masks(
    minilm: BiEncoder, tmp_path: Path
) -> None:
    from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask

    made = LateInteraction(minilm).load()
    made[1] = MultiVectorMask(skiplist_words=["what"], skiplist_tasks=["query", "document"])
    made.save_pretrained(str(tmp_path / "saved"))
    late = LateInteraction(str(tmp_path / "saved"), device="cpu", token_weights="idf")
    query = "what do cats eat"
    assert len(late.encode_queries([query])[0]) == 5  # [CLS] do cats eat [SEP]
    found = late.over(Corpus.from_dict({"d1": "dogs"})).score_pairs([(query, query)])
    assert found[0] == pytest.approx(1.0, abs=1e-5)


def test_the_bi_encoder_stays_as_it_is(minilm: BiEncoder) -> None:
    before = minilm.encode_documents([notebook.PASSAGE_0])
    LateInteraction(minilm, query_length=4, document_length=4).score_pairs([("cats", "mice")])
    assert minilm.encode_documents([notebook.PASSAGE_0]).tolist() == before.tolist()


def test_texts_are_cut_at_the_lengths_asked_for(minilm: BiEncoder) -> None:
    late = LateInteraction(minilm, query_length=4, document_length=6)
    text = "one two three four five six seven"
    assert late.encode_queries([text]).counts.tolist() == [4]
    assert late.encode_documents([text]).counts.tolist() == [6]


@pytest.mark.parametrize(("skip", "tokens"), [(None, 5), ((), 6), (["two", ","], 4)])
def test_tokens_of_skipped_words_are_left_out_of_documents(
    minilm: BiEncoder, skip: list[str] | None, tokens: int
) -> None:
    late = LateInteraction(minilm, skip=skip)
    assert late.encode_documents(["one two, three"]).counts.tolist() == [tokens]
    assert late.encode_queries(["one two, three"]).counts.tolist() == [6]


def test_weights_of_tokens_are_of_the_tokens_that_the_model_sees(
    minilm: BiEncoder, prompted_folder: Path
) -> None:
    model = LateInteraction(minilm).load()
    ((_, (ids,)),) = token_ids(model, [notebook.QUERY], side="query", name="minilm")
    assert ids.tolist() == notebook.QUERY_TOKEN_IDS
    ((_, (ids,)),) = token_ids(model, ["two, two"], side="document", name="minilm")
    assert ids.tolist() == [101, 102, 1010, 2048]  # each once: [CLS] [SEP] , two
    saved = LateInteraction(str(prompted_folder), device="cpu").load()
    for prompt, text in ((None, "query: cats"), ("", "cats"), ("find: ", "find: cats")):
        ((_, (ids,)),) = token_ids(saved, ["cats"], side="query", name="p", prompt=prompt)
        ((_, (expected,)),) = token_ids(model, [text], side="query", name="minilm")
        assert ids.tolist() == expected.tolist()
