import copy
import pickle
import tracemalloc
from math import fsum
from typing import Any

import numpy as np
import pytest

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MetricError
from retrieval_checks.metrics.evaluation import NoRelevant, evaluate, metric_values
from retrieval_checks.metrics.joins.columns import join_columns
from retrieval_checks.metrics.metric import Metric

QRELS = Qrels.from_dict({"q1": {"a": 1, "b": 0}, "q2": {"b": 2}, "q3": {"c": 1}})
RUN = Run.from_ids({"q2": ["x", "b"], "q1": ["a", "b"], "q9": ["c"]})


def test_values_are_per_judged_query_and_metric_in_the_order_given() -> None:
    evaluation = evaluate(RUN, QRELS, ["RR", "P@2"])
    assert evaluation.metrics == (Metric("RR"), Metric("P", 2))
    assert evaluation.query_ids == ("q1", "q2", "q3")
    assert evaluation.values.tolist() == [[1.0, 0.5], [0.5, 0.5], [0.0, 0.0]]
    assert evaluation.values.dtype == np.float64


def test_mean_is_over_all_judged_queries_and_counts_the_missing_as_0() -> None:
    evaluation = evaluate(RUN, QRELS, ["RR", "P@2"])
    assert evaluation.mean == {"RR": (1 + 0.5 + 0) / 3, "P@2": (0.5 + 0.5 + 0) / 3}
    assert evaluation.missing == ("q3",)


def test_query_of_the_run_without_judgements_is_listed_and_not_scored() -> None:
    evaluation = evaluate(RUN, QRELS, "RR")
    assert evaluation.ignored == ("q9",)
    assert "q9" not in evaluation.per_query("RR")


def test_judged_query_with_an_empty_ranking_is_missing_and_scores_0() -> None:
    evaluation = evaluate(Run.from_ids({"q1": [], "q2": ["b"], "q3": ["c"]}), QRELS, "RR")
    assert evaluation.missing == ("q1",)
    assert evaluation.per_query("RR") == {"q1": 0.0, "q2": 1.0, "q3": 1.0}


def test_empty_run_scores_0_everywhere() -> None:
    evaluation = evaluate(Run.from_dict({}), QRELS, ["RR", "P@2", "nDCG", "Judged@5"])
    assert not evaluation.values.any()
    assert evaluation.values.shape == (3, 4)
    assert evaluation.missing == ("q1", "q2", "q3")


def test_query_without_any_judgement_is_not_evaluated() -> None:
    qrels = Qrels.from_dict({"q0": {}, "q1": {"a": 1}})
    evaluation = evaluate(Run.from_ids({"q1": ["a"], "q0": ["a"]}), qrels, "RR")
    assert evaluation.query_ids == ("q1",)
    assert evaluation.mean == {"RR": 1.0}
    assert evaluation.ignored == ("q0",)
    assert evaluation.no_relevant == ()


NO_RELEVANT = Qrels.from_dict({"q1": {"a": 1}, "q2": {"b": 0, "c": -1}})


def test_query_without_relevant_document_scores_0_by_default() -> None:
    evaluation = evaluate(RUN, NO_RELEVANT, "RR")
    assert evaluation.per_query("RR") == {"q1": 1.0, "q2": 0.0}
    assert evaluation.mean == {"RR": 0.5}
    assert evaluation.no_relevant == ("q2",)


def test_query_without_relevant_document_can_be_skipped_and_is_still_listed() -> None:
    evaluation = evaluate(Run.from_ids({"q1": ["a"]}), NO_RELEVANT, "RR", no_relevant="skip")
    assert evaluation.query_ids == ("q1",)
    assert evaluation.mean == {"RR": 1.0}
    assert evaluation.no_relevant == ("q2",)
    assert evaluation.missing == ()
    assert evaluation.ignored == ()


def test_skipped_query_of_the_run_is_not_called_ignored() -> None:
    evaluation = evaluate(RUN, NO_RELEVANT, "RR", no_relevant="skip")
    assert evaluation.ignored == ("q9",)


def test_relevance_level_decides_what_is_relevant() -> None:
    qrels = Qrels.from_dict({"q1": {"a": 1, "b": 2}, "q2": {"b": 1}})
    run = Run.from_ids({"q1": ["a", "b"], "q2": ["b"]})
    evaluation = evaluate(run, qrels, ["RR", "R@1", "nDCG@1"], relevance_level=2)
    assert evaluation.per_query("RR") == {"q1": 0.5, "q2": 0.0}
    assert evaluation.per_query("R@1") == {"q1": 0.0, "q2": 0.0}
    assert evaluation.per_query("nDCG@1") == {"q1": 0.5, "q2": 1.0}  # gains are grades
    assert evaluation.no_relevant == ("q2",)


