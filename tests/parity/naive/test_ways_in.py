"""One set of rankings, three ways in: a `Run`, dicts, TREC files. The same values, bit for bit."""

import random
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval_checks.data.formats.trec import (
    read_trec_qrels,
    read_trec_run,
    write_trec_qrels,
    write_trec_run,
)
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import Evaluation, evaluate
from retrieval_checks.strategies import JudgedRun, judged_runs
from tests.parity.naive.test_generated import IDS

METRICS = [
    *("Success@2", "P@3", "R@3", "RCap@2", "F1@3", "Rprec", "RR", "RR@2", "AP", "AP@3"),
    *("IPrec@0.5", "RBP", "RBP(p=0.5)@3", "RBP_residual", "nDCG", "nDCG@3", 'nDCG(gain="exp")@5'),
    *("ERR", "ERR@3", "Judged@5", "bpref", "infAP", "NumRet", "NumRel", "NumRelRet"),
    *("P(rel=2)@5", "AP(judged_only=True)", "nDCG(judged_only=True)@3"),
]
# Missing queries, empty rankings and queries without judgements are among them.
CASES = judged_runs(doc_ids=IDS, grades=(0, 1, 2, 3, -1))
SEEDS = st.integers(0, 2**32 - 1)


@settings(max_examples=50)
@given(CASES, SEEDS)
def test_dicts_in_any_order_give_the_bits_of_a_run(case: JudgedRun, seed: int) -> None:
    check_dicts(case, seed)


@pytest.mark.slow
@settings(max_examples=2000)
@given(CASES, SEEDS)
def test_dicts_in_any_order_give_the_bits_of_a_run_in_2000_cases(
    case: JudgedRun, seed: int
) -> None:
    check_dicts(case, seed)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CASES)
def test_trec_files_give_the_bits_of_what_was_written(tmp_path: Path, case: JudgedRun) -> None:
    check_files(tmp_path, case)


@pytest.mark.slow
@settings(max_examples=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CASES)
def test_trec_files_give_the_bits_of_what_was_written_in_2000_cases(
    tmp_path: Path, case: JudgedRun
) -> None:
    check_files(tmp_path, case)


def check_dicts(case: JudgedRun, seed: int) -> None:
    expected = evaluate(case.run, case.qrels, METRICS)
    shuffler = random.Random(seed)
    scores = shuffled(case.run.to_dict(), shuffler)
    grades = shuffled({q: dict(case.qrels[q]) for q in case.qrels}, shuffler)
    for run in (scores, Run.from_dict(scores)):
        assert_same_bits(evaluate(run, grades, METRICS), expected)
        assert_same_bits(evaluate(run, Qrels.from_dict(grades), METRICS), expected)


def check_files(folder: Path, case: JudgedRun) -> None:
    # An empty ranking has no line in a file, and so is a missing query; both score 0.
    full = {q: scores for q, scores in case.run.to_dict().items() if scores}
    write_trec_run(Run.from_dict(full), folder / "run.trec", separator="\t")  # ids with blanks
    write_trec_qrels(case.qrels, folder / "qrels.trec")
    read = read_trec_run(folder / "run.trec"), read_trec_qrels(folder / "qrels.trec")
    assert_same_bits(evaluate(*read, METRICS), evaluate(case.run, case.qrels, METRICS))


def shuffled(
    table: Mapping[str, Mapping[str, float]], shuffler: random.Random
) -> dict[str, dict[str, float]]:
    """The same, queries and documents in another order."""

    def some_order(keys: Mapping[str, object]) -> list[str]:
        return shuffler.sample(list(keys), len(keys))

    return {q: {d: table[q][d] for d in some_order(table[q])} for q in some_order(table)}


def assert_same_bits(one: Evaluation, other: Evaluation) -> None:
    rows = [one.query_ids.index(query_id) for query_id in other.query_ids]
    assert sorted(one.query_ids) == sorted(other.query_ids)
    assert np.array_equal(one.values[rows], other.values)
    assert one.mean == other.mean
    assert set(one.missing) == set(other.missing)
