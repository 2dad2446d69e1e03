"""`Run`: one order, no aliasing, errors that name query and document."""

import copy
import pickle
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError

RUN = Run.from_dict({"q1": {"a": 1.0, "b": 3.0, "c": 2.0}, "q2": {}, "q3": {"b": 0.5}})


def test_the_order_is_by_score_and_never_by_input() -> None:
    assert RUN.ranking("q1") == ("b", "c", "a")
    assert list(RUN["q1"].items()) == [("b", 3.0), ("c", 2.0), ("a", 1.0)]
    assert Run.from_dict({"q": {"c": 2, "a": 1, "b": 3}}).ranking("q") == ("b", "c", "a")


def test_ties_are_broken_by_code_point_descending() -> None:
    # Code points: "9" 39, "A" 41, "a" 61, "é" e9, U+FFFD, U+1F600. In UTF-16 the last would come
    # before U+FFFD, since its first half is D83D.
    ids = ["A", "\U0001f600", "a", "9", "\ufffd", "é", "a1", "a10", "a9"]
    expected = ("\U0001f600", "\ufffd", "é", "a9", "a10", "a1", "a", "A", "9")
    assert Run.from_dict({"q": dict.fromkeys(ids, 1.0)}).ranking("q") == expected


def test_ties_of_some_documents_leave_the_others_in_place() -> None:
    run = Run.from_dict({"q1": {"a": 1, "z": 2, "b": 1, "c": 3}, "q2": {"z": 1, "a": 1, "b": 2}})
    assert run.ranking("q1") == ("c", "z", "b", "a")
    assert run.ranking("q2") == ("b", "z", "a")


def test_scores_are_compared_as_float64() -> None:
    close = {"a": 1 + 2**-52, "b": 1.0}  # equal as float32
    assert Run.from_dict({"q": close}).ranking("q") == ("a", "b")


def test_negative_zero_ties_with_zero() -> None:
    assert Run.from_dict({"q": {"a": 0.0, "b": -0.0}}).ranking("q") == ("b", "a")


def test_infinite_scores_are_scores() -> None:
    inf = float("inf")
    run = Run.from_dict({"q": {"a": -inf, "b": inf, "c": 0, "d": inf, "e": -inf}})
    assert run.ranking("q") == ("d", "b", "c", "e", "a")


def _oracle(scores: dict[str, float]) -> list[str]:
    return sorted(sorted(scores, reverse=True), key=lambda doc_id: -scores[doc_id])


SCORES = st.sampled_from([0.0, 1.0, 1.5, -2.0, 1e-320, float("inf"), float("-inf")])


@given(
    table=st.dictionaries(
        st.text(min_size=1, max_size=2),
        st.dictionaries(st.text(min_size=1, max_size=2), SCORES, max_size=8),
        max_size=4,
    )
)
def test_every_constructor_gives_the_order_of_two_sorts(table: dict[str, dict[str, float]]) -> None:
    expected = {query_id: _oracle(scores) for query_id, scores in table.items()}
    run = Run.from_dict(table)
    assert {q: list(run.ranking(q)) for q in run} == expected
    doc_ids = sorted({doc_id for scores in table.values() for doc_id in scores})
    docs = np.full((len(table), len(doc_ids)), -1)
    scores = np.full((len(table), len(doc_ids)), np.nan)  # ignored where docs is -1
    for row, entries in enumerate(table.values()):
        for column, (doc_id, score) in enumerate(entries.items()):
            docs[row, column], scores[row, column] = doc_ids.index(doc_id), score
    matrix_run = Run.from_arrays(list(table), doc_ids, docs, scores)
    assert {q: list(matrix_run.ranking(q)) for q in matrix_run} == expected
    assert matrix_run.to_dict() == table


def test_ids_best_first_score_one_over_rank() -> None:
    run = Run.from_ids({"q1": ["b", "a", "c"], "q2": []})
    assert run.to_dict() == {"q1": {"b": 1.0, "a": 1 / 2, "c": 1 / 3}, "q2": {}}
    assert run.ranking("q1") == ("b", "a", "c")


