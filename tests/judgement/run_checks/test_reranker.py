import math

import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, SettingsError
from retrieval_checks.judgement.run_checks import check_reranker_improves

QRELS = Qrels.from_dict({q: {"a": 1} for q in ("q1", "q2", "q3", "q4")})
FIRST = Run.from_ids({"q1": ["b", "a"], "q2": ["b", "a"], "q3": ["a", "b"], "q4": ["a"]})
BETTER = Run.from_ids({"q1": ["a", "b"], "q2": ["a", "b"], "q3": ["b", "a"], "q4": ["a"]})
# RR before: 1/2, 1/2, 1, 1, mean 0.75; after: 1, 1, 1/2, 1, mean 0.875


@pytest.mark.parametrize(("by", "outcome"), [(0.0, "PASS"), (0.125, "PASS"), (0.126, "FAIL")])
def test_gain_must_reach_what_is_asked(by: float, outcome: str) -> None:
    assert check_reranker_improves(FIRST, BETTER, QRELS, "RR", by=by).outcome == outcome


def test_equal_mean_is_no_improvement() -> None:
    verdict = check_reranker_improves(FIRST, FIRST, QRELS, "RR")
    assert verdict.outcome == "FAIL"
    assert verdict.finding.startswith(
        "reranking leaves RR at 0.7500 (4 queries: 0 better, 4 equal, 0 worse)"
    )


def test_finding_has_both_means_their_difference_and_the_tally() -> None:
    verdict = check_reranker_improves(FIRST, BETTER, QRELS, "RR", by=0.5)
    assert verdict.claim == "reranking raises RR by at least 0.5"
    assert verdict.finding.splitlines()[0] == (
        "reranking raises RR from 0.7500 to 0.8750: +0.1250, 0.3750 short of 0.5"
        " (4 queries: 2 better, 1 equal, 1 worse)"
    )


@pytest.mark.parametrize(("first", "second"), [(FIRST, BETTER), (BETTER, FIRST), (FIRST, FIRST)])
def test_finding_says_that_nothing_was_tested(first: Run, second: Run) -> None:
    finding = check_reranker_improves(first, second, QRELS, "RR").finding
    assert finding.splitlines()[1] == (
        "two means as they stand: whether the difference could be chance is not tested"
    )


def test_failure_shows_the_queries_that_lost_most_and_what_moved() -> None:
    queries = Queries.from_dict({"q1": "One?", "q2": "Two?"})
    corpus = Corpus.from_dict({"a": "Text of a.", "b": "Text of b."})
    verdict = check_reranker_improves(BETTER, FIRST, QRELS, "RR", queries=queries, corpus=corpus)
    assert verdict.finding.startswith("reranking lowers RR from 0.8750 to 0.7500: -0.1250 (4")
    assert verdict.context == (
        "RR fell most for:\n"
        "  -0.5000  1.0000 -> 0.5000  q1  One?\n"
        "  -0.5000  1.0000 -> 0.5000  q2  Two?\n"
        "\n"
        "query 'q1': One?\n"
        "  #2 moved to #1  b  Text of b.\n"
        "  #1 moved to #2  a  Text of a."
    )


def test_difference_is_decimal_so_that_rounding_does_not_decide() -> None:
    qrels = Qrels.from_dict({f"q{i}": {"a": 1} for i in range(10)})
    first = Run.from_ids({f"q{i}": ["a" if i < 5 else "b"] for i in range(10)})
    second = Run.from_ids({f"q{i}": ["a" if i < 6 else "b"] for i in range(10)})
    assert 0.6 - 0.5 < 0.1  # in binary
    assert check_reranker_improves(first, second, qrels, "Success@1", by=0.1).passed


def test_evidence_has_the_unrounded_numbers() -> None:
    assert check_reranker_improves(FIRST, BETTER, QRELS, "RR").evidence == {
        "metric": "RR",
        "first_stage": 0.75,
        "reranked": 0.875,
        "difference": 0.125,
        "by": 0.0,
        "queries": 4,
        "better": 2,
        "equal": 1,
        "worse": 1,
    }


def test_runs_of_different_queries_are_an_error() -> None:
    fewer = BETTER.select(["q1", "q2"]).renamed("reranked")
    message = r"run 'run' has queries that run 'reranked' lacks \(2: 'q3', 'q4'\)"
    with pytest.raises(DataError, match=message):
        check_reranker_improves(FIRST, fewer, QRELS)
    with pytest.raises(DataError, match=message):
        check_reranker_improves(fewer, FIRST, QRELS)


def test_runs_without_a_judged_query_are_an_error() -> None:
    other = Run.from_ids({"other": ["a"]})
    with pytest.raises(DataError, match="none of the 4 judged queries is in the two runs"):
        check_reranker_improves(other, other, QRELS)


@pytest.mark.parametrize("by", [math.nan, -0.1, 1.5, True])
def test_gain_that_cannot_be_asked_for_is_an_error(by: float) -> None:
    with pytest.raises(SettingsError, match=r"^by must"):
        check_reranker_improves(FIRST, BETTER, QRELS, by=by)


def test_judged_documents_that_the_corpus_lacks_are_counted_and_named() -> None:
    corpus = Corpus.from_dict({"b": "Text of b."})
    finding = check_reranker_improves(FIRST, BETTER, QRELS, "RR", corpus=corpus).finding
    assert finding.splitlines()[-1] == "1 judged document is not in the corpus: 'a'"
