"""`SessionRecord`: what golden queries, gates and checks of one pytest session came to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["query", "gate", "noise", "upgrade", "writing", "test"]  # of a golden file, other


@dataclass(frozen=True, slots=True)
class Entry:
    """How one test ended."""

    node_id: str
    kind: Kind
    outcome: str  # passed, inconclusive, failed, error, skipped, waived
    line: int | None  # 1-based, in the file of the node id
    message: str  # why it failed, was skipped or waived; empty otherwise

    @property
    def file(self) -> str:
        """The file part of the node id."""
        return self.node_id.partition("::")[0]

    @property
    def name(self) -> str:
        """The node id without its file."""
        return self.node_id.partition("::")[2]


@dataclass(slots=True)
class SessionRecord:
    """Entries by node id, and what the tests put on their reports."""

    entries: dict[str, Entry] = field(default_factory=dict)
    measurements: dict[str, dict[str, Any]] = field(default_factory=dict)
    details: dict[str, dict[str, Any]] = field(default_factory=dict)  # by node id, for reports
    about: dict[str, dict[str, Any]] = field(default_factory=dict)  # by file, for reports
    left_out: dict[str, str] = field(default_factory=dict)  # file: what was not evaluated

    def add(self, entry: Entry) -> None:
        """Keep how a test ended: a rerun replaces the earlier try, a later error the pass."""
        self.entries[entry.node_id] = entry

    def measured(self, node_id: str, values: Mapping[str, Any]) -> None:
        """Keep what a test measured."""
        self.measurements.setdefault(node_id, {}).update(values)

    def detailed(self, entry: Entry, kept: Mapping[str, Any]) -> None:
        """Keep what a report says of a test, and of its file; every worker tells it of its own."""
        if kept.get("item") is not None:
            self.details[entry.node_id] = kept["item"]
        if kept.get("file") is not None:
            self.about[entry.file] = kept["file"]

    def files(self) -> dict[str, list[Entry]]:
        """Entries by file, files sorted, entries in the order of their lines."""
        by_file: dict[str, list[Entry]] = {}
        for entry in sorted(self.entries.values(), key=_place):
            by_file.setdefault(entry.file, []).append(entry)
        return by_file

    def verdicts(self, entry: Entry) -> list[dict[str, Any]]:
        """The verdicts of a test, as JSON objects."""
        return list(self.measurements.get(entry.node_id, {}).get("verdicts", ()))


def _place(entry: Entry) -> tuple[str, int, str]:
    return entry.file, entry.line or 0, entry.node_id
