import numpy as np
import pytest

from retrieval_checks.comparison.gates import (
    Churn,
    Drop,
    Gate,
    GateTest,
    Latency,
    Overlap,
    is_tag,
    parse_gate,
)
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.errors import SettingsError
from retrieval_checks.judgement.floor import Floor
from retrieval_checks.metrics import formula as registry
from retrieval_checks.metrics.formula import formula
from retrieval_checks.metrics.metric import Metric
from retrieval_checks.metrics.ranked import RankedRelevance

NDCG = Metric("nDCG", 10)
CONDENSED = Metric("nDCG", 10, (("judged_only", True),))


@pytest.mark.parametrize(
    ("test", "needs_reference", "metric", "depth"),
    [
        (Floor(NDCG, 0.62), False, NDCG, 10),
        (Floor(Metric("AP"), 0.3), False, Metric("AP"), None),
        (Floor(CONDENSED, 0.62), False, CONDENSED, None),
        (Drop(NDCG, 0.02), True, NDCG, 10),
        (Churn(1, 0.15), True, None, 1),
        (Overlap(20, 0.8), True, None, 20),
        (Latency(95, 120), False, None, None),
    ],
)
def test_gate_knows_what_its_test_takes(
    test: GateTest, needs_reference: bool, metric: Metric | None, depth: int | None
) -> None:
    gate = Gate(test, tag="legal")
    assert (gate.needs_reference, gate.metric, gate.depth) == (needs_reference, metric, depth)


def test_tag_stands_in_front_of_the_test() -> None:
    assert str(Gate(Churn(1, 0.15))) == "churn@1 <= 15%"
    assert str(Gate(Churn(1, 0.15), tag="de.long-2")) == "tag:de.long-2 churn@1 <= 15%"


def test_equal_gates_are_one_in_a_set() -> None:
    assert len({Gate(Drop(NDCG, 0.02)), Gate(Drop(Metric("ndcg", 10), 0.02, confidence=0.95))}) == 1


@pytest.mark.parametrize("tag", ["", "2024", "a b", "legal\n", "a:b", "-x", 5])
def test_tag_that_cannot_be_selected_is_refused(tag: str) -> None:
    assert not is_tag(tag)
    with pytest.raises(SettingsError, match=r"tag .* is not a letter, then letters, digits"):
        Gate(Churn(1, 0.15), tag=tag)


def test_what_is_no_test_is_refused() -> None:
    with pytest.raises(SettingsError, match="the test of a gate cannot be 'nDCG@10 >= 0"):
        Gate("nDCG@10 >= 0.62")  # type: ignore[arg-type]


def of_no_document(ranked: RankedRelevance, k: int | None) -> FloatArray:
    return np.zeros(len(ranked))


@pytest.fixture
def own_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    """Metrics that are called like gates, or nearly, for one test."""
    monkeypatch.setattr(registry, "_FORMULAS", dict(registry._FORMULAS))
    monkeypatch.setattr(registry, "_SPELLINGS", dict(registry._SPELLINGS))
    formula("Churn", aliases=("ChurnOfMine",), bounds=(0.0, 1.0))(of_no_document)
    for name in ("OVERLAP", "p95_ms", "Churns"):
        formula(name, cutoff="optional", bounds=(0.0, 1.0))(of_no_document)


@pytest.mark.usefixtures("own_metrics")
@pytest.mark.parametrize("name", ["Churn", "OVERLAP", "p95_ms"])
def test_own_metric_with_the_name_of_a_gate_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=f"metric '{name}' cannot stand in a gate"):
        Gate(Floor(Metric(name, 1), 0.5))


@pytest.mark.usefixtures("own_metrics")
def test_word_of_a_gate_means_the_gate_whatever_metrics_there_are() -> None:
    assert parse_gate("churn@1 <= 0.15") == Gate(Churn(1, 0.15))
    assert parse_gate("p95_ms <= 120") == Gate(Latency(95, 120))
    assert parse_gate("Churns@1 >= 0.5") == Gate(Floor(Metric("Churns", 1), 0.5))
    with pytest.raises(
        SettingsError, match=r"^'ChurnOfMine@1 >= 0\.5', position 1: metric 'Churn' "
    ):
        parse_gate("ChurnOfMine@1 >= 0.5")
