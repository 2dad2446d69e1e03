"""What a job on GitHub shows of a session: its summary, and annotations at golden files' lines."""

import os
from contextlib import suppress
from pathlib import Path

from retrieval_checks.report.session import SessionRecord


def job_annotations(record: SessionRecord, root: Path) -> list[str]:
    """Lines for the log of a job; none elsewhere."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return []
    from retrieval_checks.report.as_github import annotations
    from retrieval_checks.report.as_json import to_json

    repository = Path(os.environ.get("GITHUB_WORKSPACE") or root).resolve()
    inside = root.resolve().is_relative_to(repository)
    folder = root.resolve().relative_to(repository).as_posix() if inside else ""
    return annotations(to_json(record), folder=folder)


def add_job_summary(record: SessionRecord) -> None:
    """Add the session to the summary of the job; nothing where there is none, or it is closed."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path or not record.entries:
        return
    from retrieval_checks.report.as_json import to_json
    from retrieval_checks.report.as_markdown import to_markdown

    text = to_markdown(to_json(record))
    # the summary is a courtesy: a job does not fail for want of it
    with suppress(OSError), Path(path).open("a", encoding="utf-8", errors="replace") as summary:
        summary.write(text)