def test_integer_ids_are_refused_with_a_hint() -> None:
    hint = r"document id 7 in ranking of 'q' is of type int; ids are strings: use str\(\.\.\.\)"
    with pytest.raises(DataError, match=hint):
        Run.from_dict({"q": {7: 1.0}})  # type: ignore[dict-item]
    with pytest.raises(DataError, match=hint):
        Run.from_ids({"q": [7]})  # type: ignore[list-item]
    with pytest.raises(DataError, match="query id 1 is of type int"):
        Run.from_dict({1: {"a": 1.0}})  # type: ignore[dict-item]
    with pytest.raises(DataError, match="document id 7 is of type int"):
        Run.from_arrays(["q"], [7], [[0]], [[1.0]])  # type: ignore[list-item]
    with pytest.raises(DataError, match=hint):
        Run.from_frame(pd.DataFrame({"query_id": ["q"], "doc_id": [7], "score": [1.0]}))


def test_empty_ids_are_refused() -> None:
    with pytest.raises(DataError, match="empty document id in ranking of 'q'"):
        Run.from_dict({"q": {"": 1.0}})
    with pytest.raises(DataError, match="empty query id"):
        Run.from_ids({"": ["a"]})


def test_a_document_twice_is_refused_with_query_and_id() -> None:
    message = "duplicate document 'a' in ranking of 'q'"
    with pytest.raises(DataError, match=message):
        Run.from_ids({"q": ["a", "b", "a"]})
    with pytest.raises(DataError, match=message):
        Run.from_arrays(["p", "q"], ["a", "b"], [[0, 1], [0, 0]], [[2, 1], [2, 1]])
    frame = pd.DataFrame({"query_id": ["q", "q"], "doc_id": ["a", "a"], "score": [1.0, 2.0]})
    with pytest.raises(DataError, match=message):
        Run.from_frame(frame)
    with pytest.raises(DataError, match="duplicate document id 'a'"):
        Run.from_arrays(["q"], ("a", "a"), [[0, 1]], [[2, 1]])
    with pytest.raises(DataError, match="duplicate query id 'q'"):
        Run.from_arrays(["q", "q"], ["a"], [[0], [0]], [[1], [1]])


def test_nan_is_refused_with_query_and_id() -> None:
    message = "NaN score in ranking of 'q2' for document 'b'"
    scores = {"q1": {"a": 1.0}, "q2": {"a": 1.0, "b": float("nan")}}
    with pytest.raises(DataError, match=message):
        Run.from_dict(scores)
    with pytest.raises(DataError, match=message):
        Run.from_arrays(["q1", "q2"], ["a", "b"], [[0, -1], [0, 1]], [[1, np.nan], [1, np.nan]])


@pytest.mark.parametrize("score", ["high", "3.5", b"3.5", None, [1.0], 10**400])
def test_a_score_that_is_no_number_is_refused(score: object) -> None:
    with pytest.raises(DataError, match="for document 'a' in ranking of 'q' is not a number"):
        Run.from_dict({"q": {"a": score}})  # type: ignore[dict-item]


def test_any_real_number_is_a_score() -> None:
    scores = {"a": np.float32(0.5), "b": 1, "c": Fraction(1, 4), "d": np.int64(3)}
    run = Run.from_dict({"q": scores})  # type: ignore[dict-item]
    assert run["q"] == {"d": 3.0, "b": 1.0, "a": 0.5, "c": 0.25}


@pytest.mark.parametrize(
    ("ranking", "kind"), [("abc", "str"), ({"a": 1.0}, "dict"), ({"a", "b"}, "set")]
)
def test_a_ranking_without_an_order_of_ids_is_refused(ranking: object, kind: str) -> None:
    with pytest.raises(DataError, match=f"ranking of 'q' is a {kind}; give a list of document ids"):
        Run.from_ids({"q": ranking})  # type: ignore[dict-item]
    with pytest.raises(
        DataError, match="ranking of 'q' must map document ids to numbers, got list"
    ):
        Run.from_dict({"q": ["a"]})  # type: ignore[dict-item]


def test_minus_one_in_a_matrix_is_no_document() -> None:
    run = Run.from_arrays(["q1", "q2"], ["a", "b"], [[-1, 1, 0], [-1, -1, -1]], [[9, 1, 2]] * 2)
    assert run.to_dict() == {"q1": {"a": 2.0, "b": 1.0}, "q2": {}}


