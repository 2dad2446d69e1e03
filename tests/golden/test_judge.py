"""Golden queries and gates judged against a run; the numbers are worked by hand."""

import math

import pytest

from retrieval_checks.data.collection import Corpus
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError
from retrieval_checks.golden.bound import BoundSuite, bind
from retrieval_checks.golden.explained import explain_query
from retrieval_checks.golden.judge import (
    judge_query,
    judge_suite,
    refuse_gate,
    refuse_query,
)
from retrieval_checks.judgement.verdict import Verdict
from tests.golden.conftest import Read

CORPUS = Corpus.from_dict({name: f"About {name}." for name in "abcde"})
SUITE = """\
format: 1
queries:
  - id: one
    text: First?
    relevant: {a: 3, b: 1}
    expect:
      within: {a: 2, b: 3}
      absent: {d: 3}
      above: [[a, c], [b, e]]
      metrics: ["nDCG@10 >= 0.6", "P@2 >= 0.5"]
  - id: two
    text: Second?
    relevant: {b: 1}
    expect: {within: {b: 2}}
gates: ["RR@10 >= 0.5", "P@2 >= 0.5", "P@2 >= 0.6"]
"""
# one: c, a, b, d. Gain of nDCG is the grade: DCG = 3/log2(3) + 1/log2(4), ideal 3 + 1/log2(3).
RUN = Run.from_dict({"one": {"c": 4.0, "a": 3.0, "b": 2.0, "d": 1.0}, "two": {"a": 2.0, "b": 1.0}})
NDCG_ONE = (3 / math.log2(3) + 1 / 2) / (3 + 1 / math.log2(3))


def _bound(read: Read, text: str = SUITE) -> BoundSuite:
    return bind(read(text), corpus=CORPUS)


def _judged(bound: BoundSuite, run: Run) -> list[Verdict]:
    results = judge_suite(bound, run, [gate.gate for gate in bound.suite.gates])
    verdicts = [results[gate.gate] for gate in bound.suite.gates]
    assert all(isinstance(verdict, Verdict) for verdict in verdicts)
    return [verdict for verdict in verdicts if isinstance(verdict, Verdict)]


def test_a_query_is_judged_by_each_expectation_in_the_order_of_the_file(read: Read) -> None:
    bound = _bound(read)
    result = judge_query(bound, RUN, bound.suite.queries[0])
    this = "for query 'one'"
    assert [(verdict.claim, verdict.outcome) for verdict in result.verdicts] == [
        (f"'a' within rank 2 {this}", "PASS"),
        (f"'b' within rank 3 {this}", "PASS"),
        (f"'d' not within rank 3 {this}", "PASS"),
        (f"'a' above 'c' {this}", "FAIL"),
        (f"'b' above 'e' {this}", "PASS"),
        ("nDCG@10 >= 0.6", "PASS"),
        ("P@2 >= 0.5", "PASS"),
    ]
    assert [verdict.claim for verdict in result.failed] == [f"'a' above 'c' {this}"]
    assert result.ranking == (("c", 4.0), ("a", 3.0), ("b", 2.0), ("d", 1.0))


def test_figures_are_those_of_the_query_alone_for_each_metric_of_the_gates(read: Read) -> None:
    bound = _bound(read)
    figures = judge_query(bound, RUN, bound.suite.queries[0]).figures
    assert list(figures) == ["nDCG@10", "RR@10", "P@2"]
    assert figures["nDCG@10"] == pytest.approx(NDCG_ONE, abs=1e-12)
    assert (figures["RR@10"], figures["P@2"]) == (0.5, 0.5)


def test_a_query_without_judgements_has_no_figures(read: Read) -> None:
    bound = _bound(read, "format: 1\nqueries: [{id: two, text: Who?, expect: {within: {a: 1}}}]")
    result = judge_query(bound, RUN, bound.suite.queries[0])
    assert (dict(result.figures), result.failed) == ({}, ())


