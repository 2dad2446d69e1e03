"""Plain dicts of scores laid against judgements: the ranks of a `Run` without making one."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.metrics.joins import tables as tables_module
from retrieval_checks.metrics.joins.columns import join_columns
from retrieval_checks.metrics.joins.tables import join_tables
from tests.metrics.joins.naive import Table, found_rows, judgements, naive_rows, tables

QRELS = Qrels.from_dict({"q1": {"a": 1, "b": 2}, "q2": {"b": 1}})


@settings(max_examples=100)
@given(tables, judgements, st.integers(1, 3))
def test_ranks_are_those_of_a_naive_search_and_of_a_run(
    table: Table, qrels: Qrels, queries: int
) -> None:
    expected = naive_rows(table, qrels)
    whole = join_tables(table, qrels)
    assert found_rows(whole, qrels) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables_module, "_BLOCK_QUERIES", queries)
        assert found_rows(join_tables(table, qrels), qrels) == expected
    columns = join_columns(Run.from_dict(table), qrels)
    for name in ("indptr", "ranks", "entries", "retrieved"):
        assert getattr(whole, name).tolist() == getattr(columns, name).tolist()


@settings(max_examples=40)
@given(st.permutations(range(12)), st.integers(0, 11), st.integers(0, 3))
def test_unsorted_rankings_are_ranked_row_by_row(
    order: list[int], judged: int, levels: int
) -> None:
    """Twelve scores in any order between two rankings that are in order."""
    sorted_row = {f"d{i:02}": float(-i) for i in range(12)}
    row = {f"d{i:02}": float(i >> levels) for i in order}  # the more levels, the more ties
    table = {"q1": sorted_row, "q2": row, "q3": sorted_row}
    qrels = Qrels.from_dict({q: {f"d{judged:02}": 1, "d03": 2} for q in table})
    assert found_rows(join_tables(table, qrels), qrels) == naive_rows(table, qrels)


def test_tied_documents_stand_by_id_descending() -> None:
    table = {"q1": {"d9": 1.0, "a": 1.0, "d10": 1.0, "b": 1.0, "top": 2.0, "low": 0.0}}
    qrels = Qrels.from_dict({"q1": {"a": 1, "b": 1, "d9": 1, "d10": 1, "low": 1}})
    ranks = {doc_id: rank for rank, doc_id, _ in found_rows(join_tables(table, qrels), qrels)[0]}
    assert ranks == {"d9": 2, "d10": 3, "b": 4, "a": 5, "low": 6}


def test_both_zeros_tie_and_so_do_infinities() -> None:
    inf = float("inf")
    table = {"q1": {"x": -inf, "a": -0.0, "b": 0.0, "c": inf, "d": inf, "z": -inf}}
    qrels = Qrels.from_dict({"q1": dict.fromkeys("abcdxz", 1)})
    row = found_rows(join_tables(table, qrels), qrels)[0]
    assert [doc_id for _, doc_id, _ in row] == ["d", "c", "b", "a", "z", "x"]


def test_retrieved_counts_every_document_of_judged_queries() -> None:
    table: Table = {"q9": {"a": 1.0}, "q2": {"x": 1.0, "y": 0.5}}
    joined = join_tables(table, QRELS)
    assert joined.retrieved.tolist() == [0, 2]
    assert found_rows(joined, QRELS) == [[], []]


class Ranking(Mapping[str, float]):
    """A mapping that is no dict."""

    def __init__(self, scores: dict[str, float]) -> None:
        self._scores = scores

    def __getitem__(self, doc_id: str) -> float:
        return self._scores[doc_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._scores)

    def __len__(self) -> int:
        return len(self._scores)


class Counted(dict[str, float]):
    """A ranking that counts how often it is asked for a score."""

    asked = 0

    def get(self, *given: Any) -> Any:
        self.asked += 1
        return super().get(*given)


@pytest.mark.parametrize("queries", [1, 2, 256])
def test_each_judged_document_is_looked_up_once(
    queries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables_module, "_BLOCK_QUERIES", queries)
    rankings = {f"q{i}": Counted(a=1.0, b=0.5) for i in range(5)}
    join_tables(rankings, Qrels.from_dict({q: {"a": 1, "b": 0, "c": 1} for q in rankings}))
    assert [ranking.asked for ranking in rankings.values()] == [3] * 5


def test_any_mapping_and_any_number_will_do() -> None:
    scores: dict[str, Any] = {
        "a": np.float32(0.5),
        "b": Decimal("0.75"),
        "x": 1,
        "y": np.int8(0),
        "z": True,
    }
    table: Any = Ranking({"q1": Ranking(scores)})  # type: ignore[dict-item]
    joined = join_tables(table, QRELS)
    assert found_rows(joined, QRELS) == [[(3, "b", 2.0), (4, "a", 1.0)], []]


@pytest.mark.parametrize(
    ("ranking", "message"),
    [
        (["a"], "ranking of 'q2' must map document ids to numbers, got list"),
        (None, "ranking of 'q2' must map document ids to numbers, got NoneType"),
        ("a", "ranking of 'q2' must map document ids to numbers, got str"),
        (
            {1: 1.0},
            "document id 1 in ranking of 'q2' is of type int; ids are strings: use str(...)",
        ),
        ({"": 1.0}, "empty document id in ranking of 'q2'; ids are non-empty strings"),
        ({"b": 1.0, 7: 1.0}, "document id 7 is of type int; ids are strings: use str(...)"),
        ({"b": 1.0, "": 1.0}, "empty document id; ids are non-empty strings"),
        ({"a": "1"}, "'1' for document 'a' in ranking of 'q2' is not a number"),
        ({"a": 1.0, "x": b"1"}, "b'1' for document 'x' in ranking of 'q2' is not a number"),
        ({"a": None}, "None for document 'a' in ranking of 'q2' is not a number"),
        (
            {"a": 10**400},
            f"{10**400} for document 'a' in ranking of 'q2' is not a number",
        ),
        (
            {"a": 1.0, "b": float("nan"), "c": float("nan")},
            "NaN score in ranking of 'q2' for document 'b'; a score is a number, +-inf included",
        ),
        (
            {"x": float("nan")},
            "NaN score in ranking of 'q2' for document 'x'; a score is a number, +-inf included",
        ),
    ],
)
@pytest.mark.parametrize("queries", [256, 1])
def test_rankings_without_meaning_are_refused(
    ranking: Any, message: str, queries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables_module, "_BLOCK_QUERIES", queries)
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        join_tables({"q1": {"x": 2.0, "a": 1.0}, "q2": ranking}, QRELS)


def test_ids_that_nobody_asks_for_are_not_read() -> None:
    table: Any = {"q1": {"x": 2.0, 7: 1.5, "a": 1.0}, "q2": {"b": 1.0}, "q9": None}
    assert found_rows(join_tables(table, QRELS), QRELS) == [[(3, "a", 1.0)], [(1, "b", 1.0)]]


def test_subtopics_go_along() -> None:
    qrels = Qrels.from_subtopics({"q": {"s": {"a": 1}}})
    assert join_tables({"q": {"a": 1.0}}, qrels).subtopics is qrels.subtopics is not None


def test_ranking_that_rises_at_its_end_only_is_out_of_order() -> None:
    qrels = Qrels.from_dict({"q1": {"a": 1, "b": 1}, "q2": {"c": 1}})
    joined = join_tables({"q1": {"a": 1.0, "b": 2.0}, "q2": {"c": 1.0}}, qrels)
    assert found_rows(joined, qrels) == [[(1, "b", 1.0), (2, "a", 1.0)], [(1, "c", 1.0)]]
