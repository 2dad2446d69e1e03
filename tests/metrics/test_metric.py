import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.errors import MetricError
from retrieval_checks.metrics.formula import find_formula, formula_names
from retrieval_checks.metrics.metric import Metric, parse_metric
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
}


@pytest.mark.parametrize(("spelling", "canonical"), ALIASES.items())
def test_alias_prints_canonically(spelling: str, canonical: str) -> None:
    assert str(parse_metric(spelling)) == canonical


@pytest.mark.parametrize("name", formula_names())
def test_every_name_and_alias_parses_in_any_case(name: str) -> None:
    metric = Metric(name, 7)
    for spelling in (name, *find_formula(name).aliases):
        for cased in (spelling, spelling.lower(), spelling.upper(), spelling.title()):
            assert parse_metric(f"{cased}@7") == metric


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
    with pytest.raises(MetricError, match="Judged has no parameter 'p', nor any other"):
        parse_metric("Judged(p=2)@5")
    with pytest.raises(MetricError, match=r"nDCG has no parameter 'rol'; allowed: gain$"):
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
        ("P@1.5", r"cut-off '1.5' in 'P@1.5' is not a whole number"),
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


@pytest.mark.parametrize("level", [True, math.nan, "2", None])
def test_level_is_a_number(level: Any) -> None:
    with pytest.raises(MetricError, match=r"rel of P must be a number, got"):
        Metric("P", 5, (("rel", level),))
