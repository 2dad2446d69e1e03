"""A metric of one's own works wherever a built-in one does."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from retrieval_checks import assert_metric_at_least
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import MetricError, RetrievalAssertionError, SettingsError
from retrieval_checks.judgement.floor import parse_floor
from retrieval_checks.metrics import formula as registry
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.formula import formula, formula_names
from retrieval_checks.metrics.metric import Metric, parse_metric
from retrieval_checks.metrics.ranked import RankedRelevance, row_sums
from retrieval_checks.metrics.ties import tie_band
from retrieval_checks.metrics.unjudged import unjudged_band
from retrieval_checks.strategies import JudgedRun, judged_runs, metrics

RUN = Run.from_ids({"q1": ["x", "a", "b"], "q2": ["c", "d"]})
QRELS = Qrels.from_dict({"q1": {"a": 1, "b": 2}, "q2": {"c": 1}})


@pytest.fixture(autouse=True, scope="module")
def registered() -> Iterator[None]:
    before = dict(registry._FORMULAS), dict(registry._SPELLINGS)

    @formula("Missed", aliases=("n_missed",), bounds=(0.0, 99.0), higher_is_better=False)
    def missed(ranked: RankedRelevance, k: int) -> FloatArray:
        """How many relevant documents the top k lacks."""
        return ranked.relevant - row_sums(ranked.hits(k))

    @formula("Weighted", cutoff="optional", bounds=(0.0, 9.0), rewards="relevant")
    def weighted(ranked: RankedRelevance, k: int | None, *, by: float = 2.0) -> FloatArray:
        """Relevant documents found, each worth `by` less its rank, down to 0."""
        return row_sums(np.where(ranked.hits(k), np.maximum(by + 1 - ranked.ranks, 0.0), 0.0))

    yield
    for table, entries in zip((registry._FORMULAS, registry._SPELLINGS), before, strict=True):
        table.clear()  # type: ignore[attr-defined]
        table.update(entries)  # type: ignore[attr-defined]


def test_it_is_evaluated_with_its_parameters() -> None:
    evaluation = evaluate(RUN, QRELS, ["N_MISSED@2", "Weighted(by=3)", "Missed(rel=2)@3"])
    assert evaluation.mean == {"Missed@2": 0.5, "Weighted(by=3)": 3.0, "Missed(rel=2)@3": 0.0}
    assert evaluation.per_query("Weighted(by=3)") == {"q1": 3.0, "q2": 3.0}


def test_it_is_listed_and_printed_as_it_is_parsed() -> None:
    assert {"Missed", "Weighted"} <= set(formula_names())
    for spelling in ("Missed@3", "Weighted", "Weighted(by=0.5, judged_only=True, rel=2)@7"):
        assert str(parse_metric(spelling)) == spelling
    assert Metric("missed", 3).bounds == (0.0, 99.0)
    with pytest.raises(MetricError, match="no metric 'wieghted'; did you mean 'Weighted'"):
        parse_metric("wieghted")


def test_floors_and_assertions_take_it() -> None:
    floor = parse_floor("weighted(by=3)@3 >= 3")
    assert str(floor) == "Weighted(by=3)@3 >= 3.0"
    assert floor.holds(3.0)
    assert_metric_at_least(RUN, QRELS, "Weighted(by=3)", 3.0)
    with pytest.raises(
        RetrievalAssertionError, match=r"Weighted\(by=3\) is 3\.0000, 0\.5000 below"
    ):
        assert_metric_at_least(RUN, QRELS, "Weighted(by=3)", 3.5)
    with pytest.raises(SettingsError, match=r"bound of Weighted must lie in \[0, 9\], got 10"):
        parse_floor("Weighted >= 10")
    with pytest.raises(SettingsError, match="a floor under Missed@3 says nothing"):
        parse_floor("Missed@3 >= 1")


def test_bands_take_it() -> None:
    tied = Run.from_dict({"q1": {"x": 1.0, "a": 1.0}, "q2": {}})
    band = tie_band(evaluate(tied, QRELS, "RR"), "Weighted")
    assert (band.worst.tolist(), band.best.tolist()) == ([1.0, 0.0], [2.0, 0.0])
    with pytest.raises(MetricError, match=r"^Missed@1 has no known range"):
        tie_band(evaluate(tied, QRELS, "RR"), "Missed@1")
    assert unjudged_band(evaluate(RUN, QRELS, "RR"), "Weighted").mean == (1.5, 3.0)


@settings(max_examples=30)
@given(judged_runs(), metrics(names=["Missed", "weighted"]))
def test_strategies_draw_it(judged_run: JudgedRun, metric: Metric) -> None:
    assert metric.name in {"Missed", "Weighted"}
    low, high = metric.bounds
    values = evaluate(*judged_run, metric).values
    assert ((values >= low) & (values <= high)).all()


def test_truth_value_is_no_default_since_it_has_no_spelling() -> None:
    def flagged(ranked: RankedRelevance, k: int, *, flag: bool = True) -> FloatArray:
        return row_sums(ranked.hits(k))

    message = (
        "^parameter 'flag' of metric 'Flagged' needs a number or a word as its default, and a name"
        " other than 'rel' and 'judged_only'$"
    )
    with pytest.raises(MetricError, match=message):
        formula("Flagged")(flagged)


def test_ranking_ends_at_the_cut_whatever_else_is_evaluated() -> None:
    @formula("Beyond")
    def beyond(ranked: RankedRelevance, k: int) -> FloatArray:
        return row_sums(ranked.hits(None))

    run, qrels = {"q": {"x": 3.0, "a": 2.0, "b": 1.0}}, {"q": {"a": 1, "b": 1}}
    for table in (run, Run.from_dict(run)):
        for beside in ([], ["AP"], ["P@100"]):
            assert evaluate(table, qrels, ["Beyond@2", *beside]).mean["Beyond@2"] == 1.0


def test_formula_cannot_change_what_the_next_one_sees() -> None:
    @formula("Rude")
    def rude(ranked: RankedRelevance, k: int) -> FloatArray:
        ranked.grades[:] = 0
        return row_sums(ranked.hits(k))

    with pytest.raises(ValueError, match="read-only"):
        evaluate(Run.from_ids({"q": ["a"]}), {"q": {"a": 1}}, ["Rude@1", "AP"])


def test_value_outside_the_declared_bounds_is_an_error() -> None:
    @formula("Wild", bounds=(0, 1))
    def wild(ranked: RankedRelevance, k: int) -> FloatArray:
        return np.full(len(ranked), 7.0)

    with pytest.raises(MetricError, match=r"formula of Wild@1 returned 7.0, outside its bounds"):
        evaluate(Run.from_ids({"q": ["a"]}), {"q": {"a": 1}}, "Wild@1")


def test_what_is_no_number_is_named() -> None:
    @formula("Worded")
    def worded(ranked: RankedRelevance, k: int) -> Any:
        return ["good"] * len(ranked)

    with pytest.raises(MetricError, match="formula of Worded@1 returned something else than num"):
        evaluate(Run.from_ids({"q": ["a"]}), {"q": {"a": 1}}, "Worded@1")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cutoff": "maybe"}, "cutoff of metric 'Odd' cannot be 'maybe'; allowed: optional, re"),
        ({"rewards": "grade"}, "rewards of metric 'Odd' cannot be 'grade'; allowed: gain, judg"),
    ],
)
def test_arguments_of_formula_that_mean_nothing_are_refused(
    arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(MetricError, match=message):
        formula("Odd", **arguments)(lambda ranked, k: np.zeros(len(ranked)))  # type: ignore[misc]


def test_function_of_other_arguments_is_refused() -> None:
    with pytest.raises(MetricError, match=r"function of metric 'Odd' must take \(ranked, k\) and"):
        formula("Odd")(lambda ranked: np.zeros(len(ranked)))  # type: ignore[misc]
