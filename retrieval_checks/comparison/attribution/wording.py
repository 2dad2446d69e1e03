"""How attributions are laid out: rows of figures under each other, remarks below."""

from collections.abc import Sequence

from retrieval_checks.judgement.explain.wording import cells, cut_middle, plain_id, told_apart

INTERVALS = "in brackets: 95 % interval of the mean difference (BCa bootstrap over queries)"

_NAME = 30  # columns


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as indented lines, each column as wide as its widest cell.

    >>> aligned([["first", "0.5000"], ["reranked", "0.7500", "+0.2500"]])
    ['  first     0.5000', '  reranked  0.7500  +0.2500']
    """
    columns = max(map(len, rows))
    full = [[*row, *[""] * (columns - len(row))] for row in rows]
    widths = [max(map(cells, column)) for column in zip(*full, strict=True)]
    return ["  " + "  ".join(_filled(row, widths)).rstrip() for row in full]


def stage_name(name: str) -> str:
    """The name of a stage or a run as it can be printed, cut in the middle to 30 columns."""
    return cut_middle(plain_id(name), _NAME)


def figure(value: float) -> str:
    """A value with four digits, or as many as it takes not to look like 0."""
    return told_apart([value])[0]


def share(value: float) -> str:
    """A share as a percentage with one digit.

    >>> share(0.2567)
    '25.7 %'
    """
    return f"{100 * value:.1f} %"


def _filled(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [cell + " " * (width - cells(cell)) for cell, width in zip(row, widths, strict=True)]
