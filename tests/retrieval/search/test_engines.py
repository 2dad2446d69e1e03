"""Engines: which one is meant, and what is missing where one is not installed."""

import subprocess
import sys

import pytest

from retrieval_checks.errors import MissingDependencyError, SettingsError
from retrieval_checks.retrieval.search.engines import check_engine, choose_engine, engine_of


def test_unknown_engine_is_refused() -> None:
    with pytest.raises(SettingsError, match="search engine 'fais' does not exist; did you mean"):
        check_engine("fais")


@pytest.mark.parametrize(
    ("prepare", "work", "expected"),
    [
        ("pass", 10, "numpy"),
        ("import torch", 10, "torch"),
        ("import torch", 1 << 40, "numpy"),
        ("import torch; torch.set_float32_matmul_precision('medium')", 10, "numpy"),
    ],
)
def test_auto_is_torch_for_small_work_where_it_is_loaded_and_precise(
    prepare: str, work: int, expected: str
) -> None:
    code = (
        "import sys; from retrieval_checks.retrieval.search.engines import choose_engine\n"
        f"{prepare}\nprint(choose_engine('auto', work={work}))\n"
        f"assert ('torch' in sys.modules) == ('torch' in {prepare!r})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == expected


def test_an_engine_that_is_asked_for_is_taken() -> None:
    assert choose_engine("faiss", work=1) == "faiss"


def test_an_engine_that_is_not_installed_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faiss", None)
    with pytest.raises(MissingDependencyError, match=r'pip install "retrieval-checks\[faiss\]"'):
        engine_of("faiss")
