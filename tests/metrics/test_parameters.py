"""Parameters of a metric: what a formula takes, and their one spelling."""

import math
import re
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from retrieval_checks.errors import MetricError
from retrieval_checks.metrics.formula import Formula, find_formula
from retrieval_checks.metrics.metric import Metric, parse_metric
from retrieval_checks.metrics.parameters import checked_params
from tests.metrics.variants import variants

P, NDCG, RBP = find_formula("P"), find_formula("nDCG"), find_formula("RBP")
WORDY = Formula("Wordy", P.function, {"label": "a", "share": 1}, {"share": (1, 2)})


def refused(found: Formula, params: Mapping[str, Any], message: str) -> None:
    with pytest.raises(MetricError, match=f"^{re.escape(message)}$"):
        checked_params(found, params)


def test_parameters_are_sorted_and_defaults_left_out() -> None:
    assert checked_params(P, {"rel": 2, "judged_only": True}) == (
        ("judged_only", True),
        ("rel", 2),
    )
    assert checked_params(NDCG, {"gain": "exp"}) == (("gain", "exp"),)
    assert checked_params(NDCG, {"gain": "lin"}) == ()
    assert checked_params(RBP, {"p": 0.8, "rel": 1}) == (("rel", 1),)  # the evaluation may differ
    assert checked_params(RBP, {"p": 0.95}) == (("p", 0.95),)
    assert checked_params(P, {}) == ()


@pytest.mark.parametrize("value", [False, "False", "false", "FALSE", np.False_])
def test_false_is_the_default_of_judged_only(value: Any) -> None:
    assert checked_params(P, {"judged_only": value}) == ()


@pytest.mark.parametrize("value", [True, "True", "true", "TRUE", np.True_])
def test_true_is_judged_only_in_any_spelling(value: Any) -> None:
    assert checked_params(NDCG, {"judged_only": value}) == (("judged_only", True),)
    assert type(checked_params(NDCG, {"judged_only": value})[0][1]) is bool


@pytest.mark.parametrize("value", [1, 0, "yes", None, ""])
def test_anything_else_is_no_judged_only(value: Any) -> None:
    message = f"judged_only of P must be True or False, got {value!r}"
    refused(P, {"judged_only": value}, message)


@pytest.mark.parametrize("level", [2, 0, -1, 2.5, math.inf, -math.inf, 10**300])
def test_level_is_any_number(level: float) -> None:
    assert checked_params(P, {"rel": level}) == (("rel", level),)


@pytest.mark.parametrize("level", [True, False, "2", None, math.nan, 10**400, -(10**400), [1]])
def test_level_is_a_number_that_a_float_can_hold(level: Any) -> None:
    refused(P, {"rel": level}, f"rel of P must be a number, got {level!r}")


def test_level_without_effect_is_refused_with_the_right_spelling() -> None:
    start = "rel has no effect on {}, which does not ask what is relevant; leave it out: {}"
    refused(NDCG, {"rel": 1}, start.format("nDCG", "nDCG"))
    refused(find_formula("Judged"), {"rel": 1}, start.format("Judged", "Judged@10"))


def test_unknown_parameter_names_those_there_are() -> None:
    refused(P, {"zzz": 1}, "P has no parameter 'zzz'; allowed: judged_only, rel")
    refused(NDCG, {"zzz": 1}, "nDCG has no parameter 'zzz'; allowed: gain, judged_only")
    refused(RBP, {"rol": 1}, "RBP has no parameter 'rol'; did you mean 'rel'?")
    refused(NDCG, {"gian": "exp"}, "nDCG has no parameter 'gian'; did you mean 'gain'?")


@pytest.mark.parametrize("value", ["0.5", None, True, 10**400, [0.5]])
def test_number_is_a_number(value: Any) -> None:
    refused(RBP, {"p": value}, f"p of RBP must be a number, got {value!r}")


@pytest.mark.parametrize("value", [1, 0.5, None, True])
def test_word_is_a_word(value: Any) -> None:
    refused(NDCG, {"gain": value}, f"gain of nDCG must be a word, got {value!r}")


@pytest.mark.parametrize("label", ["a,b", 'a"b', "a'b", "a\nb", "\x1b[31m"])
def test_word_that_cannot_be_spelled_is_refused(label: str) -> None:
    message = f"label of Wordy cannot be {label!r}: it has no spelling"
    refused(WORDY, {"label": label}, message)


def test_not_a_number_has_no_spelling() -> None:
    refused(RBP, {"p": math.nan}, "p of RBP cannot be nan: it has no spelling")


def test_choice_is_one_of_those_there_are() -> None:
    refused(NDCG, {"gain": "expo"}, "gain of nDCG cannot be 'expo'; did you mean 'exp'?")
    refused(NDCG, {"gain": "zzz"}, "gain of nDCG cannot be 'zzz'; allowed: exp, lin")
    refused(WORDY, {"share": 3}, "share of Wordy cannot be 3; allowed: 1, 2")
    assert checked_params(WORDY, {"share": 2, "label": ""}) == (("label", ""), ("share", 2))


@pytest.mark.parametrize("metric", variants(levels=(2, 0.5, -1, 1e-07, 1e22)), ids=str)
def test_every_metric_is_what_its_print_parses_to(metric: Metric) -> None:
    assert parse_metric(str(metric)) == metric
    assert str(parse_metric(str(metric))) == str(metric)
    assert hash(parse_metric(str(metric))) == hash(metric)


def test_largest_float_is_a_number_as_a_whole_number_too() -> None:
    largest = int(sys.float_info.max)
    assert checked_params(P, {"rel": largest}) == (("rel", largest),)


def test_what_is_left_out_takes_nothing_with_it() -> None:
    assert checked_params(P, {"judged_only": False, "rel": 2}) == (("rel", 2),)
    assert checked_params(NDCG, {"gain": "lin", "judged_only": True}) == (("judged_only", True),)
