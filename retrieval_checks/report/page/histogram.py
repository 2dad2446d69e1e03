"""`Histogram`: the scores of relevant documents above the line, of all others below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from retrieval_checks.report.page.scale import Scale
from retrieval_checks.report.page.wording import figure

WIDTH, HALF = 320, 56


@dataclass(frozen=True, slots=True)
class Histogram:
    """Two histograms on one axis, each as high as its own fullest bin."""

    stage: str
    relevant: str  # path
    others: str
    medians: tuple[tuple[str, float, str], ...]  # group, x, value
    ticks: tuple[tuple[float, str], ...]
    rows: tuple[tuple[str, int, int], ...]  # from - to, relevant, others


def histogram(found: Mapping[str, Any]) -> Histogram:
    """The chart of one stage's score distribution."""
    edges = found["edges"]
    scale = Scale(edges[0], edges[-1], 0, WIDTH)
    names = [f"{low:.3g} to {high:.3g}" for low, high in pairwise(edges)]
    medians = found["medians"].items()
    return Histogram(
        found["stage"],
        _bars(found["relevant"], edges, scale, -1),
        _bars(found["others"], edges, scale, 1),
        tuple((name, scale(value), figure(value)) for name, value in medians if value is not None),
        tuple(scale.ticks(6)),
        tuple(zip(names, found["relevant"], found["others"], strict=True)),
    )


def _bars(counts: Sequence[int], edges: Sequence[float], scale: Scale, side: int) -> str:
    """A path of bars on one side of the middle line."""
    most = max(counts) or 1
    return "".join(
        f"M{scale(low)} {HALF}v{side * (HALF - 4) * count / most:.1f}H{scale(high) - 1:.1f}V{HALF}z"
        for low, high, count in zip(edges, edges[1:], counts, strict=False)
        if count
    )
