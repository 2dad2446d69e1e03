import re
from collections.abc import Callable
from typing import Any

import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.judgement.rank_checks import (
    check_not_ranked_within,
    check_ranked_above,
    check_ranked_within,
)
from retrieval_checks.judgement.verdict import Verdict

RUN = Run.from_dict(
    {"use": {"a": 0.9, "b": 0.8, "c": 0.8, "d": 0.5}, "none": {}, "one": {"a": 1.0}}, name="dense"
)  # use: a, c, b, d: equal scores by id, descending
CORPUS = Corpus.from_dict({i: f"Text of {i}." for i in "abcde"})
QUERIES = Queries.from_dict({"use": "Who may use it?"})
QRELS = Qrels.from_dict({"use": {"d": 3, "a": 0}})


@pytest.mark.parametrize(("rank", "outcome"), [(3, "FAIL"), (4, "PASS"), (5, "PASS")])
def test_within_holds_at_the_worst_allowed_rank_and_fails_below_it(rank: int, outcome: str) -> None:
    verdict = check_ranked_within(RUN, "use", "d", rank)
    assert verdict.outcome == outcome
    assert verdict.claim == f"'d' within rank {rank} for query 'use'"
    assert verdict.evidence == {
        "query_id": "use",
        "doc_id": "d",
        "rank": 4,
        "worst_allowed_rank": rank,
        "score": 0.5,
        "retrieved": 4,
    }


def test_within_says_how_far_off_and_what_took_the_place() -> None:
    verdict = check_ranked_within(RUN, "use", "d", 1, corpus=CORPUS, qrels=QRELS, queries=QUERIES)
    assert verdict.finding == (
        "'d' is at rank 4, 3 below the worst allowed rank 1, for query 'use'\n"
        "#1 is 'a', 0.4000 ahead of #4 'd'"
    )
    assert "query 'use': Who may use it?" in verdict.context
    assert "->  #4  [3]  0.5000   d  Text of d." in verdict.context
    assert verdict.context.endswith("'d': Text of d.\n'a': Text of a.")
    assert "if 'a' answers the query better, allow rank 4" in verdict.advice


def test_within_says_where_only_the_document_id_decides() -> None:
    finding = check_ranked_within(RUN, "use", "b", 2).finding
    assert finding.endswith("#2 is 'c', of equal score: the document id decides")


def test_document_that_was_not_retrieved_is_not_within_any_rank() -> None:
    verdict = check_ranked_within(RUN, "use", "e", 2, corpus=CORPUS)
    assert verdict.outcome == "FAIL"
    assert verdict.finding == (
        "'e' is not among the 4 documents retrieved for query 'use'; the worst allowed rank is 2\n"
        "#2 is 'c', score 0.8000"
    )
    assert "e  not retrieved (the ranking has 4 documents)" in verdict.context
    assert verdict.evidence["rank"] is None
    assert verdict.evidence["score"] is None
    assert verdict.advice.startswith("retrieve more than 4 documents")


def test_ranking_that_ends_before_the_rank_fails_and_says_so() -> None:
    verdict = check_ranked_within(RUN, "use", "e", 200)
    assert verdict.outcome == "FAIL"
    assert "the ranking ends at 4, before rank 200" in verdict.finding


def test_empty_ranking_fails_and_says_so() -> None:
    verdict = check_ranked_within(RUN, "none", "a", 1, corpus=CORPUS)
    assert verdict.outcome == "FAIL"
    assert "query 'none' retrieved nothing" in verdict.finding


@pytest.mark.parametrize(("rank", "outcome"), [(2, "FAIL"), (1, "PASS")])
def test_not_within_holds_just_below_the_rank_and_fails_at_it(rank: int, outcome: str) -> None:
    verdict = check_not_ranked_within(RUN, "use", "c", rank)
    assert verdict.outcome == outcome
    assert verdict.evidence["best_allowed_rank"] == rank + 1


def test_not_within_says_how_far_off_and_what_it_would_fall_to() -> None:
    verdict = check_not_ranked_within(RUN, "use", "a", 3)
    assert verdict.finding == (
        "'a' is at rank 1, 3 above the best allowed rank 4, for query 'use'\n"
        "#1 is 'a', 0.4000 ahead of #4 'd'"
    )


def test_not_within_a_ranking_that_ends_there_has_nothing_to_fall_to() -> None:
    assert "\n" not in check_not_ranked_within(RUN, "one", "a", 1).finding


