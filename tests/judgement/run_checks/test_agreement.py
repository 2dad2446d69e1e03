import math
from typing import Any

import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MetricError, SettingsError
from retrieval_checks.judgement.run_checks import check_rankings_agree

REFERENCE = Run.from_ids({"q1": ["a", "b", "c"], "q2": ["a", "b", "c"]})
RUN = Run.from_ids({"q1": ["b", "a", "c"], "q2": ["c", "d", "e"]})
# overlap@2: 1 and 0, mean 0.5


@pytest.mark.parametrize(
    ("floor", "outcome"), [(0.5, "PASS"), (0.4, "PASS"), (math.nextafter(0.5, 1), "FAIL")]
)
def test_mean_overlap_must_reach_its_floor(floor: float, outcome: str) -> None:
    assert check_rankings_agree(RUN, REFERENCE, overlap=floor, k=2).outcome == outcome


@pytest.mark.parametrize(("floor", "outcome"), [(0.0, "PASS"), (0.1, "FAIL")])
def test_every_query_is_held_to_the_floor_on_demand(floor: float, outcome: str) -> None:
    verdict = check_rankings_agree(RUN, REFERENCE, overlap=floor, k=2, every_query=True)
    assert verdict.outcome == outcome
    assert verdict.claim == f"overlap@2 >= {floor} for every query"


def test_finding_has_mean_distance_and_lowest_query() -> None:
    verdict = check_rankings_agree(RUN, REFERENCE, overlap=0.8, k=2)
    assert verdict.finding == (
        "overlap@2 is 0.5000, 0.3000 below 0.8 (2 queries; lowest 0.0000 for 'q2')"
    )


def test_finding_for_every_query_counts_those_below() -> None:
    verdict = check_rankings_agree(RUN, REFERENCE, overlap=0.8, k=2, every_query=True)
    assert verdict.finding == (
        "overlap@2 is 0.0000, 0.8000 below 0.8, for query 'q2'"
        " (1 of 2 queries below the floor; mean 0.5000)"
    )


def test_order_matters_to_rbo_only() -> None:
    swapped = Run.from_ids({"q1": ["b", "a"]})
    reference = Run.from_ids({"q1": ["a", "b"]})
    assert check_rankings_agree(swapped, reference, overlap=1.0).passed
    assert not check_rankings_agree(swapped, reference, rbo=1.0).passed
    assert check_rankings_agree(swapped, reference, rbo=0.5, p=0.5).passed  # worked in its test


def test_both_floors_must_hold_and_only_the_failing_is_told() -> None:
    verdict = check_rankings_agree(RUN, REFERENCE, overlap=0.5, rbo=0.99, k=2)
    assert verdict.claim == "overlap@2 >= 0.5, RBO(p=0.9) >= 0.99"
    assert verdict.outcome == "FAIL"
    assert verdict.finding.startswith("RBO(p=0.9) is ")
    assert "overlap" not in verdict.finding


def test_equal_runs_agree_fully() -> None:
    verdict = check_rankings_agree(RUN, RUN, overlap=1.0, rbo=1.0, every_query=True)
    assert verdict.passed
    assert verdict.finding.count("exactly the floor") == 2


def test_failure_shows_what_moved_in_the_query_that_changed_most() -> None:
    verdict = check_rankings_agree(
        RUN,
        REFERENCE,
        overlap=1.0,
        k=2,
        queries=Queries.from_dict({"q2": "Two?"}),
        corpus=Corpus.from_dict({"c": "Text of c."}),
    )
    assert verdict.context.splitlines() == [
        "query 'q2': Two?",
        "  #3 moved to #1  c  Text of c.",
        "  new at #2       d  (not in the corpus)",
        "  #1 is gone      a  (not in the corpus)",
        "  #2 is gone      b  (not in the corpus)",
    ]


def test_evidence_has_mean_and_worst_of_each_measure() -> None:
    assert check_rankings_agree(RUN, REFERENCE, overlap=0.8, k=2).evidence == {
        "queries": 2,
        "every_query": False,
        "overlap@2": {"mean": 0.5, "worst": 0.0, "worst_query": "q2", "floor": 0.8},
    }


def test_no_floor_is_an_error() -> None:
    with pytest.raises(SettingsError, match=r"no floor given; for example overlap=0\.8"):
        check_rankings_agree(RUN, REFERENCE)


@pytest.mark.parametrize("floor", [{"overlap": math.nan}, {"rbo": 1.5}, {"overlap": 80}])
def test_floor_outside_the_range_is_an_error(floor: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=r"must lie in \[0, 1\]"):
        check_rankings_agree(RUN, REFERENCE, **floor)


@pytest.mark.parametrize("options", [{"overlap": 0.5, "k": 0}, {"rbo": 0.5, "p": 1.0}])
def test_parameter_outside_its_range_is_an_error(options: dict[str, Any]) -> None:
    with pytest.raises(MetricError, match="must"):
        check_rankings_agree(RUN, REFERENCE, **options)


def test_runs_of_different_queries_are_an_error() -> None:
    with pytest.raises(DataError, match="has queries that run 'run' lacks"):
        check_rankings_agree(RUN, REFERENCE.select(["q1"]), overlap=0.5)


def test_runs_without_queries_are_an_error() -> None:
    empty = Run.from_dict({})
    with pytest.raises(DataError, match="have no queries"):
        check_rankings_agree(empty, empty, overlap=0.5)
