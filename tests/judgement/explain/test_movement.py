import pytest

from retrieval_checks.data.collection import Corpus
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.judgement.explain import movement_table

BEFORE = Run.from_ids({"q": ["a", "b", "c", "d"], "none": []})
NOW = Run.from_ids({"q": ["a", "d", "e", "b"], "none": []})


def test_what_stayed_moved_entered_left_and_is_gone_is_told() -> None:
    assert movement_table(NOW, BEFORE, "q", k=3).splitlines() == [
        "  #1 stayed       a",
        "  #4 moved to #2  d",
        "  new at #3       e",
        "  #2 moved to #4  b",
        "  #3 is gone      c",
    ]


def test_snippets_show_what_moved() -> None:
    corpus = Corpus.from_dict({"a": "Text of a,\nin two lines."})
    table = movement_table(NOW, BEFORE, "q", k=1, corpus=corpus)
    assert table == "  #1 stayed  a  Text of a, in two lines."


def test_two_empty_rankings_say_so() -> None:
    assert movement_table(NOW, BEFORE, "none") == "Both rankings are empty."


def test_k_below_1_is_an_error() -> None:
    with pytest.raises(DataError, match="k must be at least 1, got 0"):
        movement_table(NOW, BEFORE, "q", k=0)


def test_query_in_one_run_only_is_an_error() -> None:
    with pytest.raises(DataError, match="query 'q' is not in run 'other'"):
        movement_table(NOW, Run.from_ids({}, name="other"), "q")
