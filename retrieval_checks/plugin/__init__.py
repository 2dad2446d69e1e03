"""The pytest plugin: hooks only; what they do stands in the modules beside this one."""

from pathlib import Path
from typing import Any

import pytest

from retrieval_checks.plugin.fixtures import (
    bi_encoder,
    candidate,
    collection,
    corpus,
    qrels,
    queries,
    reranker,
    retrieval,
    retrieval_run,
    retriever,
)
from retrieval_checks.plugin.options import add_options
from retrieval_checks.plugin.settings import (
    GOLDEN_SUFFIXES,
    SETTINGS,
    is_named,
    read_settings,
)

__all__ = [
    "bi_encoder",
    "candidate",
    "collection",
    "corpus",
    "qrels",
    "queries",
    "reranker",
    "retrieval",
    "retrieval_run",
    "retriever",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the flags and ini keys."""
    add_options(parser)


@pytest.hookimpl(tryfirst=True)  # before other plugins register their markers
def pytest_configure(config: pytest.Config) -> None:
    """Parse the settings; where they ask for anything, register what collects and reports."""
    settings = config.stash[SETTINGS] = read_settings(config)
    if settings.active:
        from retrieval_checks.plugin.session import register

        register(config, settings)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Under --retrieval-golden, pass over every file that is neither golden nor named."""
    if not config.stash[SETTINGS].golden_only or collection_path.is_dir():
        return None
    if collection_path.name.endswith(GOLDEN_SUFFIXES) or is_named(collection_path, config):
        return None
    return True


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect golden files where a flag asks for them; naming one without a flag is an error."""
    if not file_path.name.endswith(GOLDEN_SUFFIXES):
        return None
    if not parent.config.stash[SETTINGS].collects_golden:
        if is_named(file_path, parent.config):
            raise parent.CollectError(
                f"{file_path.name} is a golden file: add --retrieval-golden, or"
                " --retrieval-with-tests to run it beside ordinary tests"
            )
        return None
    from retrieval_checks.plugin.golden.file import GoldenFile

    return GoldenFile.from_parent(parent, path=file_path)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep each golden file on one worker, so that it retrieves once; spread all else as ever."""
    if not config.stash[SETTINGS].collects_golden or config.getoption("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class GoldenScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if file.endswith(GOLDEN_SUFFIXES) else nodeid

    return GoldenScheduling(config, log)
