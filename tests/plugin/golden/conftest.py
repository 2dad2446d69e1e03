"""A user's project whose rankings stand in a file, so that a test says what is retrieved."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.plugin.conftest import Project, Session

WORKERS = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "xdist"])


RANKED = """\
import json, pathlib, pytest
from retrieval_checks import Run


class Ranked:
    def retrieve(self, queries, k):
        rankings = json.loads(pathlib.Path("rankings.json").read_text())
        return Run.from_ids({query_id: rankings[query_id] for query_id in queries}, name="ranked")


@pytest.fixture(scope="session")
def retriever():
    return Ranked()
"""
CRASHING = """
import os

class Crashing(Ranked):
    def retrieve(self, queries, k):
        if not pathlib.Path("crashed").exists():
            pathlib.Path("crashed").touch()
            os._exit(1)
        return super().retrieve(queries, k)

@pytest.fixture(scope="session")
def retriever():
    return Crashing()
"""
GOOD, BAD = "gold", "lead"  # the only relevant document of every query, and one that is not
JUDGED = "{gold: 1, lead: 0}"


@dataclass(frozen=True)
class Ranked:
    """A project whose rankings stand in a file: `q01`, `q02`, ... each with the document `gold`."""

    project: Project
    count: int = 12

    @property
    def query_ids(self) -> list[str]:
        return [f"q{number:02}" for number in range(1, self.count + 1)]

    @property
    def lock(self) -> Path:
        return self.project.path / "a.golden.lock.jsonl"

    def golden(self, *gates: str, lock: str = "", **extra: str) -> None:
        """`a.golden.yaml`: a line a query from line 3 on; `q01="tags: [x]"` adds to its line."""
        lines = ["format: 1", "queries:"]
        for query_id in self.query_ids:
            more = f", {extra[query_id]}" if query_id in extra else ""
            lines.append(f"  - {{id: {query_id}, text: Ask {query_id}?, relevant: {JUDGED}{more}}}")
        lines += [f"gates: {json.dumps(gates)}"] if gates else []
        lines += [f"lock: {lock}"] if lock else []
        (self.project.path / "a.golden.yaml").write_text("\n".join(lines) + "\n")

    def edit(self, old: str, new: str) -> None:
        path = self.project.path / "a.golden.yaml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def rank(self, lost: int | Sequence[str] = 0, **rankings: list[str]) -> None:
        """`gold` before `lead` everywhere, but no `gold` in the lost queries: so many, or these."""
        without = self.query_ids[:lost] if isinstance(lost, int) else lost
        found = {query_id: [GOOD, BAD] for query_id in self.query_ids}
        found |= {query_id: [BAD] for query_id in without}
        (self.project.path / "rankings.json").write_text(json.dumps(found | rankings))

    def run(self, *args: str, code: int | None = None) -> Session:
        return self.project.run(*args, code=code)

    def accept(self, mode: str, *args: str, code: int | None = 0) -> Session:
        return self.run(f"--retrieval-accept={mode}", *args, code=code)

    def locked(self) -> dict[str, dict[str, Any]]:
        """The accepted records, by query id."""
        lines = map(json.loads, self.lock.read_text(encoding="utf-8").splitlines())
        return {line["query_id"]: line for line in lines if "query_id" in line}


def section(session: Session) -> list[str]:
    """The lines of our own section of the terminal summary."""
    after = session.text.partition("= retrieval =")[2].splitlines()[1:]
    end = next(row for row, line in enumerate(after) if line.startswith("="))
    return after[:end]


def told_by(session: Session) -> str:
    """Our own section as one text."""
    return "\n".join(section(session))


@pytest.fixture
def ranked(empty_project: Project) -> Ranked:
    """Twelve queries, each with its only relevant document first; nothing accepted yet."""
    empty_project.write("conftest.py", RANKED)
    made = Ranked(empty_project)
    made.golden()
    made.rank()
    return made
