"""What all handles share: lazy, fingerprinted, clear when they fail."""

import pickle
from pathlib import Path

import pytest

from retrieval_checks.encoding.models import (
    BiEncoder,
    CrossEncoderModel,
)
from retrieval_checks.encoding.store import Store
from retrieval_checks.errors import DataError, ModelError, SettingsError
from tests.encoding.factories import letters


def test_sides_devices_and_models_do_not_share_entries(store: Store) -> None:
    class Known:
        fingerprint = "v1"

        def encode(self, texts: list[str]) -> list[list[float]]:
            return [[1.0] for _ in texts]

    for side in ("encode_queries", "encode_documents"):
        getattr(BiEncoder(Known(), cache=store), side)(["a"])
    BiEncoder(Known(), cache=store, device="cpu").encode_queries(["a"])
    assert sorted(stored.kind for stored in store.contents()) == ["document", "query", "query@cpu"]


def test_object_without_fingerprint_is_not_stored(store: Store) -> None:
    class Unknown:
        def encode(self, texts: list[str]) -> list[list[float]]:
            return [[1.0] for _ in texts]

    BiEncoder(Unknown(), cache=store).encode_queries(["a"])
    assert store.contents() == []


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


@pytest.mark.parametrize("model", [letters(), "tests.encoding.factories:known"])
@pytest.mark.parametrize("options", [{"backend": "onnx"}, {"dtype": "float16"}])
def test_what_is_loaded_already_is_not_said_to_be_something_else(
    model: object, options: dict[str, str]
) -> None:
    encoder = BiEncoder(model, **options)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match=r"cannot be applied to .*, which is loaded already"):
        encoder.encode_queries(["a"])


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
