"""The columns that tables of documents and queries share: ids and snippets, cut to fit."""

from collections.abc import Iterable

from retrieval_checks.data.collection import Corpus
from retrieval_checks.judgement.explain.wording import cells, cut, cut_middle, plain, plain_id

_LEAST_SNIPPET = 12  # columns below which a snippet says nothing


def id_column(names: Iterable[str], width: int) -> int:
    """The width of a column of ids: that of the longest, at most a third of the line."""
    return min(max((cells(plain_id(name)) for name in names), default=0), max(16, width // 3))


def id_cell(name: str, width: int) -> str:
    """An id, cut in the middle or filled with blanks to `width` columns."""
    cell = cut_middle(plain_id(name), width)
    return cell + " " * (width - cells(cell))


def snippet(doc_id: str, corpus: Corpus | None) -> str:
    """Title and text of a document on one line, or that the corpus lacks it."""
    if corpus is None:
        return ""
    return plain(corpus[doc_id].content) if doc_id in corpus else "(not in the corpus)"


def with_snippet(line: str, text: str, width: int) -> str:
    """The line and as much of the text as fits into `width` columns behind it."""
    room = width - cells(line) - 2
    if not text or room < _LEAST_SNIPPET:
        return line.rstrip()
    return f"{line}  {cut(text, room)}"
