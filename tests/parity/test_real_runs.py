"""Equal per query to trec_eval and the written-out definitions on real runs.

A bi-encoder's and two BM25s', of SciFact (300 queries) and of LIMIT-small (1,000).
"""

import numpy as np
import pytest

from retrieval_checks.data.formats.beir import read_beir
from retrieval_checks.data.formats.trec import read_trec_run
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.metric import parse_metric
from tests.parity.naive.formulas import ordered, value
from tests.parity.test_generated import RECALLS, WHOLE, per_query, same_recall, sets
from tests.parity.trec_eval import trec_eval
from tests.shared_data import shared_data

RUNS = [
    f"{collection}/runs/{name}.trec.gz"
    for collection in ("scifact", "limit_small")
    for name in ("minilm", "bm25", "bm25_k1.2_b0.75")
]
BY_RANK = [
    f"{name}@{k}"
    for name in ("nDCG", "P", "R", "AP", "Success", "RCap")
    for k in (1, 5, 10, 100, 1000)
]
SETS = ["set_P", "set_recall", "set_F", "set_map", "set_relative_P"]
NOT_TREC_EVALS = [
    *("F1@10", "RBP", "RBP(p=0.95)", "RBP_residual", "RBP_residual(p=0.95)@10", "ERR", "ERR@10"),
    *('nDCG(gain="exp")@10', "Judged@10", "bpref", "infAP", "IPrec@0.1", "IPrec@0.5", "RR@10"),
]


def real_run(name: str) -> Run:
    """A run whose scores float32 holds exactly, since pytrec_eval keeps no more."""
    read = read_trec_run(shared_data(name), name=name)
    exact = read.scores.astype(np.float32).astype(np.float64)
    return Run(read.query_ids, read.doc_ids, read.indptr, read.docs, exact, name=name)


def its_qrels(run: Run) -> Qrels:
    return read_beir(shared_data(run.name.partition("/")[0]), split="test").qrels


@pytest.fixture(scope="module", params=RUNS)
def run(request: pytest.FixtureRequest) -> Run:
    return real_run(request.param)


@pytest.fixture(scope="module")
def qrels(run: Run) -> Qrels:
    return its_qrels(run)


def test_every_query_is_judged_and_retrieved(run: Run, qrels: Qrels) -> None:
    evaluation = evaluate(run, qrels, "nDCG@10")
    assert len(evaluation.query_ids) == {"scifact": 300}.get(run.name.partition("/")[0], 1000)
    assert (evaluation.missing, evaluation.ignored, evaluation.no_relevant) == ((), (), ())


def test_every_value_is_trec_evals(run: Run, qrels: Qrels) -> None:
    metrics = [*BY_RANK, *WHOLE, *RECALLS]
    expected = trec_eval(run, qrels, [*metrics, *SETS])
    ours = per_query(run, qrels, metrics, 1)
    assert expected.keys() == ours.keys()
    for query_id, figures in ours.items():
        figures |= sets(figures)
        same = {m: figure for m, figure in figures.items() if same_recall(m, figures["NumRel"])}
        theirs = {metric: expected[query_id][metric] for metric in same}
        assert same == pytest.approx(theirs, rel=0, abs=1e-9)


def test_values_that_trec_eval_has_not_are_the_definitions(run: Run, qrels: Qrels) -> None:
    ours, scores = per_query(run, qrels, NOT_TREC_EVALS, 1), run.to_dict()
    for query_id, figures in ours.items():
        ranking, grades = ordered(scores[query_id]), dict(qrels[query_id])
        expected = {}
        for spelling in NOT_TREC_EVALS:
            metric = parse_metric(spelling)
            params = dict(metric.params)
            expected[spelling] = value(
                metric.name,
                ranking,
                grades,
                k=metric.cutoff,
                level=1,
                gain=str(params.get("gain", "lin")),
                p=float(params.get("p", 0.8)),
            )
        assert figures == pytest.approx(expected, rel=0, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "ndcg"), [("minilm", 0.6451), ("bm25", 0.676)]
)  # BM25 with k1 0.9, b 0.4; as noted beside the data
def test_means_are_the_known_figures(name: str, ndcg: float) -> None:
    read = read_trec_run(shared_data(f"scifact/runs/{name}.trec.gz"))
    judgements = read_beir(shared_data("scifact"), split="test").qrels
    assert evaluate(read, judgements, "nDCG@10").mean["nDCG@10"] == pytest.approx(ndcg, abs=5e-4)
