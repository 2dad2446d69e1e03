import math
import re
from collections.abc import Iterator
from functools import partial, update_wrapper
from typing import Any, Literal

import numpy as np
import pytest

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import MetricError
from retrieval_checks.metrics import formula as registry
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.formula import Formula, find_formula, formula, formula_names
from retrieval_checks.metrics.metric import Metric, parse_metric
from retrieval_checks.metrics.ranked import RankedRelevance, row_sums

Kind = Literal["any", "all"]
RUN = Run.from_ids({"q1": ["x", "a", "b"], "q2": ["a"]})
QRELS = Qrels.from_dict({"q1": {"a": 1, "b": 3}, "q2": {"b": 1}})


@pytest.fixture(autouse=True)
def registry_is_restored() -> Iterator[None]:
    tables: list[dict[str, Any]] = [registry._FORMULAS, registry._SPELLINGS]
    before = [dict(table) for table in tables]
    yield
    for table, entries in zip(tables, before, strict=True):
        table.clear()
        table.update(entries)


def count_found(ranked: RankedRelevance, k: int) -> FloatArray:
    return row_sums(ranked.hits(k))


def found_of_kind(ranked: RankedRelevance, k: int, *, kind: Kind = "any") -> FloatArray:
    return count_found(ranked, k) if kind == "all" else np.minimum(count_found(ranked, k), 1)


def test_registered_metric_is_evaluated_like_any_other() -> None:
    formula("Found", aliases=("n_found",))(count_found)
    evaluation = evaluate(RUN, QRELS, ["N_FOUND@2", "found@3", "Found(rel=2)@3"])
    assert evaluation.mean == {"Found@2": 0.5, "Found@3": 1.0, "Found(rel=2)@3": 0.5}
    assert evaluation.per_query("n_found@3") == {"q1": 2.0, "q2": 0.0}
    assert "Found" in formula_names()


def test_decorator_returns_the_function() -> None:
    assert formula("Found")(count_found) is count_found
    assert find_formula("found").function is count_found


def test_cutoff_is_required_unless_said_otherwise() -> None:
    formula("Found")(count_found)
    with pytest.raises(MetricError, match="Found needs a cut-off, for example Found@10"):
        parse_metric("Found")


def test_optional_cutoff_that_is_not_given_is_none() -> None:
    @formula("Depth", cutoff="optional")
    def depth(ranked: RankedRelevance, k: int | None) -> FloatArray:
        return np.full(len(ranked), 0.0 if k is None else k)

    assert evaluate(RUN, QRELS, ["Depth", "Depth@7"]).mean == {"Depth": 0.0, "Depth@7": 7.0}


def test_keyword_parameters_are_passed_checked_and_printed() -> None:
    @formula("Scaled")
    def scaled(
        ranked: RankedRelevance,
        k: int,
        *,
        by: float = 1.0,
        mode: Literal["up", "down"] = "up",
    ) -> FloatArray:
        factor = by if mode == "up" else 1 / by
        return count_found(ranked, k) * factor

    assert evaluate(RUN, QRELS, "Scaled(by=4)@3").mean == {"Scaled(by=4)@3": 4.0}
    down = parse_metric("scaled(mode=down, by=4.0)@3")
    assert str(down) == 'Scaled(by=4, mode="down")@3'
    assert evaluate(RUN, QRELS, down).mean[str(down)] == 0.25
    with pytest.raises(MetricError, match=r"mode of Scaled cannot be 'dwon'; did you mean 'down'"):
        parse_metric("Scaled(mode=dwon)@3")
    with pytest.raises(MetricError, match=r"by of Scaled must be a number, got 'x'"):
        parse_metric("Scaled(by=x)@3")


