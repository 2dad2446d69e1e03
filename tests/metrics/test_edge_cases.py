"""The executed cases of tests/oracles/edge_cases.json: what each rule of the semantics gives."""

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import Evaluation, evaluate

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "oracles" / "edge_cases.json").read_text(encoding="utf-8")
)
GOOD = [case for case in CASES if "expected" in case]
BAD = [case for case in CASES if "raises" in case]


def name(case: dict[str, Any]) -> str:
    return str(case["name"])


def evaluate_case(case: dict[str, Any], metrics: list[str]) -> Evaluation:
    """Scores such as "NaN" and "Infinity" stand as strings in the file, which is strict JSON."""
    run = Run.from_dict({q: {d: float(s) for d, s in ranking} for q, ranking in case["run"]})
    qrels = Qrels.from_dict({q: dict(judged) for q, judged in case["qrels"]})
    return evaluate(run, qrels, metrics, relevance_level=case["relevance_level"])


def test_every_case_expects_something() -> None:
    assert len(GOOD) + len(BAD) == len(CASES) == 24
    assert BAD


@pytest.mark.parametrize("case", GOOD, ids=name)
def test_mean_equals_the_expected_value(case: dict[str, Any]) -> None:
    expected = {f"{metric}@{case['k']}": value for metric, value in case["expected"].items()}
    means = evaluate_case(case, list(expected)).mean
    for metric, value in expected.items():
        assert math.isclose(means[metric], value, rel_tol=0, abs_tol=1e-15), metric


@pytest.mark.parametrize("case", BAD, ids=name)
def test_case_without_meaning_raises(case: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=re.escape(case["raises"])):
        evaluate_case(case, ["nDCG@3"])
