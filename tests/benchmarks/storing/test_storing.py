"""The benchmark of the store does the same work with every contender; nothing here is timed."""

from pathlib import Path

import pytest

from tests.benchmarks.store import DIMENSIONS, keys_of, print_kills, print_memory, shuffled, wanted
from tests.benchmarks.storing.contenders import CONTENDERS, Contender


@pytest.mark.parametrize("contender", CONTENDERS, ids=lambda contender: contender.name)
def test_a_contender_gives_back_what_it_was_given(contender: Contender, tmp_path: Path) -> None:
    if not contender.is_installed:
        pytest.skip(f"{contender.module} is not installed")
    contender.fill(tmp_path, keys_of(300), shuffled(300))
    assert (contender.read(tmp_path, keys_of(300), DIMENSIONS) == wanted(300)).all()


def test_memory_and_kills_are_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print_memory(tmp_path / "memory", 300)
    print_kills(tmp_path, 1)
    out = capsys.readouterr().out
    assert out.count("reading 300 vectors") == 2
    assert out.count("nothing lost, nothing damaged") == 2
