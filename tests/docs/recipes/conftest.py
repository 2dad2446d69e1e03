"""A small project under version control, for recipes to run in."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.pages import Page, read_page

DOCUMENTS = {"cat": "Cats purr when they are happy.", "owl": "Owls hunt mice at night."}
GOLDEN = """\
format: 1
collection: data
lock: none
queries:
  - id: purring
    tags: [sound]
    text: Which animals purr?
    relevant: {cat: 1}
    expect: {within: {cat: 1}}
"""
CONFTEST = """\
import pytest
from retrieval_checks import BM25Retriever


@pytest.fixture(scope="session")
def retriever(corpus):
    return BM25Retriever(corpus)
"""


@dataclass(frozen=True)
class Project:
    """A folder with one golden query, green until `break_it`."""

    path: Path
    environment: Mapping[str, str]

    def write(self, name: str, text: str) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def break_it(self) -> None:
        self.write("animals.golden.yaml", GOLDEN.replace("within: {cat: 1}", "within: {owl: 1}"))

    def run(self, *command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """The command's exit status and what it printed, both streams in one."""
        return subprocess.run(
            command,
            cwd=self.path,
            env={**os.environ, **self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )

    def shell(self, script: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """As a job's step: bash that stops at the first failure."""
        return self.run("bash", "-e", "-o", "pipefail", "-c", script, **environment)


@pytest.fixture
def project(tmp_path: Path, environment: dict[str, str]) -> Project:
    made = Project(tmp_path, environment)
    lines = (json.dumps({"_id": name, "text": text}) for name, text in DOCUMENTS.items())
    made.write("data/corpus.jsonl", "\n".join(lines) + "\n")
    made.write("animals.golden.yaml", GOLDEN)
    made.write("conftest.py", CONFTEST)
    return made


@pytest.fixture
def page() -> Page:
    return read_page("docs/ci.md")


def needs(command: str) -> str:
    """The path of a tool of the extra `docs`; the test skips without it."""
    path = shutil.which(command)
    if path is None:
        pytest.skip(f"{command} is not installed; the extra 'docs' has it")
    return path


def check_schema(schema: str, file: Path) -> None:
    """Hold a file against a schema that check-jsonschema brings along; nothing is fetched."""
    command: Sequence[str] = [needs("check-jsonschema"), "--builtin-schema", schema, str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
