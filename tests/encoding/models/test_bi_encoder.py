"""A bi-encoder over a real model: equal to the reference, prompted, cached."""

import json
from pathlib import Path

import numpy as np
import pytest

from retrieval_checks.encoding.inference import unit_length
from retrieval_checks.encoding.models import (
    BiEncoder,
)
from retrieval_checks.encoding.reference import ReferenceBiEncoder
from retrieval_checks.encoding.store import Store
from retrieval_checks.errors import ModelError
from tests.encoding.texts import TEXTS
from tests.oracles import notebook


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
