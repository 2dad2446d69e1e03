"""`Bump`: where the documents of one query stood, and where they stand now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retrieval_checks.judgement.explain.wording import cut_middle
from retrieval_checks.report.page.wording import visible

DEPTH = 10
LEFT, RIGHT, TOP, STEP = 28, 152, 18, 17  # coordinates of the two columns and of rank 1
_OUT = DEPTH + 1  # the place of every rank below ten
_LABEL = 16  # characters


@dataclass(frozen=True, slots=True)
class Slope:
    """One document: a line between its two ranks; ranks below ten stand under the tenth."""

    before: int
    now: int
    is_relevant: bool
    kind: str  # up, down, same
    label: str

    @property
    def path(self) -> str:
        """The line, level at both ends."""
        start, stop = _y(self.before), _y(self.now)
        middle = (LEFT + RIGHT) / 2
        return f"M{LEFT} {start}C{middle:g} {start} {middle:g} {stop} {RIGHT} {stop}"

    @property
    def y(self) -> float:
        """Where its label stands."""
        return _y(self.now) + 3.5


@dataclass(frozen=True, slots=True)
class Bump:
    """The slopes of one query."""

    slopes: tuple[Slope, ...]
    ranks: tuple[tuple[int, str], ...] = tuple(
        (TOP + STEP * place, f"{place + 1}" if place < DEPTH else "…") for place in range(_OUT)
    )


def bump(details: Mapping[str, Any]) -> Bump:
    """The documents of either top ten; relevant ones are drawn last, so that they lie on top."""
    accepted = {row["doc_id"]: rank for rank, row in enumerate(details["accepted"], start=1)}
    grades = {row["doc_id"]: row["grade"] for row in (*details["accepted"], *details["ranking"])}
    now = {row["doc_id"]: rank for rank, row in enumerate(details["ranking"], start=1)}
    slopes = [
        _slope(doc_id, accepted.get(doc_id, _OUT), now.get(doc_id, _OUT), grade)
        for doc_id, grade in grades.items()
    ]
    return Bump(tuple(sorted(slopes, key=lambda slope: (slope.is_relevant, slope.now))))


def moved_most(details: Sequence[Mapping[str, Any]]) -> list[int]:
    """Positions of the queries, the most moved first; those whose documents all stayed left out."""
    distances = [_distance(each) for each in details]
    moved = [row for row, distance in enumerate(distances) if distance > 0]
    return sorted(moved, key=lambda row: (-distances[row], row))


def _distance(details: Mapping[str, Any]) -> float:
    """Places that documents moved, relevant ones counted three times."""
    slopes = bump(details).slopes if details.get("accepted") else ()
    return sum(abs(s.before - s.now) * (3 if s.is_relevant else 1) for s in slopes)


def _slope(doc_id: str, before: int, now: int, grade: float | None) -> Slope:
    kind = "same" if before == now else "up" if now < before else "down"
    return Slope(
        before, now, grade is not None and grade >= 1, kind, cut_middle(visible(doc_id), _LABEL)
    )


def _y(rank: int) -> float:
    return TOP + STEP * (rank - 1)
