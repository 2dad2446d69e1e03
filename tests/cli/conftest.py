"""A small collection in BEIR layout, what a command says, and a user's project with pytest."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from retrieval_checks.cli.main import main
from retrieval_checks.data.collection import Collection, Corpus, Queries
from retrieval_checks.data.formats.beir import write_beir
from retrieval_checks.data.qrels import Qrels
from tests.plugin.conftest import empty_project as empty_project
from tests.plugin.conftest import project as project

DOCUMENTS = {
    "cat": "Cats purr when they are happy.",
    "dog": "Dogs bark at strangers in the night.",
    "cow": "Cows give milk and moo on the meadow.",
    "owl": "Owls hunt mice at night.",
}
QUERIES = {"purring": "Which animals purr?", "hunter": "Who hunts?", "drink": "Who gives milk?"}
QRELS = {"purring": {"cat": 1}, "hunter": {"owl": 2, "dog": 0}, "drink": {"cow": 1}}

Said = Callable[..., str]
Told = Callable[..., Any]


@pytest.fixture
def animals(tmp_path: Path) -> Path:
    """Four documents, three queries, each with one relevant document; `hunter` is tagged."""
    queries = Queries(tuple(QUERIES), tuple(QUERIES.values()), ({}, {"tags": ["night"]}, {}))
    folder = tmp_path / "animals"
    corpus = Corpus.from_dict(DOCUMENTS)
    write_beir(Collection(corpus, queries, Qrels.from_dict(QRELS)), folder)
    return folder


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """What a command prints, or where it exits with 2 what it complains of."""

    def call(*argv: object, code: int = 0) -> str:
        found = main(list(map(str, argv)))
        out, err = capsys.readouterr()
        assert found == code, out + err
        assert not err if code != 2 else True
        return err if code == 2 and not out else out

    return call


@pytest.fixture
def told(said: Said) -> Told:
    """The strict JSON that a command prints."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    def call(*argv: object, code: int = 0) -> Any:
        return json.loads(said(*argv, "--json", code=code), parse_constant=refuse)

    return call
