"""A user's small project: a BEIR folder, golden files, and a conftest with BM25 as retriever."""

import json
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

DOCUMENTS = {
    "cat": "Cats purr when they are happy.",
    "dog": "Dogs bark at strangers in the night.",
    "cow": "Cows give milk and moo on the meadow.",
    "owl": "Owls hunt mice at night.",
}
QUERIES = {
    "purring": "Which animals purr?",
    "hunter": "Who hunts at night?",
    "drink": "Where does milk come from?",
}
QRELS = {"purring": {"cat": 1}, "hunter": {"owl": 1, "dog": 0}, "drink": {"cow": 1}}

GREEN = """\
format: 1
collection: animals
queries:
  - id: purring
    tags: [sound]
    expect: {within: {cat: 1}}
  - id: hunter
    expect:
      within: {owl: 1}
      absent: {cat: 10}
      above: [[owl, dog]]
  - id: drink
    text: Where does milk come from?
    expect:
      metrics: ["RR@10 >= 0.9"]
gates: ["nDCG@10 >= 0.9"]
"""
GREEN_IDS = ("purring", "hunter", "drink", "gate[nDCG@10 >= 0.9]")

BM25 = """\
import pytest
from retrieval_checks import BM25Retriever


class Counted:
    def __init__(self, inner):
        self.inner = inner

    def retrieve(self, queries, k):
        with open("calls.txt", "a") as log:
            log.write(" ".join(queries) + "\\n")
        return self.inner.retrieve(queries, k)

    def over(self, corpus):
        return Counted(self.inner.over(corpus))


@pytest.fixture(scope="session")
def retriever(corpus):
    return Counted(BM25Retriever(corpus))
"""

OF_WORKERS = ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID")

_RESULT = re.compile(
    r"^(?P<outcome>PASSED|FAILED|ERROR|SKIPPED|RERUN|XFAIL|XPASS)"
    r" (?P<id>\S+?::(?:gate\[[^\]]*\]|[^\s]+))"
    r"(?: - (?P<why>.*))?$"
)


@dataclass(frozen=True)
class Session:
    """One pytest session in a subprocess."""

    result: pytest.RunResult

    @property
    def text(self) -> str:
        return self.result.stdout.str()

    @property
    def errors(self) -> str:
        return self.result.stderr.str()

    @property
    def code(self) -> int:
        return int(self.result.ret)

    def outcomes(self) -> dict[str, str]:
        """Outcome by the part of the node id behind `::`, of a session with -rA."""
        found = filter(None, map(_RESULT.match, self.result.outlines))
        return {match["id"].partition("::")[2]: match["outcome"] for match in found}

    def summary(self, name: str) -> str:
        """What the short summary says of one test."""
        for match in filter(None, map(_RESULT.match, self.result.outlines)):
            if match["id"].endswith(f"::{name}"):
                return match["why"] or ""
        raise AssertionError(f"no {name} in the short summary of:\n{self.text}")

    def counts(self) -> dict[str, int]:
        return self.result.parseoutcomes()


@dataclass(frozen=True)
class Project:
    """A folder with a user's project, and pytest in it."""

    pytester: pytest.Pytester

    @property
    def path(self) -> Path:
        return self.pytester.path

    def write(self, name: str, text: str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_unlocked(name, textwrap.dedent(text)), encoding="utf-8")
        return path

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.path / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def collection(
        self,
        name: str = "animals",
        documents: Mapping[str, str] = DOCUMENTS,
        queries: Mapping[str, str] = QUERIES,
        qrels: Mapping[str, Mapping[str, int]] = QRELS,
        split: str = "test",
    ) -> None:
        self._jsonl(f"{name}/corpus.jsonl", documents)
        self._jsonl(f"{name}/queries.jsonl", queries)
        rows = [f"{q}\t{d}\t{grade}" for q, row in qrels.items() for d, grade in row.items()]
        self.write(f"{name}/qrels/{split}.tsv", "\n".join(["query-id\tcorpus-id\tscore", *rows]))

    def run(self, *args: str, code: int | None = None) -> Session:
        """Golden files alone, in their order, every outcome in the short summary."""
        return self.pytest("--retrieval-golden", "-rA", *args, code=code)

    def pytest(self, *args: str, code: int | None = None) -> Session:
        plugins = ["retrieval_checks", *(["xdist"] if "-n" in args else [])]
        chosen = [word for name in plugins for word in ("-p", name)]
        session = Session(self.pytester.runpytest_subprocess(*chosen, *args))
        assert code is None or session.code == code, session.text + session.errors
        return session

    def calls(self) -> list[str]:
        """The query ids of each call of the retriever, and forget them."""
        log = self.path / "calls.txt"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines

    def _jsonl(self, name: str, texts: Mapping[str, str]) -> None:
        lines = [json.dumps({"_id": item, "text": text}) for item, text in texts.items()]
        self.write(name, "\n".join(lines) + "\n")


def _unlocked(name: str, text: str) -> str:
    """A golden file that says nothing of a lock does without one: most tests are about the rest."""
    if not name.endswith((".golden.yaml", ".golden.yml")) or "queries:" not in text:
        return text
    return text if "lock:" in text else f"{text.rstrip()}\nlock: none\n"


@pytest.fixture
def empty_project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """An empty folder. Only the plugins that a test names are loaded, which halves its time."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for name in ("CI", "BUILD_NUMBER", "NO_COLOR", "FORCE_COLOR", *OF_WORKERS):
        monkeypatch.delenv(name, raising=False)
    return Project(pytester)


@pytest.fixture
def project(empty_project: Project) -> Project:
    """Four documents, three queries, one golden file with a gate; all of it green."""
    empty_project.collection()
    empty_project.write("animals.golden.yaml", GREEN)
    empty_project.write("conftest.py", BM25)
    return empty_project
