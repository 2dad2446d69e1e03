"""What a command says on a terminal: colour where it is wanted, plain text anywhere else."""

import os
import sys
from typing import Literal, TextIO

Colour = Literal["red", "green", "yellow", "bold", "dim"]
_CODES: dict[Colour, str] = {"red": "31", "green": "32", "yellow": "33", "bold": "1", "dim": "2"}
_OF_OUTCOME: dict[str, Colour] = {"PASS": "green", "FAIL": "red", "ERROR": "red"}


def painted(text: str, colour: Colour, *, stream: TextIO | None = None) -> str:
    """The text in a colour where a terminal shows it, as it is where NO_COLOR is set or none does.

    >>> painted("PASS", "green")  # a test's output is no terminal
    'PASS'
    """
    if not _is_coloured(sys.stdout if stream is None else stream):
        return text
    return f"\x1b[{_CODES[colour]}m{text}\x1b[0m"


def outcome(word: str) -> str:
    """An outcome, in the colour that it has in pytest too."""
    return painted(word, _OF_OUTCOME.get(word, "yellow"))


def _is_coloured(stream: TextIO) -> bool:
    """By https://no-color.org: set and not empty means none."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
