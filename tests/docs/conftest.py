"""A folder to run a page in, with a cache that the pages of a session share."""

import shutil
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Page


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where embeddings are kept: a text that two pages have is encoded once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, shared_cache: Path) -> dict[str, str]:
    """As on a reader's terminal of 88 columns, without a network; only our plugin is loaded."""
    for name in ("CI", "BUILD_NUMBER", "NO_COLOR", "FORCE_COLOR", "PYTEST_CURRENT_TEST"):
        monkeypatch.delenv(name, raising=False)
    for name in ("GITHUB_ACTIONS", "GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID"):
        monkeypatch.delenv(name, raising=False)
    return {
        "COLUMNS": "88",
        "HF_HUB_OFFLINE": "1",
        "XDG_CACHE_HOME": str(shared_cache),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_ADDOPTS": "-p retrieval_checks -p xdist",
    }


def prepare(page: Page, folder: Path) -> None:
    """Copy what the page's header says that it needs."""
    for name in page.settings.get("copy", ()):
        shutil.copytree(ROOT / name, folder / name)
