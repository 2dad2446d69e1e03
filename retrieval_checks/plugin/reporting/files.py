"""`write_reports`: every report that was asked for, and what became of it."""

from collections.abc import Sequence
from pathlib import Path

from retrieval_checks.report.session import SessionRecord


def write_reports(record: SessionRecord, paths: Sequence[Path]) -> dict[Path, str]:
    """By file, why it was not written; empty where it was.

    What the tests found must be told, whatever becomes of the reports: nothing is raised.
    """
    return {path: _write(record, path) for path in paths}


def _write(record: SessionRecord, path: Path) -> str:
    from retrieval_checks.report.writing import write_report

    try:
        write_report(record, path)
    except ValueError as error:  # a DataError, or somebody's NaN
        return str(error)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""
