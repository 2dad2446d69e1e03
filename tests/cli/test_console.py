"""Colour: on a terminal that wants it, and nowhere else."""

import io

import pytest

from retrieval_checks.cli.console import outcome, painted


class Terminal(io.StringIO):
    """A stream that says it is one."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_a_terminal_has_colour() -> None:
    assert painted("PASS", "green", stream=Terminal()) == "\x1b[32mPASS\x1b[0m"


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_one_that_wants_none_has_none(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert painted("PASS", "green", stream=Terminal()) == "PASS"


def test_an_empty_no_color_means_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    assert painted("PASS", "green", stream=Terminal()) != "PASS"


def test_a_file_has_no_colour() -> None:
    assert painted("PASS", "green", stream=io.StringIO()) == "PASS"


def test_outcomes_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", Terminal())
    shown = [outcome(word) for word in ("PASS", "FAIL", "INCONCLUSIVE", "ERROR")]
    assert [text[2:4] for text in shown] == ["32", "31", "33", "31"]
