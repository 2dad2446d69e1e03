"""pre-commit, tox, nox and xdist: each recipe runs, and is red where a golden query breaks."""

import pytest

from tests.docs.pages import Page
from tests.docs.recipes.conftest import Project, needs


def _hold(project: Project, *command: str) -> None:
    """The command is green, then red after a golden query broke, and shows why."""
    green = project.run(*command)
    assert green.returncode == 0, green.stdout
    project.break_it()
    red = project.run(*command)
    assert red.returncode == 1, red.stdout
    assert "'owl' is " in red.stdout


def test_pre_commit_runs_the_hook(project: Project, page: Page) -> None:
    command = needs("pre-commit")
    name = ".pre-commit-config.yaml"
    project.write(name, page.titled(name).text)
    assert project.shell("git init -q && git add .").returncode == 0
    home = str(project.path / ".pre-commit")
    _hold(project, "env", f"PRE_COMMIT_HOME={home}", command, "run", "--all-files")


@pytest.mark.parametrize(("changed", "runs"), [("data/corpus.jsonl", True), ("README.md", False)])
def test_the_hook_runs_where_a_ranking_may_move(
    project: Project, page: Page, changed: str, runs: bool
) -> None:
    command = needs("pre-commit")
    name = ".pre-commit-config.yaml"
    project.write(name, page.titled(name).text)
    if changed == "README.md":
        project.write(changed, "about animals\n")
    assert project.shell(f"git init -q && git add {name} {changed}").returncode == 0
    ran = project.run(
        command, "run", "--files", changed, PRE_COMMIT_HOME=str(project.path / ".pre-commit")
    )
    assert ran.returncode == 0, ran.stdout
    assert ("Passed" in ran.stdout) is runs
    assert ("Skipped" in ran.stdout) is not runs


def test_tox_runs_the_environment(project: Project, page: Page) -> None:
    command = needs("tox")
    project.write("tox.toml", page.titled("tox.toml").text)
    passed_on = ",".join(project.environment)  # what keeps a test run to itself
    _hold(project, command, "run", "-e", "golden", "-x", f"env.golden.pass_env={passed_on}")


def test_tox_hands_arguments_on(project: Project, page: Page) -> None:
    command = needs("tox")
    project.write("tox.toml", page.titled("tox.toml").text)
    ran = project.run(command, "run", "-e", "golden", "--", "-k", "sound", "--co", "-q")
    assert ran.returncode == 0, ran.stdout
    assert "animals.golden.yaml::purring" in ran.stdout


def test_nox_runs_the_session(project: Project, page: Page) -> None:
    command = needs("nox")
    project.write("noxfile.py", page.titled("noxfile.py").text)
    _hold(project, command, "-s", "golden")


def test_workers_run_the_command(project: Project, page: Page) -> None:
    pytest.importorskip("xdist")
    [block] = (block for block in page.blocks if block.language == "sh")
    _hold(project, *block.text.split())
