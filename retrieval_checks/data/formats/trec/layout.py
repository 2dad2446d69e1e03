"""`Layout`: which columns a TREC file has."""

from typing import NamedTuple


class Layout(NamedTuple):
    """The columns of one kind of file; the first is the query, the third the document."""

    columns: tuple[str, ...]
    value: int  # position of the number
    remedy: str  # what to do about a bad line

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.columns)

    @property
    def kind(self) -> str:
        """What the number is called."""
        return self.columns[self.value]


RUN = Layout(("query", "Q0", "document", "rank", "score", "tag"), 4, "fix the run or drop the line")
QRELS = Layout(
    ("query", "iteration", "document", "grade"), 3, "fix the judgements or drop the line"
)
