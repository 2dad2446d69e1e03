"""What is encoded again when something changed: that, and nothing else."""

import json
from pathlib import Path

import pytest

from tests.plugin.conftest import DOCUMENTS, GREEN, QRELS, QUERIES, Project

COUNTING = '''\
import json


class Words:
    """A vector of word counts by hash; writes down what it encodes."""

    def encode(self, texts):
        with open("encoded.jsonl", "a") as log:
            log.writelines(json.dumps(text) + "\\n" for text in texts)
        return [[float(sum(sum(map(ord, w)) % 64 == i for w in t.lower().split()) + (i == 64))
                 for i in range(65)] for t in texts]


def model():
    return Words()


model.fingerprint = "words-1"
'''


@pytest.fixture
def counting(empty_project: Project) -> Project:
    """A project whose bi-encoder is a factory that says by a fingerprint what it returns."""
    empty_project.collection()
    empty_project.write("animals.golden.yaml", GREEN)
    empty_project.write("counting.py", COUNTING)
    empty_project.write("conftest.py", "import sys\nsys.path.insert(0, '.')\n")
    assert len(_encoded(empty_project)) == len(DOCUMENTS) + len(QUERIES)
    return empty_project


def _encoded(project: Project, *args: str, cache: str = "cache=cache") -> list[str]:
    """The texts that a session encodes; whether its queries pass does not matter here."""
    log = Path(project.path / "encoded.jsonl")
    log.unlink(missing_ok=True)
    flags = ("--retrieval-bi-encoder=counting:model", f"--retrieval-{cache}")
    session = project.run(*flags, *args)
    assert session.code in (0, 1), session.text + session.errors
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "xdist"])
def test_nothing_is_encoded_where_nothing_changed(
    counting: Project, workers: tuple[str, ...]
) -> None:
    assert _encoded(counting, *workers) == []


def test_one_changed_document_is_encoded_alone(counting: Project) -> None:
    counting.collection(documents=DOCUMENTS | {"cow": "Cows give milk, and moo."})
    assert _encoded(counting) == ["Cows give milk, and moo."]


def test_one_new_document_is_encoded_alone(counting: Project) -> None:
    counting.collection(documents=DOCUMENTS | {"ant": "Ants carry leaves."})
    assert _encoded(counting) == ["Ants carry leaves."]


def test_a_document_taken_away_or_renamed_encodes_nothing(counting: Project) -> None:
    renamed = {f"{name}-2" if name == "dog" else name: text for name, text in DOCUMENTS.items()}
    counting.write("animals.golden.yaml", GREEN.replace("dog", "dog-2"))
    qrels = {name: row for name, row in QRELS.items() if name != "hunter"}
    counting.collection(documents=renamed, qrels=qrels | {"hunter": {"owl": 1}})
    assert _encoded(counting) == []


def test_one_new_query_is_encoded_alone(counting: Project) -> None:
    counting.collection(queries=QUERIES | {"night": "Who barks at strangers?"})
    more = "  - id: night\n    expect: {within: {dog: 4}}\ngates:"
    counting.write("animals.golden.yaml", GREEN.replace("gates:", more))
    assert _encoded(counting) == ["Who barks at strangers?"]


def test_without_the_cache_everything_is_encoded(counting: Project) -> None:
    assert len(_encoded(counting, cache="no-cache")) == len(DOCUMENTS) + len(QUERIES)
