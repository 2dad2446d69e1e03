"""`play`: a page's files written and its commands run, and what they print held against the page.

In a block of `console`, `$ ` begins a command and `> ` continues it; what follows is what it
prints, standard error included. There `...` stands for anything within a line, and alone on a line
for any lines. How long something took and how wide a rule is drawn is not compared. A command must
exit with 0, unless the next one is `echo $?`, which shows how it did. Blocks of `pycon` are
doctests.
"""

import difflib
import doctest
import io
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import Block, Page

_ANYTHING = re.compile(r"(?<!\.)\.{3}(?!\.)")  # not the dots of pytest's progress
_ASKS_FOR_STATUS = "echo $?"
_VARYING = (
    (re.compile(r"\b\d+\.\d+ ?s\b(?: \(\d+:\d\d:\d\d\))?"), "0 s"),  # durations
    (re.compile(r"={3,}"), "==="),  # pytest draws its rules around them
    (re.compile(r"_{3,}"), "___"),
    (re.compile(r"[ \t]+$", re.MULTILINE), ""),
)
_SECONDS = 300  # more than any command takes; a hanging one ends


@dataclass(frozen=True)
class Command:
    """A command line, and the text that the page shows below it."""

    line: str
    shown: str
    where: str


def play(page: Page, folder: Path, environment: Mapping[str, str]) -> int:
    """How many commands the page has; all of them ran in the folder, and printed what it shows.

    Raises:
        AssertionError: one printed something else, or failed without the page saying so.
    """
    count = 0
    for block in page.blocks:
        if block.title:
            _write(folder / block.title, block.text)
        elif block.language == "console":
            count += _play_block(list(commands(block, page.name)), folder, environment)
    return count + run_examples(page)


def run_examples(page: Page) -> int:
    """How many examples the blocks of `pycon` have; all of them gave what the page shows.

    Raises:
        AssertionError: one gave something else.
    """
    text = "".join(block.text for block in page.blocks if block.language == "pycon")
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, page.name, 0)
    said = io.StringIO()
    failed, tried = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.write)
    assert not failed, said.getvalue()
    return tried


def commands(block: Block, page: str) -> Iterator[Command]:
    """The commands of a block, each with what is shown below it."""
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert not parts[0].strip(), f"{page}:{block.line}: a console block begins with '$ '"
    for part in parts[1:]:
        first, *rest = part.splitlines(keepends=True)
        while rest and rest[0].startswith("> "):
            first += rest.pop(0).removeprefix("> ")
        yield Command(first.rstrip("\n"), "".join(rest), f"{page}:{block.line}")


def is_shown(printed: str, shown: str) -> bool:
    """Whether a text is what a page shows, where `...` stands for anything."""
    lines = [_pattern(line) for line in _even(shown).strip("\n").split("\n")]
    return re.fullmatch("".join(lines), _even(printed).strip("\n") + "\n") is not None


def _play_block(block: list[Command], folder: Path, environment: Mapping[str, str]) -> int:
    status = 0
    for command, following in zip(block, [*block[1:], None], strict=True):
        asks = f"(exit {status})\n{command.line}"  # what `$?` is in its first line
        ran = subprocess.run(
            ["bash", "-c", asks],
            cwd=folder,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        status = ran.returncode
        expected = following is not None and following.line.startswith(_ASKS_FOR_STATUS)
        assert is_shown(ran.stdout, command.shown), _difference(command, ran.stdout)
        assert status == 0 or expected, (
            f"{command.where}: '$ {command.line}' exits with {status}; if that is right, show it:"
            f" '$ {_ASKS_FOR_STATUS}'\n{ran.stdout}"
        )
    return len(block)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _even(text: str) -> str:
    for pattern, same in _VARYING:
        text = pattern.sub(same, text)
    return text


def _pattern(line: str) -> str:
    if line.strip() == "...":
        return r"(?:.*\n)*?"
    return ".*".join(map(re.escape, _ANYTHING.split(line))) + r"\n"


def _difference(command: Command, printed: str) -> str:
    lines = difflib.unified_diff(
        _even(command.shown).strip("\n").split("\n"),
        _even(printed).strip("\n").split("\n"),
        "the page",
        "what comes out",
        lineterm="",
    )
    return "\n".join([f"{command.where}: $ {command.line}", *lines, "", "printed:", printed])
