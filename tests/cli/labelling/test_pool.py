"""Which pairs are asked for, and in which order."""

from math import log2

import pytest

from retrieval_checks.cli.labelling.pool import unjudged_pairs
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.metric import Metric

P2, RR, NDCG = Metric("P", 2), Metric("RR", 10), Metric("nDCG", 10)
JUDGED = Qrels.from_dict({"a": {"d1": 1}, "b": {"d1": 1}})


def test_what_moves_the_mean_most_comes_first() -> None:
    """RR of query a rises from 1/3 to 1 or 1/2, of b from 1/2 to 1; halved by two queries."""
    run = Run.from_ids({"a": ["x", "y", "d1", "z"], "b": ["x", "d1"]})
    pairs = unjudged_pairs([run], JUDGED, RR, most=10)
    assert [(p.query_id, p.doc_id) for p in pairs] == [("a", "x"), ("b", "x"), ("a", "y")]
    assert [p.change for p in pairs] == pytest.approx([1 / 3, 1 / 4, 1 / 12])


def test_what_can_move_nothing_is_not_asked_for() -> None:
    run = Run.from_ids({"a": ["d1", "x"], "b": ["d1"]})  # RR ends at the first relevant one
    assert unjudged_pairs([run], JUDGED, RR, most=10) == []


def test_of_several_runs_the_largest_change_counts_and_all_ranks_are_told() -> None:
    one = Run.from_ids({"a": ["d1", "z"], "b": ["d1"]}, name="one")
    two = Run.from_ids({"a": ["z", "y"], "b": ["d1"]}, name="two")
    pairs = unjudged_pairs([one, two], JUDGED, P2, most=10)
    assert [(p.doc_id, dict(p.ranks)) for p in pairs] == [
        ("z", {"one": 2, "two": 1}),
        ("y", {"two": 2}),
    ]
    assert [p.change for p in pairs] == pytest.approx([1 / 4, 1 / 4])  # one of two, of two queries


def test_a_loss_weighs_as_much_as_a_gain() -> None:
    """AP of a falls from 1 to (1 + 2/3) / 2, of b it rises from 0 to 1 / (2 * 4)."""
    run = Run.from_ids({"b": ["no", "bad", "poor", "x"], "a": ["d1", "no", "y"]})
    judged = {"b": {"d1": 1, "no": 0, "bad": 0, "poor": 0}, "a": {"d1": 1, "no": 0}}
    pairs = unjudged_pairs([run], Qrels.from_dict(judged), Metric("AP", 10), most=10)
    assert [p.doc_id for p in pairs] == ["y", "x"]
    assert [p.change for p in pairs] == pytest.approx([-1 / 12, 1 / 16])  # halved by two queries


def test_so_many_at_most() -> None:
    run = Run.from_ids({"a": ["x", "y", "z"], "b": ["x", "y"]})
    whole = unjudged_pairs([run], JUDGED, NDCG, most=10)
    assert len(whole) == 5
    assert unjudged_pairs([run], JUDGED, NDCG, most=2) == whole[:2]


def test_labelling_may_start_from_nothing() -> None:
    """Of a query without anything relevant, one relevant document at rank r gains 1/log2(r + 1)."""
    run = Run.from_ids({"a": ["x", "y"], "b": ["z"]})
    pairs = unjudged_pairs([run], None, NDCG, most=10)
    assert [(p.query_id, p.doc_id) for p in pairs] == [("a", "x"), ("b", "z"), ("a", "y")]
    assert pairs[2].change / pairs[0].change == pytest.approx(1 / log2(3))


def test_a_query_that_nobody_judged_is_asked_about_beside_those_that_are() -> None:
    run = Run.from_ids({"a": ["d1"], "new": ["x"]})
    pairs = unjudged_pairs([run], JUDGED.select(["a"]), P2, most=10)
    assert [(p.query_id, p.doc_id) for p in pairs] == [("new", "x")]


def test_judged_not_relevant_is_judged() -> None:
    run = Run.from_ids({"a": ["x", "d1"]})
    judged = Qrels.from_dict({"a": {"d1": 1, "x": 0}})
    assert unjudged_pairs([run], judged, RR, most=10) == []
