import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.errors import SettingsError
from retrieval_checks.judgement.floor import Floor, check_share, parse_floor
from retrieval_checks.metrics import formula as registry
from retrieval_checks.metrics.formula import formula
from retrieval_checks.metrics.metric import Metric
from retrieval_checks.metrics.ranked import RankedRelevance

NDCG = Metric("nDCG", 10)


@pytest.mark.parametrize(
    "text",
    [
        "nDCG@10 >= 0.62",
        "nDCG@10>=0.62",
        "  ndcg@10\t>=   .62  ",
        "ndcg_cut @ 10 >= 62%",
        "nDCG@10 >= 62.0 %",
        "nDCG@10 >= +6.2e-1",
        'nDCG(gain="lin")@10 >= 0.62',
    ],
)
def test_every_spelling_means_the_same_floor(text: str) -> None:
    assert parse_floor(text) == Floor(NDCG, 0.62)


def test_parameters_of_the_metric_are_read() -> None:
    floor = parse_floor('nDCG(gain="exp")@5 >= 0.5')
    assert floor.metric == Metric("nDCG", 5, (("gain", "exp"),))


def test_metric_without_cut_off_is_read() -> None:
    assert parse_floor("map >= 0.3") == Floor(Metric("AP"), 0.3)


@pytest.mark.parametrize(("percent", "share"), [("0.7", 0.007), ("1.3", 0.013), ("100", 1.0)])
def test_percent_is_the_float_that_the_share_is(percent: str, share: float) -> None:
    assert 0.7 / 100 != 0.007  # why the division is done in decimal
    assert parse_floor(f"RR >= {percent}%").bound == share


@pytest.mark.parametrize(
    ("bound", "text"), [(0, "0.0"), (1, "1.0"), (1e-7, "1e-07"), (-0.0, "0.0")]
)
def test_floor_prints_as_it_is_parsed(bound: float, text: str) -> None:
    floor = Floor(NDCG, bound)
    assert str(floor) == f"nDCG@10 >= {text}"
    assert parse_floor(str(floor)) == floor


@given(st.floats(0, 1), st.sampled_from([NDCG, Metric("AP"), Metric("P", 5, (("rel", 2),))]))
def test_every_floor_survives_printing(bound: float, metric: Metric) -> None:
    assert parse_floor(str(Floor(metric, bound))) == Floor(metric, bound)


def of_no_document(ranked: RankedRelevance, k: int, *, w: str = "") -> FloatArray:
    return np.zeros(len(ranked))


@pytest.fixture
def own_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    """`Labelled(w="...")@k`, and one that is called `Drop`, for one test."""
    monkeypatch.setattr(registry, "_FORMULAS", dict(registry._FORMULAS))
    monkeypatch.setattr(registry, "_SPELLINGS", dict(registry._SPELLINGS))
    for name in ("Labelled", "Drop"):
        formula(name, bounds=(0.0, 1.0))(of_no_document)


@pytest.mark.usefixtures("own_metrics")
@pytest.mark.parametrize("word", ["a(b", "a)b", "f(x)", "drop", "a drop b", ")@5 drop", ">= 1"])
def test_word_in_quotes_may_be_anything(word: str) -> None:
    floor = Floor(Metric("Labelled", 10, (("w", word),)), 0.5)
    assert parse_floor(str(floor)) == floor
    assert parse_floor(f"Labelled(w='{word}')@10 >= 0.5") == floor


@pytest.mark.usefixtures("own_metrics")
def test_only_drop_behind_the_metric_is_a_comparison() -> None:
    assert parse_floor("drop@5 >= 0.5") == Floor(Metric("Drop", 5), 0.5)
    for text in ('Labelled(w="(")@10 drop <= 0.02', "Drop@5 drop <= 0.02", "P drop <= 0.02"):
        with pytest.raises(SettingsError, match="compares with a baseline"):
            parse_floor(text)


