"""`Qrels`: finite grades, every pair once, read-only."""

import copy
import pickle
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.subtopics import Subtopics
from retrieval_checks.errors import DataError

QRELS = Qrels.from_dict({"q1": {"a": 1, "b": 0, "c": 3, "d": 1}, "q2": {"a": -2, "e": 0.5}})


def test_grades_come_back_as_given() -> None:
    assert QRELS.to_dict() == {
        "q1": {"a": 1.0, "b": 0.0, "c": 3.0, "d": 1.0},
        "q2": {"a": -2.0, "e": 0.5},
    }
    assert (len(QRELS), list(QRELS), "q2" in QRELS, "q3" in QRELS) == (2, ["q1", "q2"], True, False)
    with pytest.raises(DataError, match="query 'q3' has no judgements"):
        QRELS["q3"]


def test_relevant_is_a_grade_of_at_least_the_level_best_first() -> None:
    assert QRELS.relevant("q1") == ("c", "a", "d")
    assert QRELS.relevant("q1", relevance_level=2) == ("c",)
    assert QRELS.relevant("q1", relevance_level=0) == ("c", "a", "d", "b")
    assert QRELS.relevant("q2") == ()
    assert QRELS.relevant("q2", relevance_level=0.5) == ("e",)


@pytest.mark.parametrize("grade", [float("nan"), float("inf"), float("-inf")])
def test_a_grade_that_is_not_finite_is_refused(grade: float) -> None:
    message = f"grade {grade} of document 'b' for query 'q2' is not finite"
    with pytest.raises(DataError, match=message):
        Qrels.from_dict({"q1": {"a": 1}, "q2": {"a": 1, "b": grade}})


def test_a_grade_that_is_no_number_is_refused() -> None:
    with pytest.raises(
        DataError, match="'yes' for document 'a' in judgements of 'q' is not a numb"
    ):
        Qrels.from_dict({"q": {"a": "yes"}})  # type: ignore[dict-item]


def test_a_pair_twice_is_refused() -> None:
    frame = pd.DataFrame({"query_id": ["q", "q"], "doc_id": ["a", "a"], "grade": [1, 2]})
    with pytest.raises(DataError, match="duplicate document 'a' in judgements of 'q'"):
        Qrels.from_frame(frame)


def test_ids_are_non_empty_strings() -> None:
    with pytest.raises(DataError, match="document id 1 in judgements of 'q' is of type int"):
        Qrels.from_dict({"q": {1: 1}})  # type: ignore[dict-item]
    with pytest.raises(DataError, match="empty document id in judgements of 'q'"):
        Qrels.from_dict({"q": {"": 1}})
    with pytest.raises(DataError, match="query id 1 is of type int"):
        Qrels.from_dict({1: {"a": 1}})  # type: ignore[dict-item]


def test_columns_that_do_not_fit_are_refused() -> None:
    docs = np.array([0, 1], np.int32)
    with pytest.raises(DataError, match="2 documents but 1 grades"):
        Qrels(("q",), ("a", "b"), np.array([0, 2]), docs, np.array([1.0]))
    with pytest.raises(DataError, match="judgements: indptr must run from 0 to 2 in 2 steps"):
        Qrels(("q",), ("a", "b"), np.array([0, 3]), docs, np.array([1.0, 2.0]))


def test_select_takes_queries_in_the_order_asked() -> None:
    assert QRELS.select(["q2"]).to_dict() == {"q2": {"a": -2.0, "e": 0.5}}
    assert QRELS.select(["q2", "q1"]).query_ids == ("q2", "q1")
    with pytest.raises(DataError, match="query 'q3' has no judgements"):
        QRELS.select(["q3"])


def test_a_frame_is_read_back_equal() -> None:
    frame = QRELS.to_frame()
    assert list(frame.columns) == ["query_id", "doc_id", "grade"]
    assert Qrels.from_frame(frame).to_dict() == QRELS.to_dict()
    with pytest.raises(DataError, match="no column 'grade' in the frame; it has: query_id, doc_id"):
        Qrels.from_frame(frame.drop(columns="grade"))


