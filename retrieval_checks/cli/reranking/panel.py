"""`Panel`: one measure of several curves over the depth, drawn as SVG."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from retrieval_checks.report.page.scale import Scale, spanning

WIDTH, LEFT, RIGHT = 640, 64, 24
_INNER = 40  # pixels between the frame and the first and last depth
_APART = 14  # pixels between curves at one depth, so that their intervals can be seen


@dataclass(frozen=True, slots=True)
class Dot:
    """A value at one depth, with its interval if it has one."""

    value: float
    interval: tuple[float, float] | None = None
    is_knee: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A frame of its own scale.

    Args:
        title: what is measured.
        height: of the frame, in pixels.
        curves: of each, a dot at every depth; None where nothing was measured.
        level: a value to draw a line at.
        begins_at_zero: whether the scale begins there.
        is_of_first_stage: drawn in the colour of none of the rerankers.
    """

    title: str
    height: int
    curves: Sequence[Sequence[Dot | None]]
    level: float | None = None
    begins_at_zero: bool = False
    is_of_first_stage: bool = False

    def draw(self, top: int) -> Iterator[str]:
        """The elements, the frame beginning at `top` and the title above it."""
        scale = self._scale(top)
        yield text(12, top - 12, self.title, "title")
        for y, label in scale.ticks(4):
            yield f'<path class="grid" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>'
            yield text(LEFT - 8, y + 4, label, "end")
        if self.level is not None:
            yield f'<path class="dash" d="M{LEFT} {scale(self.level)}H{WIDTH - RIGHT}"/>'
        for place, dots in enumerate(self.curves):
            shift = _APART * (place - (len(self.curves) - 1) / 2)
            xs = [x + shift for x in across(len(dots))]
            known = [(x, dot) for x, dot in zip(xs, dots, strict=True) if dot is not None]
            yield from _curve(
                known, scale, place, "c" if self.is_of_first_stage else _colour(place)
            )

    def _scale(self, top: int) -> Scale:
        dots = [dot for curve in self.curves for dot in curve if dot is not None]
        values = [end for dot in dots for end in (dot.value, *(dot.interval or ()))]
        values += [0.0] if self.begins_at_zero or not dots else []
        values += [] if self.level is None else [self.level]
        scale = spanning(values, top + self.height, top)
        low = max(scale.low, 0.0) if self.begins_at_zero else scale.low
        return Scale(low, scale.high, scale.start, scale.stop)


def across(n: int) -> list[float]:
    """Where n depths stand, at equal distances: they are asked for about as powers are."""
    width = WIDTH - RIGHT - LEFT - 2 * _INNER
    return [LEFT + _INNER + (width * i / (n - 1) if n > 1 else width / 2) for i in range(n)]


def text(x: float, y: float, words: str, kind: str = "") -> str:
    """Words at a place; `kind` is a class."""
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:g}" y="{y:g}"{named}>{escape(words)}</text>'


def marker(x: float, y: float, place: int, colour: str = "") -> str:
    """The sign of a curve, circle, square, triangle or diamond; `colour` is a class."""
    shapes = (
        f"M{x - 5:g} {y:g}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",
        f"M{x - 4.5:g} {y - 4.5:g}h9v9h-9z",
        f"M{x:g} {y - 6:g}l6 10.5h-12z",
        f"M{x:g} {y - 6.5:g}l6.5 6.5l-6.5 6.5l-6.5 -6.5z",
    )
    return f'<path class="{colour or _colour(place)}" d="{shapes[place % len(shapes)]}"/>'


def _colour(place: int) -> str:
    return f"c{place % 4}"


def _curve(
    dots: Sequence[tuple[float, Dot]], scale: Scale, place: int, colour: str
) -> Iterator[str]:
    line = "L".join(f"{x:g} {scale(dot.value)}" for x, dot in dots)
    yield f'<path class="{colour} line" d="M{line}"/>' if line else ""
    for x, dot in dots:
        y = scale(dot.value)
        if dot.interval is not None:
            low, high = map(scale, dot.interval)
            ends = f"M{x - 4:g} {low}h8M{x - 4:g} {high}h8"
            yield f'<path class="{colour} line" d="M{x:g} {low}V{high}{ends}"/>'
        yield marker(x, y, place, colour)
        if dot.is_knee:
            yield f'<circle class="{colour} knee" cx="{x:g}" cy="{y}" r="11"/>'
