"""Golden files laid out for the checks of `lint`, sound unless a test plants a fault."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.golden.lint import Finding, LintSubject
from retrieval_checks.golden.reading.schema import read_golden

CORPUS = Corpus.from_dict(
    {
        "cat": "Cats purr when they are content.",
        "dog": "Dogs bark at strangers and postmen.",
        "owl": "Owls hunt by night, and hoot.",
        "bee": "Bees dance to tell others where flowers are.",
    }
)
SOUND = """\
  - {id: purring, text: What noise does a happy pet make?, relevant: {cat: 2, dog: 0},
     expect: {within: {cat: 1}, absent: {dog: 3}, above: [[cat, dog]],
     metrics: ["nDCG@10 >= 0.5"]}}
  - {id: hooting, text: Who is awake after sunset?, relevant: {owl: 1}, expect: {within: {owl: 2}}}
"""


class Lay(Protocol):
    """Lay a golden file with these queries, from line 3, and gates out for linting."""

    def __call__(
        self,
        queries: str = SOUND,
        *,
        corpus: Corpus | None = CORPUS,
        known: Queries | None = None,
        qrels: Qrels | None = None,
        gates: Sequence[str] = (),
    ) -> LintSubject: ...


@pytest.fixture
def lay(tmp_path: Path) -> Lay:
    def laid(
        queries: str = SOUND,
        *,
        corpus: Corpus | None = CORPUS,
        known: Queries | None = None,
        qrels: Qrels | None = None,
        gates: Sequence[str] = (),
    ) -> LintSubject:
        path = tmp_path / "g.golden.yaml"
        lines = "".join(f"  - {gate}\n" for gate in gates or ["P@1 >= 0.1"])
        path.write_text(f"format: 1\nqueries:\n{queries}gates:\n{lines}", encoding="utf-8")
        return LintSubject.of(read_golden(path), corpus=corpus, queries=known, qrels=qrels)

    return laid


def shown(findings: Sequence[Finding]) -> list[tuple[str, str, int]]:
    """Severity, code and line of each."""
    return [(found.severity, found.code, found.line) for found in findings]
