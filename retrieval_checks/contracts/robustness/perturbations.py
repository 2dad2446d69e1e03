"""Perturbations: other ways in which users type the same question."""

import unicodedata
from collections.abc import Callable

import numpy as np

_SHORTEST = 4  # letters of a word with a typo
_ACUTE = "\u0301"


def variants(text: str, perturbation: str, rng: np.random.Generator) -> tuple[str, ...]:
    """The text typed in other ways, none of them as it was; empty where it cannot be.

    - `case`: in capitals, in small letters.
    - `white-space`: blanks before, behind and twice between.
    - `diacritics`: left out, or one put on a vowel where there is none.
    - `typo`: three with two letters swapped, one dropped or one doubled, in a word of four or more.
    - `punctuation`: the mark at the end left out, a question mark, a full stop.

    Args:
        text: the query.
        perturbation: one of `PERTURBATIONS`.
        rng: draws where typos fall.

    >>> rng = np.random.default_rng(0)
    >>> variants("what purrs?", "punctuation", rng), variants("what purrs?", "white-space", rng)
    (('what purrs', 'what purrs.'), ('  what  purrs?  ',))
    """
    made = _WAYS[perturbation](text, rng)
    return tuple(dict.fromkeys(way for way in made if way != text and way.strip()))


def _case(text: str, rng: np.random.Generator) -> list[str]:
    return [text.upper(), text.lower()]


def _white_space(text: str, rng: np.random.Generator) -> list[str]:
    return [f"  {'  '.join(text.split())}  "]


def _diacritics(text: str, rng: np.random.Generator) -> list[str]:
    parts = unicodedata.normalize("NFD", text)
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    if bare != parts:
        return [unicodedata.normalize("NFC", bare)]
    vowels = [place for place, letter in enumerate(text) if letter in "aeiouAEIOU"]
    if not vowels:
        return []
    place = int(rng.choice(vowels)) + 1
    return [unicodedata.normalize("NFC", text[:place] + _ACUTE + text[place:])]


def _typo(text: str, rng: np.random.Generator) -> list[str]:
    words = text.split(" ")
    long = [row for row, word in enumerate(words) if len(word) >= _SHORTEST and word.isalpha()]
    if not long:
        return []
    made = []
    for slip in (_swapped, _dropped, _doubled):
        row = int(rng.choice(long))
        place = int(rng.integers(1, len(words[row]) - 1))  # the first letter is seldom wrong
        made.append(" ".join([*words[:row], slip(words[row], place), *words[row + 1 :]]))
    return made


def _punctuation(text: str, rng: np.random.Generator) -> list[str]:
    bare = text.rstrip(" .?!…")
    return [bare, f"{bare}?", f"{bare}."]


def _swapped(word: str, place: int) -> str:
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _dropped(word: str, place: int) -> str:
    return word[:place] + word[place + 1 :]


def _doubled(word: str, place: int) -> str:
    return word[:place] + word[place] + word[place:]


_WAYS: dict[str, Callable[[str, np.random.Generator], list[str]]] = {
    "case": _case,
    "white-space": _white_space,
    "diacritics": _diacritics,
    "typo": _typo,
    "punctuation": _punctuation,
}
PERTURBATIONS = tuple(_WAYS)
