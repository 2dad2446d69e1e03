"""What holds of a single value: its range, its extremes, how it moves with k."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.metric import Metric
from retrieval_checks.strategies import DOC_IDS, JudgedRun, judged_runs, metrics, qrels

NAMES = ["Success", "P", "R", "F1", "RR", "AP", "nDCG", "Judged"]
# real grades, some of them a rounding error apart, and negative ones
GRADES = (0, 1, 2, -1, 0.3, 1 + 2.0**-52, 1 + 2.0**-51, 7.5)
IRRELEVANT = [f"irrelevant {i}" for i in range(4)]

cutoffs = st.integers(1, 14)


@settings(max_examples=50)
@given(judged_runs(doc_ids=DOC_IDS[:7], grades=GRADES), metrics(names=NAMES), cutoffs)
def test_every_metric_lies_in_0_to_1(judged_run: JudgedRun, metric: Metric, k: int) -> None:
    evaluation = evaluate(*judged_run, [metric, *(f"{name}@{k}" for name in NAMES)])
    assert ((evaluation.values >= 0) & (evaluation.values <= 1)).all()
    assert all(0 <= mean <= 1 for mean in evaluation.mean.values())


@given(qrels(grades=GRADES), st.integers(0, 4), cutoffs)
def test_ideal_order_has_ndcg_of_exactly_1_at_any_k(judged: Qrels, tail: int, k: int) -> None:
    ideal = evaluate(ideal_run(judged, tail), judged, ["nDCG", f"nDCG@{k}", 'nDCG(gain="exp")'])
    assert (ideal.values == 1).all()


@given(qrels(grades=GRADES), st.integers(0, 4))
def test_ideal_order_has_ap_rr_and_r_of_exactly_1(judged: Qrels, tail: int) -> None:
    # 12 documents at most are judged
    names = ["AP", "AP@12", "RR", "RR@1", "Success@1", "R@12", "P@1"]
    ideal = evaluate(ideal_run(judged, tail), judged, names)
    assert (ideal.values == 1).all()


def ideal_run(judged: Qrels, tail: int) -> Run:
    grades = judged.to_dict()
    return Run.from_ids(
        {q: [*sorted(grades[q], key=lambda d: -grades[q][d]), *IRRELEVANT[:tail]] for q in grades}
    )


@settings(max_examples=50)
@given(judged_runs(), cutoffs)
def test_success_recall_rr_and_ap_do_not_fall_with_k(judged_run: JudgedRun, k: int) -> None:
    names = ["Success", "R", "RR", "AP"]
    at_k = evaluate(*judged_run, [f"{name}@{k}" for name in names]).values
    deeper = evaluate(*judged_run, [f"{name}@{k + 1}" for name in names]).values
    assert (at_k <= deeper).all()


@settings(max_examples=50)
@given(judged_runs())
def test_metric_beyond_the_depth_is_the_metric_without_cutoff(judged_run: JudgedRun) -> None:
    values = evaluate(*judged_run, ["RR", "RR@10", "AP", "AP@10", "nDCG", "nDCG@12"]).values
    assert (values[:, 0::2] == values[:, 1::2]).all()


@settings(max_examples=50)
@given(judged_runs(), cutoffs)
def test_precision_times_k_and_recall_times_r_count_the_same(judged_run: JudgedRun, k: int) -> None:
    run, judged = judged_run
    evaluation = evaluate(run, judged, [f"P@{k}", f"R@{k}"])
    for query_id in judged:
        relevant = judged.relevant(query_id)
        found = len({*run.ranking(query_id, k=k)} & {*relevant}) if query_id in run else 0
        assert evaluation.per_query(f"P@{k}")[query_id] == found / k
        assert evaluation.per_query(f"R@{k}")[query_id] == found / len(relevant)


@settings(max_examples=50)
@given(judged_runs(), cutoffs)
def test_f1_is_the_harmonic_mean_of_precision_and_recall(judged_run: JudgedRun, k: int) -> None:
    precision, recall, f1 = evaluate(*judged_run, [f"P@{k}", f"R@{k}", f"F1@{k}"]).values.T
    for p, r, f in zip(precision, recall, f1, strict=True):
        assert f == pytest.approx(2 * p * r / (p + r) if p + r else 0, rel=0, abs=1e-15)
        assert min(p, r) - 1e-15 <= f <= max(p, r) + 1e-15


@settings(max_examples=50)
@given(judged_runs(), cutoffs)
def test_success_recall_precision_and_rr_are_zero_together(judged_run: JudgedRun, k: int) -> None:
    names = ["Success", "P", "R", "F1", "RR", "AP"]
    values = evaluate(*judged_run, [f"{name}@{k}" for name in names]).values
    assert ((values > 0) == (values[:, :1] > 0)).all()
