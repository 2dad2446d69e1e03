"""The HTML report: one page, nothing from elsewhere, every text as text, whatever is in it."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Literal

import pytest

from retrieval_checks.errors import DataError
from retrieval_checks.report.as_html import LIMIT, to_html, write_html
from retrieval_checks.report.as_json import to_json
from retrieval_checks.report.page.wording import MINUS
from retrieval_checks.report.session import Entry, SessionRecord
from tests.report.documents import document

HOSTILE = (
    "</script><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "\"' onmouseover='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "<!-- --><svg onload=alert(1)>",
    "\u202egnp.exe\u2066",
    "\x00\x07\x1b[31m",
    "half \ud800 pair",
    "javascript:alert(1)",
)
_VOID = {"meta", "link", "input", "br", "img"}
_OPTIONAL = {"td", "th", "tr", "thead", "tbody", "li", "option"}  # end tags


class Page(HTMLParser):
    """Tags with their attributes, and the text outside of scripts and styles."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID | _OPTIONAL:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _OPTIONAL:
            return
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("script", "style"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(to_html(document()))


def test_the_verdict_comes_first_in_one_sentence(page: Page) -> None:
    told = "2 of 3 gates fail and 1 cannot tell; 4 of 12 golden queries fail; 1 of 2 other tests"
    assert told in page.text
    assert page.text.index(told) < page.text.index("Gates")


def test_every_part_is_there(page: Page) -> None:
    for part in (
        *("Change, candidate minus accepted", "Change of every query, nDCG@10", "Tags"),
        *("Rankings that moved most", "Stages: where relevant documents get lost"),
        *("judged@10", "equal scores", "Scores of relevant documents", "Measured with", "differs"),
        *("Upgrade: NOT ENOUGH EVIDENCE", "dense ms, p50 / p95", "swapped in alone"),
        *("a.lock: nothing new", "retrieval-checks "),
        *("rerank at lesser depths", "No knee: no depth has a lift"),
    ):
        assert part in page.text, part


def test_a_query_has_its_ranking_beside_the_accepted_one(page: Page) -> None:
    text = " ".join(page.text.split())
    assert "q2 Which animals purr?" in text
    # 1 / log2(5), as the document moved from rank 1 to rank 4
    assert f"1.000 → 0.431{MINUS}0.569" in text
    assert "✗ the first as accepted: it is second" in text
    assert "14q2-d" not in text


def test_the_markup_is_balanced_and_ids_are_unique(page: Page) -> None:
    assert (page.unbalanced, page.open) == ([], [])
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    targets = {str(a["href"])[1:] for a in page.of("a")}
    assert targets <= set(map(str, ids))
    labelled = {str(a["aria-labelledby"]) for _, a in page.tags if "aria-labelledby" in a}
    assert labelled <= set(map(str, ids))


def test_nothing_comes_from_elsewhere(page: Page) -> None:
    urls = [
        a[name] for _, a in page.tags for name in ("src", "href", "action", "data") if name in a
    ]
    assert all(str(url).startswith(("#", "data:,")) for url in urls)
    assert {tag for tag, _ in page.tags}.isdisjoint({"img", "iframe", "object", "embed", "base"})
    source = to_html(document())
    assert "url(" not in source
    assert "@import" not in source
    (policy,) = (a["content"] for a in page.of("meta") if "http-equiv" in a)
    assert "default-src 'none'" in str(policy)
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/]{43}='", str(policy))


