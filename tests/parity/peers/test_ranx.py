"""Equal to ranx per query on generated runs without ties; where it differs, a test says how.

Slow: its functions are compiled when they are first called.
"""

import pytest
from hypothesis import given, settings

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.strategies import JudgedRun, judged_runs
from tests.parity.test_generated import IDS, per_query, reached

ranx = pytest.importorskip("ranx")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*unsafe cast from uint64"),  # as it is compiled, coloured
]

CUTOFFS = (1, 3, 10, 20)
_AT = {
    "P": "precision",
    "R": "recall",
    "F1": "f1",
    "Success": "hit_rate",
    "NumRelRet": "hits",
    "RR": "mrr",
    "AP": "map",
    "nDCG": "ndcg",
    'nDCG(gain="exp")': "ndcg_burges",
}
OURS_TO_THEIRS = {
    **{f"{ours}@{k}": f"{theirs}@{k}" for ours, theirs in _AT.items() for k in CUTOFFS},
    **{"RR": "mrr", "AP": "map", "nDCG": "ndcg", "Rprec": "r-precision", "NumRelRet": "hits"},
}
AT_LEVEL_2 = {
    **{f"{m}(rel=2)@10": f"{_AT[m]}@10-l2" for m in ("P", "R", "F1", "Success", "RR", "AP")},
    **{"AP(rel=2)": "map-l2", "Rprec(rel=2)": "r-precision-l2", "NumRelRet(rel=2)": "hits-l2"},
}
OF_BINARY_GRADES = {"RBP": "rbp.80", "RBP(p=0.95)": "rbp.95", "RBP(p=0.5)": "rbp.5"}


@settings(max_examples=2000)
@given(judged_runs(doc_ids=IDS, complete=True, max_judged=9, ties=False, grades=(0, 1, 2, 3, -1)))
def test_every_value_is_ranxs_in_2000_cases(case: JudgedRun) -> None:
    check(case, OURS_TO_THEIRS | AT_LEVEL_2)


@settings(max_examples=2000)
@given(judged_runs(doc_ids=IDS, complete=True, max_judged=9, ties=False, grades=(0, 1, -1)))
def test_rbp_of_binary_grades_is_ranxs_in_2000_cases(case: JudgedRun) -> None:
    check(case, OF_BINARY_GRADES)


@settings(max_examples=2000)
@given(judged_runs(doc_ids=IDS, complete=True, max_judged=9, ties=False))
def test_bpref_is_ranxs_where_something_is_judged_not_relevant_in_2000_cases(
    case: JudgedRun,
) -> None:
    grades = {q: {**case.qrels[q], "judged, nowhere": 0} for q in case.qrels}
    check(JudgedRun(case.run, Qrels.from_dict(grades)), {"bpref": "bpref"})


def test_ranx_leaves_a_tie_as_it_came() -> None:
    qrels = {"q": {"d9": 1}}
    for scores in ({"d9": 1.0, "d10": 1.0}, {"d10": 1.0, "d9": 1.0}):
        theirs = theirs_of(Run.from_dict({"q": scores}), Qrels.from_dict(qrels), ["mrr"], scores)
        assert theirs["q"]["mrr"] == 1 / (list(scores).index("d9") + 1)
        assert evaluate({"q": scores}, qrels, "RR").mean == {"RR": 1.0}


def test_ranx_pairs_plain_dicts_by_position() -> None:
    run = {"q2": {"b": 1.0}, "q1": {"x": 2.0, "a": 1.0}}
    qrels = {"q1": {"a": 1}, "q2": {"b": 1}}
    assert ranx.evaluate(qrels, run, "mrr") == 0.0
    assert ranx.evaluate(ranx.Qrels(qrels), ranx.Run(run), "mrr") == 0.75
    assert evaluate(run, qrels, "RR").mean == {"RR": 0.75}


def test_ranx_refuses_a_missing_query() -> None:
    run, qrels = {"q1": {"a": 1.0}}, {"q1": {"a": 1}, "q2": {"b": 1}}
    with pytest.raises(AssertionError, match="query ids do not match"):
        ranx.evaluate(ranx.Qrels(qrels), ranx.Run(run), "mrr")
    assert evaluate(run, qrels, "RR").mean == {"RR": 0.5}


def test_ranx_multiplies_rbp_by_the_grade_and_passes_1() -> None:
    run, qrels = {"q": {"a": 1.0}}, {"q": {"a": 8}}
    assert ranx.evaluate(ranx.Qrels(qrels), ranx.Run(run), "rbp.80") == pytest.approx(1.6)
    assert evaluate(run, qrels, "RBP").mean["RBP"] == pytest.approx(0.2)


def test_ranx_cuts_grades_to_whole_numbers() -> None:
    run, qrels = {"q": {"b": 2.0, "a": 1.0}}, {"q": {"a": 1.9, "b": 1.0}}
    assert ranx.evaluate(ranx.Qrels(qrels), ranx.Run(run), "ndcg") == 1.0
    assert evaluate(run, qrels, "nDCG").mean["nDCG"] < 0.95


def test_ranx_counts_what_is_below_the_level_for_nothing_in_ndcg() -> None:
    run, qrels = {"q": {"a": 2.0, "b": 1.0}}, {"q": {"a": 1, "b": 2}}
    assert ranx.evaluate(ranx.Qrels(qrels), ranx.Run(run), "ndcg@1-l2") == 0.0
    assert evaluate(run, qrels, "nDCG@1", relevance_level=2).mean == {"nDCG@1": 0.5}
    with pytest.raises(DataError, match="no query with a relevant document"):
        evaluate(run, qrels, "nDCG@1", relevance_level=3)


def check(case: JudgedRun, names: dict[str, str]) -> None:
    expected = theirs_of(case.run, case.qrels, list(names.values()))
    ours = per_query(case.run, case.qrels, list(names), reached(case.qrels, 1))
    assert expected.keys() == ours.keys()
    for query_id, figures in ours.items():
        theirs = {metric: expected[query_id][name] for metric, name in names.items()}
        assert figures == pytest.approx(theirs, rel=0, abs=1e-9)


def theirs_of(
    run: Run, qrels: Qrels, names: list[str], order: dict[str, float] | None = None
) -> dict[str, dict[str, float]]:
    """`{query_id: {metric: value}}`; documents in the order of `order`, if given."""
    scores = {q: order or dict(ranking) for q, ranking in run.to_dict().items()}
    grades = {q: {d: int(grade) for d, grade in qrels[q].items()} for q in qrels}
    ranked = ranx.Run(scores)
    ranx.evaluate(ranx.Qrels(grades), ranked, names, return_mean=False)
    return {q: {name: ranked.scores[name][q] for name in names} for q in grades}
