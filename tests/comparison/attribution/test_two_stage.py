from math import log2

import pytest

from retrieval_checks.comparison.attribution import MovedDocument, TwoStage, two_stage
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MetricError, SettingsError
from retrieval_checks.metrics.evaluation import evaluate
from tests.comparison.attribution.factories import judged, run, through_json

# "a" is relevant, in q3 "b" too. Three candidates, the metric looks at one.
FIRST = run("xya", "axy", "xyza", "abx", name="first")
RERANKED = run("axy", "xay", "yxza", "abx", name="second")
QRELS = judged("a", "a", "a", "ab")
# RR@1          q0  q1  q2  q3   mean
# first          0   1   0   1   1/2
# reranked       1   0   0   1   1/2
# best order     1   1   0   1   3/4   ("a" of q2 stands at rank 4, below the candidates)
# R@3 of first   1   1   0   1   3/4


@pytest.fixture
def found() -> TwoStage:
    return two_stage(FIRST, RERANKED, QRELS, "RR@1", depth=3)


def test_means_are_those_of_the_stages_and_of_the_best_order(found: TwoStage) -> None:
    assert (found.first, found.reranked, found.oracle) == (1 / 2, 1 / 2, 3 / 4)


def test_ceiling_is_the_recall_of_the_candidates(found: TwoStage) -> None:
    assert found.recall.tolist() == [1, 1, 0, 1]
    assert found.ceiling == 3 / 4


def test_lift_counts_queries_won_tied_and_lost(found: TwoStage) -> None:
    assert found.lift.mean == 0
    assert (found.lift.better, found.lift.equal, found.lift.worse) == (1, 2, 1)
    assert (found.possible.better, found.possible.equal, found.possible.worse) == (1, 3, 0)


def test_interval_of_the_lift_holds_it(found: TwoStage) -> None:
    assert found.lift.interval is not None
    low, high = found.lift.interval
    assert -1 <= low < 0 < high <= 1


@pytest.mark.parametrize(
    ("reranked", "share"),
    [
        (("axy", "axy", "xyza", "abx"), 1.0),  # 1/4 of 1/4
        (("xya", "axy", "xyza", "abx"), 0.0),
        (("xya", "xay", "xyza", "abx"), -1.0),  # 1/4 lost
        (("axy", "xay", "xyza", "abx"), 0.0),
    ],
)
def test_realised_is_the_lift_over_the_possible_lift(
    reranked: tuple[str, ...], share: float
) -> None:
    assert two_stage(FIRST, run(*reranked), QRELS, "RR@1", depth=3).realised == share


def test_nothing_is_realised_where_nothing_could_be_gained() -> None:
    best = run("ax", "ax")
    found = two_stage(best, run("xa", "ax"), judged("a", "a"), "RR@10", depth=2)
    assert found.possible.mean == 0
    assert found.realised is None
    assert "none was possible" in found.explain()


def test_graded_candidates_are_best_by_grade() -> None:
    qrels = Qrels.from_dict({"q0": {"a": 1, "b": 2, "c": -1}})
    found = two_stage(run("cxab"), run("acxb"), qrels, "nDCG@4", depth=4)
    # linear gains 2 and 1 at ranks 1 and 2 are ideal
    ideal = 2 + 1 / log2(3)
    assert found.oracle == 1
    assert found.first == pytest.approx((1 / log2(4) + 2 / log2(5)) / ideal)
    assert found.reranked == pytest.approx((1 + 2 / log2(5)) / ideal)


def test_documents_that_left_and_entered_the_top_have_both_ranks(found: TwoStage) -> None:
    assert found.pushed_out == (MovedDocument("q1", "a", 1.0, 1, 2),)
    assert found.pulled_in == (MovedDocument("q0", "a", 1.0, 3, 1),)


def test_depth_of_the_oracle_counts() -> None:
    shallow, deep = (two_stage(FIRST, RERANKED, QRELS, "RR@1", depth=k) for k in (2, 4))
    assert shallow.oracle == 1 / 2
    assert deep.oracle == 1
    assert (shallow.ceiling, deep.ceiling) == (1 / 2, 1)


def test_lowest_relevant_grade_is_the_callers() -> None:
    qrels = Qrels.from_dict({"q0": {"a": 2, "b": 1}, "q1": {"a": 2}})
    first, second = run("bxa", "axb"), run("xba", "axb")
    assert len(two_stage(first, second, qrels, "RR@1", depth=3).pushed_out) == 1
    strict = two_stage(first, second, qrels, "RR@1", depth=2, relevance_level=2)
    assert strict.pushed_out == ()
    assert strict.first == 1 / 2
    assert strict.recall.tolist() == [0, 1]
    by_metric = two_stage(first, second, qrels, "RR(rel=2)@1", depth=2)
    assert by_metric.recall.tolist() == [0, 1]


