"""`Forest`: what each gate came to, drawn against what it allows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retrieval_checks.report.page.scale import Scale, spanning
from retrieval_checks.report.page.wording import change, figure

WIDTH = 300
_ROOM = 8  # beside the ends of a scale
_ORDER = ("failed", "error", "inconclusive", "waived", "passed", "skipped")


@dataclass(frozen=True, slots=True)
class Plot:
    """One gate's line: the allowed side, the interval, the estimate."""

    estimate: float
    bound: float
    allowed: tuple[float, float]  # x and width
    interval: tuple[float, float] | None  # two ends, 95 %
    lower: float | None  # end of the one-sided interval that decides
    zero: float | None
    title: str


@dataclass(frozen=True, slots=True)
class GateLine:
    """One gate as a line of the table; no plot where nothing was measured."""

    name: str
    outcome: str
    finding: str
    notes: str
    warnings: tuple[str, ...]
    plot: Plot | None


@dataclass(frozen=True, slots=True)
class Forest:
    """Gates on one scale."""

    title: str
    lines: tuple[GateLine, ...]
    ticks: tuple[tuple[float, str], ...]


def forests(gates: Sequence[Mapping[str, Any]]) -> list[Forest]:
    """Gates on changes, on levels in [0, 1], and each of the others on a scale of its own."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for gate in sorted(gates, key=_severity):
        groups.setdefault(_kind(gate), []).append(gate)
    titles = ("change", "level", "measured")
    order = sorted(groups, key=lambda kind: (titles.index(kind.partition(":")[0]), kind))
    return [_forest(kind.partition(":")[0], groups[kind]) for kind in order]


def _severity(gate: Mapping[str, Any]) -> tuple[int, str]:
    outcome = gate["outcome"]
    return _ORDER.index(outcome) if outcome in _ORDER else len(_ORDER), gate["name"]


def _kind(gate: Mapping[str, Any]) -> str:
    evidence = _evidence(gate)
    if "lower_bound" in evidence:
        return "change"
    value, bound = evidence.get("value"), evidence.get("bound")
    in_share = all(number is not None and 0 <= number <= 1 for number in (value, bound))
    return "level" if in_share or value is None else f"measured:{gate['name']}"


def _forest(kind: str, gates: Sequence[Mapping[str, Any]]) -> Forest:
    values = [value for gate in gates for value in _values(gate)]
    measured = [value for value in values if value is not None]
    if kind == "level":
        measured = [0.0, 1.0]
    scale = spanning([0.0, *measured], _ROOM, WIDTH - _ROOM) if measured else None
    return Forest(
        {"change": "Change, candidate minus accepted", "level": "Level"}.get(kind, "Measured"),
        tuple(_line(gate, scale) for gate in gates),
        tuple(scale.ticks()) if scale is not None and len(values) else (),
    )


def _line(gate: Mapping[str, Any], scale: Scale | None) -> GateLine:
    verdict = (gate.get("verdicts") or [{}])[0]
    name = gate["name"].removeprefix("gate[").removesuffix("]")
    finding, _, more = (verdict.get("finding") or gate["message"] or "not judged").partition("\n")
    notes = "\n".join(filter(None, [more, verdict.get("context", ""), verdict.get("advice", "")]))
    return GateLine(
        name,
        gate["outcome"],
        finding,
        notes if gate["outcome"] != "passed" else more,
        tuple(_evidence(gate).get("warnings") or ()),
        _plot(gate, scale) if scale is not None and _values(gate) else None,
    )


def _plot(gate: Mapping[str, Any], scale: Scale) -> Plot:
    evidence, interval = _evidence(gate), _interval(gate)
    estimate, bound, lower = _estimate(evidence), _bound(evidence), evidence.get("lower_bound")
    x, is_floor = scale(bound), _is_floor(gate)
    told = change if lower is not None else figure
    title = f"{told(estimate)}, allowed from" if is_floor else f"{told(estimate)}, allowed up to"
    title += f" {told(bound)}"
    if interval is not None:
        title += f"; 95 % interval {told(interval[0])} to {told(interval[1])}"
    return Plot(
        scale(estimate),
        x,
        (x, round(scale.stop - x, 1)) if is_floor else (scale.start, round(x - scale.start, 1)),
        (scale(interval[0]), scale(interval[1])) if interval is not None else None,
        scale(lower) if lower is not None else None,
        scale(0.0) if lower is not None else None,
        title,
    )


def _values(gate: Mapping[str, Any]) -> list[float]:
    """Every number that the gate's line shows; nothing where it was not judged."""
    evidence = _evidence(gate)
    if _estimate_or_none(evidence) is None:
        return []
    lower = evidence.get("lower_bound")
    drawn = [_estimate(evidence), _bound(evidence), *(_interval(gate) or ())]
    return drawn if lower is None else [*drawn, lower]


def _evidence(gate: Mapping[str, Any]) -> Mapping[str, Any]:
    verdict = (gate.get("verdicts") or [{}])[0]
    evidence: Mapping[str, Any] = verdict.get("evidence") or {}
    return evidence


def _estimate_or_none(evidence: Mapping[str, Any]) -> float | None:
    value: float | None = evidence.get("mean", evidence.get("value"))
    return value


def _estimate(evidence: Mapping[str, Any]) -> float:
    return float(evidence.get("mean", evidence.get("value", 0.0)))


def _bound(evidence: Mapping[str, Any]) -> float:
    return float(-evidence["margin"] if "margin" in evidence else evidence["bound"])


def _interval(gate: Mapping[str, Any]) -> Sequence[float] | None:
    evidence = _evidence(gate)
    ends = (gate.get("details") or {}).get("interval") or evidence.get("interval")
    return ends if isinstance(ends, Sequence) else None


def _is_floor(gate: Mapping[str, Any]) -> bool:
    """Whether more is better: drops and `>=`."""
    return "margin" in _evidence(gate) or ">=" in gate["name"]
