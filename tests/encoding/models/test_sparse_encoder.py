"""Sparse encoding: letters by hand, and a real SparseEncoder beside the library itself."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from retrieval_checks.encoding.models import SparseEncoderModel
from retrieval_checks.encoding.models.sparse_encoder import as_matrix
from retrieval_checks.encoding.sources.resolve import model_kind
from retrieval_checks.encoding.storage.ragged import Ragged
from retrieval_checks.encoding.store import Store
from retrieval_checks.errors import ModelError, SettingsError

TEXTS = ["what do cats eat", "cats, mice and other animals", "the market fell", ""]


class Letters:
    """Counts letters; remembers what it was asked."""

    fingerprint = "letters"

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> csr_array:
        self.encoded.extend(texts)
        return csr_array([[float(text.count(c)) for c in "abcdef"] for text in texts])


def dense(weights: Ragged, width: int) -> np.ndarray:
    rows = np.zeros((len(weights), width), np.float32)
    for row, text in enumerate(weights):
        rows[row, text["dimension"]] = text["weight"]
    return rows


def test_only_weights_other_than_zero_are_kept() -> None:
    weights = SparseEncoderModel(Letters()).encode_documents(["fade", "xyz", "bb"])
    assert [text.tolist() for text in weights] == [
        [(0, 1.0), (3, 1.0), (4, 1.0), (5, 1.0)],
        [],
        [(1, 2.0)],
    ]


def test_the_largest_weights_are_kept_where_there_are_more() -> None:
    model = SparseEncoderModel(Letters(), max_active_dims=2)
    assert model.encode_queries(["abbccc"])[0].tolist() == [(1, 2.0), (2, 3.0)]


def test_prompts_go_before_their_side() -> None:
    model = SparseEncoderModel(Letters(), query_prompt="f", document_prompt="e")
    assert model.encode_queries(["a"])[0].tolist() == [(0, 1.0), (5, 1.0)]
    assert model.encode_documents(["a"])[0].tolist() == [(0, 1.0), (4, 1.0)]


def test_weights_are_stored_and_served_without_the_model(tmp_path: Path) -> None:
    model = Letters()
    first = SparseEncoderModel(model, cache=Store(tmp_path)).encode_documents(["fade", "bb"])
    again = SparseEncoderModel(model, cache=Store(tmp_path)).encode_documents(["bb", "fade"])
    assert model.encoded == ["fade", "bb"]
    assert [text.tolist() for text in again] == [text.tolist() for text in first][::-1]


def test_prompt_of_one_side_leaves_what_is_stored_of_the_other(tmp_path: Path) -> None:
    model = Letters()
    for prompt in (None, "x"):
        encoder = SparseEncoderModel(model, cache=Store(tmp_path), query_prompt=prompt)
        encoder.encode_queries(["a"])
        encoder.encode_documents(["b"])
    assert model.encoded == ["a", "b", "xa"]


def test_another_number_of_weights_is_stored_apart(tmp_path: Path) -> None:
    store = Store(tmp_path)
    whole = SparseEncoderModel(Letters(), cache=store).encode_documents(["abc"])
    cut = SparseEncoderModel(Letters(), cache=store, max_active_dims=1).encode_documents(["abc"])
    assert (len(whole[0]), len(cut[0])) == (3, 1)


def test_the_weights_are_those_of_the_library_itself(sparse_folder: Path) -> None:
    model = SparseEncoderModel(str(sparse_folder), device="cpu")
    assert model_kind(sparse_folder) == "sparse-encoder"
    library = model.load()
    expected = library.encode_document(TEXTS, convert_to_sparse_tensor=False).numpy()
    found = dense(model.encode_documents(TEXTS), expected.shape[1])
    assert (found != 0).sum(axis=1).min() > 0
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_the_library_keeps_the_largest_weights_too(sparse_folder: Path) -> None:
    model = SparseEncoderModel(str(sparse_folder), device="cpu", max_active_dims=7)
    expected = model.load().encode_query(TEXTS[:1], max_active_dims=7).to_dense().numpy()
    found = dense(model.encode_queries(TEXTS[:1]), expected.shape[1])
    assert (found != 0).sum() == 7
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_similarity_is_dot_unless_the_model_says_cosine() -> None:
    model = Letters()
    assert SparseEncoderModel(model).similarity == "dot"
    model.similarity_fn_name = "cosine"  # type: ignore[attr-defined]
    assert SparseEncoderModel(model).similarity == "cosine"
    model.similarity_fn_name = "euclidean"  # type: ignore[attr-defined]
    with pytest.raises(ModelError, match="compares by euclidean; allowed: cosine, dot"):
        _ = SparseEncoderModel(model).similarity


def test_similarity_is_read_off_the_files(sparse_folder: Path) -> None:
    model = SparseEncoderModel(str(sparse_folder))
    assert model.similarity == "dot"
    assert "model" not in model._known


@pytest.mark.parametrize("output", [[[1.0]], [[np.nan], [1.0]], csr_array((3, 1))])
def test_output_that_makes_no_sense_is_refused(output: object) -> None:
    with pytest.raises(ModelError, match="expected finite weights"):
        as_matrix(output, 2, "mine")


def test_number_of_weights_below_one_is_refused() -> None:
    with pytest.raises(SettingsError, match="max_active_dims must be at least 1, got 0"):
        SparseEncoderModel(Letters(), max_active_dims=0)
