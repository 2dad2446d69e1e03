"""What holds for a golden file as a whole."""

from dataclasses import replace
from typing import Any

import numpy as np

from retrieval_checks.report.details.file import file_details
from tests.report.details.factories import bound_suite, reported

FIRST, SECOND = {"a": 2.0, "b": 1.0}, {"a": 1.0, "b": 2.0}
GRADES = {name: {"a": 1} for name in ("q1", "q2", "q3", "new")}
NOW = {"q1": SECOND, "q2": FIRST, "q3": FIRST, "new": FIRST}
BEFORE = {"q1": FIRST, "q2": FIRST, "q3": SECOND}


def _made(**more: Any) -> dict[str, Any]:
    bound = bound_suite(GRADES, tags={"q1": ["x"], "q3": ["x", "y"], "new": ["z"]})
    return file_details(replace(reported(bound, NOW, BEFORE, gates=["RR drop <= 0.1"]), **more))


def test_means_are_over_all_queries_and_changes_over_those_of_both() -> None:
    (first, _) = _made()["means"]
    assert first == {
        "metric": "RR",
        "now": 0.875,
        "queries": 4,
        "accepted": 2.5 / 3,
        "change": 0.0,
        "compared": 3,
        "better": 1,
        "equal": 1,
        "worse": 1,
    }


def test_tags_come_sorted_each_with_its_own_change() -> None:
    rows = {row["tag"]: row for row in _made()["tags"]}
    assert list(rows) == ["x", "y", "z"]
    assert (rows["x"]["now"], rows["x"]["accepted"], rows["x"]["change"]) == (0.75, 0.75, 0)
    assert (rows["y"]["change"], rows["y"]["better"]) == (0.5, 1)
    assert (rows["z"]["now"], rows["z"]["accepted"], rows["z"]["compared"]) == (1.0, None, 0)


def test_what_differs_from_the_accepted_context_is_named() -> None:
    made = _made()
    assert made["differs"] == ["pipeline"]
    assert made["context"] == {
        "now": {"corpus": "2 documents", "pipeline": "dense B", "environment": "numpy 2"},
        "accepted": {"corpus": "2 documents", "pipeline": "dense A", "environment": "numpy 2"},
    }
    assert str(made["cause"]).startswith("the model or the pipeline changed")
    assert (made["run"], made["against"], made["queries"]) == ("mine", "a.lock", 4)


def test_latency_has_percentiles_by_stage() -> None:
    times = np.arange(1.0, 102.0)
    (row,) = _made(latencies={"dense": times})["latency"]
    assert row == {"stage": "dense", "queries": 101, "p50": 51.0, "p95": 96.0, "max": 101.0}
    assert _made()["latency"] == []


def test_without_a_reference_nothing_is_compared() -> None:
    made = _made(reference=None)
    assert (made["against"], made["differs"], made["cause"]) == (None, [], "")
    assert made["means"][0]["change"] is None
    assert made["context"]["accepted"] is None
