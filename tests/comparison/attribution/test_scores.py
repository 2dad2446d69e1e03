import pytest

from retrieval_checks.comparison.attribution.scores import Scores, score_runs
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MetricError
from tests.comparison.attribution.factories import judged, run


def scored(*runs: Run, qrels: Qrels, metric: str = "RR") -> Scores:
    return score_runs(runs, qrels, metric, relevance_level=1, no_relevant="zero")


def test_every_run_is_a_column_in_the_order_of_the_judgements() -> None:
    first = Run.from_ids({"q1": ["x", "a"], "q0": ["a"]})
    second = Run.from_ids({"q0": ["x", "y", "a"], "q1": ["a"]})
    scores = scored(first, second, qrels=judged("a", "a"))
    assert scores.query_ids == ("q0", "q1")
    assert scores.values.tolist() == [[1, 1 / 3], [1 / 2, 1]]
    assert scores.means == [3 / 4, 2 / 3]


def test_judged_queries_that_the_runs_lack_are_left_out_and_named() -> None:
    scores = scored(run("a"), run("xa"), qrels=judged("a", "b"))
    assert scores.query_ids == ("q0",)
    assert scores.missing == ("q1",)
    assert scores.remarks() == ["1 judged query is not in the runs and not counted: 'q1'"]


def test_nothing_is_remarked_where_nothing_is_missing() -> None:
    assert scored(run("a"), qrels=judged("a")).remarks() == []


def test_unjudged_queries_are_not_scored() -> None:
    assert scored(run("a", "b"), qrels=judged("a")).query_ids == ("q0",)


@pytest.mark.parametrize(("metric", "k"), [("nDCG@5", 5), ("AP", 10), ("IPrec@0.1", 10)])
def test_top_ends_at_the_cut_off_or_at_rank_10(metric: str, k: int) -> None:
    assert scored(run("a"), qrels=judged("a"), metric=metric).k == k


def test_grade_that_is_relevant_is_the_metrics_own_first() -> None:
    qrels = Qrels.from_dict({"q0": {"a": 3}})
    assert scored(run("a"), qrels=qrels, metric="P(rel=3)@5").level == 3
    assert scored(run("a"), qrels=qrels, metric="P@5").level == 1


@pytest.mark.parametrize("metric", ["NumRet", "RBP_residual", "NumRel"])
def test_metric_of_which_more_is_not_better_is_an_error(metric: str) -> None:
    with pytest.raises(MetricError, match="is not better, so that nothing is gained"):
        scored(run("a"), qrels=judged("a"), metric=metric)


def test_every_run_must_have_the_same_queries() -> None:
    with pytest.raises(DataError, match=r"run 'run' has queries that run 'third' lacks \(1: 'q1'"):
        scored(run("a", "a"), run("a", "a"), run("a", name="third"), qrels=judged("a"))


def test_values_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        scored(run("a"), qrels=judged("a")).values[0, 0] = 2
