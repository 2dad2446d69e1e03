"""Colour: on a terminal that wants it, and nowhere else."""

import io

import pytest

from retrieval_checks.cli.console import outcome, painted, progress


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


def test_progress_of_long_work_is_shown_where_somebody_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream, now = Terminal(), [0.0]
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    show = progress()
    assert show is not None
    for seconds, done in ((0.1, 1), (1.0, 2), (1.1, 3), (2.0, 4)):
        now[0] = seconds
        show("encoding", done, 4)
    assert stream.getvalue() == "\r\x1b[2Kencoding: 2/4\r\x1b[2K"


def test_progress_is_not_for_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", io.StringIO())
    assert progress() is None
