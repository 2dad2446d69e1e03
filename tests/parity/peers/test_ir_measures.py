"""Equal to ir_measures per query on generated runs; where it differs, a test says how.

What it takes from trec_eval, condensed rankings included, from msmarco's script (RR with a
cut-off), from gdeval (ERR, exponential nDCG; it prints five digits) and its own Judged.
"""

import shutil

import pytest
from hypothesis import given, settings

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.strategies import JudgedRun, judged_runs
from tests.parity.test_generated import IDS, per_query, reached, sets
from tests.parity.test_real_runs import RUNS, its_qrels, real_run

ir_measures = pytest.importorskip("ir_measures")

CUTOFFS = (1, 2, 3, 5, 10, 20)
OURS_TO_THEIRS = {
    **{
        f"{name}@{k}": f"{name}@{k}"
        for name in ("P", "R", "nDCG", "AP", "Success")
        for k in CUTOFFS
    },
    **{f"{name}(rel=2)@{k}": f"{name}(rel=2)@{k}" for name in ("P", "R", "AP") for k in CUTOFFS},
    **{name: name for name in ("AP", "nDCG", "RR", "Rprec", "infAP", "AP(rel=2)", "Rprec(rel=2)")},
    **{f"{name}(judged_only=True)": f"{name}(judged_only=True)" for name in ("AP", "nDCG", "RR")},
    **{
        f"{name}(judged_only=True)@{k}": f"{name}(judged_only=True)@{k}"
        for name in ("P", "R", "nDCG", "AP", "Success")
        for k in CUTOFFS
    },
    "bpref": "Bpref",
    "bpref(rel=2)": "Bpref(rel=2)",
    "NumRet": "NumRet",
    "NumRel": "NumRel",
    "NumRelRet": "NumRet(rel=1)",
}
SETS = {"set_P": "SetP", "set_recall": "SetR", "set_F": "SetF", "set_map": "SetAP"}
BY_ITS_OWN_ORDER = {
    **{f"RR@{k}": f"RR@{k}" for k in CUTOFFS},
    **{f"RR(rel=2)@{k}": f"RR(rel=2)@{k}" for k in CUTOFFS},
    **{f"Judged@{k}": f"Judged@{k}" for k in CUTOFFS},
}
OF_GDEVAL = {
    **{f"ERR@{k}": f"ERR@{k}" for k in (2, 20)},
    **{f'nDCG(gain="exp")@{k}': f"nDCG(dcg='exp-log2')@{k}" for k in (2, 20)},
}
FIVE_DIGITS = 5.0001e-6

GRADED = judged_runs(doc_ids=IDS, complete=True, max_judged=9)
TIES = GRADED
NO_TIES = judged_runs(doc_ids=IDS, complete=True, max_judged=9, ties=False)
TOPICS = judged_runs(  # gdeval wants numbers
    query_ids=("1", "2", "10"),
    doc_ids=IDS,
    complete=True,
    max_judged=9,
    grades=(0, 1, 2, 3, 4, -1),
)


@settings(max_examples=50)
@given(TIES)
def test_every_value_is_ir_measures(case: JudgedRun) -> None:
    check(case, OURS_TO_THEIRS | SETS)


@pytest.mark.slow
@settings(max_examples=2000)
@given(TIES)
def test_every_value_is_ir_measures_in_2000_cases(case: JudgedRun) -> None:
    check(case, OURS_TO_THEIRS | SETS)


@settings(max_examples=50)
@given(NO_TIES)
def test_values_by_its_own_order_are_ir_measures_without_ties(case: JudgedRun) -> None:
    check(case, BY_ITS_OWN_ORDER)


@pytest.mark.slow
@settings(max_examples=2000)
@given(NO_TIES)
def test_values_by_its_own_order_are_ir_measures_without_ties_in_2000_cases(
    case: JudgedRun,
) -> None:
    check(case, BY_ITS_OWN_ORDER)


@pytest.mark.parametrize("name", RUNS)
def test_every_value_of_a_real_run_is_ir_measures(name: str) -> None:
    run = real_run(name)
    names = {ours: theirs for ours, theirs in OURS_TO_THEIRS.items() if "rel=2" not in ours}
    check(JudgedRun(run, its_qrels(run)), names | SETS)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("perl") is None, reason="gdeval is a Perl script")
@settings(max_examples=2000)
@given(TOPICS)
def test_err_and_exponential_ndcg_are_gdevals_in_2000_cases(case: JudgedRun) -> None:
    check(case, OF_GDEVAL, within=FIVE_DIGITS)


