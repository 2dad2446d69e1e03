"""Which layer a transformer's token vectors are of, and what is refused."""

from types import SimpleNamespace

import pytest

from retrieval_checks.encoding.models import BiEncoder, LateInteraction
from retrieval_checks.encoding.sources.token_vectors import TokenOptions, layer_of
from retrieval_checks.errors import ModelError, SettingsError
from tests.encoding.letters import Letters


def _transformer(backend: str, layers: int | None = 6) -> SimpleNamespace:
    config = SimpleNamespace() if layers is None else SimpleNamespace(num_hidden_layers=layers)
    return SimpleNamespace(backend=backend, config=config)


@pytest.mark.parametrize(
    ("backend", "asked", "taken"),
    [("torch", None, -2), ("torch", -7, -7), ("torch", 6, 6), ("onnx", None, -1), ("onnx", -1, -1)],
)
def test_an_export_has_its_last_layer_only(backend: str, asked: int | None, taken: int) -> None:
    assert layer_of(_transformer(backend), TokenOptions(asked), "mine") == taken


@pytest.mark.parametrize("layer", [7, -8])
def test_a_layer_that_is_not_there_is_refused(layer: int) -> None:
    message = rf"layer {layer} of model 'mine': it has 6, so that -1 .* to -7 .* or 0 to 6 are"
    with pytest.raises(SettingsError, match=message):
        layer_of(_transformer("torch"), TokenOptions(layer), "mine")
    assert layer_of(_transformer("torch", None), TokenOptions(layer), "mine") == layer


def test_another_layer_of_an_export_is_refused() -> None:
    with pytest.raises(SettingsError, match="an openvino model gives its last layer only"):
        layer_of(_transformer("openvino"), TokenOptions(-2), "mine")


def test_a_layer_is_refused_when_a_real_model_is_loaded(minilm: BiEncoder) -> None:
    with pytest.raises(SettingsError, match=r"layer 12 of model .*: it has 6"):
        LateInteraction(minilm, layer=12).load()


@pytest.mark.parametrize("name", ["query_length", "document_length"])
def test_a_length_below_one_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} must be at least 1 token, got 0"):
        LateInteraction("some/model", **{name: 0})  # type: ignore[arg-type]


def test_words_to_skip_are_a_list() -> None:
    with pytest.raises(SettingsError, match=r"skip is a list of words, got the text '\.,'"):
        LateInteraction("some/model", skip=".,")


def test_a_model_of_ones_own_takes_no_options() -> None:
    with pytest.raises(SettingsError, match="is multi-vector: query_length would change"):
        LateInteraction(Letters(), query_length=3).load()


def test_model_without_token_vectors_is_refused() -> None:
    class Plain:
        def encode(self, texts: list[str]) -> list[list[float]]:
            return [[1.0] for _ in texts]

    with pytest.raises(ModelError, match="no token vectors for late interaction"):
        LateInteraction(Plain()).score_pairs([("q", "d")])
