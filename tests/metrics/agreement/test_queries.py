import pytest

from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.metrics.agreement import (
    check_same_queries,
    jaccard_at,
    kendall_tau,
    overlap_at,
    rbo,
    rbo_bounds,
    tau_ap,
    top_1_churn,
)


def test_values_are_per_query_whatever_the_order_of_the_reference() -> None:
    run = Run.from_ids({"q1": ["a"], "q2": ["b"]})
    reference = Run.from_ids({"q2": ["x"], "q1": ["a"]})
    assert overlap_at(run, reference, 5) == {"q1": 1.0, "q2": 0.0}
    assert list(rbo(run, reference)) == ["q1", "q2"]


def test_runs_of_different_queries_are_an_error() -> None:
    one = Run.from_ids({"q1": ["a"], "q2": ["a"]}, name="one")
    two = Run.from_ids({"q1": ["a"]}, name="two")
    for run, reference in ((one, two), (two, one)):
        with pytest.raises(DataError, match=r"run 'one' has queries that run 'two' lacks \(1"):
            check_same_queries(run, reference)
        for measure in (rbo, rbo_bounds, kendall_tau, tau_ap, top_1_churn):
            with pytest.raises(DataError, match="run 'one' has queries that run 'two' lacks"):
                measure(run, reference)
        for measure_at in (overlap_at, jaccard_at):
            with pytest.raises(DataError, match="run 'one' has queries that run 'two' lacks"):
                measure_at(run, reference, 1)


def test_runs_without_queries_have_no_values() -> None:
    empty = Run.from_ids({})
    for measure in (rbo, rbo_bounds, kendall_tau, tau_ap, top_1_churn):
        assert measure(empty, empty) == {}
    assert overlap_at(empty, empty, 1) == jaccard_at(empty, empty, 1) == {}


def test_queries_that_only_one_run_has_are_named_three_at_most() -> None:
    run, reference = (
        Run.from_ids({q: ["a"] for q in names}, name=names) for names in ("abcde", "a")
    )
    with pytest.raises(DataError) as caught:
        check_same_queries(run, reference)
    assert str(caught.value) == (
        "run 'abcde' has queries that run 'a' lacks (4: 'b', 'c', 'd' and 1 more); compare runs of"
        " the same queries, see Run.select"
    )