@pytest.mark.skipif(shutil.which("perl") is None, reason="gdeval is a Perl script")
def test_gdeval_prints_five_digits() -> None:
    run, qrels = Run.from_ids({"1": ["x", "a"]}), Qrels.from_dict({"1": {"a": 1}})
    (theirs,) = theirs_of(run, qrels, ["ERR@20"]).values()
    assert theirs == {"ERR@20": 0.03125}
    assert theirs_of(Run.from_ids({"1": ["x", "y", "a"]}), qrels, ["ERR@20"])["1"] == {
        "ERR@20": 0.02083  # 1/48
    }
    assert evaluate(run, qrels, "ERR@20").mean == {"ERR@20": 1 / 32}


@pytest.mark.parametrize(("metric", "theirs", "ours"), [("RR@2", 1.0, 0.5), ("Judged@1", 1, 0)])
def test_ir_measures_ranks_a_tie_the_other_way_in_what_it_computes_itself(
    metric: str, theirs: float, ours: float
) -> None:
    run, qrels = Run.from_dict({"q": {"a": 1.0, "b": 1.0}}), Qrels.from_dict({"q": {"a": 1}})
    assert theirs_of(run, qrels, [metric, "RR"])["q"] == {metric: theirs, "RR": 0.5}
    assert evaluate(run, qrels, [metric, "RR"]).mean == {metric: ours, "RR": 0.5}


def test_ir_measures_knows_no_level_in_num_rel() -> None:
    qrels = Qrels.from_dict({"q": {"a": 1, "b": 2}})
    with pytest.raises(ValueError, match="Unsupported measures"):
        theirs_of(Run.from_ids({"q": ["a"]}), qrels, ["NumRel(rel=2)"])
    assert evaluate({"q": {"a": 1.0}}, qrels, "NumRel(rel=2)").mean == {"NumRel(rel=2)": 1.0}


def test_ir_measures_counts_judged_documents_only_beside_a_condensed_ranking() -> None:
    run, qrels = Run.from_ids({"q": ["x", "a"]}), Qrels.from_dict({"q": {"a": 1}})
    measures = [ir_measures.parse_measure(m) for m in ("AP(judged_only=True)", "NumRet")]
    metrics = ir_measures.pytrec_eval.iter_calc(measures, {"q": {"a": 1}}, run.to_dict())
    assert {str(m.measure): m.value for m in metrics}["NumRet"] == 1
    ours = evaluate(run, qrels, ["AP(judged_only=True)", "NumRet"]).mean
    assert ours == {"AP(judged_only=True)": 1.0, "NumRet": 2.0}


def test_missing_query_counts_as_0_here_and_there() -> None:
    run, qrels = Run.from_ids({"q1": ["a"]}), Qrels.from_dict({"q1": {"a": 1}, "q2": {"b": 1}})
    assert theirs_of(run, qrels, ["RR"]) == {"q1": {"RR": 1.0}, "q2": {"RR": 0.0}}
    assert evaluate(run, qrels, "RR").per_query("RR") == {"q1": 1.0, "q2": 0.0}


def check(case: JudgedRun, names: dict[str, str], within: float = 1e-9) -> None:
    expected = theirs_of(case.run, case.qrels, list(names.values()))
    asked = list(dict.fromkeys([*(set(names) - set(SETS)), *("NumRet", "NumRel", "NumRelRet")]))
    ours = per_query(case.run, case.qrels, asked, reached(case.qrels, 1))
    assert expected.keys() == ours.keys()
    for query_id, figures in ours.items():
        figures |= sets(figures)
        theirs = {metric: expected[query_id][name] for metric, name in names.items()}
        same = {metric: figures[metric] for metric in names}
        assert same == pytest.approx(theirs, rel=0, abs=within)


def theirs_of(run: Run, qrels: Qrels, names: list[str]) -> dict[str, dict[str, float]]:
    """`{query_id: {measure as asked: value}}`; condensed rankings by themselves, see above."""
    measures = {ir_measures.parse_measure(name): name for name in names}
    grades = {q: {d: int(grade) for d, grade in qrels[q].items()} for q in qrels}
    values: dict[str, dict[str, float]] = {}
    for condensed in (False, True):
        wanted = [m for m, name in measures.items() if ("judged_only" in name) == condensed]
        for metric in ir_measures.iter_calc(wanted, grades, run.to_dict()) if wanted else ():
            values.setdefault(metric.query_id, {})[measures[metric.measure]] = metric.value
    return values
