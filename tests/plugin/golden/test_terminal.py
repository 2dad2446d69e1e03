"""What a person sees in a terminal and no log has: how the figures are distributed."""

import os
import pty
import subprocess
import sys

import pytest

from tests.plugin.golden.conftest import Ranked

PYTEST = [sys.executable, "-m", "pytest", "-p", "retrieval_checks", "--retrieval-golden"]
DRAWN = "nDCG@10 ▂      █"  # of twelve queries one has 0, eleven have 1


def _in_a_terminal(ranked: Ranked, **environment: str) -> str:
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        PYTEST,
        cwd=ranked.project.path,
        env={**os.environ, "PY_COLORS": "0", **environment},
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    shown = b""
    while True:
        try:
            part = os.read(controller, 65_536)
        except OSError:  # Linux says so of a terminal that nobody writes to any more
            part = b""
        if not part:
            break
        shown += part
    os.close(controller)
    assert process.wait() == 1
    return shown.decode(environment.get("PYTHONIOENCODING", "utf-8"))


@pytest.fixture
def judged(ranked: Ranked) -> Ranked:
    ranked.golden()
    ranked.accept("new", code=0)
    ranked.rank(lost=1)
    return ranked


def test_a_wide_terminal_shows_the_distribution_of_each_figure(judged: Ranked) -> None:
    assert DRAWN in _in_a_terminal(judged, COLUMNS="160", PYTHONIOENCODING="utf-8")


def test_a_log_a_narrow_terminal_and_one_without_these_characters_do_not(judged: Ranked) -> None:
    assert DRAWN not in judged.run(code=1).text
    assert "█" not in _in_a_terminal(judged, COLUMNS="60", PYTHONIOENCODING="utf-8")
    latin = _in_a_terminal(judged, COLUMNS="160", PYTHONIOENCODING="latin-1")
    assert "11 of 12 queries as expected" in latin
