"""Our own metrics keep the contract; the suite cannot be empty; what has no meaning is refused."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import strategies as st

from retrieval_checks.contracts import metric_checks, metric_contract
from retrieval_checks.contracts.metric import ranking_rules
from retrieval_checks.contracts.metric.definition import Definition
from retrieval_checks.errors import MetricError, RetrievalAssertionError, SettingsError
from retrieval_checks.metrics.formula import formula_names
from retrieval_checks.metrics.metric import Metric
from tests.contracts.ours import at, ranking_form, run_form, run_form_by_query
from tests.contracts.peers import Grades, ndcg

REFUSED = {
    "IPrec": "it is read at a recall level, and the checks choose ranks",
    "NumRel": r"it is 3\.0 for three relevant documents",
    "NumRelRet": r"it is 3\.0 for three relevant documents",
    "NumRet": r"it is 3\.0 for three relevant documents",
    "alpha_nDCG": "it goes by subtopics, and the checks have plain grades",
}
VARIANTS = ('nDCG(gain="exp")', "P(rel=2)", "ERR(max_grade=1)", "ERR(max_grade=2)")
CLAIMED = (*(name for name in formula_names() if name not in REFUSED), *VARIANTS)


@pytest.mark.parametrize("metric", CLAIMED)
def test_our_metrics_keep_the_contract_of_rankings(metric: str) -> None:
    summary = metric_checks(ranking_form(at(metric)), metric=metric, max_examples=20).run()
    assert (summary.checks, summary.cases) == (18, 18 * 20)


@pytest.mark.parametrize("metric", CLAIMED)
def test_our_metrics_keep_the_contract_of_runs(metric: str) -> None:
    fn = run_form_by_query(at(metric))
    summary = metric_checks(fn, metric=metric, form="run", max_examples=20).run()
    assert (summary.checks, summary.cases) == (26, 26 * 20)


def test_our_means_keep_the_contract_of_runs() -> None:
    metric_checks(run_form(at("nDCG")), metric="nDCG", form="run", max_examples=20).run()


@pytest.mark.parametrize(
    ("metric", "highest"),
    [("ERR(max_grade=1)", 1), ("ERR(max_grade=2)", 2), ("ERR(max_grade=2.5)", 2), ("ERR", 3)],
)
def test_examples_have_the_grades_that_the_metric_accepts(metric: str, highest: int) -> None:
    assert Definition(metric).grades == tuple(range(highest + 1))


def test_cut_off_of_a_metric_given_as_a_value_plays_no_part() -> None:
    for cutoff in (1, 10):
        assert Definition(Metric("P", cutoff, (("rel", 2),))).name(3) == "P(rel=2)@3"
    assert Definition(Metric("AP")).name(3) == "AP@3"
    metric_checks(ranking_form(at("P")), metric=Metric("P", 1), max_examples=20).run()


def test_metric_is_given_by_its_name() -> None:
    with pytest.raises(TypeError, match="takes 1 positional argument but 2 were given"):
        metric_checks(ndcg, "nDCG")  # type: ignore[call-overload]


@pytest.mark.parametrize(("form", "rules"), [("ranking", 13), ("run", 21)])
def test_number_of_checks_is_declared_by_form(form: Any, rules: int) -> None:
    assert len(metric_checks(ndcg, form=form)) == rules
    assert len(metric_checks(ndcg, metric="nDCG", form=form)) == rules + 5


def test_rule_that_gets_lost_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking_rules, "INVARIANTS", ranking_rules.INVARIANTS[1:])
    with pytest.raises(SettingsError, match="a suite of 12 checks where 13 are declared"):
        metric_checks(ndcg)


def test_check_whose_examples_are_all_filtered_out_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    first = replace(ranking_rules.INVARIANTS[0], examples=lambda domain: st.nothing())
    monkeypatch.setattr(ranking_rules, "INVARIANTS", (first, *ranking_rules.INVARIANTS[1:]))
    check, name = metric_checks(ndcg)[0]
    with pytest.raises(RetrievalAssertionError, match=f"{name!r} examined 0 cases, fewer than"):
        check()


def test_check_that_never_asks_the_function_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    first = replace(ranking_rules.INVARIANTS[0], judge=lambda subject, example: None)
    monkeypatch.setattr(ranking_rules, "INVARIANTS", (first, *ranking_rules.INVARIANTS[1:]))
    check, name = metric_checks(ndcg)[0]
    with pytest.raises(RetrievalAssertionError, match=f"{name!r} examined 0 cases, fewer than"):
        check()


def test_refused_duplicates_are_as_good_as_ignored_ones() -> None:
    def strict(ranking: list[str], grades: Grades, k: int) -> float:
        if len(set(ranking)) < len(ranking):
            raise ValueError("duplicate")
        return ndcg(ranking, grades, k)

    assert metric_checks(strict, max_examples=40).broken() == {}
    assert list(metric_checks(ndcg, max_examples=40).broken()) == ["duplicates"]


def test_run_raises_one_error_with_every_broken_rule_and_its_example() -> None:
    def hits(ranking: list[str], grades: Grades, k: int) -> int:
        return sum(grades.get(doc_id, 0) > 0 for doc_id in ranking[:k])

    with pytest.raises(RetrievalAssertionError) as caught:
        metric_checks(hits).run()
    text = str(caught.value)
    assert text.startswith(
        "hits fails 2 of 13 checks: number-in-range, duplicates\n\n1. hits breaks"
    )
    assert "returned  2.0\n       right     a number in [0, 1]" in text
    assert "       ranking   ['a', 'a']\n       returned  2.0\n" in text
    assert "ypothesis" not in text
    assert "Falsifying" not in text


def test_tolerance_decides_what_is_equal() -> None:
    def rounded(ranking: list[str], grades: Grades, k: int) -> float:
        return round(ndcg(list(dict.fromkeys(ranking)), grades, k), 4)

    assert "values" in metric_checks(rounded, metric="nDCG").broken()
    metric_checks(rounded, metric="nDCG", tolerance=1e-4, max_examples=20).run()


def test_function_is_called_by_its_name_in_messages_and_test_ids() -> None:
    assert metric_checks(ndcg)[0][0].__name__ == "ndcg"
    assert metric_checks(partial(ndcg))[0][0].__name__ == "ndcg"


@pytest.mark.parametrize(
    ("metric", "message"),
    [
        ("nDGC", "did you mean 'nDCG'"),
        ("nDCG@10", "the checks choose the cut-offs: metric='nDCG', not 'nDCG@10'"),
        ("p (rel=2) @10", r"the cut-offs: metric='P\(rel=2\)', not 'p \(rel=2\) @10'"),
        ("P_5", "the checks choose the cut-offs: metric='P', not 'P_5'"),
        ("P(level=2)", "P has no parameter 'level'"),
        ("RBP(p=2)", "p of RBP must"),
        ("ERR(max_grade=0.5)", r"grade 1 is above max_grade 0\.5 of ERR"),
        (10, "metric 10 is not of the form NAME@K"),
    ],
)
def test_metric_without_meaning_is_refused(metric: Any, message: str) -> None:
    with pytest.raises(MetricError, match=message):
        metric_checks(ndcg, metric=metric)


@pytest.mark.parametrize(("metric", "why"), REFUSED.items())
def test_metric_that_cannot_be_checked_is_refused_with_the_reason(metric: str, why: str) -> None:
    message = f"^{metric} cannot be checked: {why}; metric_checks is for metrics with a rank as cut"
    with pytest.raises(MetricError, match=message):
        metric_checks(ndcg, metric=metric)


@pytest.mark.parametrize(
    "metric", ["IPrec@0.5", Metric("IPrec", 0.5), "NumRelRet(rel=2)", Metric("alpha_nDCG", 10)]
)
def test_no_spelling_makes_it_one_that_can_be_checked(metric: str | Metric) -> None:
    with pytest.raises(MetricError, match=r"^\w+ cannot be checked: .* such as nDCG or AP$"):
        metric_checks(ndcg, metric=metric)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"form": "runs"}, "no form 'runs'; did you mean 'run'"),
        ({"max_examples": 19}, "max_examples must be a whole number from 20, got 19"),
        ({"max_examples": 1e3}, "max_examples must be a whole number"),
        ({"tolerance": -1.0}, r"tolerance must be a number from 0, got -1\.0"),
    ],
)
def test_setting_without_meaning_is_refused(arguments: Any, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        metric_checks(ndcg, **arguments)


def test_what_cannot_be_called_is_refused() -> None:
    with pytest.raises(SettingsError, match="metric_checks needs a function, got 'nDCG'"):
        metric_checks("nDCG")  # type: ignore[call-overload]


def test_declared_numbers_are_those_of_the_docstring() -> None:
    docstring = metric_checks.__doc__ or ""
    numbers = metric_contract.INVARIANTS
    assert f"{numbers['ranking']} checks of rankings, {numbers['run']} of runs" in docstring
