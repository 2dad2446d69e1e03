"""Texts on a page."""

import pytest

from retrieval_checks.report.page.wording import (
    DASH,
    MINUS,
    change,
    clipped,
    figure,
    short_id,
    visible,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain — naïve 漢字 👩‍💻", "plain — naïve 漢字 👩‍💻"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\x00\x1b[31m\x7f", r"\x00\x1b[31m\x7f"),
        ("a\u202eb\u2066c", r"a\u202eb\u2066c"),
        ("\ud800", r"\ud800"),
        ("no\u00a0break\u3000wide", "no break wide"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("\u2028line", r"\u2028line"),
    ],
)
def test_what_would_not_be_seen_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_long_text_is_cut_and_a_long_id_keeps_both_ends() -> None:
    assert clipped("a" * 20_000, 10) == "a" * 9 + "…"
    name = short_id("begin" + "x" * 20_000 + "end")
    assert len(name) == 64
    assert name.startswith("begin")
    assert name.endswith("end")


def test_a_number_that_is_not_there_is_no_zero() -> None:
    assert (figure(None), change(None), change(0.0), change(-0.0)) == (DASH, DASH, "0", "0")
    assert change(-0.00001) == f"{MINUS}0.000"  # a small change is not none