def test_arrays_cannot_be_written_to_and_do_not_alias() -> None:
    grades = np.array([1.0])
    qrels = Qrels(("q",), ("a",), np.array([0, 1]), np.array([0], np.int32), grades)
    grades[0] = 5.0
    assert qrels["q"] == {"a": 1.0}
    with pytest.raises(ValueError, match="read-only"):
        qrels.grades[0] = 2.0


@pytest.mark.parametrize("copied", [pickle.loads(pickle.dumps(QRELS)), copy.deepcopy(QRELS)])
def test_a_copy_from_another_process_is_equal_and_read_only(copied: Qrels) -> None:
    assert copied.to_dict() == QRELS.to_dict()
    assert not copied.grades.flags.writeable


def test_matrices_become_judgements_and_minus_one_is_none() -> None:
    docs = np.array([[2, 0, -1], [-1, -1, 1]], np.int16)
    grades = [[3, 0, np.nan], [np.nan, np.inf, -1]]
    qrels = Qrels.from_arrays(["q1", "q2"], ["a", "b", "c"], docs, grades)
    assert qrels.to_dict() == {"q1": {"c": 3.0, "a": 0.0}, "q2": {"b": -1.0}}


@pytest.mark.parametrize(
    ("docs", "grades", "message"),
    [
        ([[0, 1]], [[1.0]], r"docs and grades must both be \(1, k\), got \(1, 2\) and \(1, 1\)"),
        ([[0.0]], [[1.0]], "docs must be integer positions into doc_ids, got dtype float64"),
        ([[2]], [[1.0]], r"docs must lie in -1\.\.1"),
        ([[0, 0]], [[1.0, 2.0]], "duplicate document 'a' in judgements of 'q'"),
        ([[0]], [[np.inf]], "grade inf of document 'a' for query 'q' is not finite"),
        ([[0]], [["1"]], "grades must be numbers, got dtype <U1"),
    ],
)
def test_matrices_without_meaning_are_refused(docs: object, grades: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        Qrels.from_arrays(["q"], ["a", "b"], docs, grades)


@pytest.mark.parametrize("grades", [["q"], None])
def test_what_is_no_mapping_of_queries_is_refused(grades: object) -> None:
    with pytest.raises(DataError, match="judgements: expected a mapping of query ids to"):
        Qrels.from_dict(grades)  # type: ignore[arg-type]


def test_a_label_may_be_true_or_false() -> None:
    assert Qrels.from_dict({"q": {"a": True, "b": False}})["q"] == {"a": 1.0, "b": 0.0}
    assert Qrels(("q",), ("a",), np.array([0, 1]), np.array([0]), np.array([True]))["q"] == {"a": 1}


SUBTOPICS = {
    "q1": {"price": {"d1": 1, "d9": 0}, "care": {"d10": 1, "d1": 2}},
    "q2": {"care": {"d1": -1}, "none": {}},
}


def aspects(qrels: Qrels) -> dict[str, dict[str, dict[str, float]]]:
    """`{query_id: {doc_id: {subtopic: grade}}}`, in the order of the judgements."""
    own = qrels.subtopics
    assert own is not None
    table: dict[str, dict[str, dict[str, float]]] = {}
    for row, query_id in enumerate(qrels):
        table[query_id] = {}
        for entry in range(qrels.indptr[row], qrels.indptr[row + 1]):
            cells = slice(own.indptr[entry], own.indptr[entry + 1])
            names = [own.names[topic] for topic in own.topics[cells]]
            doc_id = qrels.doc_ids[qrels.docs[entry]]
            table[query_id][doc_id] = dict(zip(names, own.grades[cells].tolist(), strict=True))
    return table


ASPECTS = {
    "q1": {"d9": {"price": 0}, "d10": {"care": 1}, "d1": {"price": 1, "care": 2}},
    "q2": {"d1": {"care": -1}},
}


def test_subtopics_stand_beside_their_judgement() -> None:
    qrels = Qrels.from_subtopics(SUBTOPICS)
    assert aspects(qrels) == ASPECTS
    assert qrels.to_dict() == {"q1": {"d9": 0.0, "d10": 1.0, "d1": 2.0}, "q2": {"d1": -1.0}}
    assert Qrels.from_dict({"q": {"a": 1}}).subtopics is None


def test_judgements_with_subtopics_stand_by_id_descending() -> None:
    qrels = Qrels.from_subtopics(SUBTOPICS)
    assert [list(own) for own in aspects(qrels).values()] == [["d9", "d10", "d1"], ["d1"]]
    assert list(Qrels.from_dict({"q": {"a": 1, "b": 1}})["q"]) == ["a", "b"]  # else as given


def test_selected_judgements_take_their_subtopics_along() -> None:
    qrels = Qrels.from_subtopics(SUBTOPICS)
    assert aspects(qrels.select(["q2"])) == {"q2": ASPECTS["q2"]}
    assert aspects(qrels.select(["q2", "q1"])) == {"q2": ASPECTS["q2"], "q1": ASPECTS["q1"]}
    assert list(aspects(qrels.select(["q2", "q1"]))) == ["q2", "q1"]
    assert QRELS.select(["q1"]).subtopics is None


def test_a_copy_has_its_subtopics() -> None:
    qrels = Qrels.from_subtopics(SUBTOPICS)
    for copied in (pickle.loads(pickle.dumps(qrels)), copy.deepcopy(qrels)):
        assert aspects(copied) == ASPECTS
        assert copied.to_dict() == qrels.to_dict()


def test_query_without_judgements_stays() -> None:
    qrels = Qrels.from_subtopics({"q1": {}, "q2": {"s": {"a": 1}}})
    assert (list(qrels), qrels["q1"], aspects(qrels)["q1"]) == (["q1", "q2"], {}, {})


SHAPE = "expected a mapping, {query id: {subtopic: {document id: grade}}} in all, got"


@pytest.mark.parametrize(
    ("grades", "message"),
    [
        (["q"], f"judgements: {SHAPE} list"),
        ({"q": ["s"]}, f"judgements of 'q': {SHAPE} list"),
        ({"q": {"s": None}}, f"subtopic 's': {SHAPE} NoneType"),
        ({1: {"s": {"a": 1}}}, "query id 1 is of type int; ids are strings: use str(...)"),
        (
            {"q": {1: {"a": 1}}},
            "subtopic id 1 of query 'q' is of type int; ids are strings: use str(...)",
        ),
        ({"q": {"": {"a": 1}}}, "empty subtopic id of query 'q'; ids are non-empty strings"),
        (
            {"q": {"s": {1: 1}}},
            "document id 1 in judgements of 'q' is of type int; ids are strings: use str(...)",
        ),
        (
            {"q": {"s": {"a": "1"}}},
            "'1' for document 'a' in judgements of 'q' is not a number",
        ),
        (
            {"q": {"s": {"a": float("nan")}, "t": {"a": 1}}},
            "grade nan of document 'a' for query 'q' is not finite",
        ),
        (
            {"q": {"s": {"a": float("-inf")}, "t": {"a": 1}}},
            "grade -inf of document 'a' for query 'q' is not finite",
        ),
    ],
)
def test_subtopics_without_meaning_are_refused(grades: Any, message: str) -> None:
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        Qrels.from_subtopics(grades)


def test_there_is_a_row_of_subtopics_for_each_judgement() -> None:
    one = Subtopics.from_rows([{"s": 1}])
    with pytest.raises(DataError, match=r"^2 judgements, but 1 with subtopics$"):
        Qrels(("q",), ("a", "b"), np.array([0, 2]), np.array([0, 1]), np.ones(2), one)


def test_arrays_with_subtopics_are_put_in_order_together() -> None:
    subtopics = Subtopics.from_rows([{"s": 1}, {"t": 2}])
    columns = (np.array([0, 2]), np.array([0, 1]), np.array([1.0, 2.0]))
    qrels = Qrels(("q",), ("a", "b"), *columns, subtopics)
    assert qrels.to_dict() == {"q": {"a": 1.0, "b": 2.0}}
    assert list(qrels["q"]) == ["b", "a"]
    assert aspects(qrels) == {"q": {"b": {"t": 2}, "a": {"s": 1}}}
    assert not qrels.grades.flags.writeable
