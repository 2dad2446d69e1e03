"""The terminal summary: which gates hold, and by how much."""

from retrieval_checks.report.session import Entry, SessionRecord


def summary_lines(record: SessionRecord, *, verbosity: int) -> list[str]:
    """A line a file, then what failed of its gates; with `-v` all gates, with `-vv` queries."""
    lines: list[str] = []
    for file, entries in record.files().items():
        gates = [entry for entry in entries if entry.kind == "gate"]
        tests = [entry for entry in entries if entry.kind != "gate"]
        parts = [_counts(record, tests)] if tests else []
        parts += [figures] if (figures := _gates(record, gates)) else []
        lines.append(f"{file}{_by(record, entries)}: {'; '.join(parts)}".removesuffix(": "))
        if verbosity < 0:
            continue
        shown = gates if verbosity >= 1 else [gate for gate in gates if gate.outcome != "passed"]
        lines += [f"  {_mark(gate)} {_finding(record, gate)}" for gate in shown]
        if verbosity >= 2:
            lines += [f"  {_mark(test)} {test.name}{_figures(record, test)}" for test in tests]
    return lines


def _by(record: SessionRecord, entries: list[Entry]) -> str:
    """Which retriever was judged: a fixture's name may be misspelt, and another one be used."""
    measured = (record.measurements.get(entry.node_id, {}) for entry in entries)
    names = sorted({str(values["run"]) for values in measured if "run" in values})
    return f" by {', '.join(map(repr, names))}" if names else ""


def _counts(record: SessionRecord, entries: list[Entry]) -> str:
    bad = [entry for entry in entries if entry.outcome in ("failed", "error")]
    held = [entry for entry in entries if entry.outcome == "passed"]
    free = sum(entry.kind == "query" and not record.verdicts(entry) for entry in held)
    noun = "queries" if entries[0].kind == "query" else "tests"
    text = f"{len(held) - free} of {len(entries)} {noun} as expected"
    text += f", {free} judged by gates only" if free else ""
    if not bad:
        return text
    names = ", ".join(entry.name for entry in bad[:5]) + (", ..." if len(bad) > 5 else "")
    return f"{text} ({names} not)"


def _gates(record: SessionRecord, gates: list[Entry]) -> str:
    shown = []
    for gate in gates:
        for verdict in record.verdicts(gate):
            evidence = verdict["evidence"]
            shown.append(f"{evidence['metric']} {evidence['value']:.4f}")
    return ", ".join(shown)


def _finding(record: SessionRecord, gate: Entry) -> str:
    verdicts = record.verdicts(gate)
    if verdicts:
        return f"{verdicts[0]['claim']}: {verdicts[0]['finding'].splitlines()[0]}"
    return f"{gate.name}: {gate.outcome}"


def _figures(record: SessionRecord, query: Entry) -> str:
    figures = record.measurements.get(query.node_id, {}).get("figures", {})
    return "".join(f"  {name} {value:.3f}" for name, value in figures.items())


def _mark(entry: Entry) -> str:
    return {"passed": "PASS", "failed": "FAIL", "error": "ERROR"}.get(
        entry.outcome, entry.outcome.upper()
    )
