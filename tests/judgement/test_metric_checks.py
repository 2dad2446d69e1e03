import math
import re

import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MetricError, SettingsError
from retrieval_checks.judgement.metric_checks import check_metric_at_least

QRELS = Qrels.from_dict({"q1": {"a": 1}, "q2": {"a": 2, "b": 0}, "q3": {"a": 1}})
RUN = Run.from_ids({"q1": ["a", "b"], "q2": ["b", "a"], "q9": ["a"]})  # RR: 1, 1/2, 0
QUERIES = Queries.from_dict({"q1": "One?", "q2": "Two?", "q3": "Three?"})
CORPUS = Corpus.from_dict({"a": "Text of a.", "b": "Text of b."})


@pytest.mark.parametrize(
    ("bound", "outcome"), [(0.5, "PASS"), (0.25, "PASS"), (math.nextafter(0.5, 1), "FAIL")]
)
def test_mean_is_compared_exactly_and_equal_is_enough(bound: float, outcome: str) -> None:
    assert check_metric_at_least(RUN, QRELS, "mrr", bound).outcome == outcome


def test_what_rounds_to_the_bound_does_not_reach_it() -> None:
    qrels = Qrels.from_dict({"q": {"a": 1e8, "b": 1}})  # nDCG@2 = 1e8 / (1e8 + 1 / log2(3))
    assert not check_metric_at_least(Run.from_ids({"q": ["a"]}), qrels, "nDCG@2", 1.0).passed


def test_equal_says_exactly() -> None:
    finding = check_metric_at_least(RUN, QRELS, "RR", 0.5).finding
    assert finding.startswith("RR is 0.5, exactly the bound (3 queries)")


def test_finding_never_rounds_to_the_bound() -> None:
    verdict = check_metric_at_least(RUN, QRELS, "RR", 0.5000001)
    assert verdict.finding.startswith("RR is 0.5000000, 0.0000001 below 0.5000001")
    grades = Qrels.from_dict({"q": {"a": 100_000, "b": 1}})  # 100000 / 100000.63 = 0.9999937
    verdict = check_metric_at_least(Run.from_ids({"q": ["a"]}), grades, "nDCG@2", 1.0)
    assert verdict.finding.startswith("nDCG@2 is 0.99999, 0.00001 below 1.0")


def test_failure_says_how_far_off_and_names_queries_without_results() -> None:
    verdict = check_metric_at_least(RUN, QRELS, "mrr", 0.62)
    assert verdict.claim == "RR >= 0.62"
    assert verdict.finding == (
        "RR is 0.5000, 0.1200 below 0.62 (3 queries)\n"
        "1 judged query without results, counted as 0: 'q3'"
    )
    assert verdict.advice == "retrieve for the queries without results first: each counts as 0."


def test_failure_shows_the_lowest_queries_and_the_ranking_of_the_lowest() -> None:
    run = Run.from_ids({"q1": ["a"], "q2": ["b", "a"], "q3": ["a"]})
    verdict = check_metric_at_least(run, QRELS, "RR", 0.9, queries=QUERIES, corpus=CORPUS)
    assert "lowest RR of 3 queries:\n  0.5000  q2  Two?\n" in verdict.context
    assert "query 'q2': Two?\n    #1  [0]  1.0000   b  Text of b.\n->  #2  [2]" in verdict.context
    assert verdict.advice.endswith("if this level is accepted, ask for 0.83.")  # (1 + 1/2 + 1) / 3


def test_failure_of_one_query_shows_its_ranking_only() -> None:
    verdict = check_metric_at_least(RUN.select(["q2"]), QRELS.select(["q2"]), "RR", 0.9)
    assert verdict.finding == "RR is 0.5000, 0.4000 below 0.9 (query 'q2')"
    assert verdict.context.startswith("query 'q2'\n")


def test_relevant_document_below_the_table_is_shown_with_its_rank() -> None:
    run = Run.from_ids({"q1": [*(f"x{i}" for i in range(20)), "a"]})
    context = check_metric_at_least(run, QRELS.select(["q1"]), "RR@10", 0.1).context
    assert re.search(r"^-> #21  \[1\].* a$", context, re.MULTILINE)


