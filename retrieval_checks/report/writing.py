"""`write_report`: the report that a file's suffix asks for."""

from pathlib import Path

from retrieval_checks.report.as_json import to_json, write_json
from retrieval_checks.report.session import SessionRecord


def write_report(record: SessionRecord, path: Path) -> None:
    """Write a session's report: `.html`, `.md`, or else JSON.

    Raises:
        DataError: the file cannot be written.
    """
    if path.suffix == ".html":
        from retrieval_checks.report.as_html import write_html

        write_html(to_json(record), path)
    elif path.suffix == ".md":
        from retrieval_checks.report.as_markdown import write_markdown

        write_markdown(to_json(record), path)
    else:
        write_json(record, path)
