"""From one pipeline to another: what is said, and the one line at the end."""

import json

import numpy as np
import pytest

from retrieval_checks.comparison.gates import parse_gate
from retrieval_checks.comparison.upgrade import System, judge_upgrade
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run

N = 120
IDS = [f"q{i:03}" for i in range(N)]
QRELS = Qrels.from_dict({query_id: {"a": 1} for query_id in IDS})


def _system(name: str, lost: int = 0, **costs: object) -> System:
    """The first `lost` queries find nothing relevant, all others find `a` first."""
    rankings = {q: ["x", "b"] if row < lost else ["a", "b"] for row, q in enumerate(IDS)}
    return System(name, Run.from_ids(rankings, name=name), **costs)  # type: ignore[arg-type]


def test_a_candidate_that_is_shown_not_worse_is_an_upgrade() -> None:
    upgrade = judge_upgrade(_system("old"), _system("new"), QRELS)
    assert upgrade.answer == "UPGRADE"
    assert [str(gate) for gate in upgrade.gates] == ["nDCG@10 drop <= 0.02"]
    assert upgrade.explain().splitlines()[-1] == "UPGRADE"
    assert upgrade.more_queries is None


def test_a_candidate_that_loses_a_tenth_of_the_queries_is_held() -> None:
    upgrade = judge_upgrade(_system("old"), _system("new", lost=12), QRELS)
    assert upgrade.answer == "HOLD"
    assert upgrade.explain().splitlines()[-1] == "HOLD: fails 'nDCG@10 drop <= 0.02'"
    assert upgrade.churn == {1: 0.1, 10: 0.1}
    assert "  nDCG@10: 1.0000 -> 0.9000, -0.1000 [" in upgrade.explain()
    assert "  win / tie / loss: 0 / 108 / 12" in upgrade.explain()


def test_what_the_queries_cannot_tell_is_no_upgrade_and_says_how_many_more() -> None:
    upgrade = judge_upgrade(_system("old"), _system("new", lost=1), QRELS)
    assert upgrade.answer == "NOT ENOUGH EVIDENCE"
    (verdict,) = upgrade.gates.values()
    needed = verdict.evidence["needed"]  # type: ignore[union-attr]
    assert upgrade.more_queries == needed - N > 0
    assert upgrade.explain().splitlines()[-1] == (
        f"NOT ENOUGH EVIDENCE ({needed - N:,} more queries)"
    )


def test_a_broken_golden_query_holds_whatever_the_mean_says() -> None:
    broken = {"q007": "'a' is at rank 2"}
    upgrade = judge_upgrade(_system("old"), _system("new"), QRELS, broken=broken)
    assert upgrade.answer == "HOLD"
    assert "  BROKEN golden query 'q007': 'a' is at rank 2" in upgrade.explain()
    assert upgrade.explain().splitlines()[-1] == "HOLD: breaks 'q007'"


def test_declared_gates_are_judged_beside_the_drop() -> None:
    gates = [parse_gate("RR@10 drop <= 0.3"), parse_gate("Success@1 >= 0.95")]
    upgrade = judge_upgrade(_system("old"), _system("new", lost=12), QRELS, gates=gates)
    outcomes = {
        str(gate): getattr(verdict, "outcome", None) for gate, verdict in upgrade.gates.items()
    }
    assert outcomes == {"RR@10 drop <= 0.3": "PASS", "Success@1 >= 0.95": "FAIL"}
    assert str(upgrade.primary.metric) == "RR@10"


def test_a_gate_that_cannot_be_evaluated_is_no_pass() -> None:
    gate = parse_gate("tag:rare nDCG@10 drop <= 0.05")
    tags = {"rare": tuple(IDS[:24])}
    upgrade = judge_upgrade(_system("old"), _system("new"), QRELS, gates=[gate], tags=tags)
    assert upgrade.answer == "NOT ENOUGH EVIDENCE"
    assert "NOT EVALUATED tag:rare nDCG@10 drop <= 0.05" in upgrade.explain()
    assert upgrade.tags == {"rare": (24, 1.0, 1.0)}


def test_costs_stand_side_by_side() -> None:
    times = {"dense": np.array([1.0, 2.0, 3.0])}
    old = _system("old", latencies=times, dimension=384, index_bytes=3 << 20, truncated=0.25)
    text = judge_upgrade(old, _system("new", dimension=64), QRELS).explain()
    assert "  dense ms, p50 / p95  2.0 / 2.9 -> -" in text
    assert "  dimensions           384 -> 64" in text
    assert "  index, MiB           3.00 -> -" in text
    assert "  documents cut off    25.0% -> -" in text


def test_a_latency_gate_takes_the_sum_of_the_stages() -> None:
    times = {"dense": np.array([1.0, 2.0]), "rerank": np.array([10.0, 20.0])}
    gate = parse_gate("p50_ms <= 16")
    upgrade = judge_upgrade(_system("old"), _system("new", latencies=times), QRELS, gates=[gate])
    verdict = upgrade.gates[gate]
    assert verdict.evidence["value"] == 16.5  # type: ignore[union-attr]
    assert verdict.outcome == "FAIL"  # type: ignore[union-attr]


def test_new_unjudged_documents_are_listed_by_what_they_could_change() -> None:
    upgrade = judge_upgrade(_system("old"), _system("new", lost=2), QRELS)
    assert [(pair.query_id, pair.doc_id, pair.rank) for pair in upgrade.to_judge] == [
        ("q000", "x", 1),
        ("q001", "x", 1),
    ]


def test_each_stage_is_swapped_alone() -> None:
    swapped = {"dense": _system("dense", lost=12), "rerank": _system("rerank")}
    upgrade = judge_upgrade(_system("old"), _system("new", lost=12), QRELS, swapped=swapped)
    assert upgrade.attribution is not None
    assert upgrade.attribution.largest == "dense"
    assert judge_upgrade(_system("old"), _system("new"), QRELS).attribution is None


@pytest.mark.parametrize("lost", [0, 1, 12])
def test_it_is_strict_json_and_the_same_every_time(lost: int) -> None:
    systems = _system("old"), _system("new", lost=lost)
    first, second = (judge_upgrade(*systems, QRELS).to_dict() for _ in range(2))
    assert json.dumps(first, allow_nan=False) == json.dumps(second, allow_nan=False)
    assert first["answer"] in ("UPGRADE", "HOLD", "NOT ENOUGH EVIDENCE")