@pytest.mark.parametrize(("gate", "outcome"), [(0, "PASS"), (1, "PASS"), (2, "FAIL")])
def test_a_gate_is_the_mean_over_all_queries_of_the_file(
    read: Read, gate: int, outcome: str
) -> None:
    """RR is 1/2 and 1/2; P@2 is 1/2 and 1/2; a mean equal to the floor is enough."""
    bound = _bound(read)
    verdict = _judged(bound, RUN)[gate]
    assert verdict.outcome == outcome
    assert (verdict.evidence["value"], verdict.evidence["queries"]) == (0.5, 2)


def test_a_gate_leaves_out_what_the_file_does_not_name(read: Read) -> None:
    run = Run.from_ids({"one": ["a"], "two": ["b"], "other": ["z"]})
    qrels = Qrels.from_dict({"other": {"a": 1}})
    bound = bind(read(SUITE), corpus=CORPUS, qrels=qrels)
    assert _judged(bound, run)[0].evidence["value"] == 1.0


def test_an_explanation_has_query_finding_ranking_and_what_to_do(read: Read) -> None:
    bound = _bound(read)
    query = bound.suite.queries[0]
    text = explain_query(bound, RUN, query, judge_query(bound, RUN, query))
    lines = text.splitlines()
    assert lines[:9] == [
        "'a' is at rank 2, 1 below 'c' at rank 1",
        "",
        "golden query 'one' (g.golden.yaml:3):",
        '  "First?"',
        "",
        "1 of 7 expectations not met:",
        "  x 'a' above 'c'",
        "      'a' is at rank 2, 1 below 'c' at rank 1",
        "      #1 is 'c', 1.0000 ahead of #2 'a'",
    ]
    assert f"ranking by 'run' (nDCG@10 {NDCG_ONE:.3f}, RR@10 0.500, P@2 0.500):" in lines
    assert "->  #1  [ ]  4.0000   c  About c." in lines
    assert "->  #3  [1]  2.0000   b  About b." in lines
    assert lines[-1] == "       if the new ranking is right, change g.golden.yaml:3"


def test_an_explanation_has_no_terminal_escapes(read: Read) -> None:
    bound = _bound(read, SUITE.replace("First?", '"First\\e[31m\\a?"'))
    query = bound.suite.queries[0]
    text = explain_query(bound, RUN, query, judge_query(bound, RUN, query))
    assert all(c.isprintable() or c == "\n" for c in text)


def test_infinite_scores_stand_as_none_in_the_ranking(read: Read) -> None:
    bound = _bound(read)
    run = Run.from_dict({"two": {"a": math.inf, "b": 1.0, "c": -math.inf}})
    result = judge_query(bound, run, bound.suite.queries[1])
    assert result.ranking == (("a", None), ("b", 1.0), ("c", None))


def test_what_cannot_be_judged_is_refused(read: Read) -> None:
    text = SUITE.replace("    relevant: {b: 1}\n    expect: {within: {b: 2}}\n", "")
    bound = _bound(read, text)
    told = (
        r"^g\.golden\.yaml: gate 'P@2 >= 0.5' needs judgements, and 1 golden query has none: 'two'"
    )
    gate = bound.suite.gates[1].gate
    with pytest.raises(DataError, match=told):
        refuse_gate(bound, RUN, gate)
    assert isinstance(judge_suite(bound, RUN, [gate])[gate], DataError)
    floor = text.replace("text: Second?", 'text: Second?\n    expect: {metrics: ["P@1 >= 0"]}')
    bound = _bound(read, floor)
    with pytest.raises(
        DataError, match=r"expectation 'P@1 >= 0\.0' needs judgements, and 1 golden"
    ):
        refuse_query(bound, RUN, bound.suite.queries[1])
    with pytest.raises(DataError, match="returned nothing for 1 of 1 golden queries: 'one'"):
        judge_query(bound, Run.from_ids({"two": ["a"]}), bound.suite.queries[0])
    stale = _bound(read, SUITE.replace("absent: {d: 3}", "absent: {z: 3}"))
    with pytest.raises(DataError, match=r"document 'z' .* is not in the corpus of 5 documents"):
        refuse_query(stale, RUN, stale.suite.queries[0])