def test_rel_of_a_metric_takes_the_place_of_the_evaluations_level() -> None:
    qrels = Qrels.from_dict({"q1": {"a": 1, "b": 2}})
    run = Run.from_ids({"q1": ["a", "b"]})
    evaluation = evaluate(run, qrels, ["RR", "RR(rel=1)", "RR(rel=2)"], relevance_level=2)
    assert evaluation.mean == {"RR": 0.5, "RR(rel=1)": 1.0, "RR(rel=2)": 0.5}


def test_metric_may_be_given_alone_and_in_any_spelling_once() -> None:
    assert evaluate(RUN, QRELS, "mrr").metrics == (Metric("RR"),)
    assert evaluate(RUN, QRELS, Metric("RR")).metrics == (Metric("RR"),)
    assert evaluate(RUN, QRELS, ["mrr", "RR", Metric("rr")]).metrics == (Metric("RR"),)


def test_per_query_takes_any_spelling() -> None:
    evaluation = evaluate(RUN, QRELS, ["nDCG@10", "P@2"])
    values = evaluation.per_query("P@2")
    assert values == {"q1": 0.5, "q2": 0.5, "q3": 0.0}
    for spelling in ("precision@2", "p@2", "P(  )@2", Metric("P", 2)):
        assert evaluation.per_query(spelling) == values


def test_per_query_of_another_metric_names_the_nearest() -> None:
    evaluation = evaluate(RUN, QRELS, ["nDCG@10", "P@2"])
    with pytest.raises(MetricError, match=r"nDCG@20 was not evaluated; did you mean 'nDCG@10'\?"):
        evaluation.per_query("ndcg@20")
    with pytest.raises(MetricError, match="no metric 'ndgc'; did you mean 'nDCG'"):
        evaluation.per_query("ndgc@10")


def test_mean_depends_neither_on_the_other_metrics_nor_on_the_order_of_queries() -> None:
    # numpy's mean of 1, 1/2, ... 1/16 is a bit off, and off otherwise beside a second metric
    judged = {f"q{i}": {"a": 1} for i in range(1, 17)}
    run = Run.from_ids({f"q{i}": [*(f"x{j}" for j in range(1, i)), "a"] for i in range(1, 17)})
    exact = fsum(1 / i for i in range(1, 17)) / 16
    for order in (judged, dict(reversed(judged.items()))):
        for metrics in (["RR"], ["RR", "AP"], ["P@1", "RR", "nDCG"]):
            assert evaluate(run, Qrels.from_dict(order), metrics).mean["RR"] == exact


def test_judged_at_is_the_judged_share_of_the_top_k() -> None:
    # q1: a and b judged, of 2. q2: b judged, x not. q3: nothing retrieved.
    evaluation = evaluate(RUN, QRELS, "RR")
    assert evaluation.judged_at(10) == (1 + 1 / 2 + 0) / 3
    assert evaluation.judged_at(1) == (1 + 0 + 0) / 3


def test_judged_at_is_over_the_evaluated_queries() -> None:
    evaluation = evaluate(RUN, NO_RELEVANT, "RR", no_relevant="skip")
    assert evaluation.judged_at(1) == 1.0


def test_judged_at_refuses_a_cutoff_below_1() -> None:
    with pytest.raises(MetricError, match="cut-off of Judged must be a whole number from 1"):
        evaluate(RUN, QRELS, "RR").judged_at(0)


def test_frame_has_a_row_per_query_and_a_column_per_metric() -> None:
    frame = evaluate(RUN, QRELS, ["mrr", "precision@2"]).to_frame()
    assert frame.index.name == "query_id"
    assert frame.index.tolist() == ["q1", "q2", "q3"]
    assert frame.columns.tolist() == ["RR", "P@2"]
    assert frame.to_numpy().tolist() == [[1.0, 0.5], [0.5, 0.5], [0.0, 0.0]]


