"""What a session came to, by file and line, however the reports arrive."""

from retrieval_checks.report.session import Entry, SessionRecord


def test_an_entry_knows_its_file_and_name() -> None:
    entry = Entry("a/b.golden.yaml::q[1]::x", "query", "passed", 3, "")
    assert (entry.file, entry.name) == ("a/b.golden.yaml", "q[1]::x")


def test_files_and_entries_come_sorted_by_line() -> None:
    record = SessionRecord()
    for node_id, line in [("b::two", 2), ("a::x", None), ("b::one", 1), ("b::also", 2)]:
        record.add(Entry(node_id, "query", "passed", line, ""))
    shown = {file: [entry.name for entry in found] for file, found in record.files().items()}
    assert shown == {"a": ["x"], "b": ["one", "also", "two"]}
    assert list(shown) == ["a", "b"]


def test_a_later_try_replaces_an_earlier_one() -> None:
    record = SessionRecord()
    for outcome in ("rerun", "failed"):
        record.add(Entry("a::x", "test", outcome, 1, outcome))
        record.measured("a::x", {"verdicts": [{"outcome": outcome}], outcome: 1})
    ((entry,),) = record.files().values()
    assert (entry.outcome, entry.message) == ("failed", "failed")
    assert record.verdicts(entry) == [{"outcome": "failed"}]
    assert set(record.measurements["a::x"]) == {"verdicts", "rerun", "failed"}


def test_what_measured_nothing_has_no_verdicts() -> None:
    assert SessionRecord().verdicts(Entry("a::x", "test", "error", 1, "")) == []
