"""Input without meaning raises, wherever it stands, and the message says where."""

import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.strategies import DOC_IDS, qrels, rankings, runs

BARE: tuple[Any, ...] = (Run, Qrels)  # the constructors themselves
not_ids: st.SearchStrategy[Any] = st.none() | st.integers() | st.binary(min_size=1) | st.just("")


@given(rankings(min_depth=1), st.data())
def test_document_twice_in_a_ranking_raises(ranking: list[str], data: st.DataObject) -> None:
    twice = data.draw(st.sampled_from(ranking))
    at = data.draw(st.integers(0, len(ranking)))
    with_duplicate = [*ranking[:at], twice, *ranking[at:]]
    positions = [[DOC_IDS.index(doc_id) for doc_id in with_duplicate]]
    scores = [[-float(rank) for rank in range(len(with_duplicate))]]
    message = f"duplicate document {twice!r} in ranking of 'q7'"
    with pytest.raises(DataError, match=re.escape(message)):
        Run.from_ids({"q7": with_duplicate})
    with pytest.raises(DataError, match=re.escape(message)):
        Run.from_arrays(["q7"], DOC_IDS, positions, scores)


@given(rankings(min_depth=1), st.data())
def test_id_twice_in_a_vocabulary_raises(vocabulary: list[str], data: st.DataObject) -> None:
    twice = data.draw(st.sampled_from(vocabulary))
    for ids in ([*vocabulary, twice], (*vocabulary, twice)):
        with pytest.raises(DataError, match=f"duplicate document id '{twice}'"):
            Run.from_arrays(["q"], ids, [[0]], [[1.0]])


@given(rankings(min_depth=1), st.data())
def test_id_twice_in_a_vocabulary_raises_in_the_bare_constructors(
    vocabulary: list[str], data: st.DataObject
) -> None:
    twice = data.draw(st.sampled_from(vocabulary))
    for build in BARE:
        for ids in ([*vocabulary, twice], (*vocabulary, twice)):
            with pytest.raises(DataError, match=f"duplicate document id '{twice}'"):
                build(("q",), ids, [0, 1], [0], [1.0])


@given(not_ids)
def test_vocabulary_with_an_id_that_is_no_string_raises_in_the_bare_constructors(
    wrong: Any,
) -> None:
    for build in BARE:
        for ids in (["d1", wrong], ("d1", wrong)):
            with pytest.raises(DataError, match=r"document id.*strings"):
                build(("q",), ids, [0, 1], [0], [1.0])


@given(rankings(min_depth=1))
def test_vocabulary_that_is_changed_later_changes_nothing(ranking: list[str]) -> None:
    for build in BARE:
        ids = list(ranking)
        table = build(("q",), ids, [0, len(ids)], range(len(ids)), [1.0] * len(ids))
        before = table.to_dict()
        ids[0] = "other"
        assert table.to_dict() == before


@given(st.sampled_from([[0.0], [0.9], [True], ["0"], [None], [2**70], [[0]], [[0], [0, 1]], 0]))
def test_position_that_is_no_integer_raises(docs: Any) -> None:
    for build in BARE:
        with pytest.raises(DataError, match=r"docs must (be integers|be one row|have one dim)"):
            build(("q",), ("d1",), [0, 1], docs, [1.0])
        with pytest.raises(DataError, match=r"indptr must (be integers|be one row|have one dim)"):
            build(("q",), ("d1",), docs, [0], [1.0])


@given(st.integers(-(2**63), -1) | st.integers(1, 2**63 - 1))
def test_position_outside_the_vocabulary_raises(position: int) -> None:
    for build in BARE:
        with pytest.raises(DataError, match=r"document positions must lie in 0\.\.0"):
            build(("q",), ("d1",), [0, 1], [position], [1.0])


@given(st.sampled_from(["3.5", None, 1j, [1.0]]))
def test_value_that_is_no_number_raises_in_the_bare_constructors(value: Any) -> None:
    for build in BARE:
        with pytest.raises(DataError, match=r"(scores|grades) must (be numbers|have one dim)"):
            build(("q",), ("d1",), [0, 1], [0], [value])


@given(runs(min_queries=1, min_depth=1), st.data())
def test_nan_score_raises(run: Run, data: st.DataObject) -> None:
    query_id = data.draw(st.sampled_from(run.query_ids))
    doc_id = data.draw(st.sampled_from(run.ranking(query_id)))
    table = run.to_dict()
    table[query_id][doc_id] = math.nan
    message = f"NaN score in ranking of {query_id!r} for document {doc_id!r}"
    with pytest.raises(DataError, match=re.escape(message)):
        Run.from_dict(table)


@given(qrels(), st.sampled_from([math.nan, math.inf, -math.inf]), st.data())
def test_grade_that_is_not_finite_raises(judged: Qrels, grade: float, data: st.DataObject) -> None:
    query_id = data.draw(st.sampled_from(judged.query_ids))
    doc_id = data.draw(st.sampled_from(list(judged[query_id])))
    table = judged.to_dict()
    table[query_id][doc_id] = grade
    message = rf"grade {grade} of document '{doc_id}' for query '{query_id}' is not finite"
    with pytest.raises(DataError, match=message):
        Qrels.from_dict(table)


@given(not_ids)
def test_id_that_is_no_string_or_empty_raises(wrong: Any) -> None:
    builders: list[Any] = [Run.from_dict, Qrels.from_dict]
    for build in builders:
        with pytest.raises(DataError, match=r"query id.*ids are (non-empty )?strings"):
            build({wrong: {"d1": 1}})
        with pytest.raises(DataError, match=r"document id.* in .* of 'q1'.*strings"):
            build({"q1": {wrong: 1}})
    with pytest.raises(DataError, match=r"document id.* in ranking of 'q1'.*strings"):
        Run.from_ids({"q1": ["d1", wrong]})
    for ids in (["d1", wrong], ("d1", wrong)):
        with pytest.raises(DataError, match=r"document id.*strings"):
            Run.from_arrays(["q1"], ids, [[0]], [[1.0]])


@given(rankings(min_depth=1), st.sampled_from([set, frozenset, dict.fromkeys, " ".join]))
def test_ranking_without_an_order_raises(ranking: list[str], unordered: Any) -> None:
    with pytest.raises(DataError, match=r"ranking of 'q' is a \w+; give a list of document ids"):
        Run.from_ids({"q": unordered(ranking)})


@given(rankings(min_depth=1), st.sampled_from([None, "high", "3.5", b"3", 10**400, [1]]))
def test_score_that_is_no_number_raises(ranking: list[str], score: Any) -> None:
    with pytest.raises(DataError, match=r"for document '.*' in ranking of 'q' is not a number"):
        Run.from_dict({"q": {**dict.fromkeys(ranking, 1.0), "wrong": score}})