@pytest.mark.parametrize(
    ("docs", "scores", "message"),
    [
        ([[0, 1]], [[1.0]], r"must both be \(1, k\), got \(1, 2\) and \(1, 1\)"),
        ([0, 1], [1.0, 2.0], r"must both be \(1, k\), got \(2,\) and \(2,\)"),
        ([[0], [1]], [[1.0], [2.0]], r"must both be \(1, k\), got \(2, 1\) and \(2, 1\)"),
        ([[0.0]], [[1.0]], "docs must be integer positions into doc_ids, got dtype float64"),
        ([[2]], [[1.0]], r"docs must lie in -1\.\.1"),
        ([[-2]], [[1.0]], r"docs must lie in -1\.\.1"),
    ],
)
def test_matrices_of_a_wrong_shape_or_kind_are_refused(
    docs: object, scores: object, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        Run.from_arrays(["q"], ["a", "b"], docs, scores)


def test_columns_that_do_not_fit_are_refused() -> None:
    indptr, docs, scores = np.array([0, 2]), np.array([0, 1], np.int32), np.array([1.0, 2.0])
    with pytest.raises(DataError, match="2 documents but 1 scores in run 'run'"):
        Run(("q",), ("a", "b"), indptr, docs, scores[:1])
    with pytest.raises(DataError, match="ranking: indptr must run from 0 to 2 in 2 steps"):
        Run(("q",), ("a", "b"), np.array([0, 1]), docs, scores)
    with pytest.raises(DataError, match="ranking: indptr must not decrease"):
        Run(("p", "q", "r"), ("a", "b"), np.array([0, 2, 1, 2]), docs, scores)
    with pytest.raises(DataError, match=r"ranking: document positions must lie in 0\.\.0"):
        Run(("q",), ("a",), indptr, docs, scores)


def test_an_empty_run_has_no_queries() -> None:
    for run in (
        Run.from_dict({}),
        Run.from_ids({}),
        Run.from_arrays([], ["a"], np.empty((0, 3), int), np.empty((0, 3))),
    ):
        assert (len(run), list(run), run.to_dict()) == (0, [], {})
        assert run.to_frame().empty
        assert len(run.top(3)) == 0


def test_it_is_a_collection_of_query_ids() -> None:
    assert (len(RUN), list(RUN)) == (3, ["q1", "q2", "q3"])
    assert "q2" in RUN
    assert "q9" not in RUN
    with pytest.raises(DataError, match="query 'q9' is not in run 'run'"):
        RUN["q9"]


def test_rank_is_one_based_and_none_when_not_retrieved() -> None:
    assert [RUN.rank("q1", doc_id) for doc_id in "abcz"] == [3, 1, 2, None]
    assert RUN.rank("q2", "a") is None


def test_top_cuts_every_ranking() -> None:
    assert RUN.top(2).to_dict() == {"q1": {"b": 3.0, "c": 2.0}, "q2": {}, "q3": {"b": 0.5}}
    assert RUN.top(0).to_dict() == {"q1": {}, "q2": {}, "q3": {}}
    assert RUN.top(99).to_dict() == RUN.to_dict()
    assert RUN.ranking("q1", k=2) == ("b", "c")
    for cut in (RUN.top, lambda k: RUN.ranking("q1", k=k)):
        with pytest.raises(DataError, match="k is -1; a cut-off is at least 0"):
            cut(-1)


def test_the_cut_honours_ties() -> None:
    run = Run.from_dict({"q": {"a": 1, "b": 1, "c": 1}})
    assert run.top(2).ranking("q") == ("c", "b") == run.ranking("q", k=2)


def test_select_takes_queries_in_the_order_asked() -> None:
    part = RUN.select(["q3", "q1"])
    assert part.query_ids == ("q3", "q1")
    assert part.to_dict() == {"q3": {"b": 0.5}, "q1": {"b": 3.0, "c": 2.0, "a": 1.0}}
    assert RUN.select([]).to_dict() == {}
    with pytest.raises(DataError, match="query 'q9' is not in run 'run'"):
        RUN.select(["q9"])
    with pytest.raises(DataError, match="duplicate query id 'q1'"):
        RUN.select(["q1", "q1"])


def test_renamed_keeps_the_rankings() -> None:
    other = RUN.renamed("other")
    assert (other.name, RUN.name) == ("other", "run")
    assert other.to_dict() == RUN.to_dict()


def test_a_frame_has_one_row_per_document_in_rank_order() -> None:
    frame = RUN.to_frame()
    assert frame.to_dict("list") == {
        "query_id": ["q1", "q1", "q1", "q3"],
        "doc_id": ["b", "c", "a", "b"],
        "rank": [1, 2, 3, 1],
        "score": [3.0, 2.0, 1.0, 0.5],
    }
    back = Run.from_frame(frame.sample(frac=1, random_state=1))
    assert back.to_dict() == RUN.select(["q1", "q3"]).to_dict()
    renamed = frame.rename(columns={"query_id": "q", "doc_id": "d", "score": "s"})
    assert Run.from_frame(renamed, query_id="q", doc_id="d", score="s").ranking("q3") == ("b",)


def test_a_frame_without_a_column_is_refused() -> None:
    with pytest.raises(DataError, match="no column 'score' in the frame; it has: query_id, 0"):
        Run.from_frame(pd.DataFrame({"query_id": ["q"], 0: [1]}), doc_id="query_id")


def test_arrays_cannot_be_written_to() -> None:
    for array in (RUN.indptr, RUN.docs, RUN.scores):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    with pytest.raises(AttributeError, match="cannot assign to field 'name'"):
        RUN.name = "x"  # type: ignore[misc]


def test_the_callers_arrays_are_neither_kept_nor_locked() -> None:
    indptr, docs = np.array([0, 2]), np.array([0, 1], np.int32)
    scores = np.array([2.0, 1.0])
    run = Run(("q",), ("a", "b"), indptr, docs, scores)
    matrix, values = np.array([[0, 1]]), np.array([[2.0, 1.0]])
    from_matrix = Run.from_arrays(["q"], ["a", "b"], matrix, values)
    indptr[1], docs[0], scores[0], matrix[0, 0], values[0, 0] = 0, 1, -5.0, 1, -5.0
    assert run.to_dict() == from_matrix.to_dict() == {"q": {"a": 2.0, "b": 1.0}}


def test_a_frame_is_a_copy() -> None:
    frame = RUN.to_frame()
    frame.loc[0, "score"] = -1.0
    assert RUN["q1"]["b"] == 3.0


@pytest.mark.parametrize("copied", [pickle.loads(pickle.dumps(RUN)), copy.deepcopy(RUN)])
def test_a_copy_from_another_process_is_equal_and_read_only(copied: Run) -> None:
    assert copied.to_dict() == RUN.to_dict()
    assert (copied.name, copied.doc_ids) == (RUN.name, RUN.doc_ids)
    assert not copied.scores.flags.writeable


@pytest.mark.parametrize("k", [2.5, 1.0, "1", True])
def test_a_cutoff_is_a_whole_number(k: Any) -> None:
    run = Run.from_ids({"q": ["a", "b"]})
    for cut in (run.top, lambda k: run.ranking("q", k=k)):
        with pytest.raises(DataError, match=f"k is {k!r}; a cut-off is a whole number"):
            cut(k)
    assert run.top(np.int64(1)).ranking("q", k=np.int32(1)) == ("a",)  # type: ignore[arg-type]


@pytest.mark.parametrize("table", [["q"], "q", None, 3])
def test_what_is_no_mapping_of_queries_is_refused(table: Any) -> None:
    with pytest.raises(DataError, match="ranking: expected a mapping of query ids to"):
        Run.from_dict(table)
    with pytest.raises(DataError, match="rankings must be a mapping of query ids to lists"):
        Run.from_ids(table)


@pytest.mark.parametrize("ranking", [None, 3, b"ab"])
def test_what_is_no_ranking_is_refused(ranking: Any) -> None:
    kind = type(ranking).__name__
    with pytest.raises(DataError, match=f"ranking of 'q' is a {kind}; give a list of document ids"):
        Run.from_ids({"q": ranking})


def test_matrices_are_checked_before_they_are_read() -> None:
    with pytest.raises(DataError, match="docs must be a matrix, its rows of one length"):
        Run.from_arrays(["p", "q"], ["a", "b"], [[0, 1], [0]], [[2, 1], [2, 1]])
    with pytest.raises(DataError, match="scores must be numbers, got dtype <U3"):
        Run.from_arrays(["q"], ["a"], [[0]], [["3.5"]])
