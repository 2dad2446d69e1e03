"""What a baseline is worth today, and when that cannot be said."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval_checks.comparison.baseline import Baseline, load_baseline
from retrieval_checks.comparison.context import Context
from retrieval_checks.comparison.saved import write_saved
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, NotComparableError
from retrieval_checks.metrics.metric import parse_metric
from tests.comparison.factories import CONTEXT, judged, names, records, run

RR, NDCG, R100 = map(parse_metric, ("RR@10", "nDCG@10", "R@100"))


def _baseline(n: int = 3, *, depth: int = 10) -> Baseline:
    """Query 0 has its answer second."""
    kept = records(run(n, second=[0]), judged(n), metrics=["R@100"], depth=depth)
    return Baseline.from_records(kept, name="may")


def test_a_run_is_evaluated_on_the_judged_queries_it_has() -> None:
    baseline = Baseline.from_run(run(2, second=[0], name="bm25"))
    assert baseline.name == "bm25"
    assert baseline.values(RR, judged(9)) == {"q0000": 0.5, "q0001": 1.0}
    assert Baseline.from_run(run(2), name="may").name == "may"


def test_a_metric_that_was_not_recorded_is_taken_from_the_rankings() -> None:
    assert _baseline().values(RR, judged(3)) == {"q0000": 0.5, "q0001": 1.0, "q0002": 1.0}


def test_rankings_that_are_deep_enough_are_measured_by_the_code_of_today() -> None:
    """A recorded figure is not used where it need not: the formula may have been another."""
    wrong = Run.from_ids({q: ["bad"] for q in names(3)})
    figures = {q: r.figures for q, r in records(wrong, judged(3), metrics=["RR@10"]).items()}
    kept = records(run(3), judged(3), metrics=["RR@10"])
    mixed = {q: replace(record, figures=figures[q]) for q, record in kept.items()}
    assert set(Baseline.from_records(mixed, name="m").values(RR, judged(3)).values()) == {1.0}


def test_a_recorded_figure_serves_where_rankings_are_too_short() -> None:
    """One document is kept of rankings whose answer is second: R@100 was 1."""
    kept = records(run(3, second=[0, 1, 2]), judged(3), metrics=["R@100"], depth=1)
    baseline = Baseline.from_records(kept, name="may")
    assert set(baseline.values(R100, judged(3)).values()) == {1.0}


def test_a_metric_not_recorded_and_rankings_too_short_are_not_comparable() -> None:
    told = (
        "NOT COMPARABLE with 'may': of query 'q0000' nDCG@10 was not recorded, and of its ranking"
        " 1 document; recorded: R@100. Accept or save anew"
    )
    with pytest.raises(NotComparableError, match=re.escape(told)):
        _baseline(depth=1).values(NDCG, judged(3))


def test_rankings_that_ended_by_themselves_are_deep_enough_for_any_metric() -> None:
    """Two documents were found where ten were asked for."""
    assert _baseline().values(parse_metric("RR"), judged(3))["q0000"] == 0.5
    with pytest.raises(NotComparableError, match="RR was not recorded"):
        _baseline(depth=2).values(parse_metric("RR"), judged(3))


def test_judgements_that_changed_are_not_comparable_and_named() -> None:
    qrels = Qrels.from_dict({**judged(3).to_dict(), "q0001": {"good": 2, "bad": 0}})
    told = "NOT COMPARABLE with 'may': the judgements of 1 of 3 queries differ: 'q0001'; measure"
    with pytest.raises(NotComparableError, match=re.escape(told)):
        _baseline().values(NDCG, qrels)
    assert list(_baseline().values(NDCG, qrels.select(["q0000"]))) == ["q0000"]


def test_a_query_that_was_not_judged_then_and_is_now_is_not_comparable() -> None:
    kept = Baseline.from_records(records(run(3), judged(2)), name="may")
    with pytest.raises(NotComparableError, match="of 1 of 3 queries differ: 'q0002'"):
        kept.values(NDCG, judged(3))


def test_no_common_query_has_no_values() -> None:
    assert _baseline().values(RR, Qrels.from_dict({"z": {"good": 1}})) == {}


def test_the_cause_is_that_of_most_queries() -> None:
    now = Context(CONTEXT.corpus, "bm25", CONTEXT.environment)
    old = Context("1 document 00", "bm25", CONTEXT.environment)
    kept = records(run(3), judged(3)) | records(run(1), judged(3), context=old)
    told = "the model or the pipeline changed: 'dense MiniLM' -> 'bm25'"
    assert Baseline.from_records(kept, name="may").cause(now) == told
    assert Baseline.from_run(run(3)).cause(now) == ""


def test_a_saved_baseline_is_loaded_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "legal.may.baseline.jsonl"
    kept = records(run(3, second=[0]), judged(3))
    Baseline.from_records(kept, name="may", about={"date": "2026-11-23", "name": "other"}).save(
        path
    )
    again = load_baseline(path)
    assert (again.name, again.about["date"], dict(again.records)) == ("may", "2026-11-23", kept)
    assert again.run.to_dict() == run(3, second=[0]).to_dict()


def test_rankings_alone_are_not_saved_as_records(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="baseline 'bm25' has rankings only: use write_trec_run"):
        Baseline.from_run(run(2, name="bm25")).save(tmp_path / "x")


@pytest.mark.parametrize("name", ["bm25.trec", "bm25.txt", "bm25"])
def test_a_trec_run_is_a_baseline(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("q0000 Q0 bad 1 2.5 x\nq0000 Q0 good 2 1.5 x\n")
    baseline = load_baseline(path)
    assert (baseline.name, dict(baseline.records)) == ("bm25", {})
    assert baseline.values(RR, judged(3)) == {"q0000": 0.5}


def test_a_lock_is_a_baseline_called_by_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a.golden.lock.jsonl"
    write_saved(path, "lock", records(run(2), judged(2)), about={})
    assert (load_baseline(path).name, len(load_baseline(path).records)) == (path.name, 2)


@pytest.mark.parametrize("name", ["a.may.baseline.jsonl", "a.golden.lock.jsonl"])
def test_a_damaged_beginning_is_told_as_what_the_file_is(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("<<<<<<< HEAD\n")
    with pytest.raises(DataError, match=rf"{name}:1: marks of an unfinished merge"):
        load_baseline(path)


def test_a_damaged_run_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.trec"
    path.write_text("q Q0 d 1 2.5 x\nq Q0 e 1 nan x\n")
    with pytest.raises(DataError, match=r"a\.trec:2: "):
        load_baseline(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        load_baseline(tmp_path / "a.trec")


def test_a_run_is_cut_where_a_candidate_goes_on_and_the_depth_asks_for_it() -> None:
    """Only the queries of the baseline count."""
    short, long = Run.from_ids({"q": ["a", "b"]}, name="may"), Run.from_ids({"q": ["a", "b", "c"]})
    with pytest.raises(NotComparableError, match=r"3 documents of each query .* 'may' has 2 at m"):
        Baseline.from_run(short).check_depth(3, long)
    Baseline.from_run(short).check_depth(2, long)
    Baseline.from_run(short).check_depth(4, long)
    Baseline.from_run(short).check_depth(None, long)
    Baseline.from_run(short, is_whole=True).check_depth(3, long)
    other = Run.from_ids({"q": ["a"], "z": ["a", "b", "c"]})
    Baseline.from_run(short).check_depth(3, other)


def test_the_context_of_a_baseline_is_that_of_most_queries() -> None:
    kept = records(run(5), judged(5))
    other = Context("3 documents 77", CONTEXT.pipeline, CONTEXT.environment)
    changed = records(run(5), judged(5), context=other)
    mixed = {**kept, **{query_id: changed[query_id] for query_id in names(3)}}
    assert Baseline.from_records(mixed, name="may").context == other
    assert Baseline.from_run(run(5)).context is None
