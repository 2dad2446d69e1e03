"""What the report of one test says: how it ended, and what it measured."""

import json
from typing import Any

import pytest

from retrieval_checks.plugin.reporting.properties import PROPERTY
from retrieval_checks.plugin.settings import GOLDEN_SUFFIXES
from retrieval_checks.report.session import Entry, Kind

_KINDS: dict[str, Kind] = {  # by the start of an item's name; queries have any other
    "gate[": "gate",
    "upgrade[": "upgrade",
    "accept[": "writing",
    "save[": "writing",
    "noise[": "noise",
}


def entry_of(report: pytest.TestReport) -> Entry:
    """How a test ended; the text lacks the name of the worker, so that runs can be compared."""
    line = report.location[1]
    return Entry(
        node_id=report.nodeid,
        kind=kind_of(report.nodeid),
        outcome=_outcome(report),
        line=line + 1 if line is not None else None,
        message=_message(report),
    )


def kind_of(node_id: str) -> Kind:
    """What the node id stands for: part of a golden file, or any other test."""
    file, _, name = node_id.partition("::")
    if not file.endswith(GOLDEN_SUFFIXES):
        return "test"
    for start, kind in _KINDS.items():
        if name.startswith(start):
            return kind
    return "query"


def measurements(report: pytest.TestReport) -> list[dict[str, Any]]:
    """What the test measured: our own properties on its report."""
    return [values for values in map(_measured, report.user_properties) if values]


def is_inconclusive(report: pytest.TestReport) -> bool:
    """Whether a gate passed pytest because it could not tell, which is no pass."""
    if not (report.passed and report.when == "call" and kind_of(report.nodeid) == "gate"):
        return False
    verdicts = (v for values in measurements(report) for v in values.get("verdicts", ()))
    return any(verdict.get("outcome") == "INCONCLUSIVE" for verdict in verdicts)


def _outcome(report: pytest.TestReport) -> str:
    if report.failed and report.when != "call":
        return "error"
    if report.skipped and hasattr(report, "wasxfail"):
        return "waived"
    return "inconclusive" if is_inconclusive(report) else report.outcome


def _message(report: pytest.TestReport) -> str:
    if report.skipped and hasattr(report, "wasxfail"):
        return str(report.wasxfail)
    if report.skipped and isinstance(report.longrepr, tuple):  # file, line, reason
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return str(report.longrepr) if report.failed else ""


def _measured(entry: tuple[str, object]) -> dict[str, Any] | None:
    """What a test of ours measured; None for a property of somebody else, even of the same name."""
    if entry[0] != PROPERTY:
        return None
    try:
        values = json.loads(str(entry[1]))
    except ValueError:
        return None
    return values if isinstance(values, dict) else None
