import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.errors import MetricError
from retrieval_checks.metrics import formula as registry
from retrieval_checks.metrics.formula import find_formula, formula_names
from retrieval_checks.metrics.metric import Metric, parse_metric
from retrieval_checks.metrics.ranked import RankedRelevance
from retrieval_checks.strategies import metrics

ALIASES = {
    "accuracy@10": "Success@10",
    "hit_rate@10": "Success@10",
    "hits@10": "Success@10",
    "precision@5": "P@5",
    "recall@100": "R@100",
    "f1@5": "F1@5",
    "mrr@10": "RR@10",
    "MRR": "RR",
    "reciprocal_rank": "RR",
    "recip_rank": "RR",
    "map": "AP",
    "map@10": "AP@10",
    "average_precision": "AP",
    "ndcg": "nDCG",
    "ndcg@10": "nDCG@10",
    "ndcg_cut@10": "nDCG@10",
    "judged@10": "Judged@10",
    "hit@3": "Success@3",
    "r_cap@10": "RCap@10",
    "recall_cap@10": "RCap@10",
    "capped_recall@10": "RCap@10",
    "f@5": "F1@5",
    "r_precision": "Rprec",
    "iprec_at_recall@0.10": "IPrec@0.1",
    "IPREC@.5": "IPrec@0.5",
    "iprec@1": "IPrec@1.0",
    "iprec@1e-05": "IPrec@1e-05",
    "rbp(p=.95)": "RBP(p=0.95)",
    "rbp_resid@10": "RBP_residual@10",
    "err(max_grade=3)@20": "ERR(max_grade=3)@20",
    "alphandcg@20": "alpha_nDCG@20",
    "BPREF": "bpref",
    "infap": "infAP",
    "num_ret": "NumRet",
    "num_rel": "NumRel",
    "num_rel_ret@10": "NumRelRet@10",
    "p(judged_only=true, rel=2)@5": "P(judged_only=True, rel=2)@5",
    "nDCG(judged_only=False)@10": "nDCG@10",
}


@pytest.mark.parametrize(("spelling", "canonical"), ALIASES.items())
def test_alias_prints_canonically(spelling: str, canonical: str) -> None:
    assert str(parse_metric(spelling)) == canonical


@pytest.mark.parametrize("name", formula_names())
def test_every_name_and_alias_parses_in_any_case(name: str) -> None:
    cutoff = "0.5" if find_formula(name).cutoff == "recall" else "7"
    metric = parse_metric(f"{name}@{cutoff}")
    for spelling in (name, *find_formula(name).aliases):
        for cased in (spelling, spelling.lower(), spelling.upper(), spelling.title()):
            assert parse_metric(f"{cased}@{cutoff}") == metric


@pytest.mark.parametrize(
    "spelling",
    [" nDCG@10 ", "nDCG @10", "nDCG@ 10", "nDCG()@10", "nDCG( )@10", "nDCG(gain=lin)@10"],
)
def test_blanks_empty_parentheses_and_defaults_change_nothing(spelling: str) -> None:
    assert parse_metric(spelling) == Metric("nDCG", 10)


@pytest.mark.parametrize(
    "spelling", ['nDCG(gain="exp")@10', "nDCG(gain='exp')@10", "ndcg( gain = exp )@10"]
)
def test_word_parameter_prints_in_double_quotes(spelling: str) -> None:
    assert str(parse_metric(spelling)) == 'nDCG(gain="exp")@10'


@pytest.mark.parametrize("spelling", ["nDCG(rel=3)@10", "nDCG(gain=exp, rel=1)", "Judged(rel=2)@5"])
def test_relevance_level_without_effect_is_refused(spelling: str) -> None:
    name = spelling.partition("(")[0]
    message = f"rel has no effect on {name}, which does not ask what is relevant; leave it out"
    with pytest.raises(MetricError, match=message):
        parse_metric(spelling)


def test_only_parameters_that_there_are_are_hinted_at() -> None:
    with pytest.raises(MetricError, match="Judged has no parameter 'p'; allowed: judged_only"):
        parse_metric("Judged(p=2)@5")
    with pytest.raises(
        MetricError, match=r"nDCG has no parameter 'rol'; allowed: gain, judged_only$"
    ):
        parse_metric("nDCG(rol=2)@5")
    with pytest.raises(MetricError, match=r"P has no parameter 'rol'; did you mean 'rel'\?"):
        parse_metric("P(rol=2)@5")


def test_metric_is_returned_as_it_is() -> None:
    metric = Metric("nDCG", 10)
    assert parse_metric(metric) is metric


def test_equal_metrics_are_one_key() -> None:
    assert len({parse_metric("MRR@10"), Metric("RR", 10), Metric("rr", 10)}) == 1
    assert Metric("RR", 10) != Metric("RR", 5) != Metric("RR")
    assert Metric("P", 5) != parse_metric("P(rel=2)@5")


