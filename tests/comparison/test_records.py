"""What is recorded of a query, and when a ranking is known deep enough."""

import math

import pytest

from retrieval_checks.comparison.context import Context
from retrieval_checks.comparison.records import as_run, judgements_digest
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from tests.comparison.factories import CONTEXT, judged, records, run

QRELS = Qrels.from_dict({"q1": {"a": 2, "b": 1}, "q2": {"c": 1}})
RUN = Run.from_dict({"q1": {"b": 3.0, "a": 2.0, "x": 1.0}, "q2": {"x": 0.5, "c": 0.25}})


def test_a_record_has_the_ranking_cut_at_the_depth_and_the_figures_of_the_whole() -> None:
    """q2: the only relevant document is at rank 2, so RR is 1/2, though one document is kept."""
    found = records(RUN, QRELS, metrics=["RR@10", "P@1"], depth=1)
    assert found["q2"].ranking == (("x", 0.5),)
    assert dict(found["q2"].figures) == {"RR@10": 0.5, "P@1": 0.0}
    assert found["q1"].doc_ids == ("b",)
    assert found["q1"].context == CONTEXT


def test_ndcg_of_a_record_is_worked_by_hand() -> None:
    """q1: gains 1, 2 at ranks 1, 2; ideal 2, 1."""
    found = records(RUN, QRELS)["q1"].figures["nDCG@10"]
    assert found == pytest.approx((1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3)), abs=1e-15)


def test_a_query_without_judgements_has_neither_figures_nor_a_digest_of_them() -> None:
    found = records(Run.from_ids({"q9": ["a"], "q1": ["a"]}), QRELS)
    assert (dict(found["q9"].figures), found["q9"].judgements) == ({}, "")
    assert list(found["q1"].figures) == ["nDCG@10"]


def test_a_query_whose_text_is_not_known_has_no_digest_of_it() -> None:
    found = records(RUN, QRELS, texts={"q1": "One?"})
    assert (len(found["q1"].text), found["q2"].text) == (12, "")


def test_scores_are_kept_to_six_digits_and_infinite_ones_as_none() -> None:
    of = Run.from_dict({"q1": {"a": math.inf, "b": 1.23456789, "c": 1e-9, "d": -math.inf}})
    assert records(of, QRELS)["q1"].ranking == (
        ("a", None),
        ("b", 1.23457),
        ("c", 1e-9),
        ("d", None),
    )


def test_recorded_rankings_as_a_run_keep_their_order_where_scores_tie() -> None:
    of = Run.from_dict({"q1": {"a": 1.0000001, "b": 1.0}})  # equal in six digits: b before a
    again = as_run(records(of, QRELS), "may")
    assert (again.ranking("q1"), again.name) == (("a", "b"), "may")


@pytest.mark.parametrize(
    ("retrieved", "depth", "reached", "not_reached"),
    [(3, 5, [1, 5, 99, None], []), (3, 3, [1, 3], [4, None]), (3, 2, [2], [3, None])],
)
def test_a_ranking_is_whole_where_it_ends_before_the_depth(
    retrieved: int, depth: int, reached: list[int | None], not_reached: list[int | None]
) -> None:
    of = Run.from_ids({"q1": list("abc")[:retrieved]})
    record = records(of, QRELS, depth=depth)["q1"]
    assert all(record.reaches(rank) for rank in reached)
    assert not any(record.reaches(rank) for rank in not_reached)


def test_judgements_differ_by_grade_and_document_and_not_by_order() -> None:
    own = judgements_digest(QRELS, "q1")
    assert len(own) == 12
    assert own == judgements_digest(Qrels.from_dict({"q1": {"b": 1, "a": 2}}), "q1")
    assert own != judgements_digest(Qrels.from_dict({"q1": {"b": 1, "a": 1}}), "q1")
    assert own != judgements_digest(Qrels.from_dict({"q1": {"b": 1, "z": 2}}), "q1")
    assert judgements_digest(QRELS, "q9") == ""


def test_a_later_record_tells_what_changed() -> None:
    before = records(run(1), judged(1))["q0000"]
    assert before.cause(before) == "nothing recorded changed, so the code did"
    reworded = records(run(1), judged(1), texts={"q0000": "Other?"})["q0000"]
    assert before.cause(reworded) == "the query was reworded"
    regraded = records(run(1), Qrels.from_dict({"q0000": {"good": 2, "bad": 0}}))["q0000"]
    assert before.cause(regraded) == "the judgements changed (stale labels)"
    now = Context(CONTEXT.corpus, "bm25", CONTEXT.environment)
    other = records(run(1), judged(1), context=now)["q0000"]
    assert before.changes(other) == {"pipeline": ("dense MiniLM", "bm25")}
