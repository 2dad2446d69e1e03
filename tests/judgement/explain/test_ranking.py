import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.data.collection import Corpus, Document
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.judgement.explain import ranking_table
from retrieval_checks.judgement.explain.wording import cells

RUN = Run.from_dict({"q": {"a": 0.9, "b": 0.8, "c": 0.8, "d": 0.5, "e": 0.25}, "none": {}})
CORPUS = Corpus.from_documents(
    [Document("a", "Body of a.", "Title"), *(Document(i, f"Text of {i}.") for i in "bcdex")]
)
QRELS = Qrels.from_dict({"q": {"a": 3, "c": 0, "e": 1, "x": 2}})


def lines(*, k: int = 10, **options: object) -> list[str]:
    return ranking_table(RUN, "q", k=k, **options).splitlines()  # type: ignore[arg-type]


def test_line_has_rank_grade_score_id_and_snippet() -> None:
    assert lines(corpus=CORPUS, qrels=QRELS)[0] == "    #1  [3]  0.9000   a  Title Body of a."


def test_grade_zero_is_not_the_same_as_unjudged() -> None:
    table = lines(qrels=QRELS)
    assert [line.split("  ")[3] for line in table[:3]] == ["[3]", "[0]", "[ ]"]
    assert table[-1] == "[ ] not judged, = equal scores"


def test_without_judgements_there_is_no_grade_column() -> None:
    assert not any("[" in line for line in lines())


def test_query_without_judgements_is_unjudged_throughout() -> None:
    other = Qrels.from_dict({"another": {"a": 1}})
    assert all("[ ]" in line for line in lines(qrels=other)[:5])


def test_equal_scores_are_marked_also_across_the_last_line_shown() -> None:
    assert [("=" in line) for line in lines()[:5]] == [False, True, True, False, False]
    assert "=" in lines(k=2)[1]


def test_watched_documents_have_an_arrow() -> None:
    assert [line.startswith("->") for line in lines(watch=["c"])[:3]] == [False, True, False]


def test_watched_document_below_k_follows_after_a_gap_with_its_rank() -> None:
    table = lines(k=2, watch=["e"])
    assert table[2].strip() == "… 2 documents"
    assert table[3].split() == ["->", "#5", "0.2500", "e"]


def test_other_ranks_are_shown_on_demand_and_neighbours_have_no_gap() -> None:
    table = lines(k=1, ranks=[4, 5, 99])
    assert [line.split()[0] for line in table[:4]] == ["#1", "…", "#4", "#5"]


def test_document_that_was_not_retrieved_says_so() -> None:
    line = lines(watch=["x"], corpus=CORPUS, qrels=QRELS)[5]
    assert line.startswith("->   -  [2]")
    assert line.endswith("x  not retrieved (the ranking has 5 documents)")


def test_document_that_the_corpus_lacks_says_so() -> None:
    assert lines(watch=["y"], corpus=CORPUS)[5].endswith("y  not in the corpus")


def test_retrieved_document_that_the_corpus_lacks_says_so() -> None:
    assert lines(corpus=Corpus.from_dict({"a": "A."}))[1].endswith("(not in the corpus)")


def test_lead_at_the_cut_is_told() -> None:
    assert lines(k=1)[-1] == "#1 leads #2 by 0.1000."
    assert "#4 leads #5 by 0.2500." in lines(k=2, cut_at=4)


def test_cut_through_equal_scores_is_told() -> None:
    assert (
        "The cut at 2 goes through 2 documents of equal score (#2 to #3): the document id decides."
        in lines(k=2)
    )


def test_there_is_no_lead_where_the_ranking_ends_at_the_cut() -> None:
    assert not any("leads" in line for line in lines(k=5))


def test_empty_ranking_says_so() -> None:
    assert ranking_table(RUN, "none") == "The ranking is empty."
    table = ranking_table(RUN, "none", watch=["a"])
    assert table == "->   -     a  not retrieved (the ranking has 0 documents)"


def test_texts_and_ids_cannot_reach_the_terminal() -> None:
    run = Run.from_dict({"q": {"\x1b[31md\n": 1.0}})
    corpus = Corpus.from_dict({"\x1b[31md\n": "two\nlines \x1b[2J\x07"})
    (line,) = ranking_table(run, "q", corpus=corpus).splitlines()
    assert r"\x1b[31md\n" in line
    assert line.isprintable()


def test_unequal_scores_never_look_equal() -> None:
    run = Run.from_dict({"q": {"a": 0.50002, "b": 0.50001}})
    assert [line.split()[1] for line in ranking_table(run, "q").splitlines()] == [
        "0.50002",
        "0.50001",
    ]


def test_infinite_scores_are_shown() -> None:
    run = Run.from_dict({"q": {"a": float("inf"), "b": 1.0, "c": float("-inf")}})
    assert "#1 leads #2 by inf." in ranking_table(run, "q", k=1)
    assert "-inf" in ranking_table(run, "q")


@given(st.integers(60, 140), st.lists(st.text(min_size=1), min_size=1, max_size=4, unique=True))
def test_no_line_exceeds_the_width(width: int, ids: list[str]) -> None:
    corpus = Corpus.from_dict(dict.fromkeys(ids, "検索 text " * 40))
    table = ranking_table(Run.from_ids({"q": ids}), "q", corpus=corpus, width=width)
    assert max(map(cells, table.splitlines())) <= width


def test_query_that_the_run_lacks_is_an_error() -> None:
    with pytest.raises(DataError, match="query 'p' is not in run 'run'"):
        ranking_table(RUN, "p")


@pytest.mark.parametrize("k", [0, -1])
def test_k_below_1_is_an_error(k: int) -> None:
    with pytest.raises(DataError, match=re.escape(f"k must be at least 1, got {k}")):
        lines(k=k)