def test_values_are_read_only_and_a_frame_is_a_copy() -> None:
    evaluation = evaluate(RUN, QRELS, "RR")
    with pytest.raises(ValueError, match="read-only"):
        evaluation.values[0, 0] = 2.0
    frame = evaluation.to_frame()
    frame.iloc[0, 0] = 2.0
    assert evaluation.per_query("RR")["q1"] == 1.0


def test_run_and_qrels_are_kept() -> None:
    evaluation = evaluate(RUN, QRELS, "RR")
    assert evaluation.run is RUN
    assert evaluation.qrels is QRELS


@pytest.mark.parametrize(
    ("judged", "message"),
    [
        ({}, "no query with a relevant document: 0 judged queries, none"),
        ({"q1": {}}, "no query with a relevant document: 0 judged queries, none"),
        ({"q1": {"a": 0}}, r"1 judged queries \('q1'\), none with a grade of 1 or more"),
        (
            {f"q{i}": {"a": -1} for i in range(1, 6)},
            r"5 judged queries \('q1', 'q2', 'q3' and 2 more\), none with a grade of 1 or more",
        ),
    ],
)
def test_judgements_without_a_relevant_document_are_an_error(judged: Any, message: str) -> None:
    options: tuple[NoRelevant, ...] = ("zero", "skip")
    for no_relevant in options:
        with pytest.raises(DataError, match=message):
            evaluate(RUN, Qrels.from_dict(judged), "RR", no_relevant=no_relevant)


def test_level_that_no_grade_reaches_is_an_error() -> None:
    with pytest.raises(DataError, match=r"none with a grade of 2\.5 or more"):
        evaluate(RUN, QRELS, "RR", relevance_level=2.5)


@pytest.mark.parametrize("level", [float("nan"), "1", None])
def test_level_that_is_no_number_is_an_error(level: Any) -> None:
    with pytest.raises(DataError, match=r"relevance_level must be a number, got (nan|'1'|None)"):
        evaluate(RUN, QRELS, "RR", relevance_level=level)


def test_what_is_neither_a_table_nor_a_dict_is_refused() -> None:
    qrels: Any = QRELS
    with pytest.raises(DataError, match="expected a Run or a dict of scores, got Qrels"):
        evaluate(qrels, QRELS, "RR")
    run: Any = RUN
    with pytest.raises(DataError, match=r"judgements: expected a mapping .* got Run"):
        evaluate(RUN, run, "RR")


def test_bad_metrics_and_options_are_refused() -> None:
    with pytest.raises(MetricError, match=r"^no metric given; for example nDCG@10$"):
        evaluate(RUN, QRELS, [])
    with pytest.raises(MetricError, match="no metric 'nope'"):
        evaluate(RUN, QRELS, ["RR", "nope@10"])
    option: Any = "drop"
    with pytest.raises(DataError, match="no_relevant must be 'zero' or 'skip', got 'drop'"):
        evaluate(RUN, QRELS, "RR", no_relevant=option)


def test_one_query_with_many_judgements_does_not_widen_the_others() -> None:
    # 20,000 rows as wide as the widest would be 480 MB
    counts = np.array([3000, *[1] * 19_999])
    indptr = np.concatenate([[0], np.cumsum(counts)])
    docs = np.concatenate([np.arange(3000), np.zeros(19_999, int)])
    query_ids = tuple(f"q{i}" for i in range(20_000))
    doc_ids = tuple(f"d{i}" for i in range(3000))
    qrels = Qrels(query_ids, doc_ids, indptr, docs, np.ones(len(docs)))
    run = Run.from_arrays(query_ids, doc_ids, np.zeros((20_000, 1), int), np.ones((20_000, 1)))
    tracemalloc.start()
    try:
        evaluation = evaluate(run, qrels, ["P@1", "R@1"])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 200e6
    assert evaluation.mean == {"P@1": 1.0, "R@1": (19_999 + 1 / 3000) / 20_000}


def test_ids_from_files_cannot_act_on_a_terminal() -> None:
    qrels = Qrels.from_dict({"q\x1b[31m": {"a": 0}})
    with pytest.raises(DataError, match=r"1 judged queries \('q\\x1b\[31m'\)"):
        evaluate(Run.from_dict({}), qrels, "P@1")


SCORES = {"q2": {"b": 1.0, "x": 2.0}, "q1": {"b": 1.0, "a": 1.5}, "q9": {"c": 1.0}}  # as RUN


