"""Golden files as text, read from a folder of their own."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval_checks.golden.reading.schema import read_golden
from retrieval_checks.golden.suite import GoldenSuite

Read = Callable[[str], GoldenSuite]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a golden file of this text, called g.golden.yaml."""

    def read_text(text: str) -> GoldenSuite:
        path = tmp_path / "g.golden.yaml"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return read_golden(path)

    return read_text
