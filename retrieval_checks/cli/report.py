"""`retrieval-checks report REPORT.json`: a page or a text of a report that was saved as JSON."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from retrieval_checks.data.formats.lines import write_lines
from retrieval_checks.errors import SettingsError
from retrieval_checks.report.as_json import Document, read_json
from retrieval_checks.report.as_text import summary_lines
from retrieval_checks.report.session import Entry, SessionRecord

FORMAT = 1
_ALL = 2  # verbosity: every gate and every query


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument(
        "report",
        type=Path,
        metavar="REPORT",
        help="What 'pytest --retrieval-report report.json' wrote.",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help=f"What to write: {', '.join(_WRITERS)}. Default: the text, to standard output.",
    )
    parser.add_argument("--json", action="store_true", help="Print what was written as JSON.")


def run(args: argparse.Namespace) -> int:
    """Write the file, or print the text; always 0: what the report says was judged before.

    Raises:
        SettingsError: a suffix that nothing is written for, or `--json` without a file.
        DataError: a report that cannot be read, a file that cannot be written.
    """
    output: Path | None = args.output
    if output is not None and output.suffix not in _WRITERS:
        raise SettingsError(f"{output}: reports are written as {', '.join(_WRITERS)}; call it so")
    if output is None and args.json:
        raise SettingsError(f"--json says what was written: give -o FILE ({args.report} is JSON)")
    document = read_json(args.report)
    if output is None:
        print("\n".join(_lines(document)))
        return 0
    _WRITERS[output.suffix](document, output)
    told = {"format": FORMAT, "written": str(output), "verdict": document["verdict"]}
    print(json.dumps(told) if args.json else output)
    return 0


def _write_html(document: Document, path: Path) -> None:
    from retrieval_checks.report.as_html import write_html

    write_html(document, path)


def _write_markdown(document: Document, path: Path) -> None:
    from retrieval_checks.report.as_markdown import write_markdown

    write_markdown(document, path)


def _write_text(document: Document, path: Path) -> None:
    write_lines(path, _lines(document))


_WRITERS: dict[str, Callable[[Document, Path], None]] = {
    ".html": _write_html,
    ".md": _write_markdown,
    ".txt": _write_text,
}


def _lines(document: Document) -> list[str]:
    """The summary that the terminal had, of every gate and query."""
    record = SessionRecord()
    for file in document["files"]:
        for shown in (*file["gates"], *file["tests"]):
            node_id = f"{file['path']}::{shown['name']}"
            record.add(
                Entry(node_id, shown["kind"], shown["outcome"], shown["line"], shown["message"])
            )
            record.measured(node_id, shown)
        if file["not_evaluated"]:
            record.left_out[file["path"]] = file["not_evaluated"]
    return summary_lines(record, verbosity=_ALL)
