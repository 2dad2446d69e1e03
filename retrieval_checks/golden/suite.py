"""`GoldenSuite`: what stands in a golden file, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from retrieval_checks.comparison.gates import Gate
from retrieval_checks.judgement.floor import Floor


@dataclass(frozen=True, slots=True)
class Expectations:
    """What must hold for one query, whatever the other queries do."""

    within: Mapping[str, int]  # document: worst allowed rank
    absent: Mapping[str, int]  # document: it must not stand at this rank or better
    above: tuple[tuple[str, str], ...]  # (upper, lower)
    metrics: tuple[Floor, ...]
    overlap: float | None = None  # of the top 10 with the accepted one, at least
    rbo: float | None = None  # rank-biased overlap with the accepted ranking, at least
    top_1: bool = False  # the first document is the accepted one

    @property
    def needs_lock(self) -> bool:
        """Whether it compares with the accepted ranking."""
        return self.overlap is not None or self.rbo is not None or self.top_1

    @property
    def documents(self) -> tuple[str, ...]:
        """Every document that an expectation names, once, in the order of the file."""
        pairs = (doc_id for pair in self.above for doc_id in pair)
        return tuple(dict.fromkeys([*self.within, *self.absent, *pairs]))

    @property
    def deepest(self) -> int:
        """The deepest rank that an expectation looks at; 0 where there is none."""
        cutoffs = [floor.metric.k or 0 for floor in self.metrics]
        return max([*self.within.values(), *self.absent.values(), *cutoffs], default=0)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A failure that is known and let pass, until a day; it fails where it is not needed."""

    reason: str
    until: date  # the last day it holds

    def __str__(self) -> str:
        return f"waived until {self.until}: {self.reason}"


@dataclass(frozen=True, slots=True)
class GoldenQuery:
    """One golden query; `text` and `relevant` are None where the collection has them."""

    query_id: str
    text: str | None
    tags: tuple[str, ...]
    relevant: Mapping[str, float] | None  # document: grade
    expect: Expectations
    line: int
    waiver: Waiver | None = None


@dataclass(frozen=True, slots=True)
class GoldenGate:
    """What must hold over all queries of the file, or over those of one tag."""

    gate: Gate
    line: int


@dataclass(frozen=True, slots=True)
class GoldenSuite:
    """One golden file."""

    path: Path
    collection: Path | None  # absolute
    split: str
    queries: tuple[GoldenQuery, ...]
    gates: tuple[GoldenGate, ...]
    needs_lock: bool  # unless the file says `lock: none`
    collection_line: int = 1  # where it is named

    @property
    def collection_place(self) -> str:
        """The line that names the collection, as messages name it."""
        return f"{self.path}:{self.collection_line}"

    @property
    def query_ids(self) -> tuple[str, ...]:
        """The ids of the queries, in the order of the file."""
        return tuple(query.query_id for query in self.queries)

    @property
    def tags(self) -> dict[str, tuple[str, ...]]:
        """The queries of each tag."""
        found: dict[str, list[str]] = {}
        for query in self.queries:
            for tag in query.tags:
                found.setdefault(tag, []).append(query.query_id)
        return {tag: tuple(query_ids) for tag, query_ids in found.items()}

    @property
    def deepest(self) -> int:
        """The deepest rank that anything in the file looks at."""
        cutoffs = [gate.gate.depth or 0 for gate in self.gates]
        return max([*(query.expect.deepest for query in self.queries), *cutoffs], default=0)