def test_queries_without_a_relevant_document_may_be_skipped() -> None:
    qrels = Qrels.from_dict({"q0": {"a": 1}, "q1": {"a": 0}})
    args = (run("ax", "ax"), run("ax", "ax"), qrels, "RR@1")
    assert two_stage(*args, depth=2).first == 1 / 2
    assert two_stage(*args, depth=2, no_relevant="skip").first == 1


def test_judged_queries_that_the_runs_lack_are_named_and_not_scored() -> None:
    found = two_stage(FIRST, RERANKED, judged("a", "a", "a", "ab", "a", "a"), "RR@1", depth=3)
    assert found.query_ids == ("q0", "q1", "q2", "q3")
    assert found.missing == ("q4", "q5")
    assert found.first == 1 / 2
    assert found.remarks[-1] == ("2 judged queries are not in the runs and not counted: 'q4', 'q5'")


def test_an_empty_ranking_scores_0() -> None:
    found = two_stage(run("ax", ""), run("ax", ""), judged("a", "a"), "RR@1", depth=2)
    assert found.first == 1 / 2
    assert found.missing == ()


def test_runs_of_different_queries_are_an_error() -> None:
    with pytest.raises(DataError, match=r"run 'first' has queries that run 'run' lacks \(1: 'q3'"):
        two_stage(FIRST, run("a", "a", "a"), QRELS, depth=3)


def test_runs_without_a_judged_query_are_an_error() -> None:
    other = Run.from_ids({"other": ["a"]})
    with pytest.raises(DataError, match="none of the 4 judged queries is in the runs"):
        two_stage(other, other, QRELS, depth=3)


@pytest.mark.parametrize("depth", [0, -1, 1.5, True, "3"])
def test_depth_that_is_no_whole_number_from_1_is_an_error(depth: int) -> None:
    with pytest.raises(SettingsError, match="depth must be a whole number from 1"):
        two_stage(FIRST, RERANKED, QRELS, depth=depth)


@pytest.mark.parametrize("metric", ["infAP", "Judged@10", "alpha_nDCG@10"])
def test_metric_whose_best_order_is_not_known_is_an_error(metric: str) -> None:
    with pytest.raises(MetricError, match="which order of documents is best"):
        two_stage(FIRST, RERANKED, QRELS, metric, depth=3)


def test_figures_depend_on_the_seed_alone() -> None:
    first, second = run(*["xya"] * 9, "axy"), run(*["axy", "xya", "xay"] * 3, "xya")
    once, again, other = (
        two_stage(first, second, judged(*["a"] * 10), "RR", depth=3, seed=seed).to_dict()
        for seed in (7, 7, 8)
    )
    assert once == again
    assert once["lift"]["interval"] != other["lift"]["interval"]


def test_text_has_a_line_for_each_figure(found: TwoStage) -> None:
    lines = found.explain().splitlines()
    assert lines[0] == "reranking the best 3, RR@1 (4 queries):"
    assert lines[1] == "  candidates   0.7500  R@3, the most that can be found"
    assert lines[2] == "  first stage  0.5000"
    assert lines[3].startswith("  reranked     0.5000  0.0000 [-")
    assert lines[3].endswith("  1 better, 2 equal, 1 worse")
    assert lines[4].startswith("  best order   0.7500  +0.2500 [")
    assert lines[5:] == [
        "realised of the possible lift: 0.0 %",
        "relevant documents pushed out of the top 1: 1",
        "  #1 -> #2  'a' for 'q1' (grade 1)",
        "relevant documents pulled into it: 1",
        "in brackets: 95 % interval of the mean difference (BCa bootstrap over queries)",
    ]


def test_text_has_at_most_20_lines_whatever_there_is_to_say() -> None:
    n = 30
    first = run(*["a" * (i % 2) + "xyz" for i in range(n)])
    second = run(*["nmxyz" + "a" * (i % 2) for i in range(n)])
    found = two_stage(first, second, judged(*["a"] * (n + 9)), "RR@2", depth=9)
    assert len(found.pushed_out) == 15
    assert len(found.remarks) == 3
    lines = found.explain().splitlines()
    assert "  ... and 12 more" in lines
    assert len(lines) <= 20


def test_dict_is_strict_json_with_every_query(found: TwoStage) -> None:
    read = through_json(found.to_dict())
    assert read == found.to_dict()
    assert read["queries"]["q0"] == {"recall": 1, "first": 0, "reranked": 1, "oracle": 1}
    assert read["pushed_out"][0]["doc_id"] == "a"
    assert read["realised"] == 0


def test_figures_are_those_of_evaluate() -> None:
    found = two_stage(FIRST, RERANKED, QRELS, depth=3)
    assert found.first == evaluate(FIRST, QRELS, "nDCG@10").mean["nDCG@10"]
    assert found.reranked == evaluate(RERANKED, QRELS, "nDCG@10").mean["nDCG@10"]
    assert found.ceiling == evaluate(FIRST, QRELS, "R@3").mean["R@3"]
