"""`Waterfall`: the change of every query, the largest drop first."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval_checks.report.page.scale import Scale, spanning

WIDTH, HEIGHT = 1000, 180


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Bars from the zero line, as two paths."""

    metric: str
    worse: int
    equal: int
    better: int
    falls: str  # path of the bars below zero
    rises: str
    zero: float
    ticks: tuple[tuple[float, str], ...]


def waterfall(metric: str, changes: Sequence[float]) -> Waterfall | None:
    """The bars of these changes, one a query; None where there is none to compare."""
    if not changes:
        return None
    ordered = sorted(changes)
    scale = spanning([0.0, *ordered], HEIGHT, 0)
    return Waterfall(
        metric,
        sum(value < 0 for value in ordered),
        sum(value == 0 for value in ordered),
        sum(value > 0 for value in ordered),
        _bars(
            [(row, value) for row, value in enumerate(ordered) if value < 0], len(ordered), scale
        ),
        _bars(
            [(row, value) for row, value in enumerate(ordered) if value > 0], len(ordered), scale
        ),
        scale(0.0),
        tuple(scale.ticks(6)),
    )


def _bars(values: Sequence[tuple[int, float]], count: int, scale: Scale) -> str:
    """One path of all bars; a gap between them where there is room for one."""
    step = WIDTH / count
    gap, zero = (0.2 * step if step > 4 else 0.0), scale(0.0)
    return "".join(
        f"M{row * step + gap / 2:.1f} {zero}V{scale(value)}h{step - gap:.1f}V{zero}z"
        for row, value in values
    )
