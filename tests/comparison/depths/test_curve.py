"""What each depth gains, worked by hand: a reranker that knows the best order of what it sees."""

import json

import pytest

from retrieval_checks.comparison.depths.curve import DepthCurve, depth_curve
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, SettingsError


def _curve(ranks: list[int], depths: tuple[int, ...] = (2, 5, 10)) -> DepthCurve:
    """Of queries whose one answer stands at these ranks before a perfect reranker."""
    others = [f"x{i}" for i in range(12)]
    rankings = {f"q{i:02}": [*others[: r - 1], "a", *others[r - 1 :]] for i, r in enumerate(ranks)}
    first = Run.from_ids(rankings)
    reranked = {
        depth: Run.from_ids(
            {
                query_id: sorted(ids[:depth], key=lambda doc_id: doc_id != "a") + ids[depth:]
                for query_id, ids in rankings.items()
            }
        )
        for depth in depths
    }
    qrels = Qrels.from_dict({query_id: {"a": 1} for query_id in rankings})
    times = {depth: 3.0 * depth for depth in depths}
    return depth_curve(first, reranked, qrels, metric="Success@1", name="mine", milliseconds=times)


def test_mean_lift_and_ceiling_are_those_of_each_depth() -> None:
    curve = _curve([1] * 4 + [2] * 20 + [5] * 12 + [9] * 4)
    assert (curve.name, curve.metric, curve.first, curve.n_queries) == (
        "mine",
        "Success@1",
        0.1,
        40,
    )
    found = [(p.depth, p.mean, p.ceiling, p.milliseconds, p.padding) for p in curve.points]
    assert found == [
        (2, 0.6, 0.6, 6.0, None),
        (5, 0.9, 0.9, 15.0, None),
        (10, 1.0, 1.0, 30.0, None),
    ]
    assert [round(p.lift.mean, 9) for p in curve.points] == [0.5, 0.8, 0.9]
    assert [(p.lift.better, p.lift.worse) for p in curve.points] == [(20, 0), (32, 0), (36, 0)]
    low, high = curve.points[0].lift.interval or (0, 0)
    assert 0.3 < low < 0.5 < high < 0.7


def test_the_knee_is_the_smallest_depth_with_nine_tenths_of_the_best_lift() -> None:
    enough, too_little = (
        _curve([2] * 20 + [5] * 17 + [9] * 3),
        _curve([2] * 20 + [5] * 15 + [9] * 5),
    )
    assert (enough.knee or enough.best).depth == 5  # 37 of 40
    assert (too_little.knee or enough.points[0]).depth == 10  # 35 of 40, less than 36
    assert enough.best.depth == 10


def test_the_best_is_the_shallowest_of_equal_depths() -> None:
    curve = _curve([2] * 20)
    assert curve.best.depth == 2
    assert curve.knee is curve.points[0]


def test_without_a_clear_lift_there_is_no_knee() -> None:
    assert _curve([1] * 20).knee is None  # nothing to lift
    curve = _curve([1] * 39 + [2])
    assert curve.best.lift.mean > 0
    assert curve.knee is None  # one query of 40 is no news of others


def test_depths_are_in_order_however_they_are_given() -> None:
    assert [point.depth for point in _curve([2, 5, 9], (10, 2)).points] == [2, 10]


def test_it_is_strict_json() -> None:
    told = json.loads(json.dumps(_curve([2] * 20).to_dict(), allow_nan=False))
    assert (told["reranker"], told["knee"], told["first"]) == ("mine", 2, 0.0)
    assert [point["depth"] for point in told["points"]] == [2, 5, 10]
    assert told["points"][0]["lift"]["mean"] == 1.0


def test_no_depth_and_a_depth_of_none_are_refused() -> None:
    run, qrels = Run.from_ids({"q": ["a"]}), Qrels.from_dict({"q": {"a": 1}})
    with pytest.raises(DataError, match="no depth to make a curve of"):
        depth_curve(run, {}, qrels)
    with pytest.raises(SettingsError, match="depth must be a whole number from 1"):
        depth_curve(run, {0: run}, qrels)
