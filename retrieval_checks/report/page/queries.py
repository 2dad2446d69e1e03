"""`QueryCard`: one query as the page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from retrieval_checks.report.page.wording import clipped

_MESSAGE = 6  # times as long as other texts
_BAD_FIRST = ("failed", "error", "inconclusive", "waived")


@dataclass(frozen=True, slots=True)
class Detail:
    """How much of a query a page has room for."""

    snippet: int  # characters
    rows: int  # documents of a query that failed or changed
    quiet_rows: int  # documents of any other
    text: int = 500  # characters of a query, a claim, a finding


@dataclass(frozen=True, slots=True)
class Document:
    """One line of a ranking: where it stands, where it stood, what it is."""

    rank: int | None  # None: not there
    other: int | None
    move: str  # up, down, same, new, left
    doc_id: str
    score: float | None
    grade: float | None
    is_tied: bool
    snippet: str


@dataclass(frozen=True, slots=True)
class QueryCard:
    """One golden query: the line in the list, and what opens below it."""

    anchor: str
    name: str
    text: str
    outcome: str
    tags: tuple[str, ...]
    now: float | None
    accepted: float | None
    change: float | None
    figures: tuple[tuple[str, float | None, float | None], ...]  # metric, now, accepted
    expectations: tuple[tuple[bool, str, str], ...]  # holds, claim, finding
    message: str  # where nothing was judged, or why a failure is let pass
    ranking: tuple[Document, ...]
    left: tuple[Document, ...]  # of the accepted first ten, not there any more
    is_compared: bool  # with an accepted ranking

    @property
    def direction(self) -> str:
        """What its value did: fell, rose, same, or nothing to compare."""
        if self.change is None:
            return "none"
        return "fell" if self.change < 0 else "rose" if self.change > 0 else "same"

    @property
    def order(self) -> tuple[int, float, str]:
        """What needs a look first: what failed, then the largest drop."""
        bad = self.outcome in _BAD_FIRST
        severity = _BAD_FIRST.index(self.outcome) if bad else len(_BAD_FIRST)
        return severity, self.change or 0.0, self.name


def query_card(
    test: Mapping[str, Any],
    anchor: str,
    *,
    metric: str,
    snippets: Mapping[str, str],
    detail: Detail,
) -> QueryCard:
    """The card of one query of a report's document."""
    details, verdicts = test.get("details") or {}, test.get("verdicts") or ()
    figures = {
        name: (pair["now"], pair["accepted"]) for name, pair in details.get("figures", {}).items()
    }
    now, accepted = figures.get(metric, (None, None))
    change = round(now - accepted, 12) if now is not None and accepted is not None else None
    is_quiet = test["outcome"] == "passed" and not change
    rows = detail.quiet_rows if is_quiet else detail.rows
    ranking, left = _documents(details, snippets, detail, rows)
    message = test["message"] if not verdicts or test["outcome"] == "waived" else ""
    return QueryCard(
        anchor,
        test["name"],
        clipped(test.get("text", ""), detail.text),
        test["outcome"],
        tuple(test.get("tags", ())),
        now,
        accepted,
        change,
        tuple((name, *pair) for name, pair in figures.items()),
        tuple(_expectation(verdict, test["name"], detail.text) for verdict in verdicts),
        clipped(message, _MESSAGE * detail.text),
        ranking,
        left,
        details.get("accepted") is not None,
    )


def _expectation(verdict: Mapping[str, Any], query_id: str, longest: int) -> tuple[bool, str, str]:
    """Whether it holds, claim and finding, without the name of the query that all is about."""
    claim, finding = (
        clipped(verdict[name].replace(f", for query {query_id!r}", ""), longest)
        for name in ("claim", "finding")
    )
    return verdict["outcome"] == "PASS", claim.replace(f" for query {query_id!r}", ""), finding


def _documents(
    details: Mapping[str, Any], snippets: Mapping[str, str], detail: Detail, rows: int
) -> tuple[tuple[Document, ...], tuple[Document, ...]]:
    """Today's ranking, and what left it, as far as there is room."""
    ranking, accepted = details.get("ranking") or [], details.get("accepted")
    scores = [row["score"] for row in ranking]
    shown = {row["doc_id"] for row in ranking}
    found = tuple(
        Document(
            rank,
            row["was"],
            _move(rank, row["was"]) if accepted is not None else "",
            row["doc_id"],
            row["score"],
            row["grade"],
            row["score"] is not None and scores.count(row["score"]) > 1,
            clipped(snippets.get(row["doc_id"], ""), detail.snippet),
        )
        for rank, row in enumerate(ranking[:rows], start=1)
    )
    gone = [(r, row) for r, row in enumerate(accepted or (), start=1) if row["doc_id"] not in shown]
    left = tuple(
        Document(
            row["now"],
            rank,
            "left",
            row["doc_id"],
            None,
            row["grade"],
            False,
            clipped(snippets.get(row["doc_id"], ""), detail.snippet),
        )
        for rank, row in gone[:rows]
    )
    return found, left


def _move(rank: int, was: int | None) -> str:
    if was is None:
        return "new"
    return "same" if was == rank else "up" if was > rank else "down"
