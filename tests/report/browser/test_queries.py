"""The list of queries in a real browser: search, filter, sort, by mouse and by keyboard.

Of twelve queries the failed ones are q2, q5, q8 and q11; they fell alike, all others stayed.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.report.browser.conftest import Opened, opened

FAILED = ["q11", "q2", "q5", "q8"]
PASSED = ["q0", "q1", "q10", "q3", "q4", "q6", "q7", "q9"]


def _count(report: Opened) -> str:
    return str(report.page.locator(".tools output").inner_text())


def test_what_needs_a_look_stands_first(report: Opened) -> None:
    assert report.shown() == [*FAILED, *PASSED]
    assert _count(report) == "12 queries"


def test_search_is_of_ids_texts_and_documents_and_needs_every_word(report: Opened) -> None:
    report.search("ANIMALS q11")
    assert report.shown() == ["q11"]
    assert _count(report) == "1 of 12 queries"
    report.search("q-d13 purr")
    assert report.shown() == []
    assert report.page.get_by_text("No query matches.").is_visible()
    report.search("")
    assert len(report.shown()) == 12
    assert not report.page.get_by_text("No query matches.").is_visible()


@pytest.mark.parametrize(
    ("show", "names"),
    [("not passed", FAILED), ("fell", FAILED), ("rose", []), ("changed", FAILED)],
)
def test_a_filter_shows_what_it_says(report: Opened, show: str, names: list[str]) -> None:
    report.page.get_by_label("Show").select_option(show)
    assert report.shown() == names


def test_filters_hold_together(report: Opened) -> None:
    report.page.get_by_label("Show").select_option("fell")
    report.page.locator("select[name=tag]").select_option("odd")
    assert report.shown() == ["q11", "q5"]
    report.search("q5")
    assert report.shown() == ["q5"]


def test_a_button_sorts_and_says_so(report: Opened) -> None:
    report.page.get_by_role("button", name="Query").click()
    assert report.shown() == sorted([*FAILED, *PASSED])
    pressed = report.page.locator(".sorts [aria-pressed=true]")
    assert pressed.all_text_contents() == ["Query"]
    report.page.get_by_role("button", name="Now").click()
    assert report.shown()[:4] == FAILED
    report.page.get_by_role("button", name="Needs a look").click()
    assert report.shown() == [*FAILED, *PASSED]


def test_a_search_survives_sorting(report: Opened) -> None:
    report.search("q1")
    report.page.get_by_role("button", name="Query").click()
    assert report.shown() == ["q1", "q10", "q11"]


def test_everything_can_be_done_by_keyboard(report: Opened) -> None:
    keyboard = report.page.keyboard
    report.page.get_by_label("Search").focus()
    keyboard.type("q1")
    for _ in range(4):  # show, tag, needs a look, query
        keyboard.press("Tab")
    keyboard.press("Enter")
    assert report.shown() == ["q1", "q10", "q11"]
    for _ in range(4):  # accepted, now, change, the first query
        keyboard.press("Tab")
    keyboard.press("ArrowDown")
    keyboard.press("ArrowDown")
    keyboard.press("ArrowDown")  # there is none below
    focused = "document.activeElement.closest('li').querySelector('b').textContent"
    assert report.page.evaluate(focused) == "q11"
    keyboard.press("ArrowUp")
    keyboard.press("Enter")
    assert report.page.evaluate(focused) == "q10"
    assert report.page.locator("details[open] .ranking").is_visible()


def test_the_first_stop_leads_past_the_header(report: Opened) -> None:
    report.page.keyboard.press("Tab")
    skip = report.page.get_by_role("link", name="Skip to the results")
    assert skip.evaluate("e => e === document.activeElement && e.getBoundingClientRect().left >= 0")
    report.page.keyboard.press("Enter")
    assert report.page.evaluate("document.activeElement.id") == "main"


def test_a_link_opens_its_query(report: Opened) -> None:
    report.page.get_by_label("Search").fill("nothing at all")
    report.page.locator(".bumps a").first.click()
    row = report.page.locator(".list > li:visible")
    assert row.count() == 1
    assert row.locator("details").get_attribute("open") is not None
    assert row.locator(".ranking tbody tr").first.is_visible()


def test_without_scripts_everything_is_still_there(chromium: Any, file: Path) -> None:
    report = opened(chromium, file, java_script_enabled=False)
    assert report.shown() == [*FAILED, *PASSED]
    assert not report.page.locator(".tools").is_visible()
    report.page.locator(".list summary").first.click()
    assert report.page.locator(".ranking").first.is_visible()
    report.page.close()
