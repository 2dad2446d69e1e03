"""The page as a whole in a real browser: width, colours, paper, assistive technology."""

from pathlib import Path
from typing import Any

import pytest

from retrieval_checks.report.as_html import write_html
from tests.report.browser.conftest import Opened, opened
from tests.report.documents import document
from tests.report.test_as_html import HOSTILE


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_has_no_serious_fault_of_accessibility(
    chromium: Any, file: Path, width: int, scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    report = opened(
        chromium,
        file,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        bypass_csp=True,
    )
    report.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = axe.run(report.page).response["violations"]
    assert [
        (fault["id"], fault["impact"], fault["nodes"][0]["html"][:200]) for fault in found
    ] == []
    report.page.close()


@pytest.mark.parametrize("width", [1280, 400])
def test_it_is_not_wider_than_the_window(chromium: Any, file: Path, width: int) -> None:
    report = opened(chromium, file, viewport={"width": width, "height": 900})
    report.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert report.page.evaluate("document.documentElement.scrollWidth") == width
    report.page.close()


def test_dark_is_dark_and_paper_is_white(chromium: Any, file: Path) -> None:
    report = opened(chromium, file, color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    assert report.page.evaluate(background) == "rgb(20, 22, 24)"
    report.page.emulate_media(media="print")
    assert report.page.evaluate(background) == "rgb(255, 255, 255)"
    assert not report.page.locator(".tools").is_visible()
    assert report.page.pdf()[:5] == b"%PDF-"
    report.page.close()


def test_motion_is_left_out_where_it_is_not_wanted(chromium: Any, file: Path) -> None:
    behaviour = "getComputedStyle(document.documentElement).scrollBehavior"
    for wish, expected in (("no-preference", "smooth"), ("reduce", "auto")):
        report = opened(chromium, file, reduced_motion=wish)
        assert report.page.evaluate(behaviour) == expected
        report.page.close()


def test_hostile_text_runs_nothing_and_turns_nothing_around(chromium: Any, tmp_path: Path) -> None:
    text = " ".join(HOSTILE)
    path = tmp_path / "hostile.html"
    write_html(document(text=text, words=text, name=text), path)
    report = opened(chromium, path)
    alerts: list[str] = []
    report.page.on("dialog", lambda dialog: alerts.append(dialog.message) or dialog.dismiss())  # type: ignore[func-returns-value]
    report.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    report.page.wait_for_timeout(200)
    assert (alerts, report.complaints) == ([], [])
    assert {url for url in report.requests if url != "data:,"} == {path.as_uri()}
    shown = report.page.locator(".list > li").first.inner_text()
    assert "</script><script>alert(1)</script>" in shown
    assert r"\u202egnp.exe\u2066" in shown
    report.page.close()


def test_a_script_from_elsewhere_is_refused(report: Opened) -> None:
    report.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'),"
        " {textContent: 'window.owned = 1'}))"
    )
    assert report.page.evaluate("window.owned") is None
    assert "Content Security Policy" in report.complaints.pop()