def test_floor_holds_at_its_bound_and_not_an_ulp_below() -> None:
    floor = Floor(NDCG, 0.62)
    assert floor.holds(0.62)
    assert not floor.holds(math.nextafter(0.62, 0))
    assert not floor.holds(math.nan)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nDCG@10 > 0.62", "position 9: expected '>=', found '>'; write 'nDCG@10 >= 0.62'"),
        ("nDCG@10 => 62%", "position 9: expected '>=', found '=>'; write 'nDCG@10 >= 62%'"),
        ("nDCG@10 ≥ 0.7", "position 9: expected '>=', found '≥'; write 'nDCG@10 >= 0.7'"),
        ("nDCG@10 <= 0.7", "position 9: expected '>=', found '<='"),
        ("nDCG@10 0.7", "position 9: expected '>=', found '0.7'; write 'nDCG@10 >= 0.7'"),
        ("nDCG@10", "position 8: expected '>=', found nothing; write 'nDCG@10 >= 0.62'"),
        ("nDCG@10 >=", "position 11: expected a number, found nothing"),
        ("nDCG@10 >= high", "position 12: expected a number, found 'high'"),
        ("nDCG@10 >= nan", "position 12: expected a number, found 'nan'"),
        ("nDCG@10 >= 0,62", "position 13: expected the end of the expression, found ',62';"),
        ("nDCG@10 >= 0,62", "write 'nDCG@10 >= 0.62'"),
        ("nDCG@10 >= 0.5 @ 99%", "position 16: expected the end of the expression, found '@'"),
        (">= 0.62", "position 1: expected a metric, found '>='; write 'nDCG@10 >= 0.62'"),
        ("  >= 0.62", "position 3: expected a metric, found '>='"),
        ("", "position 1: expected a metric, found nothing"),
        ("  nDGC@10 >= 0.62", "position 3: no metric 'nDGC'; did you mean 'nDCG'"),
        ("nDCG@0 >= 0.62", "position 1: cut-off of nDCG must be a whole number from 1"),
        ("raindrop >= 0.62", "position 1: no metric 'raindrop'"),
        ("P >= 0.62", "position 1: P needs a cut-off, for example P@10"),
        (
            "nDCG@10 >= 62",
            "position 12: bound of nDCG@10 must lie in [0, 1], got 62.0; 62 % is 0.62",
        ),
        ("nDCG@10 >= -0.1", "position 12: bound of nDCG@10 must lie in [0, 1], got -0.1"),
        ("nDCG@10 >= 101%", "position 12: bound of nDCG@10 must lie in [0, 1], got 1.01"),
        ("tag:legal nDCG@10 >= 0.5", "position 1: no metric 'tag'"),
        ("nDCG(gain='exp)@10 >= 0.5", 'position 1: gain of nDCG cannot be "\'exp"'),
        ('nDCG(gain="exp)@10', "position 1: gain of nDCG cannot be '\"exp'"),
        ("NumRelRet@10 => 50%", "expected '>=', found '=>'; write 'NumRelRet@10 >= 50'"),
        ("NumRet@10 >= 50%", "a floor under NumRet@10 says nothing"),
    ],
)
def test_refusal_has_the_position_what_stands_there_and_what_to_write(
    text: str, message: str
) -> None:
    with pytest.raises(SettingsError, match=re.escape(message)):
        parse_floor(text)


@pytest.mark.parametrize("text", ["nDCG@10 drop <= 0.02", "R@100 Drop <= 0.01 @ 99%"])
def test_comparison_with_a_baseline_is_recognised(text: str) -> None:
    with pytest.raises(SettingsError, match="compares with a baseline; only floors METRIC >= NUMB"):
        parse_floor(text)


def test_what_is_not_text_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"got 0\.62 of type float"):
        parse_floor(0.62)  # type: ignore[arg-type]


@pytest.mark.parametrize("bound", [math.nan, math.inf, -1e-9, 1.0000001])
def test_bound_outside_the_range_is_refused(bound: float) -> None:
    with pytest.raises(SettingsError, match=r"bound of nDCG@10 must lie in \[0, 1\]"):
        Floor(NDCG, bound)


@pytest.mark.parametrize("bound", [True, "0.6", None, [0.6]])
def test_bound_that_is_not_a_number_is_refused(bound: object) -> None:
    with pytest.raises(SettingsError, match=r"bound of nDCG@10 must be a number in \[0, 1\]"):
        Floor(NDCG, bound)  # type: ignore[arg-type]


def test_numbers_of_numpy_are_numbers() -> None:
    assert check_share(np.float32(0.5), "by") == 0.5
    assert type(Floor(NDCG, np.float64(0.5)).bound) is float


def test_recall_level_of_a_metric_is_part_of_it() -> None:
    assert str(parse_floor("IPrec@0.1 >= 0.5")) == "IPrec@0.1 >= 0.5"
    assert parse_floor("IPrec@1e-05 >= 0.5").metric.cutoff == 1e-05


@pytest.mark.parametrize("metric", ["RBP_residual(p=0.5)@10", "NumRet@10"])
def test_metric_of_which_more_is_not_better_has_no_floor(metric: str) -> None:
    with pytest.raises(SettingsError, match="a higher value is not a better one"):
        parse_floor(f"{metric} >= 0.5")


def test_bound_lies_within_the_metrics_own() -> None:
    assert parse_floor("NumRelRet@10 >= 3").holds(3.0)
    with pytest.raises(SettingsError, match=r"must lie in \[0, inf\], got -1.0"):
        parse_floor("NumRelRet@10 >= -1")


def test_percent_of_a_metric_that_is_no_share_is_refused() -> None:
    message = (
        "position 19: expected the end of the expression, as NumRelRet@10 lies in [0, inf], not in"
        " [0, 1], found '%'; write 'NumRelRet@10 >= 50'"
    )
    with pytest.raises(SettingsError, match=re.escape(message)):
        parse_floor("NumRelRet@10 >= 50%")
