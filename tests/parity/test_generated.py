"""Equal to trec_eval per query on generated runs, away from what its bindings get wrong.

That is: scores are exact in float32, no query is missing, every query has a relevant document.
Ties and infinite scores are in; so are negative grades and other relevance levels.
"""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.strategies import JudgedRun, judged_runs
from tests.parity.trec_eval import CUTOFFS, trec_eval

BY_RANK = [f"{name}@{k}" for name in ("nDCG", "P", "R", "AP", "Success", "RCap") for k in CUTOFFS]
WHOLE = ["nDCG", "AP", "RR", "Rprec", "bpref", "infAP", "NumRet", "NumRel", "NumRelRet"]
RECALLS = [f"IPrec@{step / 10}" for step in range(11)]
SETS = ["set_P", "set_recall", "set_F", "set_map", "set_relative_P"]
IDS = ("d1", "d2", "d9", "d10", "D1", "z", "é", "\uffee", "\U0001f600", "q1", "0", "~")

CASES = judged_runs(doc_ids=IDS, grades=(0, 1, 2, 3, -1, -2), complete=True)
DEEP = judged_runs(doc_ids=IDS, max_queries=1, max_depth=12, max_judged=12, complete=True)
LEVELS = st.sampled_from([1, 2, 3])


@settings(max_examples=50)
@given(CASES, LEVELS)
def test_every_value_is_trec_evals(case: JudgedRun, level: int) -> None:
    check_every_value(case, level)


@pytest.mark.slow
@settings(max_examples=2000)
@given(CASES, LEVELS)
def test_every_value_is_trec_evals_in_2000_cases(case: JudgedRun, level: int) -> None:
    check_every_value(case, level)


@settings(max_examples=50)
@given(DEEP)
def test_deep_rankings_and_many_judgements_are_trec_evals(case: JudgedRun) -> None:
    check_every_value(case, 1)


@pytest.mark.slow
@settings(max_examples=2000)
@given(DEEP)
def test_deep_rankings_and_many_judgements_are_trec_evals_in_2000_cases(case: JudgedRun) -> None:
    check_every_value(case, 1)


@settings(max_examples=50)
@given(CASES, LEVELS)
def test_condensed_rankings_are_trec_evals(case: JudgedRun, level: int) -> None:
    check_condensed(case, level)


@pytest.mark.slow
@settings(max_examples=2000)
@given(CASES, LEVELS)
def test_condensed_rankings_are_trec_evals_in_2000_cases(case: JudgedRun, level: int) -> None:
    check_condensed(case, level)


def check_every_value(case: JudgedRun, level: int) -> None:
    level = reached(case.qrels, level)
    metrics = [*BY_RANK, *WHOLE, *RECALLS]
    expected = trec_eval(case.run, case.qrels, [*metrics, *SETS], relevance_level=level)
    ours = per_query(case.run, case.qrels, metrics, level)
    # trec_eval takes a negative grade for not judged
    judged = per_query(case.run, without_negative(case.qrels), ["bpref"], level)
    assert expected.keys() == set(case.qrels)
    for query_id, figures in ours.items():
        figures |= sets(figures) | judged[query_id]
        same = {m: value for m, value in figures.items() if same_recall(m, figures["NumRel"])}
        theirs = {metric: expected[query_id][metric] for metric in same}
        assert same == pytest.approx(theirs, rel=0, abs=1e-9)


def check_condensed(case: JudgedRun, level: int) -> None:
    qrels = without_negative(case.qrels)
    level = reached(qrels, level)
    metrics = [m for m in [*BY_RANK, *WHOLE] if not m.startswith("NumRel")]
    expected = trec_eval(case.run, qrels, metrics, relevance_level=level, judged_only=True)
    spelled = [condensed(metric) for metric in metrics]
    for query_id, figures in per_query(case.run, qrels, spelled, level).items():
        theirs = {condensed(m): value for m, value in expected[query_id].items()}
        assert figures == pytest.approx(theirs, rel=0, abs=1e-9)


def per_query(
    run: Run, qrels: Qrels, metrics: list[str], level: int
) -> dict[str, dict[str, float]]:
    """`{query_id: {metric as asked: value}}`."""
    evaluation = evaluate(run, qrels, metrics, relevance_level=level)
    rows = zip(evaluation.query_ids, evaluation.values.tolist(), strict=True)
    return {query_id: dict(zip(metrics, row, strict=True)) for query_id, row in rows}


def sets(figures: dict[str, float]) -> dict[str, float]:
    """trec_eval's measures of all that was retrieved, from our counts."""
    found, retrieved, relevant = (figures[m] for m in ("NumRelRet", "NumRet", "NumRel"))
    precision, recall = found / retrieved, found / relevant if relevant else 0.0
    return {
        "set_P": precision,
        "set_recall": recall,
        "set_map": precision * recall,
        "set_F": 2 * precision * recall / (precision + recall) if found else 0.0,
        "set_relative_P": found / min(retrieved, relevant) if relevant else 0.0,
    }


def same_recall(metric: str, relevant: float) -> bool:
    """Whether trec_eval 9, which pytrec_eval wraps, asks for as many documents as 10 does."""
    name, _, recall = metric.partition("@")
    if name != "IPrec":
        return True
    asked = float(recall) * relevant
    return max(int(asked + 0.9), 1) == max(math.floor(asked + 0.5), 1)


def without_negative(qrels: Qrels) -> Qrels:
    return Qrels.from_dict(
        {q: {d: grade for d, grade in qrels[q].items() if grade >= 0} for q in qrels}
    )


def reached(qrels: Qrels, level: int) -> int:
    """The level, or 1 where no grade is as high."""
    return level if qrels.grades.max() >= level else 1


def condensed(metric: str) -> str:
    name, at, k = metric.partition("@")
    return f"{name}(judged_only=True){at}{k}"
