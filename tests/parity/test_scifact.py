"""Equal to trec_eval per query on real runs of SciFact: a bi-encoder's and BM25's."""

import pytest

from retrieval_checks.data.formats.beir import read_beir
from retrieval_checks.data.formats.trec import read_trec_run
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import evaluate
from tests.parity.trec_eval import trec_eval
from tests.shared_data import shared_data

METRICS = ["nDCG@10", "R@100", "AP", "P@10", "RR", "Success@5", "nDCG", "AP@100"]


@pytest.fixture(scope="module")
def qrels() -> Qrels:
    return read_beir(shared_data("scifact"), split="test").qrels


@pytest.fixture(scope="module", params=["minilm", "bm25"])
def run(request: pytest.FixtureRequest) -> Run:
    return read_trec_run(shared_data("scifact") / "runs" / f"{request.param}.trec.gz")


def test_all_300_queries_are_judged_and_retrieved(run: Run, qrels: Qrels) -> None:
    evaluation = evaluate(run, qrels, "nDCG@10")
    assert len(evaluation.query_ids) == 300
    assert (evaluation.missing, evaluation.ignored, evaluation.no_relevant) == ((), (), ())


@pytest.mark.parametrize("metric", METRICS)
def test_every_query_has_trec_evals_value(run: Run, qrels: Qrels, metric: str) -> None:
    expected = {q: row[metric] for q, row in trec_eval(run, qrels, [metric]).items()}
    ours = evaluate(run, qrels, metric).per_query(metric)
    assert ours == pytest.approx(expected, rel=0, abs=1e-9)


def test_means_are_the_known_figures(run: Run, qrels: Qrels) -> None:
    # BM25 (k1 0.9, b 0.4) .676, all-MiniLM-L6-v2 .6451, as noted beside the data
    expected = {"minilm": 0.6451, "bm25": 0.676}[run.name.removesuffix(".trec.gz")]
    assert evaluate(run, qrels, "nDCG@10").mean["nDCG@10"] == pytest.approx(expected, abs=5e-4)
