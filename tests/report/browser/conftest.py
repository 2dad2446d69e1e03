"""Debian's Chromium, headless, with a page of a report in it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from retrieval_checks.report.as_html import write_html
from tests.report.documents import document

_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@dataclass
class Opened:
    """A page, and what it did that nobody asked for."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def shown(self) -> list[str]:
        """The names of the queries that are to be seen, in order."""
        names: list[str] = self.page.locator(".list > li:visible b").all_text_contents()
        return names

    def search(self, words: str) -> None:
        self.page.get_by_label("Search").fill(words)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser; a test without it is skipped."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not on this machine; Debian: apt-get install chromium")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with everything in it."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_html(document(), path)
    return path


def opened(chromium: Any, path: Path, **context: Any) -> Opened:
    """The page of a report, in a window of its own."""
    made = Opened(chromium.new_page(**context))
    made.page.on("request", lambda request: made.requests.append(request.url))
    made.page.on("console", lambda message: made.complaints.append(message.text))
    made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
    made.page.goto(path.as_uri())
    return made


@pytest.fixture
def report(chromium: Any, file: Path) -> Iterator[Opened]:
    """The report, opened anew; at the end nothing was loaded and nothing complained."""
    made = opened(chromium, file)
    yield made
    assert made.complaints == []
    assert {url.partition("#")[0] for url in made.requests} <= {file.as_uri(), "data:,"}
    made.page.close()
