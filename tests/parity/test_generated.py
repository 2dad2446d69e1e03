"""Equal to trec_eval per query on generated runs, away from what its bindings get wrong.

That is: scores are exact in float32, no query is missing, every query has a relevant document.
Ties and infinite scores are in; so are negative grades and other relevance levels.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.strategies import JudgedRun, judged_runs
from tests.parity.trec_eval import CUTOFFS, trec_eval

METRICS = [f"{name}@{k}" for name in ("nDCG", "P", "R", "AP", "Success") for k in CUTOFFS]
METRICS += ["nDCG", "AP", "RR"]
IDS = ("d1", "d2", "d9", "d10", "D1", "z", "é", "\uffee", "\U0001f600", "q1", "0", "~")


@given(
    judged_run=judged_runs(doc_ids=IDS, grades=(0, 1, 2, 3, -1, -2), complete=True),
    relevance_level=st.sampled_from([1, 2]),
)
def test_every_value_is_trec_evals(judged_run: JudgedRun, relevance_level: int) -> None:
    run, qrels = judged_run
    qrels_at_level = [q for q in qrels if qrels.relevant(q, relevance_level=relevance_level)]
    if not qrels_at_level:
        relevance_level = 1
    expected = trec_eval(run, qrels, METRICS, relevance_level=relevance_level)
    ours = evaluate(run, qrels, METRICS, relevance_level=relevance_level)
    assert expected.keys() == set(qrels)
    for metric in METRICS:
        for query_id, value in ours.per_query(metric).items():
            assert value == pytest.approx(expected[query_id][metric], rel=0, abs=1e-9), metric


@given(judged_runs(doc_ids=IDS, max_queries=1, max_depth=12, max_judged=12, complete=True))
def test_deep_rankings_and_many_judgements_are_trec_evals(judged_run: JudgedRun) -> None:
    run, qrels = judged_run
    (expected,) = trec_eval(run, qrels, METRICS).values()
    ours = evaluate(run, qrels, METRICS)
    assert ours.mean == pytest.approx(expected, rel=0, abs=1e-9)
