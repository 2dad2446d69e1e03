import math

import numpy as np
import pytest

from retrieval_checks.comparison.gates import Drop
from retrieval_checks.errors import SettingsError
from retrieval_checks.metrics.metric import Metric

NDCG = Metric("nDCG", 10)


def test_confidence_is_95_percent_where_none_is_stated_and_is_then_not_printed() -> None:
    assert Drop(NDCG, 0.02).confidence == 0.95
    assert str(Drop(NDCG, 0.02, confidence=0.95)) == "nDCG@10 drop <= 0.02"
    assert str(Drop(NDCG, 0.02, confidence=0.999)) == "nDCG@10 drop <= 0.02 @ 99.9%"


@pytest.mark.parametrize("margin", [0, -0.02, 1, 2, math.nan, math.inf])
def test_margin_that_is_nothing_or_everything_is_refused(margin: float) -> None:
    with pytest.raises(SettingsError, match="margin of nDCG@10 must lie between 0 and 1, both ex"):
        Drop(NDCG, margin)


@pytest.mark.parametrize("metric", [Metric("NumRelRet", 10), Metric("NumRelRet")])
def test_metric_outside_0_and_1_cannot_drop(metric: Metric) -> None:
    """A loss of .65 and one of .01 mean nothing of a count."""
    with pytest.raises(SettingsError, match=r"cannot be judged: it lies in \[0, inf\], and drops"):
        Drop(metric, 0.2)


@pytest.mark.parametrize("confidence", [0.5, 1, 0, 99, math.nan])
def test_confidence_of_a_coin_or_of_certainty_is_refused(confidence: float) -> None:
    with pytest.raises(SettingsError, match=r"confidence of a drop must lie between 0\.5 and 1"):
        Drop(NDCG, 0.02, confidence=confidence)


@pytest.mark.parametrize("value", [True, "0.02", None])
def test_what_is_not_a_number_is_refused(value: object) -> None:
    with pytest.raises(SettingsError, match="margin of nDCG@10 must be a number, got"):
        Drop(NDCG, value)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="confidence of a drop must be a number, got"):
        Drop(NDCG, 0.02, confidence=value)  # type: ignore[arg-type]


def test_numbers_of_numpy_are_kept_as_pythons() -> None:
    drop = Drop(NDCG, np.float64(0.02), confidence=np.float64(0.99))
    assert (type(drop.margin), type(drop.confidence)) == (float, float)
    assert str(drop) == "nDCG@10 drop <= 0.02 @ 99%"


@pytest.mark.parametrize("metric", [Metric("RBP_residual", 10), Metric("NumRet", 10)])
def test_metric_of_which_more_is_not_better_cannot_drop(metric: Metric) -> None:
    with pytest.raises(SettingsError, match=r"a drop of .* says nothing: a higher value is not"):
        Drop(metric, 0.02)
