import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

import pytest

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, RetrievalAssertionError, SettingsError
from retrieval_checks.judgement import assertions
from retrieval_checks.judgement.verdict import Verdict

QRELS = Qrels.from_dict({"q1": {"a": 1}, "q2": {"a": 1, "b": 1}})
RUN = Run.from_ids({"q1": ["b", "a"], "q2": ["a", "b"]})
# at 1: hits 0 and 1, so Success@1 = P@1 = 1/2, R@1 = (0 + 1/2) / 2 = 1/4;
# RR: 1/2 and 1; AP: 1/2 and 1; nDCG: 1/log2(3) = 0.6309 and 1

METRICS: list[tuple[str, dict[str, Any], float]] = [
    ("assert_accuracy_at_least", {"k": 1}, 0.5),
    ("assert_precision_at_least", {"k": 1}, 0.5),
    ("assert_recall_at_least", {"k": 1}, 0.25),
    ("assert_mrr_at_least", {"k": 10}, 0.75),
    ("assert_mrr_at_least", {"k": None}, 0.75),
    ("assert_map_at_least", {}, 0.75),
    ("assert_ndcg_at_least", {"k": 1}, 0.5),
]
FAILING: dict[str, Callable[[], Verdict]] = {
    "assert_accuracy_at_least": lambda: assertions.assert_accuracy_at_least(RUN, QRELS, 0.9, k=1),
    "assert_map_at_least": lambda: assertions.assert_map_at_least(RUN, QRELS, 0.9),
    "assert_metric_at_least": lambda: assertions.assert_metric_at_least(RUN, QRELS, "P@1", 0.9),
    "assert_mrr_at_least": lambda: assertions.assert_mrr_at_least(RUN, QRELS, 0.9),
    "assert_ndcg_at_least": lambda: assertions.assert_ndcg_at_least(RUN, QRELS, 0.9),
    "assert_precision_at_least": lambda: assertions.assert_precision_at_least(RUN, QRELS, 0.9),
    "assert_recall_at_least": lambda: assertions.assert_recall_at_least(RUN, QRELS, 0.9, k=1),
    "assert_ranked_within": lambda: assertions.assert_ranked_within(RUN, "q1", "a", 1),
    "assert_not_ranked_within": lambda: assertions.assert_not_ranked_within(RUN, "q1", "b", 1),
    "assert_ranked_above": lambda: assertions.assert_ranked_above(RUN, "q1", "a", "b"),
    "assert_reranker_improves": lambda: assertions.assert_reranker_improves(RUN, RUN, QRELS),
    "assert_rankings_agree": lambda: assertions.assert_rankings_agree(
        RUN, Run.from_ids({"q1": ["c"], "q2": ["c"]}), overlap=0.8
    ),
}


@pytest.mark.parametrize(("name", "options", "value"), METRICS)
def test_metric_assertion_measures_what_its_name_says(
    name: str, options: dict[str, Any], value: float
) -> None:
    check = getattr(assertions, name)
    assert check(RUN, QRELS, value, **options).evidence["value"] == value
    with pytest.raises(RetrievalAssertionError, match=re.escape("below 0.99")):
        check(RUN, QRELS, 0.99, **options)


def test_every_assertion_is_tried_here() -> None:
    assert sorted(FAILING) == sorted(assertions.__all__)


@pytest.mark.parametrize("name", FAILING)
def test_failure_is_raised_with_the_whole_explanation(name: str) -> None:
    with pytest.raises(RetrievalAssertionError, match="-> FAIL") as raised:
        FAILING[name]()
    verdict = raised.value.verdict
    assert isinstance(verdict, Verdict)
    assert str(raised.value) == verdict.explain()
    assert verdict.context or name == "assert_reranker_improves"


def _frames(traceback: TracebackType | None) -> Iterator[tuple[str, bool]]:
    while traceback:
        frame = traceback.tb_frame
        yield frame.f_globals["__name__"], frame.f_locals.get("__tracebackhide__", False)
        traceback = traceback.tb_next


@pytest.mark.parametrize("name", FAILING)
def test_only_the_frames_of_the_test_are_shown(name: str) -> None:
    with pytest.raises(RetrievalAssertionError, match="FAIL") as raised:
        FAILING[name]()
    frames = list(_frames(raised.value.__traceback__))
    inside = [hidden for module, hidden in frames if module.startswith("retrieval_checks.")]
    assert len(inside) == 2
    assert all(inside)


@pytest.mark.parametrize("name", assertions.__all__)
def test_at_most_four_arguments_are_positional(name: str) -> None:
    parameters = inspect.signature(getattr(assertions, name)).parameters.values()
    assert sum(p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters) <= 4


def test_what_holds_returns_its_verdict() -> None:
    assert assertions.assert_ranked_within(RUN, "q1", "b", 1).passed
    assert assertions.assert_not_ranked_within(RUN, "q1", "a", 1).passed
    assert assertions.assert_ranked_above(RUN, "q1", "b", "a").passed
    assert assertions.assert_rankings_agree(RUN, RUN, overlap=1.0, rbo=1.0).passed
    other = Run.from_ids({"q1": ["a", "b"], "q2": ["a", "b"]})
    assert assertions.assert_reranker_improves(RUN, other, QRELS, "RR", by=0.25).passed


@pytest.mark.parametrize("name", [name for name, _, _ in METRICS])
def test_nan_bound_is_an_error_not_a_failure(name: str) -> None:
    with pytest.raises(SettingsError, match="must lie in"):
        getattr(assertions, name)(RUN, QRELS, float("nan"))


def test_empty_and_mismatched_input_are_errors_not_failures() -> None:
    with pytest.raises(DataError, match="none of the 2 judged queries"):
        assertions.assert_ndcg_at_least(Run.from_dict({}), QRELS, 0.5)
    with pytest.raises(DataError, match="no query with a relevant document"):
        assertions.assert_ndcg_at_least(RUN, Qrels.from_dict({}), 0.5)
    with pytest.raises(DataError, match="expected a Run or a dict of scores, got list"):
        assertions.assert_ndcg_at_least([("q1", "a")], QRELS, 0.5)  # type: ignore[arg-type]


def test_assertions_hold_under_optimisation() -> None:
    program = """
from retrieval_checks.data.run import Run
from retrieval_checks.errors import RetrievalAssertionError
from retrieval_checks.judgement.assertions import assert_ranked_within

assert False, "stripped"
try:
    assert_ranked_within(Run.from_ids({"q": ["a", "b"]}), "q", "b", 1)
except RetrievalAssertionError as error:
    print(str(error).splitlines()[0])
"""
    done = subprocess.run(
        [sys.executable, "-O", "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "'b' is at rank 2, 1 below the worst allowed rank 1, for query 'q'\n"
