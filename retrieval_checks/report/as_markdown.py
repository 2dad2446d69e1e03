"""The session as Markdown: for a pull request, or the summary of a CI job."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from retrieval_checks.data.formats.lines import FilePath, write_lines
from retrieval_checks.judgement.explain.wording import counted
from retrieval_checks.report.as_json import Document
from retrieval_checks.report.page.wording import clipped, visible

_FINE = ("passed", "skipped")
_MOST = 30  # tests a file that are listed; GitHub takes a summary of 1 MB
_ROOM = 60_000  # characters, about: a comment on GitHub takes 65,536
_LONGEST = 500  # characters of a cell
_TO_DO = re.compile(r"^\s*(?=to do: )", re.MULTILINE)
_OF_TRACEBACK = re.compile(r"^E +(.*)", re.MULTILINE)  # what was raised, as pytest marks it
# what Markdown, HTML and GitHub (@name, #1) would make something of
_SPECIAL = re.compile(r"[\\`*_\[\]<>&~|@#$]")


def to_markdown(document: Document) -> str:
    """The document's verdict, every gate, and the golden queries that are not as expected."""
    lines = [f"## retrieval: {_text(document['verdict']['sentence'])}"]
    for number, file in enumerate(document["files"]):
        if sum(map(len, lines)) > _ROOM:
            rest = len(document["files"]) - number
            lines += ["", f"... and {counted(rest, 'more file', 'more files')}"]
            break
        lines += ["", f"### {_text(file['path'])}", *_file(file)]
    return "\n".join([*lines, ""])


def write_markdown(document: Document, path: FilePath) -> None:
    """Write the Markdown to a file, at once or not at all.

    Raises:
        DataError: the file cannot be written.
    """
    write_lines(path, to_markdown(document).split("\n")[:-1])


def _file(file: Mapping[str, Any]) -> Iterator[str]:
    if file["gates"]:
        yield from _table(("gate", "outcome", "found"), map(_gate, file["gates"]))
    wrong = [test for test in file["tests"] if test["outcome"] not in _FINE]
    if wrong:
        rows = ([t["name"], t["outcome"], _where(t), _short(t["message"])] for t in wrong[:_MOST])
        yield from _table(("test", "outcome", "line", "why"), rows)
    if len(wrong) > _MOST:
        yield from ("", f"... and {counted(len(wrong) - _MOST, 'more', 'more')}")
    if not wrong:
        yield from ("", f"{counted(len(file['tests']), 'test', 'tests')} as expected")
    if file["not_evaluated"]:
        yield from ("", _text(file["not_evaluated"]))


def _gate(gate: Mapping[str, Any]) -> list[str]:
    verdicts = gate.get("verdicts") or [{}]
    name = gate["name"].removeprefix("gate[").removesuffix("]")
    return [name, gate["outcome"], _short(gate["message"]) or str(verdicts[0].get("finding", ""))]


def _short(message: str) -> str:
    r"""Its first line and what is to do: between the two stands what only a wide page can show.

    >>> print(_short("gone\n\nranking:\n  1 dog\n\nto do: look\n  twice"))
    gone; to do: look twice
    """
    text = "\n".join(_OF_TRACEBACK.findall(message)) or message
    first, *more = text.split("\n", 1)
    parts = _TO_DO.split(more[0]) if more else []
    return f"{first}; {' '.join(parts[-1].split())}" if len(parts) > 1 else first


def _where(test: Mapping[str, Any]) -> str:
    return "" if test["line"] is None else str(test["line"])


def _table(heads: Sequence[str], rows: Iterator[list[str]]) -> Iterator[str]:
    yield from ("", f"| {' | '.join(heads)} |", "|---" * len(heads) + "|")
    for row in rows:
        yield f"| {' | '.join(map(_text, row))} |"


def _text(text: str) -> str:
    """The text as itself, in one line."""
    line = clipped(visible(" ".join(text.split())), _LONGEST)
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", line)
