"""The words of a verdict on a drop. Numbers worked by hand.

Of `run(n)` each RR and nDCG is 1; a lost query has 0, its answer is gone; a second one RR 1/2.
"""

import re

import numpy as np
import pytest

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.compare import compare
from retrieval_checks.comparison.context import Context
from retrieval_checks.comparison.significance import certifiable_margin, queries_needed
from retrieval_checks.data.collection import Corpus
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.judgement.verdict import Verdict
from tests.comparison.factories import CONTEXT, judged, names, queries, records, run


def _upper(lost: int, queries: int) -> float:
    """The exact one-sided bound, by another library's hand."""
    from scipy.stats import binomtest

    interval = binomtest(lost, queries).proportion_ci(confidence_level=0.9, method="exact")
    return float(interval.high)


LOST_5_OF_12 = _upper(5, 12)
SATURATED = (
    "saturated: the baseline is at 1.0000; these queries cannot show an improvement and hide"
    " small losses"
)
MARGIN_OF_12 = f"{certifiable_margin(12):.3f}"  # whose own tests say what it is


def test_five_of_twelve_queries_losing_their_only_document_fail_and_say_so() -> None:
    """5 changed, all down: 1 of 2^5 arrangements, p = 1/32; the mean falls by 5/12 = .4167."""
    baseline = Baseline.from_records(records(run(12), judged(12)), name="may")
    verdict = compare(
        run(12, lost=range(5)),
        baseline,
        judged(12),
        queries=queries(12),
        corpus=Corpus.from_dict({"good": "The answer.", "bad": "Another text."}),
        context=Context("2 documents 3f2a", "dense MPNet", "Linux, numpy 2.4"),
    )
    assert (
        verdict.explain()
        == f"""\
nDCG@10 1.0000 -> 0.5833: dropped by 0.4167, p = 0.031 (12 queries, 5 changed)
asked: nDCG@10 drop <= 0.05 -> FAIL

cause: the model or the pipeline changed: 'dense MiniLM' -> 'dense MPNet'
p = 0.031; the smallest that 5 changed queries can give: 0.031
best margin that 12 queries can certify: {MARGIN_OF_12}; asked: 0.05
fell, the largest drop first: 'q0000', 'q0001', 'q0002', 'q0003', 'q0004'
lost, with nothing relevant left in the top 10: 5 of 12 queries: 'q0000', 'q0001', 'q0002', 'q0003',
  'q0004'; at most {LOST_5_OF_12:.1%} of all such queries, with 95% confidence

{SATURATED}

5 queries fell, 0 rose:
  -1.0000  1.0000 -> 0.0000  q0000  What is q0000?
  -1.0000  1.0000 -> 0.0000  q0001  What is q0001?
  -1.0000  1.0000 -> 0.0000  q0002  What is q0002?
  -1.0000  1.0000 -> 0.0000  q0003  What is q0003?
  -1.0000  1.0000 -> 0.0000  q0004  What is q0004?

query 'q0000': What is q0000?
  #2 moved to #1  bad   Another text.
  #1 is gone      good  The answer.

to do: look at the queries above, the largest drop first; if the new rankings are right, correct the
  judgements or accept them."""
    )
    assert verdict.evidence["p_value"] == 1 / 32
    assert verdict.evidence["mean"] == pytest.approx(-5 / 12, abs=1e-12)
    assert verdict.evidence["against"] == "may"


def test_four_of_twelve_cannot_fail() -> None:
    """1 of 2^4 arrangements: p = 1/16 is the least that four changed queries can give."""
    verdict = compare(run(12, lost=range(4)), run(12), judged(12))
    assert verdict.outcome == "INCONCLUSIVE"
    assert "p = 0.062; the smallest that 4 changed queries can give: 0.062" in verdict.context


def test_many_queries_of_which_one_is_lost_pass_and_name_it() -> None:
    """One of 400 is a drop of .0025; 1.2 % is the exact bound (scipy.stats.binomtest)."""
    verdict = compare(run(400, lost=[7]), run(400), judged(400))
    assert verdict.explain() == (
        "nDCG@10 1.0000 -> 0.9975: lost less than 0.02, with 95% confidence (400 queries, 1"
        " changed)\nasked: nDCG@10 drop <= 0.02 -> PASS\n\n"
        "lost, with nothing relevant left in the top 10: 1 of 400 queries: 'q0007'; at most 1.2% of"
        " all such\n  queries, with 95% confidence\n\n"
        f"{SATURATED}"
    )
    assert verdict.evidence["lost"] == ("q0007",)
    assert verdict.evidence["lost_share_at_most"] == pytest.approx(_upper(1, 400), abs=1e-9)


def test_a_pass_that_lost_nothing_does_not_speak_of_it() -> None:
    verdict = compare(run(400), run(400), judged(400))
    assert verdict.context == SATURATED
    assert verdict.evidence["lost"] == ()


