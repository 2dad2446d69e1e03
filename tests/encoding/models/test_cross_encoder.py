"""A cross-encoder over a real model: equal to the reference, and cached."""

from pathlib import Path

import numpy as np
import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.encoding.models import CrossEncoderModel
from retrieval_checks.encoding.reference import ReferenceCrossEncoder
from retrieval_checks.encoding.sources.resolve import local_path
from retrieval_checks.encoding.store import Store
from retrieval_checks.retrieval.rerank import Reranker
from tests.encoding.texts import PAIRS, TEXTS
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


FACTORIES = """\
import torch
from sentence_transformers import CrossEncoder

def old():
    return CrossEncoder({folder!r}, default_activation_function=torch.nn.Sigmoid(), device="cpu")

def new():
    return CrossEncoder({folder!r}, activation_fn=torch.nn.Sigmoid(), device="cpu")
"""


@pytest.mark.parametrize("spelling", ["old", "new"])
def test_factories_may_spell_the_activation_as_either_version_of_the_library(
    tiny_cross_encoder_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spelling: str,
) -> None:
    folder = str(tiny_cross_encoder_folder)
    (tmp_path / f"my_{spelling}.py").write_text(FACTORIES.format(folder=folder))
    monkeypatch.syspath_prepend(tmp_path)
    by_name = CrossEncoderModel(f"my_{spelling}:{spelling}")
    sigmoid, logits = (
        CrossEncoderModel(folder, activation=activation, device="cpu").score_pairs(PAIRS)
        for activation in ("sigmoid", "logits")
    )
    assert by_name.score_pairs(PAIRS).tolist() == sigmoid.tolist()
    asked = CrossEncoderModel(by_name.load(), activation="logits")
    assert asked.score_pairs(PAIRS).tolist() == logits.tolist()


def test_rank_and_predict_of_the_library_give_our_scores_and_order(
    tiny_cross_encoder: CrossEncoderModel,
) -> None:
    """The notebook's two calls, beside ours."""
    library = tiny_cross_encoder.load()
    query, passages = notebook.QUERY, TEXTS[:10]
    hits = library.rank(query, passages)
    scores = library.predict([(query, passage) for passage in passages])
    ours = tiny_cross_encoder.score_pairs([(query, passage) for passage in passages])
    np.testing.assert_allclose(ours, scores, atol=1e-6)
    corpus = Corpus.from_dict({str(i): passage for i, passage in enumerate(passages)})
    run = Reranker(tiny_cross_encoder, depth=len(passages)).rerank(
        Run.from_ids({"q": list(corpus)}), Queries.from_dict({"q": query}), corpus
    )
    assert run["q"] == pytest.approx({str(h["corpus_id"]): h["score"] for h in hits}, abs=1e-6)
    assert list(run.ranking("q")) == [str(hit["corpus_id"]) for hit in hits]


def test_the_notebooks_two_calls_give_the_notebooks_score() -> None:
    if local_path(notebook.CROSS_ENCODER) is None:
        pytest.skip(f"{notebook.CROSS_ENCODER} is not in the local Hugging Face cache")
    model = CrossEncoderModel(notebook.CROSS_ENCODER, activation="sigmoid", device="cpu")
    pair = (notebook.QUERY, notebook.PASSAGE_0)
    expected = pytest.approx(notebook.CROSS_ENCODER_SCORE_PASSAGE_0, abs=1e-5)
    assert model.score_pairs([pair])[0] == expected
    assert model.load().predict(list(pair)) == expected
    (hit,) = model.load().rank(notebook.QUERY, [notebook.PASSAGE_0])
    assert (hit["corpus_id"], hit["score"]) == (0, expected)


def test_stored_scores_are_served_without_the_model(
    store: Store, tiny_cross_encoder_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(tiny_cross_encoder_folder)
    cold = CrossEncoderModel(folder, device="cpu", cache=store).score_pairs(PAIRS)
    warm = CrossEncoderModel(folder, device="cpu", cache=store)
    monkeypatch.setattr(CrossEncoderModel, "_load", lambda self: pytest.fail("was loaded"))
    assert warm.score_pairs(PAIRS[::-1]).tolist() == cold[::-1].tolist()
