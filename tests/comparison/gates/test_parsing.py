import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.comparison.gates import (
    Churn,
    Drop,
    Gate,
    GateTest,
    Latency,
    Overlap,
    parse_gate,
)
from retrieval_checks.errors import SettingsError
from retrieval_checks.judgement.floor import Floor
from retrieval_checks.metrics.metric import Metric

NDCG, RECALL = Metric("nDCG", 10), Metric("R", 100)
METRICS = [NDCG, Metric("AP"), Metric("P", 5, (("rel", 2),)), Metric("IPrec", 0.1)]

SPELLINGS = {
    "nDCG@10 >= 0.62": Floor(NDCG, 0.62),
    " ndcg_cut @ 10>=62 %": Floor(NDCG, 0.62),
    "nDCG@10 drop <= 0.02": Drop(NDCG, 0.02),
    "nDCG drop<=.02": Drop(Metric("nDCG"), 0.02),
    "nDCG@10 DROP <= 2e-2 @ 95%": Drop(NDCG, 0.02),
    "R@100 drop <= 0.01 @ 99%": Drop(RECALL, 0.01, confidence=0.99),
    "recall@100 Drop<=+0.01@99.9 %": Drop(RECALL, 0.01, confidence=0.999),
    "P(rel=2)@5 drop <= 0.5 @ 9e1%": Drop(Metric("P", 5, (("rel", 2),)), 0.5, confidence=0.9),
    "p95_ms <= 120": Latency(95, 120),
    "\tP99.9_MS<=120.0 ": Latency(99.9, 120),
    "P_5 >= 0.5": Floor(Metric("P", 5), 0.5),
    "churn@1 <= 15%": Churn(1, 0.15),
    "Churn @ 01<=.15": Churn(1, 0.15),
    "overlap@10 >= 0.8": Overlap(10, 0.8),
    "OVERLAP@10>=80%": Overlap(10, 0.8),
}


@pytest.mark.parametrize(("text", "test"), SPELLINGS.items())
def test_every_spelling_is_read(text: str, test: GateTest) -> None:
    assert parse_gate(text) == Gate(test)
    assert parse_gate(f" Tag :de-AT  {text}") == Gate(test, tag="de-AT")


def gate_tests() -> st.SearchStrategy[GateTest]:
    metrics, cutoffs, shares = (
        st.sampled_from(METRICS),
        st.integers(1, 999_999_999),
        st.floats(0, 1),
    )
    inner = st.floats(0, 1, exclude_min=True, exclude_max=True)
    confidences = st.floats(0.5, 1, exclude_min=True, exclude_max=True)
    times = st.floats(0, exclude_min=True, allow_infinity=False)
    return st.one_of(
        st.builds(Floor, metrics, shares),
        st.builds(Drop, metrics, inner, confidences | st.just(0.95)),
        st.builds(Churn, cutoffs, shares),
        st.builds(Overlap, cutoffs, shares),
        st.builds(Latency, st.floats(1, 100), times),
    )


TAGS = st.none() | st.from_regex(r"[A-Za-z][\w.+-]*", fullmatch=True)


@given(st.builds(Gate, gate_tests(), TAGS))
def test_every_gate_survives_printing(gate: Gate) -> None:
    assert parse_gate(str(gate)) == gate
    assert str(parse_gate(str(gate))) == str(gate)


@given(st.text("nDCG@10 RPdropchurnve<>=.%5tag:_ms", max_size=30))
def test_any_text_is_a_gate_or_is_refused_with_the_position(text: str) -> None:
    gate = None
    with suppress(SettingsError):
        gate = parse_gate(text)
    if gate:
        assert parse_gate(str(gate)) == gate
    else:
        with pytest.raises(SettingsError, match=f"^{re.escape(repr(text))}, position [0-9]+: "):
            parse_gate(text)
