"""`retrieval-checks report`: a saved report as a page and as the text that the terminal had."""

import json
from pathlib import Path

import pytest

from retrieval_checks.cli.main import main
from retrieval_checks.report.as_html import to_html
from retrieval_checks.report.as_json import read_json
from tests.cli.conftest import Said, Told
from tests.plugin.conftest import Project
from tests.plugin.golden.conftest import section


@pytest.fixture
def report(project: Project) -> tuple[Path, list[str]]:
    """The report of a session with a query and a gate that fail, and what its terminal had."""
    project.edit("animals.golden.yaml", "RR@10 >= 0.9", "RR@10 >= 1")
    project.edit("animals.golden.yaml", "{within: {cat: 1}}", "{absent: {cat: 1}}")
    project.edit("animals.golden.yaml", "nDCG@10 >= 0.9", "R@1 >= 1")
    session = project.run("--retrieval-report=report.json", "-vv", code=1)
    lines = [line for line in section(session) if not line.startswith("report: ")]
    return project.path / "report.json", lines


def test_the_text_is_what_the_terminal_had(
    report: tuple[Path, list[str]], said: Said, tmp_path: Path, told: Told
) -> None:
    path, lines = report
    assert "2 of 3 queries as expected (purring not)" in lines[0]
    assert said("report", path).splitlines() == lines
    found = told("report", path, "-o", tmp_path / "r.txt")
    assert (tmp_path / "r.txt").read_text(encoding="utf-8").splitlines() == lines
    assert found == {
        "format": 1,
        "written": str(tmp_path / "r.txt"),
        "verdict": json.loads(path.read_text(encoding="utf-8"))["verdict"],
    }


def test_the_page_is_the_one_that_pytest_writes(
    report: tuple[Path, list[str]], said: Said, tmp_path: Path
) -> None:
    path, page = report[0], tmp_path / "r.html"
    assert said("report", path, "-o", page) == f"{page}\n"
    assert page.read_text(encoding="utf-8").rstrip("\n") == to_html(read_json(path)).rstrip("\n")


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (["none.json"], "none.json: no such file"),
        (
            ["none.json", "-o", "r.pdf"],
            "r.pdf: reports are written as .html, .md, .txt; call it so",
        ),
        (["none.json", "--json"], "--json says what was written: give -o FILE"),
    ],
    ids=["missing", "suffix", "json"],
)
def test_what_cannot_be_done_is_refused(argv: list[str], why: str, said: Said) -> None:
    err = said("report", *argv, code=2)
    assert err.startswith("retrieval-checks report: ")
    assert why in err


def test_what_is_no_report_is_refused(tmp_path: Path, said: Said) -> None:
    path = tmp_path / "r.json"
    path.write_text("[]")
    assert f"{path}: no report of retrieval-checks" in said("report", path, code=2)


def test_gates_that_were_left_out_are_told(project: Project, tmp_path: Path) -> None:
    project.run("--retrieval-report=report.json", "-k", "purring", code=0)
    text_file = tmp_path / "r.txt"  # pytester prints the session's own output, too
    main(["report", str(project.path / "report.json"), "-o", str(text_file)])
    text = text_file.read_text(encoding="utf-8")
    assert "not evaluated: 1 of 3 queries ran (-k): gate[nDCG@10 >= 0.9]" in text
