"""Curves as text for a terminal: a table each, and the lifts drawn on one scale."""

from collections.abc import Iterator

from retrieval_checks.cli.reranking.measured import Measured, heads, row
from retrieval_checks.comparison.attribution.wording import aligned
from retrieval_checks.comparison.depths.curve import DepthCurve, DepthPoint
from retrieval_checks.judgement.explain.wording import plain_id

_WIDTH = 56  # columns of the drawing


def curve_lines(measured: Measured) -> list[str]:
    """The lines: what was measured, tables, drawing, what the columns mean."""
    lines = [measured.subject]
    for curve in measured.curves:
        rows = [row(curve, position) for position in range(len(curve.points))]
        lines += ["", plain_id(curve.name), *aligned([heads(measured), *rows])]
    return [*lines, "", *_drawing(measured), "", *measured.notes]


def _drawing(measured: Measured) -> Iterator[str]:
    """A line a depth: the lift at `o`, its interval between brackets, no lift at `:`."""
    low, high = _ends(measured)
    yield f"lift in {measured.metric}, from {low:+.4f} to {high:+.4f}; ':' is none, '*' the knee"
    for curve in measured.curves:
        yield f"  {plain_id(curve.name)}"
        yield from (_bar(curve, point, low, high) for point in curve.points)


def _bar(curve: DepthCurve, point: DepthPoint, low: float, high: float) -> str:
    def column(value: float) -> int:
        return round((value - low) / (high - low) * (_WIDTH - 1))

    cells = [" "] * _WIDTH
    cells[column(0.0)] = ":"
    if point.lift.interval is not None:
        start, stop = map(column, point.lift.interval)
        cells[start : stop + 1] = ["[", *"-" * (stop - start - 1), "]"] if stop > start else ["|"]
    knee = curve.knee is not None and curve.knee.depth == point.depth
    cells[column(point.lift.mean)] = "*" if knee else "o"
    return f"  {point.depth:>6}  {''.join(cells)}".rstrip()


def _ends(measured: Measured) -> tuple[float, float]:
    """The smallest and largest of what is drawn, 0 among it."""
    drawn = [
        value
        for curve in measured.curves
        for point in curve.points
        for value in (point.lift.mean, *(point.lift.interval or ()))
    ]
    low, high = min([0.0, *drawn]), max([0.0, *drawn])
    return (low, high) if high > low else (low, low + 1.0)
