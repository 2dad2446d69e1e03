"""Equal on generated runs to the definitions, written out once more in `formulas`."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.formula import find_formula, formula_names
from retrieval_checks.metrics.metric import Metric
from retrieval_checks.strategies import JudgedRun, judged_runs
from tests.parity.naive.formulas import condensed, ordered, value

NAMES = (
    *("Success", "P", "R", "RCap", "F1", "Rprec", "RR", "AP", "IPrec", "RBP", "RBP_residual"),
    *("nDCG", "ERR", "Judged", "bpref", "infAP", "NumRet", "NumRel", "NumRelRet"),
)
IDS = ("d1", "d2", "d9", "d10", "D1", "z", "é", "\uffee", "\U0001f600", "q1", "0", "~")
GRADES = (0, 1, 2, 3, 4, -1, -2, 0.5, 1.5)

CASES = judged_runs(doc_ids=IDS, grades=GRADES, max_depth=12, max_judged=10)
LEVELS = st.sampled_from([1, 1.5, 2, 0.5, 0, -1])


@st.composite
def every_metric(draw: st.DrawFn) -> list[Metric]:
    """One of each metric, two where a cut-off is optional, with the same drawn parameters."""
    k, recall = draw(st.integers(1, 14)), draw(st.integers(0, 10)) / 10
    drawn: dict[str, float | str] = {
        "rel": draw(st.sampled_from([1, 2, 0.5, 0, -1])),
        "gain": draw(st.sampled_from(["lin", "exp"])),
        "p": draw(st.sampled_from([0.8, 0.5, 0.95])),
        "max_grade": draw(st.sampled_from([4, 5])),
        "judged_only": draw(st.booleans()),
    }
    own_level = draw(st.booleans())
    wanted = []
    for name in NAMES:
        formula = find_formula(name)
        taken = {*formula.defaults, "judged_only", *(["rel"] if own_level else [])}
        params = {n: drawn[n] for n in taken if n != "rel" or formula.uses_level}
        cutoffs: list[int | float | None] = [recall if formula.cutoff == "recall" else k]
        if formula.cutoff == "optional":
            cutoffs.append(None)
        wanted += [Metric(name, cutoff, tuple(params.items())) for cutoff in cutoffs]
    return wanted


@settings(max_examples=50)
@given(CASES, LEVELS, every_metric())
def test_every_value_is_the_definitions(
    case: JudgedRun, level: float, wanted: list[Metric]
) -> None:
    check_every_value(case, level, wanted)


@pytest.mark.slow
@settings(max_examples=2000)
@given(CASES, LEVELS, every_metric())
def test_every_value_is_the_definitions_in_2000_cases(
    case: JudgedRun, level: float, wanted: list[Metric]
) -> None:
    check_every_value(case, level, wanted)


def test_no_metric_but_that_of_subtopics_is_left_out() -> None:
    builtin = {
        name
        for name in formula_names()
        if find_formula(name).function.__module__.startswith("retrieval_checks.metrics.formulas")
    }
    assert builtin - set(NAMES) <= {"alpha_nDCG"}


def check_every_value(case: JudgedRun, level: float, wanted: list[Metric]) -> None:
    run, qrels = case
    if qrels.grades.max() < level:
        level = 1
    evaluation = evaluate(run, qrels, wanted, relevance_level=level)
    scores = run.to_dict()
    for row, query_id in enumerate(evaluation.query_ids):
        ranking, grades = ordered(scores.get(query_id, {})), qrels[query_id]
        for column, metric in enumerate(evaluation.metrics):
            params = dict(metric.params)
            expected = value(
                metric.name,
                condensed(ranking, grades) if params.get("judged_only") else ranking,
                grades,
                k=metric.cutoff,
                level=float(params.get("rel", level)),
                gain=str(params.get("gain", "lin")),
                p=float(params.get("p", 0.8)),
                max_grade=float(params.get("max_grade", 4)),
            )
            ours = evaluation.values[row, column]
            assert ours == pytest.approx(expected, rel=0, abs=1e-9), (query_id, metric)