@given(metrics(max_cutoff=999_999_999))
def test_metric_is_what_its_print_parses_to(metric: Metric) -> None:
    assert parse_metric(str(metric)) == metric
    assert str(parse_metric(str(metric))) == str(metric)


@given(st.integers() | st.floats(allow_nan=False), st.integers(1, 999_999_999))
def test_any_relevance_level_survives_print_and_parse(level: float, cutoff: int) -> None:
    metric = Metric("P", cutoff, (("rel", level),))
    assert parse_metric(str(metric)) == metric


def test_numpy_level_prints_as_a_number() -> None:
    assert str(Metric("P", 5, (("rel", np.float64(2.5)),))) == "P(rel=2.5)@5"


@pytest.mark.parametrize(
    ("spelling", "message"),
    [
        ("ndgc@10", r"no metric 'ndgc'; did you mean 'nDCG'\?"),
        ("precison@5", r"no metric 'precison'; did you mean 'precision'\?"),
        ("zzz@5", r"no metric 'zzz'; allowed: .*nDCG"),
        ("P", r"P needs a cut-off, for example P@10"),
        ("recall", r"R needs a cut-off, for example R@10"),
        ("P@0", r"cut-off of P must be a whole number from 1 .*got 0"),
        ("P@-1", r"cut-off '-1' in 'P@-1' is not a whole number"),
        ("P@1.2.3e5", r"cut-off '1\.2\.3e5' in .* is not a whole number"),
        ("P@.e5", r"cut-off '\.e5' in .* is not a whole number"),
        ("P@1e", r"cut-off '1e' in .* is not a whole number"),
        ("P@1e3", r"cut-off of P must be a whole number from 1 to 999999999, got 1000\.0"),
        ("P@1e400", r"cut-off of P must be a whole number from 1 to 999999999, got inf"),
        ("IPrec", r"^IPrec needs a cut-off, for example IPrec@0\.1$"),
        ("IPrec@1.5", r"^IPrec is read at a recall level, a number from 0 to 1, got 1\.5$"),
        ("IPrec@10", r"^IPrec is read at a recall level, a number from 0 to 1, got 10$"),
        ("P@1.5", r"cut-off of P must be a whole number from 1 to 999999999, got 1.5"),
        ("P@1_0", r"cut-off '1_0' in 'P@1_0' is not a whole number"),
        ("P@\u0663", r"cut-off '\u0663' in .* is not a whole number"),
        ("P@9999999999", r"cut-off '9999999999' in .* is not a whole number"),
        ("P@", r"cut-off '' in 'P@' is not a whole number"),
        ("P@10@5", r"cut-off '10@5' in 'P@10@5' is not a whole number"),
        ("", r"metric '' is not of the form NAME@K"),
        ("@5", r"metric '@5' is not of the form NAME@K"),
        ("P 5", r"metric 'P 5' is not of the form NAME@K"),
        ("P(rel=2", r"is not of the form NAME@K or NAME\(PARAMETER=VALUE\)@K"),
        ("P(rel)@5", r"parameter 'rel' in 'P\(rel\)@5' is not of the form NAME=VALUE"),
        ("P(=2)@5", r"parameter '=2' in .* is not of the form NAME=VALUE"),
        ("P(rel=)@5", r"parameter 'rel=' in .* is not of the form NAME=VALUE"),
        ("P(rel=2,rel=3)@5", r"parameter 'rel' stands twice in 'P\(rel=2,rel=3\)@5'"),
        ("P(rle=2)@5", r"P has no parameter 'rle'; did you mean 'rel'\?"),
        ("nDCG(gian=exp)@5", r"nDCG has no parameter 'gian'; did you mean 'gain'\?"),
        ("nDCG(gain=expo)@5", r"gain of nDCG cannot be 'expo'; did you mean 'exp'\?"),
        ("nDCG(gain=2)@5", r"gain of nDCG must be a word, got 2"),
        ("P(rel=high)@5", r"rel of P must be a number, got 'high'"),
        ("P(rel=nan)@5", r"rel of P must be a number, got nan"),
    ],
)
def test_spelling_without_meaning_raises_and_helps(spelling: str, message: str) -> None:
    with pytest.raises(MetricError, match=message):
        parse_metric(spelling)


@pytest.mark.parametrize("spelling", [10, None, ["P@5"]])
def test_what_is_not_a_string_has_no_meaning(spelling: Any) -> None:
    with pytest.raises(MetricError, match=r"is not of the form NAME@K"):
        parse_metric(spelling)


@pytest.mark.parametrize("cutoff", [0, -1, True, 1.0, "10", 10**9])
def test_cutoff_is_a_whole_number_that_can_be_spelled(cutoff: Any) -> None:
    with pytest.raises(MetricError, match=r"cut-off of P must be a whole number from 1 to"):
        Metric("P", cutoff)


@pytest.mark.parametrize("level", [-0.1, 1.1, True, "0.5", math.nan])
def test_recall_level_is_a_number_from_0_to_1(level: Any) -> None:
    with pytest.raises(MetricError, match=r"^IPrec is read at a recall level, .*, got"):
        Metric("IPrec", level)


