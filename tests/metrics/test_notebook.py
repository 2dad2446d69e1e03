"""The workshop notebook's figures, to the last digit, from the scores that it prints."""

import json
from pathlib import Path
from typing import Any

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import evaluate

NOTEBOOK: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "oracles" / "notebook.json").read_text(encoding="utf-8")
)
QRELS = Qrels.from_dict({"q": {str(passage): 1 for passage in NOTEBOOK["relevant_passages"]}})
METRICS = ["accuracy@10", "precision@10", "recall@10", "nDCG@10"]


def test_bi_encoder_figures_are_the_notebooks() -> None:
    similarities = NOTEBOOK["similarities"]
    assert len(similarities) == 100
    run = Run.from_dict({"q": {str(passage): s for passage, s in enumerate(similarities)}})
    assert list(evaluate(run, QRELS, METRICS).mean.values()) == [1, 0.1, 0.5, 0.6131471927654584]


def test_cross_encoder_figures_are_the_notebooks() -> None:
    top_ten = NOTEBOOK["cross_encoder_top_10"]
    assert len(top_ten) == 10
    run = Run.from_dict({"q": {str(passage): score for passage, score in top_ten}})
    assert list(evaluate(run, QRELS, METRICS).mean.values()) == [1, 0.2, 1.0, 0.8315546295836225]


def test_figures_asserted_here_are_those_of_the_record() -> None:
    assert list(NOTEBOOK["bi_encoder_metrics_at_10"].values()) == [1, 0.1, 0.5, 0.6131471927654584]
    assert list(NOTEBOOK["cross_encoder_metrics_at_10"].values()) == [
        1,
        0.2,
        1.0,
        0.8315546295836225,
    ]
