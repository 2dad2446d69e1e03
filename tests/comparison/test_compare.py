"""Two runs compared: the outcome, and every word that goes with it. Numbers worked by hand.

Of `run(n)` each RR and nDCG is 1; a lost query has 0, its answer is gone; a second one RR 1/2.
"""

import random
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.compare import compare
from retrieval_checks.comparison.context import Context
from retrieval_checks.comparison.significance import certifiable_margin, queries_needed
from retrieval_checks.data.collection import Corpus
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, NotComparableError, SettingsError
from retrieval_checks.judgement.verdict import Verdict
from tests.comparison.factories import CONTEXT, judged, names, queries, records, run

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
changed, the largest drop first: 'q0000', 'q0001', 'q0002', 'q0003', 'q0004'

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


def test_many_queries_of_which_one_is_lost_pass() -> None:
    """One of 400 is a drop of .0025; the words of a pass are few."""
    verdict = compare(run(400, lost=[7]), run(400), judged(400))
    assert verdict.explain() == (
        "nDCG@10 1.0000 -> 0.9975: lost less than 0.02, with 95% confidence (400 queries, 1"
        f" changed)\nasked: nDCG@10 drop <= 0.02 -> PASS\n\n{SATURATED}"
    )


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


def test_a_certain_drop_below_min_effect_does_not_fail() -> None:
    """8 of 1,000 lost: p = 1/256, the mean falls by .008."""
    lost, whole = run(1000, lost=range(8)), run(1000)
    assert compare(lost, whole, judged(1000), delta=0.005).outcome == "INCONCLUSIVE"
    assert compare(lost, whole, judged(1000), delta=0.005, min_effect=0.008).outcome == "FAIL"


def test_queries_that_rise_are_counted_and_not_listed() -> None:
    verdict = compare(run(12), run(12, lost=range(3)), judged(12))
    assert verdict.finding.startswith("nDCG@10 0.7500 -> 1.0000: these queries cannot tell")
    assert verdict.context.endswith("3 queries rose, none fell")


RANKS = st.lists(st.integers(0, 4), min_size=1, max_size=40)


def _ranked(ranks: list[int], name: str = "run") -> Run:
    """The answer at these ranks; 0: not retrieved."""
    filled = {q: ["bad1", "bad2", "bad3", "bad4"] for q in names(len(ranks))}
    for query_id, rank in zip(names(len(ranks)), ranks, strict=True):
        if rank:
            filled[query_id].insert(rank - 1, "good")
    return Run.from_ids(filled, name=name)


def _qrels(n: int) -> Qrels:
    return Qrels.from_dict({q: {"good": 1} | {f"bad{i}": 0 for i in range(1, 5)} for q in names(n)})


@settings(max_examples=30, deadline=None)
@given(RANKS)
def test_the_same_run_never_fails_and_gives_the_same_verdict_every_time(ranks: list[int]) -> None:
    same, qrels = _ranked(ranks), _qrels(len(ranks))
    verdict = compare(same, same, qrels)
    assert verdict.outcome in ("PASS", "INCONCLUSIVE")
    assert (verdict.evidence["changed"], verdict.evidence["p_value"]) == (0, 1.0)
    recorded = Baseline.from_records(records(same, qrels), name=same.name)
    assert [compare(same, base, qrels) for base in (same, recorded)] == [verdict, verdict]


def _shuffled_run(of: Run, rng: random.Random) -> Run:
    ids = list(of)
    rng.shuffle(ids)
    return of.select(ids)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=60), st.randoms()
)
def test_pairing_is_by_id_and_not_by_position(
    ranks: list[tuple[int, int]], rng: random.Random
) -> None:
    """More than 20 changed queries are judged by random signs: their order must not matter."""
    now, before = (_ranked([pair[side] for pair in ranks]) for side in (0, 1))
    qrels = _qrels(len(ranks))
    verdict = compare(now, before, qrels)
    ids = list(qrels)
    rng.shuffle(ids)
    again = compare(_shuffled_run(now, rng), _shuffled_run(before, rng), qrels.select(ids))
    assert again == verdict


def test_a_judged_query_without_a_result_scores_0_and_is_named() -> None:
    """1 of 10 is missing, 1 has an empty ranking: RR falls by 2/10; judged@10 stays 1."""
    candidate = Run.from_ids(
        {q: [] if q == "q0001" else ["good"] for q in names(10) if q != "q0000"}
    )
    verdict = compare(candidate, run(10), judged(10), metric="RR@10")
    assert verdict.evidence["candidate"] == 0.8
    assert verdict.evidence["missing"] == ("q0000", "q0001")
    assert verdict.evidence["judged"] == (1.0, 1.0)
    assert "no result, scored 0: 'q0000', 'q0001'" in verdict.context
    assert "query 'q0000'" not in verdict.context  # it has no ranking to show


def test_results_that_are_gone_fail_and_are_not_excused_as_unjudged() -> None:
    """20 % without a result would be a gap of .2 of judged@10, were they counted there."""
    candidate = Run.from_ids({q: [] if i < 8 else ["good"] for i, q in enumerate(names(40))})
    assert compare(candidate, run(40), judged(40)).outcome == "FAIL"