@pytest.mark.parametrize(
    ("level", "printed"), [(0, "0.0"), (-0.0, "0.0"), (1, "1.0"), (1e-7, "1e-07")]
)
def test_recall_level_prints_as_it_is_parsed(level: float, printed: str) -> None:
    metric = Metric("IPrec", level)
    assert str(metric) == f"IPrec@{printed}"
    assert type(metric.cutoff) is float
    assert parse_metric(str(metric)) == metric


def test_k_is_a_rank_and_depth_the_last_that_matters() -> None:
    assert (Metric("P", 5).k, Metric("P", 5).depth, Metric("P", 5).judged_only) == (5, 5, False)
    assert (Metric("AP").k, Metric("AP").depth) == (None, None)
    assert (Metric("IPrec", 0).k, Metric("IPrec", 1).depth) == (None, None)
    condensed = parse_metric("P(judged_only=True)@5")
    assert (condensed.k, condensed.depth, condensed.judged_only) == (5, None, True)


def test_largest_cutoff_is_the_largest_that_can_be_spelled() -> None:
    assert parse_metric("P@999999999") == Metric("P", 999_999_999)
    assert parse_metric("P@007") == Metric("P", 7)


@pytest.mark.parametrize(
    ("returned", "shape"),
    [([1.0], r"\(1,\)"), ([[1.0, 2.0]], r"\(1, 2\)"), ([1.0, math.inf], r"\(2,\)"), (0.5, r"\(\)")],
)
def test_values_are_one_finite_number_a_query(
    returned: Any, shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def odd(ranked: RankedRelevance, k: int) -> Any:
        return returned

    found = replace(find_formula("P"), function=odd)
    monkeypatch.setitem(registry._FORMULAS, "P", found)
    ranked = RankedRelevance(
        np.ones((2, 1)), np.ones((2, 1)), np.ones(2, np.int64), np.ones((2, 1))
    )
    message = rf"^the formula of P@3 returned an array of shape {shape} or a value that is not"
    message += r" finite; it must return one finite number a query, \(2,\)$"
    with pytest.raises(MetricError, match=message):
        Metric("P", 3).values(ranked)


def test_values_are_float64_whatever_the_formula_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    def whole(ranked: RankedRelevance, k: int) -> Any:
        return np.array([k])

    found = replace(find_formula("P"), function=whole, bounds=(0, 3))
    monkeypatch.setitem(registry._FORMULAS, "P", found)
    values = Metric("P", 3).values(RankedRelevance.of(["a"], {"a": 1}))
    assert values.tolist() == [3.0]
    assert values.dtype == np.float64


def test_parameters_reach_the_formula_and_the_ranking() -> None:
    ranked = RankedRelevance.of(["x", "a", "b"], {"a": 1, "b": 2})
    assert parse_metric("RR").values(ranked).tolist() == [1 / 2]
    assert parse_metric("RR(rel=2)").values(ranked).tolist() == [1 / 3]
    assert parse_metric("RR(judged_only=True)").values(ranked).tolist() == [1.0]
    assert parse_metric("RR(judged_only=True, rel=2)").values(ranked).tolist() == [1 / 2]
    assert parse_metric("RBP(p=0.5)").values(ranked).tolist() == [0.375]


@pytest.mark.parametrize("level", [True, math.nan, "2", None])
def test_level_is_a_number(level: Any) -> None:
    with pytest.raises(MetricError, match=r"rel of P must be a number, got"):
        Metric("P", 5, (("rel", level),))


@pytest.mark.parametrize(
    ("spelling", "metric"),
    [
        ("ndcg_cut_10", "nDCG@10"),
        ("P_5", "P@5"),
        ("recall_100", "R@100"),
        ("map_cut_20", "AP@20"),
        ("success_1", "Success@1"),
        ("relative_P_5", "RCap@5"),
        ("iprec_at_recall_0.10", "IPrec@0.1"),
    ],
)
def test_trec_evals_names_are_understood(spelling: str, metric: str) -> None:
    assert parse_metric(spelling) == parse_metric(metric)


def test_numbers_of_numpy_are_numbers_and_equal_ones_are_spelled_alike() -> None:
    metric = Metric("P", np.int64(5), (("rel", np.float32(2)),))  # type: ignore[arg-type]
    assert (str(metric), str(parse_metric("P(rel=2.0)@5"))) == ("P(rel=2)@5", "P(rel=2)@5")


def test_parameters_behind_the_cutoff_are_told_where_to_stand() -> None:
    with pytest.raises(MetricError, match="parameters stand before the cut-off"):
        parse_metric("nDCG@10(gain=exp)")


def test_what_is_no_spelling_at_all_is_told_by_example() -> None:
    told = "'nDCG 10' is not of the form NAME@K or NAME(PARAMETER=VALUE)@K, for example nDCG@10 or"
    with pytest.raises(MetricError) as caught:
        parse_metric("nDCG 10")
    assert str(caught.value) == f'metric {told} nDCG(gain="exp")@10'
