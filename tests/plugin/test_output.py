"""What is printed, written and imported: nothing unasked, little by default, more with -v."""

import json
import re

import pytest

from tests.plugin.conftest import GREEN, GREEN_IDS, Project
from tests.test_architecture import PLUGIN_MODULES

PLAIN = "def test_plain(): pass\n"
MODULES = """\
import json, pathlib, sys

def pytest_sessionfinish():
    ours = ("retrieval_checks", "numpy", "yaml")
    found = [name for name in sys.modules if name.split(".")[0] in ours]
    pathlib.Path("modules.json").write_text(json.dumps(sorted(found)))
"""


def _steady(lines: list[str]) -> list[str]:
    """Output without what differs between two runs."""
    kept = (line for line in lines if not line.startswith("plugins: "))
    return [re.sub(r"=* ?(.*) in [\d.]+s ?=*", r"\1", line) for line in kept]


@pytest.mark.parametrize("more", ["-q", "-vv", "--co"])
def test_unused_the_plugin_says_nothing_and_writes_nothing(
    empty_project: Project, more: str
) -> None:
    empty_project.write("test_plain.py", PLAIN)
    empty_project.write("animals.golden.yaml", GREEN)
    args = (more, "-p", "no:cacheprovider")
    run = empty_project.pytester.runpytest_subprocess
    with_us = run("-p", "retrieval_checks", *args)
    before = {path.name for path in empty_project.path.iterdir()}
    without = run("-p", "no:retrieval_checks", *args)
    assert (with_us.ret, _steady(with_us.outlines)) == (without.ret, _steady(without.outlines))
    ours = {path for path in before if not path.startswith(("runpytest", "__pycache__", "std"))}
    assert ours == {"test_plain.py", "animals.golden.yaml"}


