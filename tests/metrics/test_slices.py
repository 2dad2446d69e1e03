"""`slices`: means by label, and who counts where."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.queries import Queries
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MetricError
from retrieval_checks.metrics import formula as registry
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.formula import formula
from retrieval_checks.metrics.ranked import RankedRelevance
from retrieval_checks.metrics.slices import slices

NAN = float("nan")
# RR 1, 1/2, 0 (missing), 0 (found nothing), 1
RUN = Run.from_ids({"q1": ["a"], "q2": ["x", "b"], "q4": ["x"], "q5": ["e"], "q9": ["z"]})
QRELS = Qrels.from_dict({f"q{i}": {doc_id: 1} for i, doc_id in enumerate("abcde", start=1)})
EVALUATION = evaluate(RUN, QRELS, ["RR", "P@2"])


def table(labels: Any) -> dict[str, list[float]]:
    frame = slices(EVALUATION, labels)
    return {str(name): list(row) for name, row in zip(frame.index, frame.to_numpy(), strict=True)}


def test_lists_of_tags_count_in_each() -> None:
    assert table({"q1": ["b", "a"], "q2": ("a",), "q3": ["b"], "q4": [], "q9": ["c"]}) == {
        "a": [2, 0, 0.75, 0.5],
        "b": [2, 1, 0.5, 0.25],
        "(none)": [2, 0, 0.5, 0.25],
        "(all)": [5, 1, 0.5, 1.5 / 5],
    }


def test_frame_has_a_row_per_label_and_a_column_per_metric() -> None:
    frame = slices(EVALUATION, {"q1": "b", "q2": "a"})
    assert frame.index.name == "slice"
    assert frame.index.tolist() == ["a", "b", "(none)", "(all)"]
    assert frame.columns.tolist() == ["queries", "missing", "RR", "P@2"]
    assert [dtype.kind for dtype in frame.dtypes] == ["i", "i", "f", "f"]


def test_single_labels_of_any_kind_are_labels() -> None:
    assert list(table({"q1": "long", "q2": 7, "q3": True, "q4": b"x", "q5": {"a": 1}})) == [
        *("7", "True", "b'x'", "long", "{'a': 1}", "(all)")
    ]
    assert list(table({"q1": range(2), "q2": {"s"}})) == ["0", "1", "s", "(none)", "(all)"]


def test_label_twice_counts_once() -> None:
    assert table({"q1": ["a", "a"], "q2": ["a"]})["a"] == [2, 0, 0.75, 0.5]


def test_no_label_none_and_an_empty_list_are_all_none() -> None:
    found = table({"q1": "a", "q2": None, "q3": [], "q5": ["a"]})
    assert found["(none)"] == [3, 1, 0.5 / 3, 0.5 / 3]
    assert list(found) == ["a", "(none)", "(all)"]


def test_row_of_none_stands_only_where_somebody_has_none() -> None:
    assert list(table(dict.fromkeys(QRELS, "a"))) == ["a", "(all)"]


def test_attributes_of_queries_are_labels() -> None:
    queries = Queries(
        ("q1", "q2", "q3"),
        ("one", "two", "three"),
        ({"tags": ["x", "y"], "kind": "short"}, {"tags": ["x"]}, {"kind": "long"}),
    )
    assert table(queries.attribute("tags"))["x"] == [2, 0, 0.75, 0.5]
    assert list(table(queries.attribute("tags"))) == ["x", "y", "(none)", "(all)"]
    assert list(table(queries.attribute("kind"))) == ["long", "short", "(none)", "(all)"]


def test_means_are_summed_exactly() -> None:
    run = Run.from_ids({f"q{i}": [*(f"x{j}" for j in range(1, i)), "a"] for i in range(1, 17)})
    evaluation = evaluate(run, {q: {"a": 1} for q in run}, "RR")
    frame = slices(evaluation, dict.fromkeys(run, "one"))
    assert frame["RR"].tolist() == [evaluation.mean["RR"]] * 2


def test_queries_left_out_of_the_evaluation_are_left_out_here() -> None:
    qrels = Qrels.from_dict({"q1": {"a": 1}, "q2": {"b": 0}})
    evaluation = evaluate(RUN, qrels, "RR", no_relevant="skip")
    frame = slices(evaluation, {"q1": "x", "q2": "y"})
    assert frame["RR"].to_dict() == {"x": 1.0, "(all)": 1.0}


@pytest.mark.parametrize("labels", [{}, {"q9": ["a"]}, {"q1": [], "q2": None}])
def test_labels_of_other_queries_only_are_an_error(labels: Any) -> None:
    with pytest.raises(DataError, match=r"^none of the 5 evaluated queries has a label$"):
        slices(EVALUATION, labels)


@pytest.mark.parametrize("label", ["(none)", "(all)"])
def test_label_of_a_row_that_there_is_anyway_is_refused(label: str) -> None:
    message = f"label {label!r} is the name of a row that there is anyway; rename it"
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        slices(EVALUATION, {"q1": ["a", label]})


def test_numbers_stand_by_size() -> None:
    assert list(table({"q1": 10, "q2": [2, -1.5], "q3": np.int64(9)})) == [
        *("-1.5", "2", "9", "10", "(none)", "(all)")
    ]
    assert list(table({"q1": 10, "q2": 2, "q3": "b"})) == ["10", "2", "b", "(none)", "(all)"]
    assert list(table({"q1": "10", "q2": "2"})) == ["10", "2", "(none)", "(all)"]  # text


@pytest.mark.parametrize("nothing", [NAN, np.float32("nan"), pd.NA, pd.NaT, [NAN], [None]])
def test_nan_is_no_label(nothing: object) -> None:
    found = table({"q1": 2020, "q2": nothing, "q3": [2020, NAN]})
    assert list(found) == ["2020", "(none)", "(all)"]
    assert found["(none)"] == [3, 0, 0.5, (0.5 + 0 + 0.5) / 3]  # q2, q4 and q5
    with pytest.raises(DataError, match=r"^none of the 5 evaluated queries has a label$"):
        slices(EVALUATION, {"q1": nothing})


@pytest.mark.parametrize("labels", [["a"], None, "q1", [("q1", "a")]])
def test_labels_that_are_no_mapping_are_refused(labels: Any) -> None:
    message = f"labels: expected a mapping of query ids to labels, got {type(labels).__name__}"
    with pytest.raises(DataError, match=f"^{message}$"):
        slices(EVALUATION, labels)


@pytest.fixture(params=["queries", "missing"])
def like_a_column(request: pytest.FixtureRequest) -> Iterator[str]:
    before = dict(registry._FORMULAS), dict(registry._SPELLINGS)
    name = str(request.param)

    @formula(name, cutoff="optional", bounds=(0.0, 1.0))
    def half(ranked: RankedRelevance, k: int | None) -> FloatArray:
        """Half, whatever was found."""
        return np.full(len(ranked), 0.5)

    yield name
    for entries, old in zip((registry._FORMULAS, registry._SPELLINGS), before, strict=True):
        entries.clear()  # type: ignore[attr-defined]
        entries.update(old)  # type: ignore[attr-defined]


def test_metric_named_like_a_column_is_refused(like_a_column: str) -> None:
    labels = {"q1": "a"}
    message = (
        f"metric {like_a_column!r} has the name of a column that there is anyway; evaluate it"
        " without slices, or register it under another name"
    )
    with pytest.raises(MetricError, match=f"^{re.escape(message)}$"):
        slices(evaluate(RUN, QRELS, ["RR", like_a_column]), labels)
    cut = slices(evaluate(RUN, QRELS, f"{like_a_column}@3"), labels)
    assert cut.columns.tolist() == ["queries", "missing", f"{like_a_column}@3"]


def test_list_within_a_list_is_a_label() -> None:
    assert table({"q1": [["a", "b"], "c"], "q2": [["a", "b"]]})["['a', 'b']"] == [2, 0, 0.75, 0.5]
