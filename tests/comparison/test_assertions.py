"""`assert_no_regression` raises what is shown to be worse, with the whole verdict."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import pytest

from retrieval_checks.comparison.assertions import assert_no_regression
from retrieval_checks.comparison.baseline import Baseline, load_baseline
from retrieval_checks.comparison.compare import compare
from retrieval_checks.errors import NotComparableError, RetrievalAssertionError
from tests.comparison.factories import CONTEXT, judged, names, queries, records, run

BAD = run(12, lost=range(5))  # p = 1/32, see test_compare


def test_a_failure_is_raised_with_the_whole_verdict() -> None:
    with pytest.raises(RetrievalAssertionError, match="-> FAIL") as raised:
        assert_no_regression(BAD, run(12), judged(12), margin=0.05, queries=queries(12))
    verdict = compare(BAD, run(12), judged(12), delta=0.05, queries=queries(12))
    assert str(raised.value) == verdict.explain()
    assert raised.value.verdict == verdict


def test_what_cannot_be_told_is_returned() -> None:
    assert assert_no_regression(run(12), run(12), judged(12)).outcome == "INCONCLUSIVE"


def test_what_cannot_be_told_is_raised_where_strict() -> None:
    with pytest.raises(RetrievalAssertionError, match="these queries cannot tell") as raised:
        assert_no_regression(run(12), run(12), judged(12), strict=True)
    assert raised.value.verdict.outcome == "INCONCLUSIVE"


def test_what_is_shown_not_to_be_worse_is_returned_strict_or_not() -> None:
    assert assert_no_regression(run(400), run(400), judged(400), strict=True).passed


def test_the_margin_is_02_unless_another_is_given() -> None:
    claim = "nDCG@10 drop <= 0.02"
    assert assert_no_regression(run(12), run(12), judged(12)).claim == claim
    own = assert_no_regression(run(12), run(12), judged(12), "RR@10", margin=None)
    assert own.claim == "RR@10 drop <= 0.05"


def test_a_saved_baseline_and_its_cause_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "a.may.baseline.jsonl"
    Baseline.from_records(records(run(12), judged(12)), name="may").save(path)
    with pytest.raises(RetrievalAssertionError, match="cause: nothing recorded changed, so the"):
        assert_no_regression(BAD, load_baseline(path), judged(12), context=CONTEXT)


def test_what_cannot_be_compared_is_an_error_and_not_a_failure() -> None:
    with pytest.raises(NotComparableError, match="at least 80% are needed"):
        assert_no_regression(run(12).select(names(3)), run(12), judged(12))


def _frames(traceback: TracebackType | None) -> Iterator[tuple[str, bool]]:
    while traceback:
        frame = traceback.tb_frame
        yield frame.f_globals["__name__"], frame.f_locals.get("__tracebackhide__", False)
        traceback = traceback.tb_next


@pytest.mark.parametrize("strict", [False, True])
def test_only_the_frames_of_the_test_are_shown(strict: bool) -> None:
    with pytest.raises(RetrievalAssertionError, match="FAIL") as raised:
        assert_no_regression(BAD, run(12), judged(12), strict=strict)
    frames = list(_frames(raised.value.__traceback__))
    inside = [hidden for module, hidden in frames if module.startswith("retrieval_checks.")]
    assert inside
    assert all(inside)


def test_at_most_four_arguments_are_positional() -> None:
    parameters = inspect.signature(assert_no_regression).parameters.values()
    assert sum(p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters) == 4