def test_fewer_than_80_percent_shared_are_not_comparable() -> None:
    candidate = run(12).select(names(12)[:9])
    told = (
        "NOT COMPARABLE: 'run' has 9 of the 12 queries of 'run', at least 80% are needed; it lacks"
    )
    with pytest.raises(NotComparableError, match=told):
        compare(candidate, run(12), judged(12))


def test_new_queries_are_named_and_not_paired() -> None:
    verdict = compare(run(12, lost=[11]), run(11), judged(12))
    assert (verdict.evidence["queries"], verdict.evidence["changed"]) == (11, 0)
    assert "new, not paired: 'q0011'" in verdict.context


def test_no_common_query_is_not_comparable() -> None:
    other = Run.from_ids({"z": ["good"]}, name="june")
    with pytest.raises(NotComparableError, match=r"none of the 3 judged queries is in 'june', whi"):
        compare(run(3), other, judged(3))
    with pytest.raises(NotComparableError, match=r"'june' has 0 of the 3 queries of 'run'"):
        compare(other, run(3), judged(3))


def test_judgements_that_changed_are_not_comparable() -> None:
    baseline = Baseline.from_records(records(run(12), judged(12)), name="may")
    qrels = Qrels.from_dict({q: {"good": 2, "bad": 0} for q in names(12)})
    with pytest.raises(NotComparableError, match="the judgements of 12 of 12 queries differ: 'q00"):
        compare(run(12), baseline, qrels)


def test_a_metric_of_which_less_is_better_says_nothing() -> None:
    with pytest.raises(DataError, match="a drop in NumRet says nothing"):
        compare(run(3), run(3), judged(3), metric="NumRet")


@pytest.mark.parametrize("delta", [0.0, -0.1, float("nan")])
def test_a_margin_is_above_0(delta: float) -> None:
    with pytest.raises(SettingsError, match="margin must be above 0"):
        compare(run(3), run(3), judged(3), delta=delta)


def test_the_claim_is_in_the_grammar_of_gates() -> None:
    assert (
        compare(run(3), run(3), judged(3), delta=0.1, metric="mrr@10").claim == "RR@10 drop <= 0.1"
    )


@pytest.mark.parametrize(("lost", "told"), [(1, True), (2, False)])
def test_a_baseline_of_98_percent_is_saturated(lost: int, told: bool) -> None:
    """49 of 50 is .98, 48 of 50 is .96."""
    verdict = compare(run(50), run(50, lost=range(lost)), judged(50), metric="RR@10")
    assert ("saturated: the baseline is at 0.9800; these" in verdict.context) is told
    assert bool(verdict.evidence["warnings"]) is told


def _found(unjudged: int) -> Run:
    """Ten queries of ten documents; the first `unjudged` ones have one more unjudged document."""
    known = ["good", *(f"bad{i}" for i in range(8))]
    extra = [["x", "y"] if row < unjudged else ["x", "bad8"] for row in range(10)]
    return Run.from_ids(
        {q: [*known[: 10 - len(e)], *e] for q, e in zip(names(10), extra, strict=True)}
    )


FULL = Qrels.from_dict({q: {"good": 1} | {f"bad{i}": 0 for i in range(9)} for q in names(10)})
WHOLE = Run.from_ids({q: ["good", *(f"bad{i}" for i in range(9))] for q in names(10)})


def test_a_gap_of_exactly_10_percent_of_judged_documents_is_no_obstacle() -> None:
    """9 of 10 judged against 10 of 10; a gap of 1.0 - 0.9 is a little less or more in floats."""
    verdict = compare(_found(0), WHOLE, FULL, delta=0.3)
    assert verdict.evidence["judged"] == pytest.approx((0.9, 1.0))
    assert verdict.outcome == "PASS"


def test_a_gap_of_10_percent_is_none_however_it_is_rounded() -> None:
    """3 of 10 judged against 4 of 10: 0.4 - 0.3 is 0.10000000000000003."""
    qrels = Qrels.from_dict({"q": {"good": 1, "b": 0, "c": 0, "d": 0}})
    fill = [f"x{i}" for i in range(7)]
    now, before = (Run.from_ids({"q": ["good", *known, *fill][:10]}) for known in ("bc", "bcd"))
    assert "cannot be told fairly" not in compare(now, before, qrels).finding


def test_a_wider_gap_is_inconclusive_with_the_pairs_to_judge() -> None:
    """One query has 8 of 10: .89 against 1."""
    verdict = compare(_found(1), WHOLE, FULL, delta=0.3)
    assert verdict.outcome == "INCONCLUSIVE"
    assert verdict.finding == (
        "nDCG@10 1.0000 -> 1.0000: cannot be told fairly, judged@10 is 0.89 of the candidate,"
        " 1.00 of the baseline (10 queries, 0 changed)"
    )
    first = "what is not judged counts as not relevant, which wrongs the side that is judged less;"
    assert verdict.context.startswith(first)
    assert len(verdict.evidence["to_judge"]) == 5
    assert {doc_id for _, doc_id in verdict.evidence["to_judge"]} <= {"x", "y"}
    assert verdict.advice == "judge the pairs above, then compare again."


def test_the_pairs_to_judge_are_those_of_the_side_that_is_judged_less() -> None:
    pairs = compare(WHOLE, _found(1), FULL, delta=0.3).evidence["to_judge"]
    assert ("q0000", "x") in pairs


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
