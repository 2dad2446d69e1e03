"""Findings as values."""

import json

import pytest

from retrieval_checks.errors import DataError
from retrieval_checks.golden.lint import Finding


def test_a_finding_knows_its_file_and_line() -> None:
    found = Finding("note", "same-text", "C:/a b/g.golden.yaml:12", "asked twice")
    assert (found.path, found.line) == ("C:/a b/g.golden.yaml", 12)


def test_findings_are_ordered_by_file_then_line_then_gravity() -> None:
    places = [("note", "b:2"), ("note", "a:10"), ("error", "a:10"), ("warning", "a:10")]
    found = [Finding(severity, "x", where, "m") for severity, where in places]  # type: ignore[arg-type]
    found.append(Finding("note", "x", "a:9", "m"))
    ordered = sorted(found, key=lambda finding: finding.order)
    assert [(f.where, f.severity) for f in ordered] == [
        ("a:9", "note"),
        ("a:10", "error"),
        ("a:10", "warning"),
        ("a:10", "note"),
        ("b:2", "note"),
    ]


def test_a_finding_survives_strict_json() -> None:
    found = Finding("error", "stale-label", "g:1", "gone: 'd\u00e9'", "restore it")
    text = json.dumps(found.to_dict(), allow_nan=False)
    assert Finding(**json.loads(text)) == found


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"severity": "fatal"}, "severity must be one of .*'note'.*, got 'fatal'"),
        ({"code": "Stale Label"}, "the code of a finding is kebab-case, got 'Stale Label'"),
        ({"code": "stale-"}, "kebab-case, got 'stale-'"),
        ({"where": "g.yaml"}, "the place of a finding is file:line, got 'g.yaml'"),
        ({"where": "g.yaml:0"}, "file:line, got 'g.yaml:0'"),
        ({"where": ":7"}, "file:line, got ':7'"),
        ({"message": ""}, "a finding needs a message, 'stale-label' has none"),
    ],
)
def test_what_is_no_finding_is_refused(change: dict[str, str], message: str) -> None:
    fields = {"severity": "error", "code": "stale-label", "where": "g:1", "message": "m"}
    with pytest.raises(DataError, match=message):
        Finding(**(fields | change))  # type: ignore[arg-type]
