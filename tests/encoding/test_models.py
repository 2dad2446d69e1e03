"""The handles over real models: equal to the reference, lazy, cached, and clear when they fail."""

import json
import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval_checks.encoding.inference import unit_length
from retrieval_checks.encoding.models import (
    BiEncoder,
    CrossEncoderModel,
    LateInteraction,
)
from retrieval_checks.encoding.reference import ReferenceBiEncoder, ReferenceCrossEncoder
from retrieval_checks.encoding.store import Store
from retrieval_checks.errors import DataError, ModelError, SettingsError
from tests.oracles import notebook

TEXTS = [
    notebook.QUERY,
    notebook.PASSAGE_0,
    "",
    "?!",
    "word " * 400,
    "Größe, 北京, 🙂 e\u0301",
    *(f"The {i}th of several passages, {'long ' * (i % 7)}and short." for i in range(20)),
]
PAIRS = [(query, text) for query in (notebook.QUERY, "short") for text in TEXTS[:10]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with_folder = Store(tmp_path / "cache")
    yield with_folder
    with_folder.close()


class Absent:
    """A model that is not to be used any more, with a fingerprint."""

    fingerprint = "v1"

    def encode(self, texts: list[str]) -> np.ndarray:
        raise OSError(f"asked to encode {texts}")


def test_bi_encoder_equals_the_reference(minilm: BiEncoder, reference: ReferenceBiEncoder) -> None:
    vectors = minilm.encode_documents(TEXTS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, reference.encode(TEXTS), rtol=0, atol=1e-5)


def test_bi_encoder_gives_the_notebooks_figures(minilm: BiEncoder) -> None:
    query = minilm.encode_queries([notebook.QUERY])[0]
    passage = minilm.encode_documents([notebook.PASSAGE_0])[0]
    np.testing.assert_allclose(query[:10], notebook.QUERY_EMBEDDING_FIRST_10, rtol=0, atol=1e-6)
    assert float(query @ passage) == pytest.approx(notebook.COSINE_QUERY_PASSAGE_0, abs=1e-5)


def test_duplicate_texts_have_the_same_vector(minilm: BiEncoder) -> None:
    vectors = minilm.encode_queries(["one", "two, and longer", "one"])
    assert vectors[0].tobytes() == vectors[2].tobytes()
    assert vectors[0].tobytes() != vectors[1].tobytes()


def test_no_text_gives_no_vector(minilm: BiEncoder) -> None:
    assert len(minilm.encode_queries([])) == 0


def test_prompt_goes_before_the_text_on_its_side_only(minilm: BiEncoder) -> None:
    prompted = BiEncoder(minilm.load(), query_prompt="query: ")
    plain = minilm.encode_queries(["query: cats", "cats"])
    np.testing.assert_allclose(prompted.encode_queries(["cats"])[0], plain[0], atol=1e-6)
    np.testing.assert_allclose(prompted.encode_documents(["cats"])[0], plain[1], atol=1e-6)


@pytest.fixture(scope="session")
def prompted_folder(minilm_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model, saved with prompts and with dot product."""
    folder = tmp_path_factory.mktemp("prompted") / "model"
    shutil.copytree(minilm_folder, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    (folder / "model.safetensors").symlink_to(minilm_folder / "model.safetensors")
    saved = {
        "model_type": "SentenceTransformer",
        "similarity_fn_name": "dot",
        "prompts": {"query": "query: ", "document": "passage: "},
    }
    (folder / "config_sentence_transformers.json").write_text(json.dumps(saved))
    return folder


def test_prompts_that_the_model_was_saved_with_apply(
    minilm: BiEncoder, prompted_folder: Path
) -> None:
    prompted = BiEncoder(str(prompted_folder), device="cpu")
    plain = minilm.encode_queries(["query: cats", "passage: cats", "find: cats", "cats"])
    found = [prompted.encode_queries(["cats"])[0], prompted.encode_documents(["cats"])[0]]
    np.testing.assert_allclose(found, plain[:2], atol=1e-6)
    explicit = BiEncoder(prompted.load(), query_prompt="find: ", document_prompt="")
    found = [explicit.encode_queries(["cats"])[0], explicit.encode_documents(["cats"])[0]]
    np.testing.assert_allclose(found, plain[2:], atol=1e-6)


def test_similarity_is_read_off_the_files(minilm: BiEncoder, prompted_folder: Path) -> None:
    assert minilm.similarity == "cosine"
    assert BiEncoder(str(prompted_folder)).similarity == "dot"


def test_similarity_that_is_not_searched_is_refused(tmp_path: Path) -> None:
    saved = json.dumps({"similarity_fn_name": "manhattan"})
    (tmp_path / "config_sentence_transformers.json").write_text(saved)
    with pytest.raises(ModelError, match="compares by manhattan; allowed: cosine, dot"):
        _ = BiEncoder(str(tmp_path)).similarity


def test_max_seq_length_cuts(minilm_folder: Path, reference: ReferenceBiEncoder) -> None:
    short = BiEncoder(str(minilm_folder), max_seq_length=8, device="cpu")
    found = short.encode_documents(["one two three four five six seven eight nine"])
    expected = reference.encode(["one two three four five six"])  # with [CLS] and [SEP], eight
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_bfloat16_is_near_and_not_the_same(minilm_folder: Path, minilm: BiEncoder) -> None:
    rough = BiEncoder(str(minilm_folder), dtype="bfloat16", device="cpu")
    found, exact = rough.encode_documents(TEXTS[:8]), minilm.encode_documents(TEXTS[:8])
    assert found.dtype == np.float32
    cosines = (unit_length(found) * exact).sum(axis=1)
    assert cosines.min() > 0.999
    assert not np.array_equal(found, exact)


def test_float32_widens_weights_that_were_saved_in_half_precision(
    tiny_transformer_folder: Path,
) -> None:
    folder = str(tiny_transformer_folder)
    own = BiEncoder(folder, device="cpu")
    wide = BiEncoder(folder, dtype="float32", device="cpu")
    assert [str(model.load().dtype) for model in (own, wide)] == ["torch.float16", "torch.float32"]
    assert own.fingerprint != wide.fingerprint
    narrow, found = own.encode_queries(TEXTS[:3]), wide.encode_queries(TEXTS[:3])
    assert not np.array_equal(narrow, found)
    by_hand = BiEncoder(own.load().float()).encode_queries(TEXTS[:3])
    np.testing.assert_allclose(found, by_hand, rtol=0, atol=1e-6)


def test_bfloat16_on_a_cpu_runs_over_float32_weights(tiny_transformer_folder: Path) -> None:
    model = BiEncoder(str(tiny_transformer_folder), dtype="bfloat16", device="cpu")
    assert str(model.load().dtype) == "torch.float32"


def test_normalize_scales_to_unit_length() -> None:
    class Raw:
        def encode(self, texts: list[str]) -> list[list[float]]:
            return [[3.0, 4.0] if text else [0.0, 0.0] for text in texts]

    found = BiEncoder(Raw(), normalize=True).encode_queries(["a", ""])
    np.testing.assert_allclose(found, [[0.6, 0.8], [0.0, 0.0]], rtol=1e-7)


def test_cross_encoder_equals_the_reference(
    tiny_cross_encoder: CrossEncoderModel, tiny_reference: ReferenceCrossEncoder
) -> None:
    scores = tiny_cross_encoder.score_pairs(PAIRS)
    assert scores.dtype == np.float64
    assert scores.std() > 0.01
    np.testing.assert_allclose(scores, tiny_reference.score_pairs(PAIRS), rtol=0, atol=1e-5)


def test_activations_are_sigmoid_and_none(tiny_cross_encoder_folder: Path) -> None:
    folder = str(tiny_cross_encoder_folder)
    sigmoid = CrossEncoderModel(folder, activation="sigmoid", device="cpu").score_pairs(PAIRS)
    logits = CrossEncoderModel(folder, activation="logits", device="cpu").score_pairs(PAIRS)
    np.testing.assert_allclose(sigmoid, 1 / (1 + np.exp(-logits)), atol=1e-6)


def test_cross_encoder_max_seq_length_cuts_pairs(
    tiny_cross_encoder_folder: Path, tiny_cross_encoder: CrossEncoderModel
) -> None:
    folder = str(tiny_cross_encoder_folder)
    short = CrossEncoderModel(folder, max_seq_length=12, device="cpu")
    expected = ReferenceCrossEncoder(folder, max_seq_length=12).score_pairs(PAIRS)
    np.testing.assert_allclose(short.score_pairs(PAIRS), expected, rtol=0, atol=1e-5)
    assert not np.allclose(expected, tiny_cross_encoder.score_pairs(PAIRS))


def test_cross_encoder_gives_the_notebooks_score() -> None:
    from retrieval_checks.encoding.sources.resolve import local_path

    if local_path(notebook.CROSS_ENCODER) is None:
        pytest.skip(f"{notebook.CROSS_ENCODER} is not in the local Hugging Face cache")
    model = CrossEncoderModel(notebook.CROSS_ENCODER, activation="sigmoid", device="cpu")
    score = model.score_pairs([(notebook.QUERY, notebook.PASSAGE_0)])[0]
    assert score == pytest.approx(notebook.CROSS_ENCODER_SCORE_PASSAGE_0, abs=1e-5)


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


def test_stored_vectors_are_served_without_the_model(store: Store, minilm: BiEncoder) -> None:
    class Known:
        fingerprint = "v1"

        def encode(self, texts: list[str]) -> np.ndarray:
            return minilm.encode_documents(texts)

    cold = BiEncoder(Known(), cache=store).encode_documents(TEXTS[:5])
    warm = BiEncoder(Absent(), cache=store)
    assert warm.fingerprint == BiEncoder(Known()).fingerprint
    assert warm.encode_documents(TEXTS[:5][::-1]).tobytes() == cold[::-1].tobytes()
    with pytest.raises(OSError, match=r"asked to encode \['new'\]"):
        warm.encode_documents(["new"])


def test_stored_scores_are_served_without_the_model(
    store: Store, tiny_cross_encoder_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(tiny_cross_encoder_folder)
    cold = CrossEncoderModel(folder, device="cpu", cache=store).score_pairs(PAIRS)
    warm = CrossEncoderModel(folder, device="cpu", cache=store)
    monkeypatch.setattr(CrossEncoderModel, "_load", lambda self: pytest.fail("was loaded"))
    assert warm.score_pairs(PAIRS[::-1]).tolist() == cold[::-1].tolist()


def test_changed_document_alone_is_encoded_again(store: Store) -> None:
    class Known:
        fingerprint = "v1"
        asked: list[str] = []  # noqa: RUF012

        def encode(self, texts: list[str]) -> list[list[float]]:
            self.asked.extend(texts)
            return [[float(len(text))] for text in texts]

    texts = [f"text {i}" for i in range(50)]
    BiEncoder(Known(), cache=store).encode_documents(texts)
    Known.asked.clear()
    texts[17] = "edited"
    BiEncoder(Known(), cache=store).encode_documents(texts)
    assert Known.asked == ["edited"]


def test_sides_devices_and_models_do_not_share_entries(store: Store) -> None:
    class Known:
        fingerprint = "v1"

        def encode(self, texts: list[str]) -> list[list[float]]:
            return [[1.0] for _ in texts]

    for side in ("encode_queries", "encode_documents"):
        getattr(BiEncoder(Known(), cache=store), side)(["a"])
    BiEncoder(Known(), cache=store, device="cpu").encode_queries(["a"])
    assert sorted(kind for _, kind in store.sizes()) == ["document", "query", "query@cpu"]


def test_object_without_fingerprint_is_not_stored(store: Store) -> None:
    class Unknown:
        def encode(self, texts: list[str]) -> list[list[float]]:
            return [[1.0] for _ in texts]

    BiEncoder(Unknown(), cache=store).encode_queries(["a"])
    assert store.sizes() == {}


def test_factory_makes_the_model_on_the_first_text() -> None:
    model = BiEncoder("tests.encoding.factories:letters")
    assert model.name == "tests.encoding.factories:letters"
    assert model.encode_queries(["abba"]).tolist() == [[2.0, 2.0]]


def test_factory_that_fails_is_named() -> None:
    with pytest.raises(ModelError, match=r"factories:fails' cannot be loaded: OSError: no weights"):
        BiEncoder("tests.encoding.factories:fails").load()


def test_factory_may_say_its_similarity_without_being_called() -> None:
    assert BiEncoder("tests.encoding.factories:known").similarity == "dot"


def test_factory_may_carry_a_fingerprint() -> None:
    assert BiEncoder("tests.encoding.factories:letters").fingerprint is None
    assert BiEncoder("tests.encoding.factories:known").fingerprint is not None


def test_folder_that_is_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="cannot be loaded"):
        BiEncoder(str(tmp_path)).load()


def test_model_without_the_method_is_refused() -> None:
    with pytest.raises(ModelError, match=r"which has no encode\(\) method"):
        BiEncoder(object()).encode_queries(["a"])
    with pytest.raises(ModelError, match=r"which has no predict\(\) method"):
        CrossEncoderModel(object()).score_pairs([("a", "b")])


@pytest.mark.parametrize(
    ("texts", "message"),
    [("one string", "texts is one string"), (["a", None], "text 1 is NoneType, not a string")],
)
def test_texts_must_be_strings(minilm: BiEncoder, texts: list[str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        minilm.encode_queries(texts)


@pytest.mark.parametrize("pair", [("a",), ("a", "b", "c"), ("a", 1)])
def test_pairs_must_be_two_strings(pair: tuple[str, str]) -> None:
    with pytest.raises(DataError, match="a pair is"):
        CrossEncoderModel(object()).score_pairs([pair])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dtype": "float8"}, "dtype 'float8'; allowed: float32, bfloat16, float16"),
        ({"backend": "jax"}, "backend 'jax'; allowed: torch, onnx, openvino"),
        ({"batch_size": 0}, "batch_size must be at least 1, got 0"),
        ({"max_seq_length": 0}, "max_seq_length must be at least 1, got 0"),
        ({"dtype": "float16", "backend": "onnx"}, "dtype 'float16' needs the torch backend"),
    ],
)
def test_options_that_do_not_exist_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        BiEncoder("model", **options)  # type: ignore[arg-type]


def test_options_that_only_loading_can_take_are_refused_for_objects() -> None:
    with pytest.raises(SettingsError, match=r"max_seq_length 3 .* set it where the object is made"):
        BiEncoder(object(), max_seq_length=3)


def test_handle_travels_to_another_process_without_the_loaded_model(store: Store) -> None:
    model = BiEncoder("tests.encoding.factories:known", query_prompt="a", cache=store)
    expected = model.encode_queries(["b"])
    assert len(pickle.dumps(model)) < 5_000
    copy = pickle.loads(pickle.dumps(model))
    assert copy.fingerprint == model.fingerprint
    assert copy.encode_queries(["b"]).tolist() == expected.tolist() == [[1.0, 1.0]]
    copy.cache.close()


def test_handle_shows_no_bars(minilm_folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    BiEncoder(str(minilm_folder), device="cpu").encode_queries(["a"])
    assert capfd.readouterr() == ("", "")
