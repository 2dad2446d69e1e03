"""Each planted fault is caught by the check that is about it, and by no other."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from retrieval_checks.contracts import reranker_checks
from retrieval_checks.contracts.reranker_contract import DECLARED, PROMISES
from retrieval_checks.errors import ModelError, SettingsError
from retrieval_checks.retrieval.rerank import Reranker
from tests.contracts.reranker import rerankers

FAULTS: list[tuple[str, Callable[[], object], str]] = [
    ("finite", rerankers.NoWordIsNaN, "punctuation .* as a document: score nan"),
    ("empty-document", rerankers.DividesByLength, "no character .* ZeroDivisionError"),
    ("odd-unicode", rerankers.OnlyLatin1, "emoji .* as a document: UnicodeEncodeError"),
    ("long-pair", rerankers.CutsThePairAsOne, "4 different queries all score .* query is not read"),
    ("answers", rerankers.Distance, "a text about something else .* more"),
    ("rank-order", rerankers.RanksWorstFirst, "a lower document scores .* more, for"),
    ("rank-order", rerankers.RanksTenOnly, r"rank\(\) gave documents \[.*\] of 12, for"),
    ("depth", rerankers.SeesOnlyK, "stood at rank 30 of 30 and was put at rank 30, not among"),
    ("determinism", rerankers.Dropout, "asked twice, the score is"),
    ("permutation", rerankers.ForgetsTheOrder, "with the pairs reversed, the score is"),
    ("batch-size", rerankers.SoftmaxOfTheCall, "in batches of 1 instead of 12, the score is"),
    ("padding", rerankers.AttendsToPadding, "beside a document of 1,808 words, the score is"),
    ("ties", rerankers.BreaksTiesByPosition, "one document given twice scores .* apart, for"),
    ("concurrency", rerankers.SharedBuffer, "called from 4 threads at once"),
    ("second-load", rerankers.NewlyInitialized, "by a second one from the same factory, the"),
]


@pytest.mark.parametrize(
    ("fault", "factory", "found"), FAULTS, ids=[f"{row[0]}-{row[1].__name__}" for row in FAULTS]
)
def test_fault_is_caught_by_the_check_that_is_about_it(
    fault: str, factory: Callable[[], object], found: str
) -> None:
    broken = reranker_checks(factory).broken()
    assert set(broken) == {fault}
    assert re.search(found, broken[fault]), broken[fault]
    assert "\n\nto do: " in broken[fault]


def test_every_check_has_a_fault_that_it_catches() -> None:
    assert {fault for fault, *_ in FAULTS} == {promise.id for promise in PROMISES}


@pytest.mark.parametrize(
    "factory", [rerankers.Cosine, lambda: Reranker(rerankers.Cosine(), depth=40)]
)
def test_reranker_without_fault_holds(factory: Callable[[], object]) -> None:
    suite = reranker_checks(factory, name="cosine")
    summary = suite.run()
    assert (summary.checks, summary.waived) == (DECLARED, ())
    assert set(summary.not_applied) <= {"rank-order"}
    assert len(suite.results()) == DECLARED


def test_depth_of_the_first_page_does_not_apply() -> None:
    suite = reranker_checks(lambda: Reranker(rerankers.Cosine(), depth=10))
    results = {result.id: result for result in suite.results()}
    assert (
        str(results["depth"]) == "does not apply: depth 10 is no more than the 10 of a first page"
    )


def test_strict_waiver_lets_a_broken_check_pass_and_no_other() -> None:
    suite = reranker_checks(rerankers.Distance).waive({"answers": "a distance on purpose"})
    assert suite.run().waived == ("answers",)
    healed = reranker_checks(rerankers.Cosine).waive({"answers": "a distance on purpose"})
    assert set(healed.broken()) == {"answers"}
    assert "(a distance on purpose) is no longer needed" in healed.broken()["answers"]


def test_stage_whose_model_is_not_known_cannot_be_checked() -> None:
    class Stage:
        depth = 20

        def rerank(self, run: Any, queries: Any, corpus: Any, /) -> Any:
            return run

    with pytest.raises(ModelError, match="Stage is a stage whose model is not known; let the"):
        reranker_checks(Stage).broken()


@pytest.mark.parametrize("tolerance", [-1.0, float("nan")])
def test_tolerance_without_meaning_is_refused(tolerance: float) -> None:
    with pytest.raises(SettingsError, match="tolerance must be a number from 0, got"):
        reranker_checks(rerankers.Cosine, tolerance=tolerance)
