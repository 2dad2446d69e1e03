"""The share of the exact top k that an index finds, by runs worked out by hand."""

from collections.abc import Mapping, Sequence

import pytest

from retrieval_checks.contracts.index.recall import check_index_recall
from retrieval_checks.data.collection import Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import SettingsError

QUERIES = Queries.from_dict({"q1": "one", "q2": "two"})
EXACT = {"q1": ["a", "b", "c", "d"], "q2": ["a", "b", "c", "d"]}


class Fixed:
    """Returns what the test says, cut at k."""

    def __init__(self, rankings: Mapping[str, Sequence[str]]) -> None:
        self.run = Run.from_ids(rankings, name="index")

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        return self.run.select(list(queries)).top(k)


def test_all_of_the_exact_top_in_another_order_passes() -> None:
    found = Fixed({"q1": ["d", "c", "b", "a"], "q2": ["b", "a", "c", "d"]})
    verdict = check_index_recall(found, Fixed(EXACT), QUERIES, 4, at_least=1.0)
    assert verdict.outcome == "PASS"
    assert verdict.claim == "share of the exact top 4 that 'index' finds >= 1.0"


def test_the_mean_is_judged_and_the_worst_query_is_named() -> None:
    found = Fixed({"q1": ["a", "b", "c", "d"], "q2": ["a", "x", "y", "z"]})  # 1 and 1/4
    verdict = check_index_recall(found, Fixed(EXACT), QUERIES, 4, at_least=0.7)
    assert verdict.outcome == "FAIL"
    assert "0.6250, 0.0750 below 0.7" in verdict.finding
    assert "lowest 0.2500 for 'q2'" in verdict.finding
    assert "two" in verdict.context
    assert "search wider" in verdict.advice
    assert check_index_recall(found, Fixed(EXACT), QUERIES, 4, at_least=0.6).passed


def test_every_query_can_be_held_to_the_share() -> None:
    found = Fixed({"q1": ["a", "b", "c", "d"], "q2": ["a", "x", "y", "z"]})
    verdict = check_index_recall(found, Fixed(EXACT), QUERIES, 4, at_least=0.6, every_query=True)
    assert verdict.outcome == "FAIL"
    assert verdict.claim.endswith(">= 0.6 for every query")


def test_an_index_that_returns_too_few_has_missed_the_rest() -> None:
    found = Fixed({"q1": ["a"], "q2": ["a", "b", "c", "d"]})  # 1/4 and 1
    verdict = check_index_recall(found, Fixed(EXACT), QUERIES, 4)
    assert verdict.evidence["overlap@4"]["mean"] == pytest.approx(0.625)


def test_judgements_tell_what_the_loss_costs() -> None:
    qrels = Qrels.from_dict({"q1": {"a": 1}, "q2": {"b": 1}})
    found = Fixed({"q1": ["a", "b", "c", "d"], "q2": ["a", "x", "y", "z"]})
    verdict = check_index_recall(found, Fixed(EXACT), QUERIES, 4, qrels=qrels, metric="Success@2")
    assert verdict.evidence["loss"]["exact"] == 1.0
    assert verdict.evidence["loss"]["approximate"] == 0.5
    assert "lost by the index" in verdict.context


def test_a_share_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="overlap"):
        check_index_recall(Fixed(EXACT), Fixed(EXACT), QUERIES, 4, at_least=1.5)
