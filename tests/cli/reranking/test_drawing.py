"""Lifts drawn on one scale: as text by columns, as a picture by coordinates."""

import re
from dataclasses import replace
from xml.etree import ElementTree

from retrieval_checks.cli.reranking.as_markdown import curve_markdown
from retrieval_checks.cli.reranking.as_svg import curve_svg
from retrieval_checks.cli.reranking.as_text import curve_lines
from retrieval_checks.cli.reranking.measured import Measured
from retrieval_checks.cli.reranking.panel import Dot, Panel
from retrieval_checks.comparison.attribution.difference import Difference
from retrieval_checks.comparison.depths.curve import DepthCurve, DepthPoint


def _point(depth: int, lift: float, interval: tuple[float, float] | None) -> DepthPoint:
    change = Difference(lift, interval, 3, 0, 1)
    return DepthPoint(depth, 0.5 + lift, change, 0.8, 10.0 * depth, 0.25)


CURVE = DepthCurve(
    "mine",
    "nDCG@10",
    0.5,
    4,
    (
        _point(10, -0.1, (-0.2, 0.0)),
        _point(20, 0.19, (0.1, 0.3)),
        _point(50, 0.2, (0.15, 0.35)),
    ),
)
MEASURED = Measured("animals", "test", "dense", 10, (CURVE,))


def test_intervals_estimates_and_the_knee_stand_in_their_columns() -> None:
    lines = curve_lines(MEASURED)
    start = lines.index("lift in nDCG@10, from -0.2000 to +0.3500; ':' is none, '*' the knee")
    assert lines[start + 1] == "  mine"
    bars = [line[10:] for line in lines[start + 2 : start + 5]]
    # 56 columns from -.2 to .35: -.2 is column 0, -.1 is 10, 0 is 20, .1 is 30, .19 is 39
    assert [(bar.index("["), bar.index("]")) for bar in bars] == [(0, 20), (30, 50), (35, 55)]
    assert [bar.find(":") for bar in bars] == [-1, 20, 20]  # the first interval ends on it
    assert [bar.find("o") for bar in bars] == [10, -1, 40]
    assert bars[1].index("*") == 39


def test_a_row_has_every_figure() -> None:
    lines = curve_lines(MEASURED)
    row = re.split(r"  +", lines[lines.index("mine") + 3].strip())
    assert row == ["20", "0.6900", "+0.1900 [+0.1000, +0.3000]", "0.8000", "200.0", "25 %", "knee"]


def test_a_single_query_has_no_interval() -> None:
    alone = replace(CURVE, points=(_point(10, 0.5, None),))
    lines = curve_lines(replace(MEASURED, curves=(alone,)))
    assert f"      10  :{' ' * 54}o" in lines
    assert "<svg" in curve_svg(replace(MEASURED, curves=(alone,)))


def test_nothing_lifted_is_drawn_too() -> None:
    flat = replace(CURVE, points=(_point(10, 0.0, (0.0, 0.0)),))
    lines = curve_lines(replace(MEASURED, curves=(flat,)))
    assert "lift in nDCG@10, from +0.0000 to +1.0000" in "\n".join(lines)


def test_what_an_id_holds_is_text_everywhere() -> None:
    odd = replace(MEASURED, collection="<b>|a&b", curves=(replace(CURVE, name="x<y>\n|_z"),))
    ElementTree.fromstring(curve_svg(odd))
    assert r"\<b>\|a&b" in curve_markdown(odd)
    assert r"## x\<y>\\n\|\_z" in curve_markdown(odd)
    assert r"x<y>\n|_z" in curve_lines(odd)


def test_a_panel_puts_higher_values_higher_and_rings_the_knee() -> None:
    panel = Panel("t", 100, [[Dot(0.0), Dot(1.0, (0.5, 1.5), is_knee=True), None]])
    drawn = "\n".join(panel.draw(10))
    # 6 % of room on both sides of 0 to 1.5: the range is -.09 to 1.59 over 100 pixels from 110 up
    low, high = 110 - 100 * 0.09 / 1.68, 110 - 100 * 1.09 / 1.68
    assert f'<path class="c0 line" d="M104 {low:.1f}L340 {high:.1f}"/>' in drawn
    assert f'<circle class="c0 knee" cx="340" cy="{high:.1f}" r="11"/>' in drawn
    assert drawn.count("a5 5 0 1 0 10 0") == 2  # two dots


def test_several_curves_have_signs_of_their_own() -> None:
    curves = tuple(replace(CURVE, name=f"curve {i}") for i in range(5))
    drawn = curve_svg(replace(MEASURED, curves=curves))
    shapes = re.findall(r'<path class="(c\d)" d="M[\d.]+ [\d.]+([a-z])', drawn)
    assert {"c0", "c1", "c2", "c3"} == {colour for colour, _ in shapes}
    assert len(set(shapes)) == 4
