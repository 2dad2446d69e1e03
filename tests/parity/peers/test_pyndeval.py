"""alpha-nDCG is ndeval's, of TREC's Web tracks, on generated runs without ties."""

import numpy as np
import pytest
from hypothesis import given, settings

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.strategies import runs
from tests.parity.naive.test_generated import IDS
from tests.parity.naive.test_subtopics import ALPHAS, Judged, judgements

pyndeval = pytest.importorskip("pyndeval")

CUTOFFS = (1, 2, 3, 5, 10, 20)
QUERIES = runs(query_ids=("q",), min_queries=1, doc_ids=IDS, min_depth=1, max_depth=12, ties=False)


@settings(max_examples=50)
@given(QUERIES, judgements(), ALPHAS)
def test_alpha_ndcg_is_ndevals(run: Run, judged: Judged, alpha: float) -> None:
    check(run, judged, alpha)


@pytest.mark.slow
@settings(max_examples=2000)
@given(QUERIES, judgements(), ALPHAS)
def test_alpha_ndcg_is_ndevals_in_2000_cases(run: Run, judged: Judged, alpha: float) -> None:
    check(run, judged, alpha)


def test_ndeval_ranks_a_tie_the_other_way() -> None:
    run, judged = Run.from_dict({"q": {"d1": 1.0, "d2": 1.0}}), {"a": {"d2": 1.0}}
    assert theirs_of(run, judged, 0.5)["alpha_nDCG@1"] == 0.0
    assert ours_of(run, judged, 0.5)["alpha_nDCG@1"] == 1.0


def test_ndeval_goes_above_1_where_a_ranking_beats_the_greedy_ideal() -> None:
    topics = {"1": "b", "2": "ab", "3": "ab", "4": "ac", "5": "ac", "6": "c"}
    judged: Judged = {topic: dict.fromkeys(ids, 1.0) for topic, ids in topics.items()}
    run = Run.from_ids({"q": ["b", "c"]})
    discount = 1 / np.log2(3)
    beaten = (3 + 3 * discount) / (4 + 1 * discount)  # the ideal starts with "a"
    assert theirs_of(run, judged, 1.0)["alpha_nDCG@2"] == pytest.approx(beaten)
    assert ours_of(run, judged, 1.0)["alpha_nDCG@2"] == 1.0


def check(run: Run, judged: Judged, alpha: float) -> None:
    ours = ours_of(run, judged, alpha)
    # Ours is cut to 1 where the ranking beats the greedy ideal; ndeval's is not.
    theirs = {metric: min(value, 1.0) for metric, value in theirs_of(run, judged, alpha).items()}
    assert ours == pytest.approx(theirs, rel=0, abs=1e-9)


def ours_of(run: Run, judged: Judged, alpha: float) -> dict[str, float]:
    metrics = [f"alpha_nDCG(alpha={alpha})@{k}" for k in CUTOFFS]
    values = evaluate(run, Qrels.from_subtopics({"q": judged}), metrics).values[0].tolist()
    return {f"alpha_nDCG@{k}": value for k, value in zip(CUTOFFS, values, strict=True)}


def theirs_of(run: Run, judged: Judged, alpha: float) -> dict[str, float]:
    rows = [
        ("q", topic, d, int(grade)) for topic, own in judged.items() for d, grade in own.items()
    ]
    scores = [("q", d, score) for d, score in run.to_dict()["q"].items()]
    measures = [f"alpha-nDCG@{k}" for k in CUTOFFS]
    (values,) = pyndeval.ndeval(rows, scores, measures, alpha=alpha).values()
    return {measure.replace("-", "_"): value for measure, value in values.items()}
