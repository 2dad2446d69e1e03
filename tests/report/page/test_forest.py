"""Gates drawn against what they allow."""

from typing import Any

from retrieval_checks.report.page.forest import forests
from retrieval_checks.report.page.wording import MINUS


def _gate(name: str, outcome: str, interval: list[float] | None = None, **evidence: Any) -> Any:
    verdict = {"finding": "found\nmore", "context": "a table", "advice": "", "evidence": evidence}
    details = {"interval": interval} if interval else None
    return {
        "name": f"gate[{name}]",
        "outcome": outcome,
        "message": "",
        "verdicts": [verdict],
        "details": details,
    }


DROP = _gate("AP drop <= 0.1", "passed", [-0.05, 0.1], mean=0.0, lower_bound=-0.08, margin=0.1)
FLOOR = _gate("AP >= 0.5", "failed", value=0.25, bound=0.5, interval=[0.2, 0.3], warnings=["flip"])
CHURN = _gate("churn@1 <= 15%", "passed", value=0.0, bound=0.15)
LATE = _gate("p95_ms <= 120", "failed", value=300.0, bound=120.0)


def test_changes_levels_and_times_have_scales_of_their_own() -> None:
    made = forests([LATE, DROP, CHURN, FLOOR])
    assert [(f.title, [line.name for line in f.lines]) for f in made] == [
        ("Change, candidate minus accepted", ["AP drop <= 0.1"]),
        ("Level", ["AP >= 0.5", "churn@1 <= 15%"]),  # what failed first
        ("Measured", ["p95_ms <= 120"]),
    ]


def test_a_drop_is_allowed_from_minus_its_margin_on() -> None:
    (forest,) = forests([DROP])
    plot = forest.lines[0].plot
    assert plot is not None
    assert plot.interval is not None
    assert plot.lower is not None
    assert plot.zero == plot.estimate
    assert plot.bound < plot.lower < plot.interval[0] < plot.estimate < plot.interval[1]
    assert plot.allowed[0] == plot.bound
    assert plot.allowed[0] + plot.allowed[1] == 292
    assert plot.title == f"0, allowed from {MINUS}0.100; 95 % interval {MINUS}0.050 to +0.100"


def test_a_floor_is_allowed_above_and_churn_below() -> None:
    floor, churn = (line.plot for line in forests([FLOOR, CHURN])[0].lines)
    assert floor is not None
    assert churn is not None
    assert floor.estimate < floor.allowed[0] == floor.bound
    assert churn.allowed[0] == 8
    assert churn.estimate < churn.bound == churn.allowed[0] + churn.allowed[1]
    assert churn.title == "0.000, allowed up to 0.150"


def test_a_line_says_what_was_found_and_why_it_did_not_pass() -> None:
    failed, passed = forests([FLOOR, CHURN])[0].lines
    assert (failed.finding, failed.notes, failed.warnings) == ("found", "more\na table", ("flip",))
    assert passed.notes == "more"


def test_a_gate_that_was_not_judged_has_a_line_without_a_plot() -> None:
    error = {"name": "gate[AP >= 0.5]", "outcome": "error", "message": "no judgements\nat all"}
    (forest,) = forests([error])
    assert forest.lines[0].plot is None
    assert (forest.lines[0].finding, forest.lines[0].notes) == ("no judgements", "at all")
    assert forest.ticks == ()