def test_what_few_queries_cannot_tell_says_what_could() -> None:
    verdict = compare(run(12), run(12), judged(12))
    needed = queries_needed(np.zeros(12), margin=0.05)
    assert verdict.outcome == "INCONCLUSIVE"
    assert re.fullmatch(
        r"nDCG@10 1\.0000 -> 1\.0000: these queries cannot tell; a drop of up to 0\.1\d+ is"
        r" possible at 95% confidence, 0\.05 is allowed \(12 queries, 0 changed\)",
        verdict.finding,
    )
    assert verdict.context.splitlines() == [
        "p = 1; the smallest that 0 changed queries can give: 1",
        f"best margin that 12 queries can certify: {MARGIN_OF_12}; asked: 0.05",
        f"queries needed to certify 0.05 at this spread, if nothing is lost: {needed}",
        "lost, with nothing relevant left in the top 10: none of 12 queries; at most"
        f" {_upper(0, 12):.1%} of all such",
        "  queries, with 95% confidence",
        "",
        SATURATED,
    ]
    assert verdict.advice == (
        f"judge more queries ({needed} in all would do), allow a larger drop, or pin the queries"
        " that matter as golden queries."
    )


def test_a_margin_out_of_reach_does_not_name_a_number_of_queries() -> None:
    verdict = compare(run(12, lost=[0], second=[1]), run(12), judged(12), delta=1e-5)
    assert "at this spread, if nothing is lost: more than a million" in verdict.context
    assert verdict.advice.startswith("judge more queries, allow a larger drop")


def test_where_the_drop_and_not_the_number_is_too_large_it_says_so() -> None:
    """4 of 300 lost: more queries of this kind would not pass a margin of .014 either."""
    verdict = compare(run(300, lost=range(4)), run(300), judged(300), delta=0.02)
    assert verdict.outcome == "INCONCLUSIVE"
    assert verdict.advice.startswith("the drop keeps it from passing, not the number of queries")


def test_queries_that_rise_are_counted_and_not_listed() -> None:
    verdict = compare(run(12), run(12, lost=range(3)), judged(12))
    assert verdict.finding.startswith("nDCG@10 0.7500 -> 1.0000: these queries cannot tell")
    assert verdict.context.endswith("3 queries rose, none fell")


def test_a_gain_that_few_queries_cannot_be_sure_of_does_not_pass_and_says_so() -> None:
    """4 of 12 rise: with the added query mean .25, error .155, bound .25 - 1.782 x .155 = -.026."""
    verdict = compare(run(12), run(12, lost=range(4)), judged(12))
    assert verdict.outcome == "INCONCLUSIVE"
    assert verdict.finding == (
        "nDCG@10 0.6667 -> 1.0000: too few queries to rule out a drop of 0.05; they pass only where"
        " it is certain, at 95%, that nothing was lost (12 queries, 4 changed)"
    )
    assert "in all would do" in verdict.advice


@pytest.mark.parametrize(("lost", "told"), [(1, True), (2, False)])
def test_a_baseline_of_98_percent_is_saturated(lost: int, told: bool) -> None:
    """49 of 50 is .98, 48 of 50 is .96."""
    verdict = compare(run(50), run(50, lost=range(lost)), judged(50), metric="RR@10")
    assert ("saturated: the baseline is at 0.9800; these" in verdict.context) is told
    assert bool(verdict.evidence["warnings"]) is told


def test_the_cause_is_named_of_a_failure_only_and_only_where_it_is_known() -> None:
    baseline = Baseline.from_records(records(run(12), judged(12)), name="may")
    lost = run(12, lost=range(5))
    told = compare(lost, baseline, judged(12), context=CONTEXT)
    assert told.context.startswith("cause: nothing recorded changed, so the code did\n")
    assert "cause" not in compare(lost, baseline, judged(12)).context
    assert "cause" not in compare(lost, run(12), judged(12), context=CONTEXT).context
    assert "cause" not in compare(run(12), baseline, judged(12), context=CONTEXT).context


def test_queries_that_were_reworded_are_named() -> None:
    texts = {q: f"What is {q}?" for q in names(12)} | {"q0003": "Who?"}
    baseline = Baseline.from_records(records(run(12), judged(12), texts=texts), name="may")
    verdict = compare(run(12), baseline, judged(12), queries=queries(12))
    assert "reworded since the baseline: 'q0003'" in verdict.context.splitlines()
    assert "reworded" not in compare(run(12), run(12), judged(12), queries=queries(12)).context
    unknown = Baseline.from_records(records(run(12), judged(12), texts={"z": "?"}), name="may")
    assert "reworded" not in compare(run(12), unknown, judged(12), queries=queries(12)).context


@pytest.mark.parametrize("width", [60, 100])
def test_lines_wrap_at_the_width(width: int) -> None:
    ids = {f"a-rather-long-name-of-a-query-{i:02}": i for i in range(12)}
    qrels = Qrels.from_dict({q: {"good": 1} for q in ids})
    before = Run.from_ids({q: ["good"] for q in ids})
    now = Run.from_ids({q: ["other"] if i < 6 else ["good"] for q, i in ids.items()})
    context = Context("c", "a model with a name that goes on and on, " * 3, "e")
    kept = Baseline.from_records(records(before, qrels), name="may")
    verdict = compare(now, kept, qrels, context=context, width=width)
    assert max(map(len, verdict.context.splitlines())) <= width


def test_confidence_is_not_rounded_up() -> None:
    verdict = compare(run(12), run(12), judged(12), alpha=0.001)
    assert "at 99.9% confidence" in verdict.finding


def test_a_verdict_survives_json_and_names_its_numbers() -> None:
    verdict = compare(run(12, lost=range(5)), run(12), judged(12))
    assert Verdict(**verdict.to_dict()) == verdict
    named = {"smallest_p", "certifiable", "needed", "lower_bound", "changed_queries", "new"}
    assert named <= verdict.evidence.keys()
