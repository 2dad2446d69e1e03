"""A suite as `pytest.mark.parametrize` takes it, in a session of its own."""

import pytest

from retrieval_checks.contracts import metric_contract
from retrieval_checks.contracts.bi_encoder_contract import DECLARED

TESTS = """\
import pytest
from retrieval_checks.contracts import metric_checks


def hit_rate(ranking, grades, k):
    found = sum(grades.get(doc_id, 0) > 0 for doc_id in ranking[:k])
    return found / sum(grade > 0 for grade in grades.values()) if found else 0.0


@pytest.mark.parametrize(("check", "id"), metric_checks(hit_rate, metric="R", max_examples=20))
def test_contract(check, id):
    check()
"""
ALL = metric_contract.INVARIANTS["ranking"] + metric_contract.VALUES


@pytest.fixture
def session(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("COLUMNS", "200")
    pytester.makepyfile(TESTS)
    return pytester


@pytest.mark.parametrize("options", [(), ("-p", "xdist", "-n", "2")], ids=["plain", "two workers"])
def test_every_check_is_a_test_and_the_fault_is_shown(
    session: pytest.Pytester, options: tuple[str, ...]
) -> None:
    result = session.runpytest_subprocess(*options)
    result.assert_outcomes(passed=ALL - 1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*RetrievalAssertionError: hit_rate breaks 'duplicates': a second copy*",
            "*with 'a' a second time:",
            "*ranking   [[]'a', 'a'[]]",
            "*returned  2.0",
            "FAILED *::test_contract[[]hit_rate-duplicates[]]*",
        ],
        consecutive=False,
    )
    result.stdout.no_fnmatch_line("*alsifying*")


def test_checks_are_selected_by_their_ids(session: pytest.Pytester) -> None:
    result = session.runpytest_subprocess("-v", "-k", "below-k or short-ranking")
    result.assert_outcomes(passed=2, deselected=ALL - 2)
    result.stdout.fnmatch_lines(["*::test_contract[[]hit_rate-below-k[]] PASSED*"])


ENCODERS = """\
import pytest
from retrieval_checks.contracts import bi_encoder_checks
from tests.contracts.bi_encoder.encoders import NarrowCone

known = bi_encoder_checks(NarrowCone).waive({"anisotropy": "untrained", "shape": "not needed"})


@pytest.mark.parametrize(("check", "id"), known)
def test_contract(check, id):
    check()
"""


def test_waived_and_inapplicable_checks_are_skipped_with_their_reasons(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(request.config.rootpath))
    monkeypatch.setenv("COLUMNS", "200")
    pytester.makepyfile(ENCODERS)
    result = pytester.runpytest_subprocess("-rs")
    result.assert_outcomes(passed=DECLARED - 5, skipped=4, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*NarrowCone: 'shape' holds, so that its waiver (not needed) is no longer needed*",
            "SKIPPED*'threads' does not apply: the encoder does not use torch",
            "SKIPPED*'anisotropy' waived: untrained",
            "SKIPPED*'prompts' does not apply: no prompts are known*",
        ]
    )
