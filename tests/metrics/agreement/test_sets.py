from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.data.run import Run
from retrieval_checks.errors import MetricError
from retrieval_checks.metrics.agreement import jaccard_at, overlap_at, top_1_churn
from tests.metrics.agreement.pairs import one_query, pairs


@pytest.mark.parametrize(
    ("first", "second", "k", "value"),
    [
        ("abc", "abc", 3, 1.0),
        ("abc", "cab", 3, 1.0),  # order within the top k does not matter
        ("abc", "cab", 2, 1 / 2),  # {a, b} and {c, a}
        ("abc", "def", 3, 0.0),
        ("ab", "ab", 10, 1.0),  # both shorter than k: out of 2
        ("ab", "abcd", 10, 2 / 4),  # out of the longer
        ("ab", "abcd", 3, 2 / 3),  # the longer one cut at k
        ("", "", 3, 1.0),
        ("", "a", 3, 0.0),
    ],
)
def test_overlap_is_out_of_the_longer_top_k(first: str, second: str, k: int, value: float) -> None:
    assert overlap_at(one_query(first), one_query(second), k) == {"q": value}
    assert overlap_at(one_query(second), one_query(first), k) == {"q": value}


@pytest.mark.parametrize(
    ("first", "second", "k", "value"),
    [
        ("abc", "cab", 3, 1.0),
        ("abc", "cab", 2, 1 / 3),  # {a, b} and {c, a}: one of three
        ("abcdefghij", "abcdefghix", 10, 9 / 11),  # where the overlap is 9/10
        ("abc", "def", 3, 0.0),
        ("ab", "abcd", 10, 2 / 4),
        ("ab", "abcd", 3, 2 / 3),
        ("ab", "cd", 1, 0.0),
        ("", "", 3, 1.0),
        ("", "a", 3, 0.0),
    ],
)
def test_jaccard_is_out_of_all_that_either_holds(
    first: str, second: str, k: int, value: float
) -> None:
    assert jaccard_at(one_query(first), one_query(second), k) == {"q": value}
    assert jaccard_at(one_query(second), one_query(first), k) == {"q": value}


@pytest.mark.parametrize("k", [0, -1, 1.5, True])
def test_cut_off_that_is_no_whole_number_from_1_is_an_error(k: int) -> None:
    with pytest.raises(MetricError, match="cut-off of overlap must be a whole number from 1"):
        overlap_at(one_query("a"), one_query("a"), k)
    with pytest.raises(MetricError, match="cut-off of Jaccard must be a whole number from 1"):
        jaccard_at(one_query("a"), one_query("a"), k)


def test_churn_is_the_share_of_queries_whose_first_document_differs() -> None:
    run = Run.from_ids(
        {"same": ["a", "b"], "swapped": ["b", "a"], "gone": [], "came": ["a"], "none": []}
    )
    reference = Run.from_ids(
        {"same": ["a", "c"], "swapped": ["a", "b"], "gone": ["a"], "came": [], "none": []}
    )
    churned = {"same": 0.0, "swapped": 1.0, "gone": 1.0, "came": 1.0, "none": 0.0}
    assert top_1_churn(run, reference) == churned
    assert fmean(top_1_churn(run, reference).values()) == 3 / 5


def test_the_first_of_tied_documents_is_the_one_that_the_run_ranks_first() -> None:
    tied = Run.from_dict({"q": {"a": 1.0, "b": 1.0}})  # b: the ids descend
    assert top_1_churn(tied, one_query("b")) == {"q": 0.0}
    assert overlap_at(tied, one_query("a"), 1) == {"q": 0.0}


@given(pairs(), st.integers(1, 12))
def test_jaccard_and_overlap_count_sets(both: tuple[Run, Run], k: int) -> None:
    run, other = both
    overlap, jaccard = overlap_at(run, other, k), jaccard_at(run, other, k)
    for query_id in run:
        first, second = (set(each.ranking(query_id, k=k)) for each in both)
        if first or second:
            common = len(first & second)
            assert overlap[query_id] == common / max(len(first), len(second))
            assert jaccard[query_id] == common / len(first | second) <= overlap[query_id]
        else:
            assert overlap[query_id] == jaccard[query_id] == 1


@given(pairs())
def test_churn_is_no_overlap_at_1(both: tuple[Run, Run]) -> None:
    overlap = overlap_at(*both, 1)
    assert top_1_churn(*both) == {query_id: 1 - overlap[query_id] for query_id in overlap}
