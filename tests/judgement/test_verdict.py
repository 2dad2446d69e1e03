import copy
import json
import pickle
from typing import Any

import pytest

from retrieval_checks.errors import DataError, RetrievalAssertionError
from retrieval_checks.judgement.verdict import Outcome, Verdict

FAILED = Verdict(
    "FAIL", "RR >= 0.5", "RR is 0.25, 0.25 below 0.5", "query 'q1'", "look", {"value": 0.25}
)


def test_explanation_has_finding_claim_context_and_advice_in_this_order() -> None:
    assert FAILED.explain() == (
        "RR is 0.25, 0.25 below 0.5\nasked: RR >= 0.5 -> FAIL\n\nquery 'q1'\n\nto do: look"
    )


def test_explanation_leaves_out_what_is_empty() -> None:
    verdict = Verdict("PASS", "RR >= 0.5", "RR is 0.75")
    assert verdict.explain() == "RR is 0.75\nasked: RR >= 0.5 -> PASS"


def test_first_line_of_the_explanation_is_the_finding() -> None:
    assert FAILED.explain().splitlines()[0] == FAILED.finding


def test_long_advice_is_wrapped() -> None:
    verdict = Verdict("FAIL", "claim", "finding", advice="word " * 60)
    assert max(map(len, verdict.explain().splitlines())) <= 100


@pytest.mark.parametrize(
    ("outcome", "passed"), [("PASS", True), ("FAIL", False), ("INCONCLUSIVE", False)]
)
def test_only_pass_is_passed(outcome: Outcome, passed: bool) -> None:
    assert Verdict(outcome, "claim", "finding").passed is passed


def test_fail_is_raised_with_its_explanation_and_itself() -> None:
    with pytest.raises(RetrievalAssertionError, match=r"RR is 0\.25") as raised:
        FAILED.raise_if_failed()
    assert str(raised.value) == FAILED.explain()
    assert raised.value.verdict is FAILED


@pytest.mark.parametrize("outcome", ["PASS", "INCONCLUSIVE"])
def test_what_did_not_fail_is_returned(outcome: Outcome) -> None:
    verdict = Verdict(outcome, "claim", "finding")
    assert verdict.raise_if_failed() is verdict


def test_dict_is_json_and_restores_the_verdict() -> None:
    assert Verdict(**json.loads(json.dumps(FAILED.to_dict()))) == FAILED


def test_dict_is_a_copy() -> None:
    FAILED.to_dict()["evidence"]["value"] = 1.0
    assert FAILED.evidence == {"value": 0.25}


def test_evidence_is_copied_when_built() -> None:
    evidence: dict[str, Any] = {"missing": ["q1"]}
    verdict = Verdict("FAIL", "claim", "finding", evidence=evidence)
    evidence["missing"].append("q2")
    assert verdict.evidence == {"missing": ("q1",)}


def test_evidence_cannot_be_changed_at_any_depth() -> None:
    verdict = Verdict("FAIL", "claim", "finding", evidence={"overlap": {"mean": 0.5}})
    with pytest.raises(TypeError, match="does not support item assignment"):
        verdict.evidence["overlap"] = 1.0  # type: ignore[index]
    with pytest.raises(TypeError, match="does not support item assignment"):
        verdict.evidence["overlap"]["mean"] = 1.0
    verdict.to_dict()["evidence"]["overlap"]["mean"] = 1.0
    assert verdict.evidence == {"overlap": {"mean": 0.5}}
    assert verdict.to_dict()["evidence"] == {"overlap": {"mean": 0.5}}
    assert pickle.loads(pickle.dumps(verdict)) == verdict


def test_lists_in_the_evidence_are_lists_again_in_the_dict() -> None:
    verdict = Verdict("FAIL", "claim", "finding", evidence={"missing": ["q1"], "none": []})
    assert verdict.to_dict()["evidence"] == {"missing": ["q1"], "none": []}


def test_verdict_is_a_value() -> None:
    assert copy.deepcopy(FAILED) == FAILED
    assert pickle.loads(pickle.dumps(FAILED)) == FAILED
    assert hash(FAILED) == hash(copy.copy(FAILED))


def test_error_survives_pickling_with_its_verdict() -> None:
    error = RetrievalAssertionError("text", verdict=FAILED)
    restored = pickle.loads(pickle.dumps(error))
    assert (str(restored), restored.verdict) == ("text", FAILED)


@pytest.mark.parametrize("evidence", [{"a": float("nan")}, {"a": float("inf")}, {"a": object()}])
def test_evidence_that_is_not_strict_json_is_refused(evidence: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="evidence must be strict JSON"):
        Verdict("FAIL", "claim", "finding", evidence=evidence)


def test_outcome_that_does_not_exist_is_refused() -> None:
    with pytest.raises(DataError, match="got 'pass'"):
        Verdict("pass", "claim", "finding")  # type: ignore[arg-type]


@pytest.mark.parametrize(("claim", "finding"), [("", "finding"), ("claim", "")])
def test_verdict_without_claim_or_finding_is_refused(claim: str, finding: str) -> None:
    with pytest.raises(DataError, match="needs a claim and a finding"):
        Verdict("PASS", claim, finding)