def test_dict_of_scores_is_evaluated_like_its_run() -> None:
    metrics = ["RR", "P@2", "nDCG@1", "Judged@1", "NumRet"]
    one, other = evaluate(SCORES, QRELS, metrics), evaluate(RUN, QRELS, metrics)
    assert one.values.tolist() == other.values.tolist()
    assert (one.missing, one.ignored) == (other.missing, other.ignored) == (("q3",), ("q9",))
    assert one.judged_at(1) == other.judged_at(1)
    assert one.run.to_dict() == {
        q: dict(sorted(SCORES[q].items(), key=lambda e: -e[1])) for q in SCORES
    }


def test_judgements_may_be_a_dict_of_grades() -> None:
    evaluation = evaluate(SCORES, QRELS.to_dict(), "RR")
    assert evaluation.mean == evaluate(RUN, QRELS, "RR").mean
    assert evaluation.qrels.to_dict() == QRELS.to_dict()


def test_dict_of_scores_is_not_made_into_a_run() -> None:
    scores: Any = {"q1": {"a": 1.0, 7: 0.5}}  # 7 is nobody's
    assert evaluate(scores, QRELS, "RR").mean == {"RR": 1 / 3}
    with pytest.raises(DataError, match="document id 7 in ranking of 'q1' is of type int"):
        evaluate(scores, QRELS, "RR").run  # noqa: B018


@pytest.mark.parametrize(
    ("query_id", "message"),
    [
        (1, r"^query id 1 is of type int; ids are strings: use str\(\.\.\.\)$"),
        ("", "^empty query id; ids are non-empty strings$"),
    ],
)
def test_query_of_a_dict_that_is_no_id_is_refused(query_id: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        evaluate({**SCORES, query_id: {"a": 1.0}}, QRELS, "RR")


def test_metrics_of_different_depths_stand_side_by_side() -> None:
    # P@1 alone is read off the first rank; beside RR the whole ranking is
    run = Run.from_ids({"q1": ["x", "y", "a"]})
    qrels = Qrels.from_dict({"q1": {"a": 1}})
    assert evaluate(run, qrels, ["P@1", "P@3", "RR"]).values.tolist() == [[0, 1 / 3, 1 / 3]]
    assert evaluate(run, qrels, ["P@1", "P@3"]).values.tolist() == [[0, 1 / 3]]
    assert evaluate(run, qrels, ["P@1", "P(judged_only=True)@1"]).values.tolist() == [[0, 1]]
    assert evaluate(run, qrels, ["NumRet", "P@1"]).values.tolist() == [[3, 0]]


def test_level_may_be_numpys() -> None:
    level: Any = np.int64(2)
    assert evaluate(RUN, QRELS, "RR", relevance_level=level).mean == {"RR": 0.5 / 3}


def test_same_queries_in_the_run_leave_none_ignored() -> None:
    run = Run.from_ids({"q1": ["a"], "q2": ["b"], "q3": ["c"]})
    assert evaluate(run, QRELS, "RR").ignored == ()
    some = Qrels.from_dict({"q1": {"a": 1}, "q2": {}, "q3": {"c": 1}})
    assert evaluate(run, some, "RR").ignored == ("q2",)


def test_representation_leaves_out_the_scores() -> None:
    assert "_scores" not in repr(evaluate(RUN, QRELS, "RR"))


def test_lowest_grade_that_is_relevant_is_1_unless_said_otherwise() -> None:
    ranks = join_columns(RUN, QRELS)
    assert metric_values(ranks, [Metric("RR")])[:, 0].tolist() == [1.0, 0.5, 0.0]
    assert metric_values(ranks, [Metric("RR")], relevance_level=2)[:, 0].tolist() == [0, 0.5, 0]


@pytest.mark.parametrize("scores", [RUN, {"q2": {"b": 1.0}}])
def test_a_copy_has_the_same_values_and_they_stay_read_only(scores: Any) -> None:
    evaluation = evaluate(scores, QRELS, ["RR", "P@2"], relevance_level=2)
    for copied in (pickle.loads(pickle.dumps(evaluation)), copy.deepcopy(evaluation)):
        assert copied.values.tolist() == evaluation.values.tolist()
        assert (copied.missing, copied.ignored) == (evaluation.missing, evaluation.ignored)
        assert (copied.metrics, copied.relevance_level) == (evaluation.metrics, 2)
        assert copied.judged_at(2) == evaluation.judged_at(2)
        with pytest.raises(ValueError, match="read-only"):
            copied.values[0, 0] = 1.0
