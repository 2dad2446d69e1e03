"""How texts and numbers stand on a page, so that a reader sees what is there."""

import unicodedata

from retrieval_checks.judgement.explain.wording import cut_middle

MINUS, DASH = "\N{MINUS SIGN}", "\N{EN DASH}"
_KEPT = "\n\t\u200c\u200d"  # joiners are part of Persian, Indic and emoji spelling
_ID = 64  # characters of an id


def visible(text: str) -> str:
    r"""The text with everything that is not shown, or that would reorder what is, as an escape.

    Control characters, marks that turn the direction of writing, halves of surrogate pairs.

    >>> visible("a\x1b[31m\u202eb")
    'a\\x1b[31m\\u202eb'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in _KEPT else _escaped(c) for c in text)


def clipped(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis; nothing where there is no room.

    >>> clipped("purring", 4), clipped("purr", 4), clipped("purr", 0)
    ('pur…', 'purr', '')
    """
    if len(text) <= most:
        return text
    return text[: most - 1].rstrip() + "…" if most > 0 else ""


def short_id(name: str) -> str:
    """An id, of a long one its beginning and end."""
    return cut_middle(visible(name), _ID)


def figure(value: float | None, digits: int = 3) -> str:
    """A number with so many decimals; a dash where there is none.

    >>> figure(0.5), figure(-0.25, 2), figure(None)
    ('0.500', '−0.25', '–')
    """
    return DASH if value is None else f"{value:.{digits}f}".replace("-", MINUS)


def change(value: float | None, digits: int = 3) -> str:
    """A number with its sign; `0` where nothing changed, so that it stands out from a small change.

    >>> change(0.25), change(-0.25), change(0.0), change(None)
    ('+0.250', '−0.250', '0', '–')
    """
    if value is None:
        return DASH
    return f"{value:+.{digits}f}".replace("-", MINUS) if value else "0"


def _escaped(character: str) -> str:
    if unicodedata.category(character) == "Zs":  # blanks of other widths
        return " "
    return character.encode("unicode_escape").decode("ascii")
