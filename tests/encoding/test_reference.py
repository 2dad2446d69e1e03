"""The plain-PyTorch reference against the notebook's printout."""

from pathlib import Path

import numpy as np
import pytest

from retrieval_checks.data.formats.loading import load_collection
from retrieval_checks.encoding.models import BiEncoder
from retrieval_checks.encoding.reference import (
    ReferenceBiEncoder,
    ReferenceCrossEncoder,
    cosine,
)
from retrieval_checks.encoding.sources.resolve import local_path
from retrieval_checks.errors import ModelError
from tests.oracles import notebook


def test_query_tokens_are_the_notebooks(reference: ReferenceBiEncoder) -> None:
    assert reference.token_ids(notebook.QUERY) == notebook.QUERY_TOKEN_IDS


def test_passage_has_as_many_tokens_as_in_the_notebook(reference: ReferenceBiEncoder) -> None:
    assert len(reference.token_ids(notebook.PASSAGE_0)) == 42


def test_query_embedding_begins_as_in_the_notebook(reference: ReferenceBiEncoder) -> None:
    vector = reference.encode([notebook.QUERY])[0]
    assert vector.shape == (384,)
    assert vector.dtype == np.float32
    np.testing.assert_allclose(vector[:10], notebook.QUERY_EMBEDDING_FIRST_10, rtol=0, atol=1e-6)


def test_cosine_of_query_and_passage_is_the_notebooks(reference: ReferenceBiEncoder) -> None:
    query, passage = reference.encode([notebook.QUERY, notebook.PASSAGE_0])
    found = cosine(query[None], passage[None])[0, 0]
    assert found == pytest.approx(notebook.COSINE_QUERY_PASSAGE_0, abs=1e-5)


def test_long_text_is_cut_at_the_models_length(reference: ReferenceBiEncoder) -> None:
    assert len(reference.token_ids("word " * 1000)) == 256


def test_pair_tokens_are_the_notebooks(tiny_reference: ReferenceCrossEncoder) -> None:
    found = tiny_reference.pair_token_ids(notebook.QUERY, notebook.PASSAGE_0)
    assert found == notebook.PAIR_TOKEN_IDS


def test_sigmoid_is_that_of_the_logit(
    tiny_reference: ReferenceCrossEncoder, tiny_cross_encoder_folder: object
) -> None:
    logits = ReferenceCrossEncoder(str(tiny_cross_encoder_folder), activation="logits")
    logit = logits.score_pair("a query", "a document")
    assert tiny_reference.score_pair("a query", "a document") == pytest.approx(
        1 / (1 + np.exp(-logit)), abs=1e-6
    )


def test_cross_encoder_score_is_the_notebooks() -> None:
    if local_path(notebook.CROSS_ENCODER) is None:
        pytest.skip(f"{notebook.CROSS_ENCODER} is not in the local Hugging Face cache")
    reference = ReferenceCrossEncoder(notebook.CROSS_ENCODER)
    score = reference.score_pair(notebook.QUERY, notebook.PASSAGE_0)
    assert score == pytest.approx(notebook.CROSS_ENCODER_SCORE_PASSAGE_0, abs=1e-5)


def test_model_that_pools_otherwise_is_refused(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling/config.json").write_text('{"pooling_mode_cls_token": true}')
    with pytest.raises(ModelError, match="pools by"):
        ReferenceBiEncoder(str(folder))


@pytest.mark.slow
def test_library_path_gives_the_same_vectors_for_every_text_of_the_example(
    reference: ReferenceBiEncoder, minilm: BiEncoder
) -> None:
    example = load_collection(Path(__file__).parents[2] / "fixtures" / "ai_act")
    for ours, texts in (
        (minilm.encode_documents(example.corpus.contents), example.corpus.contents),
        (minilm.encode_queries(example.queries.texts), example.queries.texts),
    ):
        np.testing.assert_allclose(ours, reference.encode(texts), rtol=0, atol=1e-5)
