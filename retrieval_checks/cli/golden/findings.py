"""Findings as a terminal and as a script read them."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, get_args

from retrieval_checks.errors import RetrievalChecksError
from retrieval_checks.golden.lint import Finding, LintSubject, Severity
from retrieval_checks.judgement.explain.wording import counted, plain_id, wrapped

FORMAT = 1
_WIDTH = 100  # columns


@dataclass(frozen=True, slots=True)
class LintedFile:
    """A golden file and what was found in it."""

    path: Path  # as it was named
    subject: LintSubject | None  # None: it, or its collection, cannot be read
    findings: tuple[Finding, ...]

    @classmethod
    def unreadable(cls, path: Path, error: RetrievalChecksError) -> Self:
        """A file of which nothing can be told but why, at its line where that is known."""
        told = re.fullmatch(rf"{re.escape(str(path))}:(\d+): (.+)", str(error), re.DOTALL)
        line, message = told.groups() if told else ("1", str(error).removeprefix(f"{path}: "))
        finding = Finding("error", "unreadable", f"{path}:{line}", message)
        return cls(path, None, (finding,))


def as_text(files: Sequence[LintedFile]) -> str:
    """The findings by file and line, under a headline a file that counts them."""
    return "\n\n".join(_file(file) for file in files)


def as_json(files: Sequence[LintedFile]) -> str:
    """The findings as strict JSON: `{"format": 1, "files": [{"path": ..., "findings": [...]}]}`."""
    shown = [
        {"path": str(file.path), "findings": [finding.to_dict() for finding in file.findings]}
        for file in files
    ]
    return json.dumps({"format": FORMAT, "files": shown}, indent=1, allow_nan=False)


def _file(file: LintedFile) -> str:
    by_severity = Counter(finding.severity for finding in file.findings)
    counts = [counted(by_severity[name], name) for name in get_args(Severity) if by_severity[name]]
    name = f"{plain_id(str(file.path))} ({_size(file.subject)})"
    headline = f"{name}: {', '.join(counts) or 'nothing to object to'}"
    return "\n".join([headline, *map(_finding, file.findings)])


def _size(subject: LintSubject | None) -> str:
    if subject is None:
        return "cannot be read"
    queries = counted(len(subject.queries), "query", "queries")
    return f"{queries}, {len(subject.qrels)} judged, {counted(len(subject.gates), 'gate')}"


def _finding(finding: Finding) -> str:
    head = f"  {finding.line}: {finding.severity} [{finding.code}]"
    body = [finding.message, *([f"to do: {finding.advice}"] if finding.advice else [])]
    return "\n".join([head, *(_indented(plain_id(text)) for text in body)])


def _indented(text: str) -> str:
    lines = wrapped(text, _WIDTH - 6).splitlines()
    return "\n".join(f"      {line}" for line in lines)
