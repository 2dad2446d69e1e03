"""Markdown that says what the document says, and shows hostile text as text."""

from pathlib import Path
from typing import Any

import pytest

from retrieval_checks.report.as_markdown import to_markdown, write_markdown
from tests.report.documents import document


def made(*tests: dict[str, Any], gates: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    file = {"path": "a.golden.yaml", "gates": gates or [], "tests": list(tests)}
    verdict = {"sentence": "1 of 2 golden queries fails."}
    return {"verdict": verdict, "files": [file | {"not_evaluated": ""}]}


def query(name: str = "q1", outcome: str = "failed", message: str = "gone") -> dict[str, Any]:
    return {"name": name, "kind": "query", "outcome": outcome, "line": 7, "message": message}


def rows(text: str) -> list[list[str]]:
    """The cells of every row of a table but its heads."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_verdict_comes_first_then_gates_then_what_is_wrong() -> None:
    gate = {
        "name": "gate[R@10 >= 0.9]",
        "outcome": "passed",
        "message": "",
        "verdicts": [{"finding": "R@10 is 1.0000"}],
    }
    text = to_markdown(made(query(), query("q2", "passed", ""), gates=[gate]))
    assert text.splitlines()[0] == "## retrieval: 1 of 2 golden queries fails."
    heads, told, other, why = rows(text)
    assert (heads, other) == (["gate", "outcome", "found"], ["test", "outcome", "line", "why"])
    assert told == ["R&#64;10 &gt;= 0.9".replace("&gt;", "&#62;"), "passed", "R&#64;10 is 1.0000"]
    assert why == ["q1", "failed", "7", "gone"]


def test_a_cell_has_what_happened_and_what_to_do_and_not_the_ranking_between() -> None:
    message = "'d1' is at rank 4\n\nranking:\n  1 d2\n  to do: a title\n\nto do: look\n  twice"
    gate = {"name": "gate[P@1 >= 1]", "outcome": "failed", "message": message, "verdicts": []}
    of_gate, of_query = [
        row[-1] for row in rows(to_markdown(made(query(message=message), gates=[gate])))[1::2]
    ]
    assert of_gate == of_query == "'d1' is at rank 4; to do: look twice"


def test_of_a_traceback_a_cell_has_what_was_raised() -> None:
    traceback = (
        "def test_it():\n>   assert_it()\nE   nDCG fell\nE   \nE   to do: look\n\na.py:3: Error"
    )
    ((*_, why),) = rows(to_markdown(made(query(message=traceback))))[1:]
    assert why == "nDCG fell; to do: look"


def test_where_nothing_is_wrong_it_says_how_many() -> None:
    text = to_markdown(made(query(outcome="passed"), query("q2", "skipped", "no model")))
    assert "2 tests as expected" in text
    assert not rows(text)


def test_of_many_the_first_are_listed_and_the_rest_counted() -> None:
    text = to_markdown(made(*(query(f"q{n}") for n in range(33))))
    assert [row[0] for row in rows(text)[1:]] == [f"q{n}" for n in range(30)]
    assert "... and 3 more" in text


@pytest.mark.parametrize(
    "hostile",
    [
        "a | b",
        "<script>alert(1)</script>",
        "[click](https://example.org)",
        "`code` *bold* _it_ ~~gone~~",
        "@everyone see #1 for $x$",
        "two\n\n# lines",
        "\u202ereversed \x1b[31m",
    ],
)
def test_hostile_text_is_text(hostile: str) -> None:
    (_, row) = rows(to_markdown(made(query(message=hostile))))
    assert len(row) == 4
    shown = row[3]
    assert not set(shown.replace("&#", "")) & set("\\`*_[]<>~|@#$\n\x1b\u202e")


def test_a_long_message_is_cut_off() -> None:
    (_, row) = rows(to_markdown(made(query(message="x" * 20_000))))
    assert len(row[3]) == 500


def test_a_real_document_is_written(tmp_path: Path) -> None:
    shown = document()
    write_markdown(shown, tmp_path / "out.md")
    text = (tmp_path / "out.md").read_text(encoding="utf-8")
    assert text == to_markdown(shown)
    wrong = [t for t in shown["files"][0]["tests"] if t["outcome"] not in ("passed", "skipped")]
    assert len(rows(text)) == 2 + len(shown["files"][0]["gates"]) + len(wrong)


def test_many_files_leave_room_and_are_counted() -> None:
    one = made(*(query(f"q{n}", message="long " * 90) for n in range(30)))
    many = one | {"files": one["files"] * 40}
    text = to_markdown(many)
    assert len(text) < 100_000
    shown = text.count("### a.golden.yaml")
    assert text.rstrip().endswith(f"... and {40 - shown} more files")
