"""The session as one HTML page: no network, no other file, every text shown as text."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval_checks.data.formats.lines import FilePath, write_lines
from retrieval_checks.report.as_json import Document
from retrieval_checks.report.page.queries import Detail
from retrieval_checks.report.page.view import FULL, make_page
from retrieval_checks.report.page.wording import change, clipped, figure, short_id, visible

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).with_name("templates")
_INLINE = ("report.js", "report.css")
LIMIT = 1_950_000  # bytes, for 1,000 queries as for any number that fits at all
_SHORTER = (  # what is given up first where a page is too large
    Detail(120, 10, 10),
    Detail(80, 10, 5),
    Detail(50, 8, 3),
    Detail(0, 5, 2),
    Detail(0, 3, 0),
    Detail(0, 0, 0),
    Detail(0, 0, 0, text=160),
    Detail(0, 0, 0, text=60),
)


def to_html(document: Document) -> str:
    """A self-contained page of a report's document; with many queries less of each ranking."""
    page = ""
    for detail in (FULL, *_SHORTER):
        page = _render(document, detail)
        if len(page.encode()) <= LIMIT:
            break
    return page


def write_html(document: Document, path: FilePath) -> None:
    """Write the page of a report's document to a file, at once or not at all.

    Raises:
        DataError: the file cannot be written.
    """
    write_lines(path, to_html(document).split("\n"))


def _render(document: Document, detail: Detail) -> str:
    script, style = (_TEMPLATES.joinpath(name).read_text("utf-8") for name in _INLINE)
    template = _environment().get_template("report.html.jinja")
    return template.render(
        page=make_page(document, detail), script=script, style=style, script_hash=_hash(script)
    )


def _hash(script: str) -> str:
    """What a browser compares an inline script with: no other one may run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("retrieval_checks.report"),
        autoescape=True,
        finalize=_finalized,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"fig": figure, "change": change, "clip": clipped, "id": short_id}
    return environment


def _finalized(value: Any) -> Any:
    """Whatever a template puts out: text without what would be invisible; markup as it is."""
    return visible(value) if type(value) is str else value
