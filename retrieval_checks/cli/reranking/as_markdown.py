"""Curves as Markdown: a table each."""

import re

from retrieval_checks.cli.reranking.measured import Measured, heads, row
from retrieval_checks.judgement.explain.wording import plain_id


def curve_markdown(measured: Measured) -> str:
    """Headings, tables and what the columns mean, as a page or a part of one."""
    parts = [f"# Reranking by depth\n\n{_text(measured.subject)}."]
    for curve in measured.curves:
        rows = [row(curve, position) for position in range(len(curve.points))]
        table = [heads(measured), ["---:"] * 6 + [":---"], *rows]
        lines = "\n".join(f"| {' | '.join(cells)} |" for cells in table)
        parts.append(f"## {_text(plain_id(curve.name))}\n\n{lines}")
    parts.append("\n".join(f"- {_text(note)}" for note in measured.notes))
    return "\n\n".join(parts) + "\n"


def _text(text: str) -> str:
    r"""Text that Markdown and a table of it leave as it is.

    >>> _text("a|b_c <i>")
    'a\\|b\\_c \\<i>'
    """
    return re.sub(r"([\\`*_\[\]<|#])", r"\\\1", text)
