"""What the contracts say of real models: they hold, and a fault in real weights or code shows."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from retrieval_checks.contracts import bi_encoder_checks, reranker_checks, retriever_checks
from retrieval_checks.data.collection import Corpus
from retrieval_checks.encoding.models import BiEncoder, CrossEncoderModel, LateInteraction
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.pipeline import Pipeline
from retrieval_checks.retrieval.rerank import Reranker
from tests.encoding.conftest import minilm as minilm
from tests.encoding.conftest import minilm_folder as minilm_folder
from tests.encoding.conftest import tiny_cross_encoder_folder as tiny_cross_encoder_folder

pytestmark = pytest.mark.slow


def test_minilm_holds(minilm_folder: Path) -> None:
    suite = bi_encoder_checks(lambda: BiEncoder(str(minilm_folder), device="cpu"), name="minilm")
    summary = suite.run()
    assert summary.not_applied == ("prompts", "gold-in-lost-tail")
    assert summary.waived == ()


def test_minilm_that_is_told_of_prompts_misses_them(minilm: BiEncoder) -> None:
    prompts = {"query": "query: ", "document": "passage: "}
    checks = dict(_by_id(bi_encoder_checks(lambda: minilm, prompts=prompts)))
    assert checks["prompts"].result().outcome == "broken"
    told = BiEncoder(minilm.load(), query_prompt="query: ", document_prompt="passage: ")
    checks = dict(_by_id(bi_encoder_checks(lambda: told, prompts=prompts)))
    assert checks["prompts"].result().outcome == "holds"


def test_minilm_that_pools_over_padding_is_caught(minilm: BiEncoder) -> None:
    checks = dict(_by_id(bi_encoder_checks(lambda: PoolsPadding(minilm.load()))))
    assert checks["padding"].result().outcome == "broken"
    assert checks["identical-text"].result().outcome == "holds"


def test_late_interaction_of_minilm_holds(minilm: BiEncoder) -> None:
    suite = reranker_checks(lambda: LateInteraction(minilm), name="late interaction")
    assert suite.run().not_applied == ("rank-order",)


def test_untrained_cross_encoder_holds_but_knows_no_answer(tiny_cross_encoder_folder: Path) -> None:
    suite = reranker_checks(
        lambda: CrossEncoderModel(str(tiny_cross_encoder_folder), device="cpu"), name="untrained"
    )
    assert set(suite.broken()) == {"answers"}
    waived = suite.waive({"answers": "its weights are random"})
    assert waived.run().waived == ("answers",)


def test_dense_retrieval_by_minilm_holds(minilm: BiEncoder) -> None:
    suite = retriever_checks(lambda corpus: DenseRetriever(corpus, minilm), name="dense")
    assert suite.run().not_applied == ()


def test_pipeline_with_a_reranker_holds(minilm: BiEncoder) -> None:
    def two_stages(corpus: Corpus) -> Pipeline:
        dense, rerank = DenseRetriever(corpus, minilm), Reranker(LateInteraction(minilm), depth=20)
        return Pipeline({"dense": dense, "rerank": rerank}, corpus=corpus)

    assert retriever_checks(two_stages).run().not_applied == ()


class PoolsPadding:
    """MiniLM's token vectors, averaged without the attention mask."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def encode(self, texts: list[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        import torch

        inputs = self.model.tokenizer(
            texts, padding=True, truncation=True, max_length=256, return_tensors="pt"
        )
        with torch.inference_mode():
            tokens = self.model[0].auto_model(**inputs).last_hidden_state
        means = tokens.mean(dim=1)
        vectors: np.ndarray[Any, np.dtype[np.float32]] = (
            means / means.norm(dim=1, keepdim=True)
        ).numpy()
        return vectors


def _by_id(suite: Any) -> Any:
    return ((check_id, check) for check, check_id in suite)
