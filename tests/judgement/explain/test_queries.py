from retrieval_checks.data.collection import Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.judgement.explain import lost_table, metric_table
from retrieval_checks.metrics.evaluation import evaluate

QRELS = Qrels.from_dict({q: {"a": 1} for q in ("q3", "q1", "q2", "q0")})
RUN = Run.from_ids({"q1": ["b", "a"], "q2": ["a"], "q3": ["b", "a"]})
QUERIES = Queries.from_dict({"q0": "Where?", "q1": "What\nis it?", "q2": "Who?", "q3": "Why?"})


def test_lowest_queries_come_first_and_equal_ones_by_id() -> None:
    table = metric_table(evaluate(RUN, QRELS, "RR"), "mrr", queries=QUERIES, k=3)
    assert table.splitlines() == [
        "lowest RR of 4 queries:",
        "  0.0000  q0  (no results) Where?",
        "  0.5000  q1  What is it?",
        "  0.5000  q3  Why?",
    ]


def test_text_is_left_out_where_it_is_not_known() -> None:
    table = metric_table(evaluate(RUN, QRELS, "RR"), "RR", queries=QUERIES.select(["q3"]), k=2)
    assert table.splitlines()[2] == "  0.5000  q1"


def test_value_short_of_1_does_not_look_like_1() -> None:
    grades = {"a": 100_000, "b": 1}
    run = Run.from_ids({"q": ["a"]})  # 100000 / 100000.63 = 0.9999937
    table = metric_table(evaluate(run, Qrels.from_dict({"q": grades}), "nDCG@2"), "nDCG@2")
    assert table.splitlines()[1] == "  0.99999  q"


def test_queries_that_lost_most_come_first_and_winners_are_left_out() -> None:
    before = {"q0": 1.0, "q1": 0.5, "q2": 0.25, "q3": 0.5}
    after = {"q0": 0.5, "q1": 0.5, "q2": 1.0, "q3": 0.25}
    assert lost_table(before, after, queries=QUERIES).splitlines() == [
        "  -0.5000  1.0000 -> 0.5000  q0  Where?",
        "  -0.2500  0.5000 -> 0.2500  q3  Why?",
    ]


def test_nothing_is_said_where_nothing_fell() -> None:
    assert lost_table({"q": 0.5}, {"q": 0.5}) == ""


def test_tiny_fall_is_still_a_fall() -> None:
    assert lost_table({"q": 0.5}, {"q": 0.49999}) == "  -0.00001  0.50000 -> 0.49999  q"
