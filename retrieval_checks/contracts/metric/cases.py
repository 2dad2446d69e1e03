"""Cases: what a metric function is handed, in either of its two forms, and how a reader sees it."""

from collections.abc import Mapping
from dataclasses import dataclass

Scored = dict[str, float]
Grades = dict[str, int]
ONLY_QUERY = "q1"


@dataclass(frozen=True, slots=True)
class RankingCase:
    """One query: document ids, best first, its judgements, and the cut-off."""

    ranking: tuple[str, ...]
    grades: Mapping[str, int]
    k: int

    def arguments(self) -> tuple[list[str], Grades, int]:
        """Copies that the function may do with what it likes."""
        return list(self.ranking), dict(self.grades), self.k

    def shown(self) -> dict[str, str]:
        """The arguments by name, as Python writes them."""
        return _shown(("ranking", "grades", "k"), self.arguments())


@dataclass(frozen=True, slots=True)
class RunCase:
    """Some queries: scores and judgements by query and document, and the cut-off."""

    run: Mapping[str, Mapping[str, float]]
    qrels: Mapping[str, Mapping[str, int]]
    k: int

    @classmethod
    def of(cls, case: RankingCase) -> "RunCase":
        """The same case as a run of one query, its scores n..1."""
        return cls({ONLY_QUERY: falling(case.ranking)}, {ONLY_QUERY: case.grades}, case.k)

    def arguments(self) -> tuple[dict[str, Scored], dict[str, Grades], int]:
        """Copies that the function may do with what it likes."""
        run = {query_id: dict(scored) for query_id, scored in self.run.items()}
        qrels = {query_id: dict(grades) for query_id, grades in self.qrels.items()}
        return run, qrels, self.k

    def shown(self) -> dict[str, str]:
        """The arguments by name, as Python writes them."""
        return _shown(("run", "qrels", "k"), self.arguments())


Case = RankingCase | RunCase


@dataclass(frozen=True, slots=True)
class Changed:
    """A case, and another that differs in one thing."""

    before: Case
    after: Case
    change: str  # what differs, in words


@dataclass(frozen=True, slots=True)
class Parts:
    """A run, and its queries one by one."""

    whole: RunCase
    parts: tuple[RunCase, ...]


def falling(ranking: tuple[str, ...]) -> Scored:
    """Scores n..1 of n documents, best first."""
    return {doc_id: float(len(ranking) - i) for i, doc_id in enumerate(ranking)}


def _shown(names: tuple[str, ...], arguments: tuple[object, ...]) -> dict[str, str]:
    return dict(zip(names, map(repr, arguments), strict=True))
