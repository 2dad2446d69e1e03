"""Curves as a picture: what is found, what could be, and how long it takes, over the depth."""

from collections.abc import Iterator
from html import escape

from retrieval_checks.cli.reranking.measured import Measured
from retrieval_checks.cli.reranking.panel import WIDTH, Dot, Panel, across, marker, text
from retrieval_checks.comparison.depths.curve import DepthCurve, DepthPoint
from retrieval_checks.judgement.explain.wording import plain_id

_LINE, _GAP, _FOOT = 20, 44, 40  # heights: of a line of the legend, above a panel, below the last
# Okabe & Ito's colours, told apart by most eyes; without them the signs tell the curves apart.
_STYLE = """
text{font:13px system-ui,sans-serif;fill:#222}.title{font-weight:600}
.end{text-anchor:end}.middle{text-anchor:middle}
.c{stroke:#777;fill:#777}.grid{stroke:#ddd}.dash{stroke:#555;stroke-dasharray:5 4}.paper{fill:#fff}
.c0{stroke:#0072b2;fill:#0072b2}.c1{stroke:#d55e00;fill:#d55e00}
.c2{stroke:#009e73;fill:#009e73}.c3{stroke:#cc79a7;fill:#cc79a7}
.line,.knee{fill:none;stroke-width:2}
@media(prefers-color-scheme:dark){text{fill:#ddd}.grid{stroke:#444}.dash{stroke:#bbb}
.paper{fill:#1b1b1b}.c0{stroke:#56b4e9}.c0:not(.line,.knee){fill:#56b4e9}}
"""


def curve_svg(measured: Measured) -> str:
    """The picture, with all its figures as text for who cannot see it."""
    parts, top = list(_legend(measured)), 8 + _LINE * (len(measured.curves) + 2)
    for panel in _panels(measured):
        top += _GAP
        parts += panel.draw(top)
        top += panel.height
    parts += [
        text(x, top + 18, str(depth), "middle")
        for x, depth in zip(across(len(measured.depths)), measured.depths, strict=True)
    ]
    parts.append(text(WIDTH / 2, top + 34, "candidates a query that are reranked", "middle"))
    height = top + _FOOT
    return "\n".join([*_head(measured, height), *filter(None, parts), "</svg>", ""])


def _head(measured: Measured, height: int) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
        f' viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title figures">'
    )
    yield f'<title id="title">{escape(measured.subject)}</title>'
    told = " ".join(_told(curve) for curve in measured.curves)
    yield f'<desc id="figures">{escape(told)}</desc>'
    yield f"<style>{_STYLE}</style>"
    yield f'<rect class="paper" width="{WIDTH}" height="{height}"/>'


def _legend(measured: Measured) -> Iterator[str]:
    yield text(12, 20, f"Reranking by depth: {measured.queries}", "title")
    for place, curve in enumerate(measured.curves):
        y = 20 + _LINE * (place + 1)
        knee = "no knee" if curve.knee is None else f"knee at {curve.knee.depth} (ringed)"
        yield marker(20, y - 4, place)
        yield text(36, y, f"{plain_id(curve.name)}: {knee}")
    y = 20 + _LINE * (len(measured.curves) + 1)
    yield f'<path class="dash" d="M12 {y - 4}h16"/>'
    yield text(36, y, f"{plain_id(measured.first)} alone: {measured.curves[0].first:.4f}")


def _panels(measured: Measured) -> list[Panel]:
    curves = measured.curves
    found = [[_mean(curve, point) for point in curve.points] for curve in curves]
    most = [[Dot(point.ceiling) for point in curves[0].points]]
    times = [[_time(point) for point in curve.points] for curve in curves]
    title = f"{measured.metric}, with the 95 % interval of the lift"
    return [
        Panel(title, 200, found, level=curves[0].first),
        Panel("R@depth of the first stage: the most to find", 90, most, is_of_first_stage=True),
        Panel("milliseconds a query", 110, times, begins_at_zero=True),
    ]


def _mean(curve: DepthCurve, point: DepthPoint) -> Dot:
    ends, knee = point.lift.interval, curve.knee
    interval = None if ends is None else (curve.first + ends[0], curve.first + ends[1])
    return Dot(point.mean, interval, knee is not None and knee.depth == point.depth)


def _time(point: DepthPoint) -> Dot | None:
    return None if point.milliseconds is None else Dot(point.milliseconds)


def _told(curve: DepthCurve) -> str:
    """The figures of a curve in words."""
    points = "; ".join(
        f"depth {point.depth}: {point.mean:.4f}, lift {point.lift}, candidates {point.ceiling:.4f}"
        + ("" if point.milliseconds is None else f", {point.milliseconds:.1f} ms")
        for point in curve.points
    )
    knee = "no knee" if curve.knee is None else f"knee at depth {curve.knee.depth}"
    return f"{plain_id(curve.name)}, {curve.metric}: {points}; {knee}."
