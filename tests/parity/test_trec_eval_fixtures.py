"""Equal to the outputs that trec_eval 10.0 itself ships for its test runs, to their four digits."""

from pathlib import Path

import pytest

from retrieval_checks.data.formats.trec import read_trec_qrels, read_trec_run
from retrieval_checks.metrics.evaluation import evaluate
from tests.parity.trec_eval import trec_name
from tests.shared_data import shared_data

CUTOFFS = (5, 10, 15, 20, 30, 100, 200, 500, 1000)
METRICS = [f"{name}@{k}" for name in ("nDCG", "P", "R", "AP") for k in CUTOFFS]
METRICS += ["Success@1", "Success@5", "Success@10", "nDCG", "AP", "RR"]
HALF_A_DIGIT = 5.0001e-5  # four are printed


@pytest.mark.parametrize(
    ("results", "judgements", "output", "relevance_level"),
    [
        pytest.param("results.test", "qrels.test", "out.test.aq", 1, id="plain"),
        pytest.param("results.trunc", "qrels.test", "out.test.aqc", 1, id="a query is missing"),
        pytest.param("results.test", "qrels.rel_level", "out.test.aql", 2, id="level 2"),
    ],
)
def test_every_query_and_the_mean_print_alike(
    results: str, judgements: str, output: str, relevance_level: int
) -> None:
    folder = shared_data("trec_eval_fixtures") / "test"
    run, qrels = read_trec_run(folder / results), read_trec_qrels(folder / judgements)
    ours = evaluate(run, qrels, METRICS, relevance_level=relevance_level)
    expected = printed_values(folder / output)
    assert len(ours.query_ids) == 3
    for metric in METRICS:
        name = trec_name(metric)
        for query_id, value in {**ours.per_query(metric), "all": ours.mean[metric]}.items():
            printed = float(expected[name, query_id])
            assert value == pytest.approx(printed, rel=0, abs=HALF_A_DIGIT), metric


def printed_values(path: Path) -> dict[tuple[str, str], str]:
    """`{(measure, query_id or "all"): value}` from lines of three columns."""
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return {(name, query_id): value for name, query_id, value in lines}
