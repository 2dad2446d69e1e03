"""Queries in the words of their passage."""

import pytest

from retrieval_checks.data.collection import Corpus
from retrieval_checks.golden.lint.checks.near_verbatim import (
    Overlap,
    find_near_verbatim,
    overlap_of,
)
from tests.golden.lint.conftest import Lay, shown

PASSAGE = "A provider shall keep the technical documentation for ten years after the market launch."
CORPUS = Corpus(("law", "cat"), (PASSAGE, "Cats purr."), ("Record keeping", ""))


def _query(text: str, relevant: str = "law: 1") -> str:
    return f'  - {{id: a, text: "{text}", relevant: {{{relevant}}}}}\n'


def test_sound_queries_are_silent(lay: Lay) -> None:
    assert find_near_verbatim(lay()) == []


def test_the_passages_wording_is_named(lay: Lay) -> None:
    # shall, provider, keep, technical, documentation, years: 6 longer words, all in the passage
    text = "Shall a provider keep the technical documentation for years?"
    (found,) = find_near_verbatim(lay(_query(text), corpus=CORPUS))
    assert shown([found]) == [("warning", "near-verbatim", 3)]
    assert found.message == (
        "query 'a' is nearly its gold passage's wording: 6 of its 6 longer words stand in 'law',"
        " 5 words in a row; any lexical match finds it"  # keep the technical documentation for
    )


@pytest.mark.parametrize(
    ("strange", "is_near"),
    [(1, True), (2, False)],  # of 10 longer words: 9 shared are enough, 8 are not
)
def test_nine_words_in_ten_are_near(lay: Lay, strange: int, is_near: bool) -> None:
    known = ["provider", "shall", "keep", "technical", "documentation"]
    known += ["years", "after", "market", "launch", "record"]
    words = known[: 10 - strange] + [f"strange{i}" for i in range(strange)]
    assert bool(find_near_verbatim(lay(_query(" ".join(words)), corpus=CORPUS))) == is_near


def test_the_title_is_part_of_the_passage() -> None:
    assert overlap_of("Record keeping?", CORPUS["law"].content).shared == 2


def test_a_query_in_the_words_of_a_title_is_near(lay: Lay) -> None:
    assert find_near_verbatim(lay(_query("Record keeping years?"), corpus=CORPUS)) != []


def test_short_words_do_not_count_but_stand_in_the_row() -> None:
    # longer: happy, pets, purr, cats; the longest row is "the cats do"
    passage = "So the cats do, but happy ones purr."
    assert overlap_of("Do happy pets purr as the cats do?", passage) == Overlap(4, shared=3, run=3)


def test_a_word_that_stands_twice_counts_once() -> None:
    assert overlap_of("cats CATS Cats", "cats") == Overlap(words=1, shared=1, run=1)


def test_a_query_of_two_longer_words_is_let_be(lay: Lay) -> None:
    assert find_near_verbatim(lay(_query("technical documentation?"), corpus=CORPUS)) == []
    assert find_near_verbatim(lay(_query("technical documentation years?"), corpus=CORPUS)) != []


def test_a_query_without_words_shares_nothing() -> None:
    assert overlap_of("?!", "cats").share == 0
    assert overlap_of("", "").share == 0


def test_only_relevant_passages_count(lay: Lay) -> None:
    text = "Shall a provider keep technical documentation?"
    assert find_near_verbatim(lay(_query(text, "cat: 1, law: 0"), corpus=CORPUS)) == []
    (found,) = find_near_verbatim(lay(_query(text, "cat: 2, law: 1"), corpus=CORPUS))
    assert "'law'" in found.message


def test_what_is_not_there_is_not_compared(lay: Lay) -> None:
    text = "Shall a provider keep technical documentation?"
    assert find_near_verbatim(lay(_query(text), corpus=None)) == []
    assert find_near_verbatim(lay(_query(text, "gone: 1"), corpus=CORPUS)) == []
    assert find_near_verbatim(lay("  - {id: a, relevant: {law: 1}}\n", corpus=CORPUS)) == []
