from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval_checks.judgement.explain.wording import (
    beside,
    cells,
    cut,
    cut_middle,
    lead,
    near_names,
    plain,
    plain_id,
    told_apart,
    wrapped,
)

SHARES = st.floats(0, 1)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\n\tb\r\nc\u2028d\x85e", "a b c d e"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]0;never closed", "0;never closed"),
        ("\x9b2Jcleared", "cleared"),
        ("bell\x07 nul\x00", "bell\ufffd nul\ufffd"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        ("\u202eright to left", "right to left"),
        ("\ufeffmark, soft\u00adhyphen", "mark, softhyphen"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),  # a joiner that spelling needs
    ],
)
def test_text_is_made_harmless_on_one_line(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text())
def test_no_text_keeps_a_control_character(text: str) -> None:
    shown = plain(text)
    assert "\x1b" not in shown
    assert all(c.isprintable() or ord(c) > 0x9F for c in shown)
    shown.encode()  # no surrogate is left


@pytest.mark.parametrize(
    ("name", "shown"),
    [("d\n1", r"d\n1"), ("\x1b[31m", r"\x1b[31m"), ("\u202ed", r"\u202ed"), ("é/ü\\x", "é/ü\\x")],
)
def test_id_is_kept_and_what_cannot_be_printed_escaped(name: str, shown: str) -> None:
    assert plain_id(name) == shown


def test_wide_characters_take_two_columns_and_combining_ones_none() -> None:
    assert cells("ab") == 2
    assert cells("検索") == 4
    assert cells("e\u0301") == 1


def test_cut_text_fits() -> None:
    assert cut("abcdef", 6) == "abcdef"
    assert cut("abcdef", 5) == "abcd…"
    assert cut("検索検索", 5) == "検索…"


def test_cut_id_keeps_both_ends() -> None:
    assert cut_middle("https://example.org/page-17", 11) == "https…ge-17"
    assert cut_middle("short", 11) == "short"


def test_wrapped_text_counts_columns_not_characters() -> None:
    assert max(map(cells, wrapped("検索 " * 40, 50).splitlines())) <= 50


def test_near_names_are_offered_and_none_where_none_is_near() -> None:
    assert near_names("persnal-use", ["personal-use", "other"]) == "; did you mean 'personal-use'?"
    assert near_names("zzz", ["personal-use"]) == ""
    assert near_names("d17x", [f"d{i}" for i in range(30_000)]).startswith("; did you mean 'd17")


@pytest.mark.parametrize(
    ("value", "bound", "shown"),
    [
        (0.58713, 0.62, ("0.5871", "0.0329")),
        (0.6199999, 0.62, ("0.6199999", "0.0000001")),
        (0.62004, 0.62, ("0.62004", "0.00004")),
        (0.123461, 0.123456, ("0.123461", "0.000005")),
        (1e-20, 0.0, ("1e-20", "1E-20")),
        (0.5, 0.1 + 0.2, ("0.50000000000000000", "0.19999999999999996")),
    ],
)
def test_value_is_printed_so_that_it_agrees_with_the_outcome(
    value: float, bound: float, shown: tuple[str, str]
) -> None:
    assert beside(value, bound) == shown


@given(SHARES, SHARES)
def test_no_printed_value_contradicts_its_bound(value: float, bound: float) -> None:
    printed, distance = (Decimal(text) for text in beside(value, bound))
    limit = Decimal(repr(bound))
    assert (printed < limit, printed > limit) == (value < bound, value > bound)
    assert abs(printed - limit) == distance


def test_unequal_numbers_look_unequal() -> None:
    assert told_apart([0.5, 0.25]) == ["0.5000", "0.2500"]
    assert told_apart([0.50001, 0.5]) == ["0.50001", "0.50000"]
    assert told_apart([0.1, 0.1 + 1e-15]) == ["0.1", "0.100000000000001"]
    assert told_apart([float("inf"), 1.0]) == ["inf", "1.0000"]


def test_what_is_not_zero_does_not_look_like_zero() -> None:
    assert told_apart([0.00001]) == ["0.00001"]
    assert lead(1.0, 0.99999) == "0.00001"