def test_unjudged_share_is_told() -> None:
    run = Run.from_ids({"q1": ["x", "a"], "q2": ["b", "a"], "q3": ["a"]})
    verdict = check_metric_at_least(run, QRELS, "RR@2", 0.9)
    assert "judged@2 is 0.8333: what is not judged" in verdict.context  # (1/2 + 1 + 1) / 3
    assert verdict.evidence["judged"] == pytest.approx(5 / 6)


def test_queries_that_do_not_count_are_named() -> None:
    context = check_metric_at_least(RUN, QRELS, "RR", 0.9).context
    assert "without judgements, so not counted: 'q9'." in context
    qrels = Qrels.from_dict({"q1": {"b": 1}, "q2": {"a": 0}})
    assert (
        "without a relevant document: 'q2'." in check_metric_at_least(RUN, qrels, "RR", 0.9).context
    )


def test_evidence_has_the_unrounded_numbers() -> None:
    assert check_metric_at_least(RUN, QRELS, "RR", 0.75).evidence == {
        "metric": "RR",
        "value": 0.5,
        "bound": 0.75,
        "difference": -0.25,
        "queries": 3,
        "missing": ("q3",),
        "ignored": 1,
        "no_relevant": (),
        "judged": None,
    }


def test_relevance_level_is_that_of_the_caller() -> None:
    qrels = QRELS.select(["q1", "q2"])
    strict = check_metric_at_least(RUN, qrels, "RR", 0.5, relevance_level=2, no_relevant="skip")
    assert strict.evidence["value"] == 0.5
    assert strict.evidence["queries"] == 1
    assert check_metric_at_least(RUN, qrels, "RR", 0.5).evidence["value"] == 0.75


def test_query_with_an_empty_ranking_is_measured() -> None:
    verdict = check_metric_at_least(Run.from_dict({"q1": {}}), QRELS.select(["q1"]), "RR", 0.5)
    assert verdict.outcome == "FAIL"
    assert "The ranking is empty" not in verdict.finding


def test_what_passes_makes_no_context() -> None:
    assert check_metric_at_least(RUN, QRELS, "RR", 0.1).context == ""


@pytest.mark.parametrize("run", [Run.from_dict({}), Run.from_ids({"other": ["a"]})])
def test_run_without_any_judged_query_is_an_error(run: Run) -> None:
    with pytest.raises(DataError, match="run 'run' has none of the 3 judged queries: judged are"):
        check_metric_at_least(run, QRELS, "RR", 0.0)


@pytest.mark.parametrize("bound", [math.nan, math.inf, -0.1, 1.1])
def test_bound_outside_the_range_is_an_error(bound: float) -> None:
    with pytest.raises(SettingsError, match=r"bound of RR must lie in \[0, 1\]"):
        check_metric_at_least(RUN, QRELS, "RR", bound)


def test_metric_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(MetricError, match="no metric 'nDGC'"):
        check_metric_at_least(RUN, QRELS, "nDGC@10", 0.5)


def test_judgements_without_anything_relevant_are_an_error() -> None:
    with pytest.raises(DataError, match="no query with a relevant document"):
        check_metric_at_least(RUN, Qrels.from_dict({"q1": {"a": 0}}), "RR", 0.5)


@pytest.mark.parametrize("bound", [0.1, 0.9])
def test_judged_documents_that_the_corpus_lacks_are_counted_and_named(bound: float) -> None:
    line = "1 judged document is not in the corpus: 'b'"
    only_a = Corpus.from_dict({"a": "Text of a."})
    verdict = check_metric_at_least(RUN, QRELS, "RR", bound, corpus=only_a)
    assert verdict.finding.splitlines()[-1] == line
    judged_a = QRELS.select(["q1", "q3"])  # its vocabulary still knows "b"
    for corpus, qrels in ((CORPUS, QRELS), (None, QRELS), (only_a, judged_a)):
        finding = check_metric_at_least(RUN, qrels, "RR", bound, corpus=corpus).finding
        assert "not in the corpus" not in finding


def test_many_judged_documents_that_the_corpus_lacks_are_not_all_named() -> None:
    qrels = Qrels.from_dict({"q1": {f"d{i}": 1 for i in range(7)}})
    finding = check_metric_at_least(RUN, qrels, "RR", 0.0, corpus=CORPUS).finding
    assert finding.endswith(
        "7 judged documents are not in the corpus: 'd0', 'd1', 'd2', 'd3', 'd4' and 2 more"
    )
