"""Annotations that GitHub shows at the lines of golden files."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from retrieval_checks.report.as_json import Document

_LEVELS = {"failed": "error", "error": "error", "inconclusive": "warning"}
_MOST = 10  # of each level; GitHub shows no more for a step


def annotations(document: Document, *, folder: str = "") -> list[str]:
    """Workflow commands for what failed (errors) and what cannot be told (warnings), gates first.

    Args:
        document: the session.
        folder: pytest's root folder, from the repository's, with slashes.

    >>> test = {"name": "q1", "outcome": "failed", "line": 7, "message": "gone, 100%"}
    >>> file = {"path": "a.golden.yaml", "gates": [], "tests": [test]}
    >>> annotations({"files": [file]}, folder="search")
    ['::error file=search/a.golden.yaml,line=7,title=q1::gone, 100%25']
    """
    left = dict.fromkeys(_LEVELS.values(), _MOST)
    commands = []
    for path, entry in _wrong(document):
        level = _LEVELS[entry["outcome"]]
        left[level] -= 1
        if left[level] >= 0:
            commands.append(_command(level, PurePosixPath(folder, path), entry))
    return commands


def _wrong(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind in ("gates", "tests"):
        for file in document["files"]:
            for entry in file[kind]:
                if entry["outcome"] in _LEVELS:
                    yield file["path"], entry


def _command(level: str, path: PurePosixPath, entry: dict[str, Any]) -> str:
    told = {"file": str(path), "line": str(entry["line"] or 1), "title": entry["name"]}
    properties = ",".join(f"{key}={_property(value)}" for key, value in told.items())
    verdicts = entry.get("verdicts") or [{}]
    why = entry["message"] or verdicts[0].get("finding") or entry["outcome"]
    return f"::{level} {properties}::{_data(why)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