def test_word_without_a_spelling_is_refused() -> None:
    @formula("Named")
    def named(ranked: RankedRelevance, k: int, *, label: str = "a", p: float = 1.0) -> FloatArray:
        return count_found(ranked, k)

    for label in ("a,b", 'a"b', "a'b", "a\nb", "\x1b[31m"):
        with pytest.raises(MetricError, match=r"label of Named cannot be .* it has no spelling"):
            Metric("Named", 5, (("label", label),))
    with pytest.raises(MetricError, match=r"p of Named cannot be nan: it has no spelling"):
        Metric("Named", 5, (("p", math.nan),))
    for label in ("7", "a=b", "a)@5", " a ", ""):
        metric = Metric("Named", 5, (("label", label),))
        assert parse_metric(str(metric)) == metric


@pytest.mark.parametrize(
    ("name", "aliases"), [("nDCG", ()), ("NDCG", ()), ("Found", ("mrr",)), ("accuracy", ())]
)
def test_taken_name_or_alias_is_refused(name: str, aliases: tuple[str, ...]) -> None:
    before = dict(registry._FORMULAS)
    with pytest.raises(MetricError, match=r"metric '\w+' exists already"):
        formula(name, aliases=aliases)(count_found)
    assert before == registry._FORMULAS


def test_refused_metric_leaves_nothing_behind() -> None:
    with pytest.raises(MetricError, match="metric 'mrr' exists already"):
        formula("Found", aliases=("n_found", "mrr"))(count_found)
    with pytest.raises(MetricError, match="no metric 'Found'"):
        parse_metric("Found@5")
    formula("Found")(count_found)
    assert str(parse_metric("found@5")) == "Found@5"


def test_same_function_may_register_again() -> None:
    formula("Found", aliases=("n_found",))(count_found)
    formula("Found", aliases=("n_found",))(count_found)
    assert str(parse_metric("n_found@5")) == "Found@5"


@pytest.mark.parametrize("name", ["alpha-nDCG", "P@5", "", "5found", "a b"])
def test_name_that_no_spelling_can_hold_is_refused(name: str) -> None:
    with pytest.raises(MetricError, match="is not a word of letters, digits and _"):
        formula(name)(count_found)


def test_keyword_parameter_needs_a_default_and_another_name_than_rel() -> None:
    def without(ranked: RankedRelevance, k: int, *, p: float) -> FloatArray:
        return count_found(ranked, k)

    def level(ranked: RankedRelevance, k: int, *, rel: float = 1) -> FloatArray:
        return count_found(ranked, k)

    bad: list[tuple[Any, str]] = [(without, "'p'"), (level, "'rel'")]
    for function, parameter in bad:
        with pytest.raises(MetricError, match=rf"parameter {parameter} of metric 'Bad' needs a"):
            formula("Bad")(function)


def test_unknown_metric_is_answered_with_each_name_once_or_the_nearest_spelling() -> None:
    allowed = re.escape(f"no metric 'zzzzzz'; allowed: {', '.join(formula_names())}") + "$"
    with pytest.raises(MetricError, match=allowed):
        find_formula("zzzzzz")
    with pytest.raises(MetricError, match=r"no metric 'acuracy'; did you mean 'accuracy'\?$"):
        find_formula("acuracy")
    with pytest.raises(MetricError, match=r"no metric 'NDGC'; did you mean 'nDCG'\?$"):
        find_formula("NDGC")


def test_names_are_sorted_and_have_the_fields_metrics() -> None:
    assert list(formula_names()) == sorted(formula_names())
    assert {"Success", "P", "R", "F1", "RR", "AP", "nDCG", "Judged"} <= set(formula_names())


def test_order_of_parameters_does_not_matter() -> None:
    formula("Found")(found_of_kind)
    one, other = parse_metric("Found(rel=2, kind=all)@3"), parse_metric("Found(kind=all,rel=2)@3")
    assert one == other
    assert hash(one) == hash(other)
    assert str(one) == str(other) == 'Found(kind="all", rel=2)@3'


def test_formula_that_asks_nothing_of_the_level_has_no_rel() -> None:
    formula("Found", uses_level=False)(found_of_kind)
    with pytest.raises(MetricError, match="rel has no effect on Found, which does not ask"):
        parse_metric("Found(rel=2)@3")


