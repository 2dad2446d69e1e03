"""`Page`: a Markdown page of the documentation, and its fenced blocks in order."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
_FENCE = re.compile(
    r"^(?P<indent> *)(?P<fence>`{3,})(?P<language>[\w+-]*)(?P<info>[^\n`]*)\n"
    r"(?P<text>.*?)^(?P=indent)(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_TITLE = re.compile(r'title="(?P<title>[^"]+)"')
_HEADER = re.compile(r"\A---\n(?P<yaml>.*?)^---\n", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its title (a file's name) and its text."""

    language: str
    title: str | None
    text: str
    line: int  # of its fence, from 1


@dataclass(frozen=True)
class Page:
    """One page, read."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """The path from the repository's root, with slashes."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def settings(self) -> dict[str, Any]:
        """What its header says of running it: `copy` (folders that it needs), `slow`."""
        match = _HEADER.match(self.text)
        return (yaml.safe_load(match["yaml"]) or {}).get("run", {}) if match else {}

    @property
    def blocks(self) -> list[Block]:
        """Its fenced blocks, without the indentation of their fences."""
        return [_block(match, self.text) for match in _FENCE.finditer(self.text)]

    def titled(self, title: str) -> Block:
        """The block that stands for the file of this name."""
        (found,) = (block for block in self.blocks if block.title == title)
        return found


def read_page(name: str) -> Page:
    """The page at a path from the repository's root; away from the sources the test skips."""
    path = ROOT / name
    if not path.is_file():
        pytest.skip(f"away from the sources there is no {name}")
    return Page(path, path.read_text(encoding="utf-8"))


def all_pages() -> list[Page]:
    """The README and every page under docs/."""
    names = ["README.md", *sorted(str(path.relative_to(ROOT)) for path in DOCS.rglob("*.md"))]
    return [read_page(name) for name in names if (ROOT / name).is_file()]


def _block(match: re.Match[str], page: str) -> Block:
    title = _TITLE.search(match["info"])
    lines = match["text"].splitlines(keepends=True)
    return Block(
        language=match["language"],
        title=title["title"] if title else None,
        text="".join(line.removeprefix(match["indent"]) for line in lines),
        line=page.count("\n", 0, match.start()) + 1,
    )
