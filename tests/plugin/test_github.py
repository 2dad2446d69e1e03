"""In a job on GitHub: annotations in the log, a summary of the job; elsewhere neither."""

from pathlib import Path

import pytest

from tests.plugin.conftest import Project


@pytest.fixture
def red(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("GITHUB_ACTIONS", "GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    project.edit("animals.golden.yaml", "within: {cat: 1}", "within: {dog: 1}")
    return project


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "xdist"])
def test_a_failed_query_is_annotated_once_at_its_line(
    red: Project, monkeypatch: pytest.MonkeyPatch, workers: tuple[str, ...]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(red.path.parent))
    session = red.run(*workers, code=1)
    lines = [line for line in session.text.splitlines() if line.startswith("::")]
    place = f"file={red.path.name}/animals.golden.yaml,line=4,title=purring"
    assert len(lines) == 1
    assert lines[0].startswith(f"::error {place}::'dog' is ")


def test_the_summary_of_the_job_is_added_to(
    red: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("# before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    red.run(code=1)
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("# before\n## retrieval: ")
    assert "| purring | failed | 4 | 'dog' is " in text


def test_a_summary_that_cannot_be_written_changes_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "no" / "summary.md"))
    project.run(code=0)


def test_elsewhere_there_is_no_annotation(red: Project) -> None:
    assert "::error" not in red.run(code=1).text


def test_a_report_may_be_markdown(red: Project) -> None:
    red.run("--retrieval-report=out.md", code=1)
    text = (red.path / "out.md").read_text(encoding="utf-8")
    assert text.startswith("## retrieval: 1 of 3 golden queries fails")