def test_annotation_that_only_type_checkers_know_is_no_hindrance() -> None:
    def found(ranked: "Unknown", k: int, *, kind: "Kind" = "any", p: "Unknown" = 1.0) -> FloatArray:  # type: ignore[name-defined]  # noqa: F821
        return row_sums(ranked.hits(k))

    formula("Found")(found)
    assert find_formula("Found").choices == {"kind": ("any", "all")}
    assert parse_metric("Found(p=0.5)@3") == Metric("Found", 3, (("p", 0.5),))
    with pytest.raises(MetricError, match="kind of Found cannot be 'none'; allowed: all, any"):
        parse_metric("Found(kind=none)@3")


@pytest.mark.parametrize("returned", [np.array(3.0), np.array([np.nan, 1.0]), np.ones(3)])
def test_a_formula_that_returns_something_else_is_named(returned: FloatArray) -> None:
    @formula("Odd")
    def odd(ranked: RankedRelevance, k: int) -> FloatArray:
        return returned

    run = Run.from_ids({"a": ["d"], "b": ["d"]})
    qrels = Qrels.from_dict({"a": {"d": 1}, "b": {"d": 1}})
    with pytest.raises(MetricError, match=r"formula of Odd@5 returned .* one finite number"):
        evaluate(run, qrels, "Odd@5")


def test_what_is_registered_is_kept() -> None:
    formula("Found")(count_found)
    assert find_formula("Found") == Formula("Found", count_found, {}, {}, cutoff="required")
    formula(
        "Lost",
        cutoff="recall",
        aliases=("n_lost",),
        uses_level=False,
        bounds=(1.0, 9.0),
        higher_is_better=None,
        rewards="gain",
        by_subtopic=True,
    )(found_of_kind)
    assert find_formula("lost") == Formula(
        "Lost",
        found_of_kind,
        {"kind": "any"},
        {"kind": ("any", "all")},
        cutoff="recall",
        aliases=("n_lost",),
        uses_level=False,
        bounds=(1.0, 9.0),
        higher_is_better=None,
        rewards="gain",
        by_subtopic=True,
    )


def test_only_a_literal_annotation_is_a_list_of_choices() -> None:
    def found(ranked: RankedRelevance, k: int, *, p: int | float = 1) -> FloatArray:
        return count_found(ranked, k) * p

    formula("Found")(found)
    assert find_formula("Found").choices == {}
    assert evaluate(RUN, QRELS, "Found(p=2)@3").mean == {"Found(p=2)@3": 2.0}


def test_what_is_called_need_not_be_a_function() -> None:
    all_of_them = partial(found_of_kind, kind="all")
    formula("Found")(all_of_them)
    formula("Again")(update_wrapper(all_of_them, found_of_kind))
    assert find_formula("Found").choices == {}
    assert find_formula("Again").choices == {"kind": ("any", "all")}
    assert evaluate(RUN, QRELS, ["Found@3", "Again@3"]).values.tolist() == [[2, 2], [0, 0]]


def test_only_a_pair_of_quotes_is_left_out_of_a_word() -> None:
    @formula("Named")
    def named(ranked: RankedRelevance, k: int, *, label: str = "a") -> FloatArray:
        return count_found(ranked, k)

    for word in ("XoX", "'XoX'", '"XoX"'):
        assert parse_metric(f"Named(label={word})@3").params == (("label", "XoX"),)
    for alone in ("'", '"'):
        with pytest.raises(MetricError, match=r"label of Named cannot be .* it has no spelling"):
            parse_metric(f"Named(label={alone})@3")


def test_misspelt_kind_of_cutoff_is_answered_with_the_nearest() -> None:
    spelling: Any = "requird"
    with pytest.raises(MetricError, match=r"cannot be 'requird'; did you mean 'required'\?$"):
        formula("Found", cutoff=spelling)(count_found)
