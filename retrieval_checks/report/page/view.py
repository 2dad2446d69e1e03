"""`Page`: a report's document as what the templates show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retrieval_checks.report.page.bump import Bump, bump, moved_most
from retrieval_checks.report.page.forest import Forest, forests
from retrieval_checks.report.page.histogram import Histogram, histogram
from retrieval_checks.report.page.queries import Detail, QueryCard, query_card
from retrieval_checks.report.page.waterfall import Waterfall, waterfall

_BUMPS = 6  # queries whose moves are drawn

FULL = Detail(snippet=200, rows=10, quiet_rows=10)


@dataclass(frozen=True, slots=True)
class FilePart:
    """What the page shows of one file."""

    anchor: str
    path: str
    about: Mapping[str, Any]  # what holds for the file as a whole; empty where nothing was judged
    metric: str  # that the part is about
    forests: tuple[Forest, ...]
    waterfall: Waterfall | None
    bumps: tuple[tuple[QueryCard, Bump], ...]
    histograms: tuple[Histogram, ...]
    queries: tuple[QueryCard, ...]
    tags: tuple[str, ...]
    others: tuple[Mapping[str, Any], ...]  # tests that are neither query nor gate
    upgrades: tuple[Mapping[str, Any], ...]
    not_evaluated: str

    @property
    def largest_tag_change(self) -> float:
        """What bars of tags are drawn against."""
        return max((abs(row["change"] or 0) for row in self.about["tags"]), default=0) or 1.0


@dataclass(frozen=True, slots=True)
class Page:
    """All of it."""

    verdict: Mapping[str, Any]
    version: str
    files: tuple[FilePart, ...]
    is_shortened: bool


def make_page(document: Mapping[str, Any], detail: Detail = FULL) -> Page:
    """The document as a page, its rankings as far as `detail` has room for."""
    files = tuple(
        _file_part(file, f"f{number}", detail)
        for number, file in enumerate(document["files"], start=1)
    )
    return Page(document["verdict"], document["version"], files, detail != FULL)


def _file_part(file: Mapping[str, Any], anchor: str, detail: Detail) -> FilePart:
    about: Mapping[str, Any] = file.get("details") or {}
    metric = about["means"][0]["metric"] if about.get("means") else ""
    tests = [test for test in file["tests"] if test["kind"] == "query"]
    cards = [
        query_card(
            test,
            f"{anchor}-q{number}",
            metric=metric,
            snippets=file["documents"],
            detail=detail,
        )
        for number, test in enumerate(tests, start=1)
    ]
    changes = [card.change for card in cards if card.change is not None]
    others = [test for test in file["tests"] if test["kind"] != "query"]
    return FilePart(
        anchor,
        file["path"],
        about,
        metric,
        tuple(forests(file["gates"])),
        waterfall(metric, changes),
        _bumps(tests, cards),
        tuple(histogram(each) for each in about.get("scores", ())),
        tuple(sorted(cards, key=lambda card: card.order)),
        tuple(sorted({tag for card in cards for tag in card.tags})),
        tuple(test for test in others if "upgrade" not in test),
        tuple(test["upgrade"] for test in others if "upgrade" in test),
        file["not_evaluated"],
    )


def _bumps(
    tests: Sequence[Mapping[str, Any]], cards: Sequence[QueryCard]
) -> tuple[tuple[QueryCard, Bump], ...]:
    """The queries that moved most."""
    details = [test.get("details") or {} for test in tests]
    rows = moved_most(details)[:_BUMPS]
    return tuple((cards[row], bump(details[row])) for row in rows)
