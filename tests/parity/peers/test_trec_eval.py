"""Where trec_eval, or pytrec_eval around it, gives another figure than ours, and which.

pytrec_eval wraps trec_eval 9; what is new in 10 stands in `test_trec_eval_fixtures`.
"""

import pytest

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import evaluate
from tests.parity.printed import Figures, measured
from tests.parity.trec_eval import trec_eval


def both(
    run: Run, qrels: Qrels, metric: str, query_id: str = "q", *, judged_only: bool = False
) -> tuple[float, float]:
    """Theirs and ours."""
    theirs = trec_eval(run, qrels, [metric], judged_only=judged_only)[query_id][metric]
    name, at, k = metric.partition("@")
    spelled = f"{name}(judged_only=True){at}{k}" if judged_only else metric
    return theirs, evaluate(run, qrels, spelled).per_query(spelled)[query_id]


def test_trec_eval_9_asks_for_more_documents_at_a_recall_level_than_10() -> None:
    # a tenth of 12: 9 takes int(1.2 + 0.9) = 2, 10 rounds to 1
    qrels = Qrels.from_dict({"q": {f"a{n}": 1 for n in range(12)}})
    run = Run.from_ids({"q": ["a0", "x", "y", "a1"]})
    assert both(run, qrels, "IPrec@0.1") == (0.5, 1.0)
    assert both(run, qrels, "IPrec@0.0") == (1.0, 1.0)


def test_trec_eval_takes_a_negative_grade_for_not_judged_in_bpref() -> None:
    qrels = Qrels.from_dict({"q": {"n": -1, "m": 0, "a": 1}})
    assert both(Run.from_ids({"q": ["n", "a", "m"]}), qrels, "bpref") == (1.0, 0.0)


def test_trec_eval_takes_a_negative_grade_for_in_the_pool_in_infap_as_we_do() -> None:
    qrels = Qrels.from_dict({"q": {"n": -1, "m": 0, "a": 1}})
    theirs, ours = both(Run.from_ids({"q": ["n", "a", "m"]}), qrels, "infAP")
    assert ours == pytest.approx(theirs, rel=0, abs=1e-9)
    assert ours == pytest.approx(1 / 2 + 1 / 2 * 1 / 2, abs=1e-9)


def test_trec_eval_leaves_a_negative_grade_out_of_the_condensed_ranking() -> None:
    qrels = Qrels.from_dict({"q": {"n": -1, "a": 1}})
    assert both(Run.from_ids({"q": ["n", "a"]}), qrels, "P@1", judged_only=True) == (1.0, 0.0)


def test_trec_eval_10_counts_a_negative_grade_as_unjudged_at_k() -> None:
    qrels = Qrels.from_dict({"q": {"n": -1, "a": 1}})
    figures = Figures(Run.from_ids({"q": ["n", "a"]}), qrels)
    unjudged = measured(figures, "unj_5")  # equal to theirs in the fixtures
    assert unjudged is not None
    assert (unjudged.tolist(), figures("Judged@5").tolist()) == ([1 / 5], [1.0])


def test_trec_eval_10_has_no_residual_where_everything_retrieved_is_judged() -> None:
    figures = Figures(Run.from_ids({"q": ["a"]}), Qrels.from_dict({"q": {"a": 1}}))
    theirs = measured(figures, "rbp_resid")
    assert theirs is not None
    assert theirs.tolist() == [0.0]
    assert figures("RBP_residual(p=0.9)").tolist() == [pytest.approx(0.9)]  # what lies below rank 1


def test_trec_eval_10_gives_rbp_the_grade_over_the_highest_as_gain() -> None:
    figures = Figures(Run.from_ids({"q": ["a"]}), Qrels.from_dict({"q": {"a": 1, "b": 2}}))
    theirs = measured(figures, "rbp")
    assert theirs is not None
    assert theirs.tolist() == [pytest.approx(0.1 / 2)]
    assert figures("RBP(p=0.9)").tolist() == [pytest.approx(0.1)]


def test_pytrec_eval_keeps_scores_in_float32() -> None:
    run = Run.from_dict({"q": {"z": 1.0, "a": 1 + 1e-12}})
    assert both(run, Qrels.from_dict({"q": {"a": 1}}), "RR") == (0.5, 1.0)


def test_pytrec_eval_leaves_out_a_missing_query() -> None:
    run, qrels = Run.from_ids({"q1": ["a"]}), Qrels.from_dict({"q1": {"a": 1}, "q2": {"a": 1}})
    assert trec_eval(run, qrels, ["RR"]) == {"q1": {"RR": 1.0}}
    assert evaluate(run, qrels, "RR").mean == {"RR": 0.5}
