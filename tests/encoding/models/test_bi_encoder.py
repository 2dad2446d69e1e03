"""A bi-encoder over a real model: equal to the reference, prompted, cached."""

import json
import subprocess
import sys
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


class Known:
    """A model with a fingerprint, which remembers what it was asked."""

    fingerprint = "v1"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: list[str]) -> list[list[float]]:
        self.asked.extend(texts)
        return [[float(len(text))] for text in texts]


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


def test_prompt_of_one_side_leaves_what_is_stored_of_the_other(store: Store) -> None:
    def asked(query: str | None = None, document: str | None = None) -> list[str]:
        model = Known()
        encoder = BiEncoder(model, query_prompt=query, document_prompt=document, cache=store)
        encoder.encode_queries(["q"])
        encoder.encode_documents(["d"])
        return model.asked

    assert asked() == ["q", "d"]
    assert asked("x: ") == ["x: q"]
    assert asked("x: ", "y: ") == ["y: d"]
    assert asked(None, "y: ") == asked() == []
    shown = {BiEncoder(Known(), query_prompt=prompt).fingerprint for prompt in (None, "", "x: ")}
    assert len(shown) == 3


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc")
def test_repeated_text_does_not_double_the_memory(tmp_path: Path) -> None:
    """What a fresh process takes for 60,000 stored vectors of 384 numbers, of which two are one."""
    model, texts = Wide(), [f"text {i}" for i in range(60_000)]
    texts[-1] = texts[0]
    BiEncoder(model, cache=Store(tmp_path)).encode_documents(texts)
    code = (
        "import sys; from tests.encoding.models.test_bi_encoder import memory_of_reading as read;"
        "print(read(sys.argv[1]))"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    used = float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    size = 60_000 * 384 * 4 / 2**20
    assert size < used < 1.7 * size  # the keys, and the entries of the index, are a fifth of it


class Wide:
    """384 numbers a text, without end."""

    fingerprint = "wide"

    def encode(self, texts: list[str]) -> np.ndarray:
        return np.ones((len(texts), 384), np.float32)


def memory_of_reading(folder: str) -> float:
    """MiB that reading stored vectors adds to this process at the peak."""
    texts = [f"text {i}" for i in range(60_000)]
    texts[-1] = texts[0]
    before = _status("VmRSS")
    vectors = BiEncoder(Wide(), cache=Store(folder)).encode_documents(texts)
    assert vectors.sum() == 60_000 * 384
    return _status("VmHWM") - before


def _status(field: str) -> float:
    [line] = [x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith(field)]
    return int(line.split()[1]) / 2**10
