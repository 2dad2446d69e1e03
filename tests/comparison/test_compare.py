"""Two runs compared: the outcome, and what is refused. Numbers worked by hand.

Of `run(n)` each RR and nDCG is 1; a lost query has 0, its answer is gone; a second one RR 1/2.
"""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval_checks.comparison.baseline import Baseline
from retrieval_checks.comparison.compare import compare
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import NotComparableError, SettingsError
from tests.comparison.factories import judged, names, records, run


def test_a_certain_drop_below_min_effect_does_not_fail() -> None:
    """25 of 40 fall by .008, so p = 2^-25; a margin of .04 is a little less than 40 can certify."""
    qrels = Qrels.from_dict({q: {f"good{i}": 1 for i in range(125)} for q in names(40)})
    ids = [f"good{i}" for i in range(125)]
    before = Run.from_ids(dict.fromkeys(names(40), ids))
    now = Run.from_ids({q: ids[1:] if row < 25 else ids for row, q in enumerate(names(40))})
    lost = {"metric": "R@125", "delta": 0.04}
    assert compare(now, before, qrels, **lost).outcome == "INCONCLUSIVE"  # type: ignore[arg-type]
    strict = compare(now, before, qrels, min_effect=0.005, **lost)  # type: ignore[arg-type]
    assert (strict.outcome, strict.evidence["mean"]) == ("FAIL", pytest.approx(-0.005))


def test_a_drop_beyond_a_margin_below_min_effect_fails() -> None:
    """8 of 1,000 lost: p = 1/256, the mean falls by .008, and .005 was allowed."""
    verdict = compare(run(1000, lost=range(8)), run(1000), judged(1000), delta=0.005)
    assert (verdict.outcome, verdict.evidence["min_effect"]) == ("FAIL", 0.01)


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
    with pytest.raises(SettingsError, match="a drop of NumRet says nothing"):
        compare(run(3), run(3), judged(3), metric="NumRet")


def test_a_metric_outside_0_and_1_is_refused() -> None:
    with pytest.raises(
        SettingsError, match=r"NumRelRet@10 cannot be judged: it lies in \[0, inf\]"
    ):
        compare(run(3), run(3), judged(3), metric="NumRelRet@10", delta=0.2)


@pytest.mark.parametrize("delta", [0.0, -0.1, float("nan")])
def test_a_margin_is_above_0(delta: float) -> None:
    with pytest.raises(SettingsError, match="margin must be above 0"):
        compare(run(3), run(3), judged(3), delta=delta)


def test_the_claim_is_in_the_grammar_of_gates() -> None:
    assert (
        compare(run(3), run(3), judged(3), delta=0.1, metric="mrr@10").claim == "RR@10 drop <= 0.1"
    )


def _deep(ids: list[str], depth: int) -> Run:
    """`good` at rank 50 of each query, if so many are kept."""
    filled = [f"x{i}" for i in range(49)] + ["good"] + [f"y{i}" for i in range(50)]
    return Run.from_ids(dict.fromkeys(ids, filled[:depth]), name=f"{depth} deep")


def test_a_run_cut_above_the_depth_of_the_metric_is_no_baseline_for_it() -> None:
    """R@100 of a run of 10 documents is 0: whatever the candidate finds, it cannot be worse."""
    ids = names(100)
    told = (
        r"NOT COMPARABLE: 100 documents of each query are looked at, '10 deep' has 10 at most and"
        r" '100 deep' 100; .* write it anew, 100 deep, or look at 10;"
    )
    with pytest.raises(NotComparableError, match=told):
        compare(_deep(ids, 100), _deep(ids, 10), judged(100), metric="R@100")
    assert compare(_deep(ids, 100), _deep(ids, 10), judged(100), metric="R@10").passed


def test_a_short_run_that_is_known_to_be_whole_is_a_baseline() -> None:
    ids = names(100)
    whole = Baseline.from_run(_deep(ids, 10), is_whole=True)
    assert compare(_deep(ids, 100), whole, judged(100), metric="R@100").passed


def test_two_runs_that_are_both_short_are_compared() -> None:
    """A small corpus, or two runs cut alike."""
    ids = names(100)
    assert compare(_deep(ids, 60), _deep(ids, 60), judged(100), metric="R@100").passed
