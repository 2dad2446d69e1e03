"""How ids, texts and numbers are worded, so that a terminal shows what is meant."""

import re
import textwrap
import unicodedata
from collections.abc import Collection, Sequence
from decimal import Decimal
from difflib import get_close_matches

_ESCAPE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movements
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # OSC, DCS: links
    r"|\x1b[ -/]*[0-~]"  # all others
)
_JOINERS = "\u200c\u200d"  # invisible, and part of Persian, Indic and emoji spelling
_LONGEST = 4000  # characters of a text that are looked at
_COMPARED = 20_000  # names among which near ones are sought


def plain(text: str) -> str:
    r"""A text on one line, without terminal escape sequences, control or invisible characters.

    >>> plain("\x1b[31mred\x1b[0m\n  alert")
    'red alert'
    """
    kept = "".join(map(_plain_character, _ESCAPE.sub("", text[:_LONGEST])))
    return " ".join(kept.split())


def plain_id(name: str) -> str:
    r"""An id as it is, what cannot be printed written as an escape.

    >>> plain_id("d\n1")
    'd\\n1'
    """
    escaped = (c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)
    return "".join(escaped)


def cells(text: str) -> int:
    """How many terminal columns a text takes: wide characters two, combining ones none."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.category(c) in ("Mn", "Me", "Cf") for c in text)


def cut(text: str, width: int) -> str:
    """The text, or as much of it as fits into `width` columns with an ellipsis at its end.

    >>> cut("a long title", 7)
    'a long…'
    """
    if cells(text) <= width:
        return text
    kept = text[: max(width - 1, 0)]
    while kept and cells(kept) > width - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrapped(text: str, width: int, *, lines: int | None = None) -> str:
    """The text in lines of at most `width` columns, all but the first indented, the last cut."""
    narrower = width * len(text) // max(cells(text), 1)  # textwrap counts characters, not columns
    return textwrap.fill(
        text,
        max(narrower, 20),
        subsequent_indent="  ",
        max_lines=lines,
        placeholder=" …",
        break_on_hyphens=False,
    )


def cut_middle(text: str, width: int) -> str:
    """The text, or its beginning and its end, which tell ids apart, around an ellipsis."""
    if len(text) <= width:
        return text
    tail = (width - 1) // 2
    return f"{text[: width - 1 - tail]}…{text[len(text) - tail :]}"


def near_names(word: str, names: Collection[str]) -> str:
    """`; did you mean 'a' or 'b'?`, or nothing where no name is near."""
    if len(names) > _COMPARED:
        names = [name for name in names if name[:2] == word[:2]][:_COMPARED]
    near = get_close_matches(word, names, n=2)
    return f"; did you mean {' or '.join(map(repr, near))}?" if near else ""


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number and its noun.

    >>> counted(1, "query", "queries"), counted(3, "document")
    ('1 query', '3 documents')
    """
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def beside(value: float, bound: float) -> tuple[str, str]:
    """A value and its distance from a bound, with as many digits as it takes not to contradict it.

    Four digits, or as many as the bound has; more where rounding would put the value on the bound
    or beyond. The distance is the difference of what is printed.

    >>> beside(0.58713, 0.62)
    ('0.5871', '0.0329')
    >>> beside(0.6199999, 0.62)
    ('0.6199999', '0.0000001')
    """
    exact, limit = Decimal(repr(value)), Decimal(repr(bound))
    for digits in range(max(4, _decimals(limit)), 18):
        shown = Decimal(f"{value:.{digits}f}")
        if (shown > limit) == (exact > limit) and (shown < limit) == (exact < limit):
            return f"{shown:f}", f"{abs(shown - limit):f}"
    return repr(value), f"{abs(exact - limit)}"


def told_apart(values: Sequence[float], *, also: Sequence[float] = (0,)) -> list[str]:
    """Numbers with four decimals, or as many as it takes for unequal ones to look unequal.

    They are told apart from the values in `also` too: what is not 0 does not look like 0.

    >>> told_apart([0.5, 0.25]), told_apart([0.00001])
    (['0.5000', '0.2500'], ['0.00001'])
    """
    every = [*values, *also]
    for digits in range(4, 10):
        shown = [f"{value:.{digits}f}" for value in every]
        if len(set(shown)) == len(set(every)):
            return shown[: len(values)]
    return [repr(float(value)) for value in values]


def lead(higher: float, lower: float) -> str:
    """By how much one score leads another, with enough digits not to look like nothing.

    >>> lead(0.75, 0.5), lead(1.0, 0.99999)
    ('0.2500', '0.00001')
    """
    return told_apart([higher - lower])[0]


def _plain_character(character: str) -> str:
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category in ("Cc", "Cs"):
        return "\ufffd"
    return "" if category == "Cf" and character not in _JOINERS else character


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
