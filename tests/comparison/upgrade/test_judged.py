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


def _system(name: str, lost: int = 0, fallen: slice = slice(0), **costs: object) -> System:
    """`a` comes first; the first queries lose it, and some have it at rank 2."""
    rankings = {q: ["a", "b"] for q in IDS}
    rankings |= {q: ["x", "a"] for q in IDS[fallen]}
    rankings |= {q: ["x", "b"] for q in IDS[:lost]}
    return System(name, Run.from_ids(rankings, name=name), **costs)  # type: ignore[arg-type]


# Twelve queries rise and twelve fall by as much: nothing is lost, and the mean stays.
UNDECIDED = _system("old", fallen=slice(12, 24)), _system("new", fallen=slice(12))


def test_a_candidate_that_is_shown_not_worse_is_an_upgrade() -> None:
    upgrade = judge_upgrade(_system("old"), _system("new"), QRELS)
    assert upgrade.answer == "UPGRADE"
    assert [str(gate) for gate in upgrade.gates] == ["nDCG@10 drop <= 0.02"]
    assert upgrade.explain().splitlines()[-1] == "UPGRADE"
    assert upgrade.more_queries is None


def test_a_candidate_that_loses_a_tenth_of_the_queries_is_held() -> None:
    systems = _system("old"), _system("new", lost=12)
    upgrade = judge_upgrade(*systems, QRELS, are_chosen=True)
    assert upgrade.answer == "HOLD"
    assert "  lost from the top 10: 12, found there anew: 0" in upgrade.explain()
    last = upgrade.explain().splitlines()[-1]
    assert last.startswith("HOLD: fails 'nDCG@10 drop <= 0.02'; breaks 'q000', 'q001', ")
    assert upgrade.churn == {1: 0.1, 10: 0.1}
    assert "  nDCG@10: 1.0000 -> 0.9000, -0.1000 [" in upgrade.explain()
    assert "  win / tie / loss: 0 / 108 / 12" in upgrade.explain()


def test_lost_queries_of_a_sample_are_counted_and_break_nothing() -> None:
    upgrade = judge_upgrade(_system("old", lost=9), _system("new", lost=3), QRELS)
    assert (len(upgrade.lost), len(upgrade.found), upgrade.broken) == (0, 6, {})
    back = judge_upgrade(_system("old", lost=3), _system("new", lost=9), QRELS)
    assert back.lost == tuple(IDS[3:9])
    assert back.broken == {}


def test_what_the_queries_cannot_tell_is_no_upgrade_and_says_how_many_more() -> None:
    upgrade = judge_upgrade(*UNDECIDED, QRELS)
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
    assert "  BROKEN query 'q007': 'a' is at rank 2" in upgrade.explain()
    assert upgrade.explain().splitlines()[-1] == "HOLD: breaks 'q007'"


def test_the_answer_is_one_line_however_long() -> None:
    names = [f"query with a name of some length, number {number}" for number in range(9)]
    broken = dict.fromkeys(names, "'a' is at rank 2")
    last = judge_upgrade(_system("old"), _system("new"), QRELS, broken=broken).explain()
    assert last.splitlines()[-1].startswith("HOLD: breaks 'query with a name of some length")
    assert len(last.splitlines()[-1]) > 100


def test_a_lost_query_holds_though_the_gates_cannot_tell() -> None:
    upgrade = judge_upgrade(_system("old"), _system("new", lost=1), QRELS, are_chosen=True)
    told = "lost: no relevant document in the top 10; 'a' was at rank 1"
    assert upgrade.broken == {"q000": told}
    assert upgrade.answer == "HOLD"
    assert f"  BROKEN query 'q000': {told}" in upgrade.explain()
    assert upgrade.explain().splitlines()[-1] == "HOLD: breaks 'q000'"


def test_lost_is_what_was_in_the_top_ten_and_is_not_any_more() -> None:
    """Rank 10 counts, rank 11 does not; nor does grade 0; nor a query that nobody was asked."""
    above = [f"x{rank}" for rank in range(1, 10)]
    before = {"ten": [*above, "a"], "deep": [*above, "x", "a"], "none": ["b"], "gone": ["a"]}
    now = {"ten": [*above, "b", "a"], "deep": ["b"], "none": ["x"], "gone": []}
    judged = {query_id: {"a": 1, "b": 0} for query_id in [*before, "unasked"]}
    steady = {query_id: ["a"] for query_id in IDS}
    old = System("old", Run.from_ids({**steady, **before}))
    new = System("new", Run.from_ids({**steady, **now}))
    qrels = Qrels.from_dict({**QRELS.to_dict(), **judged})
    upgrade = judge_upgrade(
        old, new, qrels, broken={"ten": "its expectation fails"}, are_chosen=True
    )
    assert upgrade.broken == {
        "ten": "its expectation fails",
        "gone": "lost: no relevant document in the top 10; 'a' was at rank 1",
    }


def test_how_many_more_is_not_known_where_one_gate_cannot_say() -> None:
    gates = [parse_gate("RR@10 drop <= 0.02"), parse_gate("tag:rare RR@10 drop <= 0.05")]
    known = judge_upgrade(*UNDECIDED, QRELS, gates=gates[:1])
    assert known.more_queries
    unknown = judge_upgrade(*UNDECIDED, QRELS, gates=gates, tags={"rare": tuple(IDS[:24])})
    assert unknown.answer == "NOT ENOUGH EVIDENCE"
    assert unknown.more_queries is None
    tight = parse_gate("RR@10 drop <= 0.0001")  # over a million queries
    over_a_million = judge_upgrade(*UNDECIDED, QRELS, gates=[*gates[:1], tight])
    assert over_a_million.gates[tight].evidence["needed"] is None  # type: ignore[union-attr]
    assert over_a_million.more_queries is None
    assert over_a_million.explain().endswith("NOT ENOUGH EVIDENCE (see the gates above)")


@pytest.mark.parametrize(
    ("fallen", "share"), [(0, "0%"), (1, "0.8%"), (11, "9.2%"), (12, "10%"), (60, "50%")]
)
def test_few_changed_rankings_are_not_rounded_away(fallen: int, share: str) -> None:
    text = judge_upgrade(_system("old"), _system("new", fallen=slice(fallen)), QRELS).explain()
    assert f"  churn: top 1 of {share} of the queries, top 10 of {share} of the queries" in text


def test_notes_are_shown_and_kept() -> None:
    upgrade = judge_upgrade(_system("old"), _system("new"), QRELS, notes=["no attribution: why"])
    assert "\n\nno attribution: why\n\nUPGRADE" in upgrade.explain()
    assert upgrade.to_dict()["notes"] == ["no attribution: why"]


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
    # DCG 1 of the ideal 1 + 1 / log2(3) = 1.6309, since 'a' is not found: .6131 of one query in 120
    assert "  query 'q000': 'x' at rank 1, +0.0051\n" in upgrade.explain()


def test_new_documents_are_found_below_a_thousand_old_ones() -> None:
    """Each query has nine unjudged documents that both show; one, at rank 10, is new."""
    shown = [f"x{rank}" for rank in range(1, 10)]
    old = System("old", Run.from_ids({query_id: [*shown, "a"] for query_id in IDS}))
    new = System("new", Run.from_ids({q: [*shown, "y" if q == "q119" else "a"] for q in IDS}))
    upgrade = judge_upgrade(old, new, QRELS)
    assert [(pair.query_id, pair.doc_id, pair.rank) for pair in upgrade.to_judge] == [
        ("q119", "y", 10)
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
