"""A cross-encoder over a real model: equal to the reference, and cached."""

from pathlib import Path

import numpy as np
import pytest

from retrieval_checks.encoding.models import (
    CrossEncoderModel,
)
from retrieval_checks.encoding.reference import ReferenceCrossEncoder
from retrieval_checks.encoding.store import Store
from tests.encoding.texts import PAIRS
from tests.oracles import notebook


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


def test_stored_scores_are_served_without_the_model(
    store: Store, tiny_cross_encoder_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(tiny_cross_encoder_folder)
    cold = CrossEncoderModel(folder, device="cpu", cache=store).score_pairs(PAIRS)
    warm = CrossEncoderModel(folder, device="cpu", cache=store)
    monkeypatch.setattr(CrossEncoderModel, "_load", lambda self: pytest.fail("was loaded"))
    assert warm.score_pairs(PAIRS[::-1]).tolist() == cold[::-1].tolist()