@pytest.mark.parametrize("query_id", ["use", "none"])
def test_document_that_was_not_retrieved_is_not_within(query_id: str) -> None:
    verdict = check_not_ranked_within(RUN, query_id, "e", 100)
    assert verdict.outcome == "PASS"
    assert "so it is not within rank 100" in verdict.finding


@pytest.mark.parametrize(
    ("upper", "lower", "outcome", "finding"),
    [
        ("a", "d", "PASS", "'a' is at rank 1, 3 above 'd' at rank 4, for query 'use'"),
        ("d", "a", "FAIL", "'d' is at rank 4, 3 below 'a' at rank 1, for query 'use'"),
        ("c", "b", "PASS", "both have the same score: the document id decides"),
        ("b", "c", "FAIL", "#2 is 'c', of equal score: the document id decides"),
        (
            "a",
            "e",
            "PASS",
            "'e' is not among the 4 documents retrieved for query 'use'; so 'a', at",
        ),
        ("e", "a", "FAIL", "'e' is not among the 4 documents retrieved for query 'use'; 'a' is at"),
        ("e", "f", "FAIL", "retrieved for query 'use'; nor is 'f'"),
    ],
)
def test_above_needs_the_upper_retrieved_and_ahead(
    upper: str, lower: str, outcome: str, finding: str
) -> None:
    verdict = check_ranked_above(RUN, "use", upper, lower)
    assert verdict.outcome == outcome
    assert finding in verdict.finding


def test_above_has_both_ranks_as_evidence() -> None:
    verdict = check_ranked_above(RUN, "use", "d", "e")
    assert verdict.evidence == {
        "query_id": "use",
        "upper": "d",
        "lower": "e",
        "upper_rank": 4,
        "lower_rank": None,
        "retrieved": 4,
    }


def test_above_marks_both_documents() -> None:
    context = check_ranked_above(RUN, "use", "d", "a").context
    assert [line.split()[-1] for line in context.splitlines() if line[:2] == "->"] == ["a", "d"]


def test_document_cannot_stand_above_itself() -> None:
    with pytest.raises(DataError, match="'a' cannot stand above itself"):
        check_ranked_above(RUN, "use", "a", "a")


def test_what_passes_makes_no_context() -> None:
    assert check_ranked_within(RUN, "use", "a", 1, corpus=CORPUS).context == ""


def test_infinite_score_is_not_in_the_evidence() -> None:
    run = Run.from_dict({"q": {"a": float("inf"), "b": 1.0}})
    assert check_ranked_within(run, "q", "a", 1).evidence["score"] is None
    assert "#1 is 'a', inf ahead of #2 'b'" in check_ranked_within(run, "q", "b", 1).finding


CHECKS: list[Callable[..., Verdict]] = [
    lambda run, q, d, **kw: check_ranked_within(run, q, d, 1, **kw),
    lambda run, q, d, **kw: check_not_ranked_within(run, q, d, 1, **kw),
    lambda run, q, d, **kw: check_ranked_above(run, q, d, "a", **kw),
    lambda run, q, d, **kw: check_ranked_above(run, q, "a", d, **kw),
]


@pytest.mark.parametrize("check", CHECKS)
class TestNotJudgeable:
    def test_query_that_the_run_lacks(self, check: Callable[..., Verdict]) -> None:
        message = "query 'usee' is not in run 'dense'; did you mean 'use'?"
        with pytest.raises(DataError, match=re.escape(message)):
            check(RUN, "usee", "b")

    def test_document_that_the_corpus_lacks(self, check: Callable[..., Verdict]) -> None:
        corpus = Corpus.from_dict({"a": "A.", "art2-10": "B."})
        message = "'art2-1', expected for query 'use', is not in the corpus of 2 documents; did you"
        with pytest.raises(DataError, match=message):
            check(RUN, "use", "art2-1", corpus=corpus)

    def test_something_that_is_no_run(self, check: Callable[..., Verdict]) -> None:
        with pytest.raises(DataError, match="expected a Run, got dict"):
            check({"use": {"a": 1.0}}, "use", "b")


@pytest.mark.parametrize("rank", [0, -1, 1.0, True, "1", None])
@pytest.mark.parametrize("check", [check_ranked_within, check_not_ranked_within])
def test_rank_that_is_no_whole_number_from_1_is_an_error(
    check: Callable[..., Verdict], rank: Any
) -> None:
    with pytest.raises(DataError, match="rank must be a whole number from 1"):
        check(RUN, "use", "a", rank)