def test_unused_only_the_light_modules_are_loaded(
    empty_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With every installed plugin but pytest-randomly, which seeds numpy where it is there."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    empty_project.write("test_plain.py", PLAIN)
    empty_project.write("conftest.py", MODULES)
    session = empty_project.pytester.runpytest_subprocess("-W", "error", "-p", "no:randomly")
    assert session.ret == 0
    assert "retrieval-checks-" in session.stdout.str()
    loaded = json.loads((empty_project.path / "modules.json").read_text())
    assert set(loaded) == PLUGIN_MODULES


def test_the_plugin_can_be_switched_off(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    project.write("test_plain.py", PLAIN)
    run = project.pytester.runpytest_subprocess
    assert run("-p", "no:retrieval_checks").parseoutcomes() == {"passed": 1}
    assert run("-p", "no:retrieval_checks", "--retrieval-golden").ret == 4


def test_one_line_heads_an_active_session(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\nretrieval_reranker = some/model\n")
    text = project.run("--retrieval-no-cache", code=0).text
    heads = [line for line in text.splitlines() if line.startswith("retrieval: ")]
    assert heads == ["retrieval: golden files, reranker some/model, cache none"]


def _section(text: str) -> list[str]:
    after = text.partition("= retrieval =")[2].splitlines()[1:]
    end = next(row for row, line in enumerate(after) if line.startswith("="))
    return after[:end]


def test_a_line_a_file_and_more_with_v(project: Project) -> None:
    gates = '\n  - "nDCG@10 >= 0.9"\n  - "P@2 >= 0.9"'
    project.edit("animals.golden.yaml", ' ["nDCG@10 >= 0.9"]', gates)
    project.edit("animals.golden.yaml", "{owl: 1}", "{dog: 1}")
    told = "animals.golden.yaml by 'bm25': 2 of 3 queries as expected (hunter not);"
    told += " nDCG@10 1.0000, P@2 0.5000"
    failed = "  FAIL P@2 >= 0.9: P@2 is 0.5000, 0.4000 below 0.9 (3 queries)"
    passed = "  PASS nDCG@10 >= 0.9: nDCG@10 is 1.0000, 0.1000 above 0.9 (3 queries)"
    quiet = project.pytest("--retrieval-golden", "-q", code=1).text
    assert f"\n{told}\n=" in quiet
    assert "= retrieval =" not in quiet
    assert "retrieval: bi-encoder" not in quiet
    assert _section(project.pytest("--retrieval-golden", code=1).text) == [told, failed]
    assert _section(project.pytest("--retrieval-golden", "-v", code=1).text) == [
        told,
        passed,
        failed,
    ]
    assert _section(project.pytest("--retrieval-golden", "-vv", code=1).text)[3:] == [
        "  PASS purring  nDCG@10 1.000  P@2 0.500",
        "  FAIL hunter  nDCG@10 1.000  P@2 0.500",
        "  PASS drink  nDCG@10 1.000  P@2 0.500",
    ]


def test_colour_is_pytests_own(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" in project.run("--color=yes", code=0).text
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in project.run(code=0).text


def test_without_terminal_or_cache_it_still_judges_and_reports(project: Project) -> None:
    project.edit("animals.golden.yaml", "{owl: 1}", "{dog: 1}")
    args = ("-p", "no:terminal", "-p", "no:cacheprovider", "--retrieval-report=report.json")
    session = project.pytest("--retrieval-golden", *args, code=1)
    assert session.text == session.errors == ""
    report = json.loads((project.path / "report.json").read_text())
    assert [test["outcome"] for test in report["files"][0]["tests"]] == [
        "passed",
        "failed",
        "passed",
    ]


def _mixed(project: Project) -> None:
    """A pass, a failure, an error, and a gate that cannot be judged."""
    project.edit("animals.golden.yaml", "{owl: 1}", "{dog: 1}")
    project.edit("animals.golden.yaml", "text: Where does milk come from?", "text: Whence milk?")


def test_the_report_has_every_item_and_the_same_bytes_in_every_run(project: Project) -> None:
    _mixed(project)
    reports = []
    for args in ((), (), ("-n", "2"), ("-p", "randomly", "-p", "no:cacheprovider")):
        session = project.run("--retrieval-report=report.json", *args, code=1)
        assert "\nreport: " in session.text
        reports.append((project.path / "report.json").read_bytes())
    assert len(set(reports)) == 1
    report = json.loads(reports[0])
    assert report["format"] == 2
    (file,) = report["files"]
    assert file["path"] == "animals.golden.yaml"
    purring, hunter, drink = file["tests"]
    assert [test["name"] for test in file["tests"]] == list(GREEN_IDS[:3])
    assert [test["line"] for test in file["tests"]] == [4, 7, 12]
    assert [test["outcome"] for test in file["tests"]] == ["passed", "failed", "error"]
    assert purring["text"] == "Which animals purr?"
    assert purring["tags"] == ["sound"]
    assert purring["figures"] == {"nDCG@10": 1.0}
    assert [doc_id for doc_id, _ in hunter["ranking"]] == ["owl", "dog"]
    assert [verdict["outcome"] for verdict in hunter["verdicts"]] == ["FAIL", "PASS", "PASS"]
    assert hunter["message"].startswith("'dog' is at rank 2, 1 below the worst allowed rank 1")
    assert "its text differs from the collection's" in drink["message"]
    (gate,) = file["gates"]
    assert (gate["name"], gate["line"], gate["outcome"]) == (GREEN_IDS[-1], 16, "error")


def test_a_report_that_cannot_be_written_is_not_green(project: Project) -> None:
    project.write("reports/x", "")
    project.write("sub/test_it.py", "def test_it(): __import__('shutil').rmtree('reports')\n")
    args = ("--retrieval-with-tests", "--retrieval-report=reports/a.json")
    session = project.pytest(*args, code=1)
    assert session.counts() == {"passed": 5}
    assert re.search(r"report: \S+a\.json: cannot be written: No such file", session.text)
    assert "INTERNALERROR" not in session.text


def test_nothing_is_written_where_tests_are_only_listed(project: Project) -> None:
    text = project.run("--co", "--retrieval-report=report.json", code=0).text
    assert "report:" not in text
    assert not (project.path / "report.json").exists()
