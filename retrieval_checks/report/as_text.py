"""The terminal summary: which gates hold, and by how much."""

from retrieval_checks.report.session import Entry, SessionRecord

BARS = "▁▂▃▄▅▆▇█"
_ENOUGH = 10  # queries; fewer are no distribution


def summary_lines(record: SessionRecord, *, verbosity: int, width: int = 0) -> list[str]:
    """A line a file, then what failed of its gates; with `-v` all gates, with `-vv` queries.

    With `-q` the line a file, and a line of what was written.

    Args:
        record: how the tests ended.
        verbosity: pytest's, -1 for `-q`.
        width: columns of a terminal that shows `BARS`. Where they are enough, the line of a file
            ends in the distribution of each metric over its queries, from 0 to 1.
    """
    lines: list[str] = []
    for file, entries in record.files().items():
        gates = [entry for entry in entries if entry.kind == "gate"]
        tests = [entry for entry in entries if entry.kind in ("query", "test")]
        parts = [_counts(record, tests)] if tests else []
        parts += [figures] if (figures := _gates(record, gates)) else []
        line = f"{file}{_by(record, entries)}: {'; '.join(parts)}".removesuffix(": ")
        drawn = f"{line}{_distributions(record, entries)}"
        lines.append(drawn if len(drawn) <= width else line)
        if verbosity < 0:
            lines += [f"  {_written(record, e)[0]}" for e in entries if e.kind == "writing"]
            continue
        shown = gates if verbosity >= 1 else [gate for gate in gates if gate.outcome != "passed"]
        for gate in shown:
            lines.append(f"  {_mark(record, gate)} {_finding(record, gate)}")
            lines += [f"      {note}" for note in _notes(record, gate)]
        lines += [f"  {record.left_out[file]}"] if file in record.left_out else []
        warnings = dict.fromkeys(w for gate in gates for w in _warnings(record, gate))
        lines += [f"  ! {warning}" for warning in warnings]
        lines += [
            f"  {line}"
            for entry in entries
            if entry.kind in ("noise", "upgrade", "writing")
            for line in _written(record, entry)
        ]
        if verbosity >= 2:
            lines += [
                f"  {_mark(record, test)} {test.name}{_figures(record, test)}" for test in tests
            ]
    return [*lines, *_never_accepted(record)]


def _never_accepted(record: SessionRecord) -> list[str]:
    """One line for all queries that fail because nobody accepted a ranking of theirs yet."""
    number = sum(
        entry.outcome == "failed" and verdict.get("evidence", {}).get("lock") == "missing"
        for entry in record.entries.values()
        for verdict in record.verdicts(entry)
    )
    if not number:
        return []
    were, them = ("ranking was", "it") if number == 1 else ("rankings were", "them")
    return [
        f"{number} {were} never accepted: look at {them} (-v), then"
        " pytest --retrieval-golden --retrieval-accept new"
    ]


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
    waived = sum(entry.outcome == "waived" for entry in entries)
    text += f", {waived} waived" if waived else ""
    if not bad:
        return text
    names = ", ".join(entry.name for entry in bad[:5]) + (", ..." if len(bad) > 5 else "")
    return f"{text} ({names} not)"


def _gates(record: SessionRecord, gates: list[Entry]) -> str:
    shown = []
    for gate in gates:
        for verdict in record.verdicts(gate):
            evidence = verdict["evidence"]
            value = evidence.get("value", evidence.get("candidate"))
            shown.append(f"{evidence['metric']} {value:.4f}")
    return ", ".join(dict.fromkeys(shown))


def _distributions(record: SessionRecord, entries: list[Entry]) -> str:
    """`  nDCG@10 ▁ ▂▂▃▅█` for each metric in [0, 1] of enough queries."""
    values: dict[str, list[float]] = {}
    for entry in entries:
        if entry.kind == "query":
            figures = record.measurements.get(entry.node_id, {}).get("figures", {})
            for name, value in figures.items():
                values.setdefault(name, []).append(value)
    drawn = {name: _bars(of) for name, of in values.items() if len(of) >= _ENOUGH}
    return "".join(f"  {name} {bars}" for name, bars in drawn.items() if bars)


def _bars(values: list[float]) -> str:
    """How many of the values lie in each eighth of [0, 1]; empty where one lies outside.

    >>> _bars([0.0, 0.5, 0.55, 1.0])
    '▅   █  ▅'
    """
    if not all(0 <= value <= 1 for value in values):
        return ""
    last = len(BARS) - 1
    counts = [0] * len(BARS)
    for value in values:
        counts[min(int(value * len(BARS)), last)] += 1
    most = max(counts)
    return "".join(BARS[round(count / most * last)] if count else " " for count in counts)


def _notes(record: SessionRecord, gate: Entry) -> list[str]:
    """Why a gate could not tell; pytest itself says nothing of a test that did not fail."""
    if gate.outcome != "inconclusive":
        return []
    contexts = (verdict["context"].partition("\n\n")[0] for verdict in record.verdicts(gate))
    return [line for context in contexts for line in context.splitlines()]


def _warnings(record: SessionRecord, gate: Entry) -> list[str]:
    """What a reader should know even of a gate that passed; once, where the notes have it."""
    told = "\n".join(_notes(record, gate))
    return [
        warning
        for verdict in record.verdicts(gate)
        for warning in verdict["evidence"].get("warnings", ())
        if warning not in told
    ]


def _written(record: SessionRecord, entry: Entry) -> list[str]:
    """What was accepted, saved or found of an upgrade; why nothing was, where that failed."""
    written = record.measurements.get(entry.node_id, {}).get("written", "")
    return (written or f"{entry.name}: {entry.message.partition(chr(10))[0]}").splitlines()


def _finding(record: SessionRecord, gate: Entry) -> str:
    verdicts = record.verdicts(gate)
    if verdicts:
        return f"{verdicts[0]['claim']}: {verdicts[0]['finding'].splitlines()[0]}"
    name = gate.name.removeprefix("gate[").removesuffix("]")
    return f"{name}: {gate.message.partition(chr(10))[0] or gate.outcome}"


def _figures(record: SessionRecord, query: Entry) -> str:
    figures = record.measurements.get(query.node_id, {}).get("figures", {})
    return "".join(f"  {name} {value:.3f}" for name, value in figures.items())


def _mark(record: SessionRecord, entry: Entry) -> str:
    """The outcome; a gate that cannot tell has failed nothing, also where that is red."""
    if entry.kind == "gate" and entry.outcome == "failed":
        outcomes = [str(verdict.get("outcome", "FAIL")) for verdict in record.verdicts(entry)]
        return outcomes[0] if outcomes else "FAIL"
    return {"passed": "PASS", "failed": "FAIL", "error": "ERROR"}.get(
        entry.outcome, entry.outcome.upper()
    )
