"""What a command says on a terminal: colour where it is wanted, plain text anywhere else."""

import os
import sys
import time
from collections.abc import Callable
from typing import Literal, TextIO

Colour = Literal["red", "green", "yellow", "bold", "dim"]
_CODES: dict[Colour, str] = {"red": "31", "green": "32", "yellow": "33", "bold": "1", "dim": "2"}
_PAUSE = 0.5  # seconds between two signs of progress
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


def progress() -> Callable[[str, int, int], None] | None:
    """A callable of (label, done, total) that shows how far long work is; None if nobody looks."""
    if not sys.stderr.isatty():
        return None
    shown = time.monotonic()  # so that short work shows nothing

    def show(label: str, done: int, total: int) -> None:
        nonlocal shown
        if done >= total:
            print("\r\x1b[2K", end="", file=sys.stderr, flush=True)
        elif time.monotonic() - shown > _PAUSE:
            shown = time.monotonic()
            print(f"\r\x1b[2K{label}: {done}/{total}", end="", file=sys.stderr, flush=True)

    return show


def _is_coloured(stream: TextIO) -> bool:
    """By https://no-color.org: set and not empty means none."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