def test_every_chart_has_a_text_alternative(page: Page) -> None:
    charts = page.of("svg")
    assert len(charts) > 10
    for attributes in charts:
        assert (
            attributes.get("role") == "img"
            or attributes.get("aria-hidden") == "true"
            or (
                attributes.get("class") == "forest"  # the axis, in a hidden footer
            )
        )
    named = [tag for tag, _ in page.tags].count("title")
    assert named == sum(a.get("role") == "img" for a in charts) + 1


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_text(page: Page, text: str) -> None:
    hostile = Page(to_html(document(text=text, words=text, name=f"{text}-")))
    assert len(hostile.of("script")) == 1
    assert len(hostile.of("style")) == 1
    counts = [[tag for tag, _ in each.tags] for each in (page, hostile)]
    assert {tag: counts[1].count(tag) for tag in set(counts[1])} == {
        tag: counts[0].count(tag) for tag in set(counts[0])
    }
    assert not [name for _, a in hostile.tags for name in a if name.startswith("on")]
    assert (hostile.unbalanced, hostile.open) == ([], [])
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    assert shown in hostile.text
    assert all(c.isprintable() or c in "\n\t" for c in hostile.text)


def test_texts_of_twenty_thousand_characters_are_cut() -> None:
    source = to_html(document(text="w" * 20_000, words="v" * 20_000, name="n" * 20_000))
    assert "w" * 400 in source
    assert not re.search(r"w{600}|v{600}|n{6001}", source)  # notes of a gate are longer
    assert len(source) < 400_000


def test_a_thousand_queries_are_below_two_megabytes() -> None:
    source = to_html(
        document(1000, text="Which animals purr at night? " * 6, words="Purring " * 90)
    )
    assert len(source.encode()) <= LIMIT < 2_000_000
    page = Page(source)
    assert len([a for a in page.of("li") if "data-order" in a]) == 1000
    assert "Rankings and snippets are shortened" in page.text
    assert "Rankings and snippets are shortened" not in Page(to_html(document())).text


def test_nothing_judged_is_said() -> None:
    empty = {
        "format": 2,
        "version": "1",
        "verdict": {"outcome": "empty", "sentence": "Nothing was judged.", "counts": {}},
        "files": [],
    }
    page = Page(to_html(empty))
    assert "Nothing was judged." in page.text
    assert "No golden query, gate or check left a result" in page.text


def test_the_same_document_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        write_html(document(), tmp_path / name)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    with pytest.raises(DataError, match=r"c\.html: cannot be written"):
        write_html(document(), tmp_path / "none" / "c.html")


def test_an_upgrade_is_told_with_its_gates_tags_and_churn() -> None:
    page = Page(to_html(document())).text
    told = page[page.index("Upgrade: ") : page.index("Change of every query")]
    assert "nDCG@10 drop <= 0.05" in told
    assert "p95_ms <= 9" in told  # nobody measured it: the reason stands there
    assert re.search(
        r"nDCG@10 by tag.*odd\s*6.*even\s*6|nDCG@10 by tag.*even\s*6.*odd\s*6", told, re.S
    )
    assert "The top 1 of 33.3 % of the queries changed." in told


@pytest.mark.parametrize(
    ("text", "message", "findings"),
    [("問" * 500, "", 0), ("Which?", "it broke: " * 180, 0), ("Which?", "", 5)],
    ids=["long texts", "long errors", "long findings"],
)
def test_a_thousand_queries_stay_below_the_limit_whatever_is_long(
    text: str, message: str, findings: int
) -> None:
    made = document(1000, text=text)
    for test in made["files"][0]["tests"]:
        if message and test["kind"] == "query":
            test |= {"outcome": "error", "message": message, "verdicts": [], "details": None}
        for _ in range(findings if test["kind"] == "query" else 0):
            failed = {"outcome": "FAIL", "claim": "it holds", "finding": "it does not hold: " * 18}
            test["verdicts"] = [*test["verdicts"], failed]
    assert len(to_html(made).encode()) <= LIMIT


@pytest.mark.parametrize("kind", ["query", "test"])
def test_a_session_without_details_is_a_page(kind: Literal["query", "test"]) -> None:
    record = SessionRecord()
    record.add(Entry("a.py::x", kind, "error", 3, "the database is down"))
    page = Page(to_html(to_json(record)))
    assert "the database is down" in page.text
