"""Files for GitHub and GitLab: valid by the services' schemas, and their commands do as said."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.pages import ROOT, Page, read_page
from tests.docs.recipes.conftest import Project, check_schema

ACTION = ROOT / ".github" / "actions" / "retrieval-golden" / "action.yml"
WORKFLOWS = ROOT / ".github" / "workflows"


@pytest.fixture
def job(project: Project) -> dict[str, str]:
    """What the shell of a job on GitHub has."""
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(project.path),
        "GITHUB_STEP_SUMMARY": str(project.path / "summary.md"),
        "CI": "true",
    }


@pytest.fixture
def action() -> dict[str, Any]:
    if not ACTION.is_file():
        pytest.skip("away from the sources there is no composite action")
    loaded: dict[str, Any] = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    return loaded


def _steps(text: str) -> list[dict[str, Any]]:
    (job,) = yaml.safe_load(text)["jobs"].values()
    steps: list[dict[str, Any]] = job["steps"]
    return steps


def _commands(text: str) -> list[str]:
    """What a workflow runs, installation aside."""
    runs = [step["run"] for step in _steps(text) if "run" in step]
    return [run for run in runs if not run.startswith("pip install")]


def _green_then_red(project: Project, script: str, job: dict[str, str]) -> None:
    """Green without an annotation; red with one at the query's line, and a summary of both."""
    summary = project.path / "summary.md"
    green = project.shell(script, **job)
    assert green.returncode == 0, green.stdout
    assert "::error" not in green.stdout
    assert "retrieval" in summary.read_text(encoding="utf-8")
    project.break_it()
    red = project.shell(script, **job)
    assert red.returncode == 1, red.stdout
    place = "::error file=animals.golden.yaml,line=5,title=purring::'owl' is "
    assert place in red.stdout
    assert "| purring | failed | 5 | 'owl' is " in summary.read_text(encoding="utf-8")
    assert (project.path / "golden.html").read_text(encoding="utf-8").startswith("<!")
    assert 'name="purring"' in (project.path / "golden.xml").read_text(encoding="utf-8")


def test_the_workflow_is_one_by_github_s_schema(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "golden.yml"
    file.write_text(page.titled(".github/workflows/golden.yml").text, encoding="utf-8")
    check_schema("vendor.github-workflows", file)


@pytest.mark.parametrize("name", ["checks.yml"])
def test_the_project_s_own_workflows_are(name: str) -> None:
    if not WORKFLOWS.is_dir():
        pytest.skip("away from the sources there is no workflow")
    assert [path.name for path in WORKFLOWS.iterdir()] == ["checks.yml"]
    check_schema("vendor.github-workflows", WORKFLOWS / name)


def test_the_workflow_annotates_and_sums_up(
    project: Project, page: Page, job: dict[str, str]
) -> None:
    (command,) = _commands(page.titled(".github/workflows/golden.yml").text)
    _green_then_red(project, command, job)


def test_the_cache_is_what_the_workflow_restores_and_saves(page: Page) -> None:
    text = page.titled(".github/workflows/golden.yml").text
    (command,) = _commands(text)
    paths = {s["with"]["path"] for s in _steps(text) if "cache/" in s.get("uses", "")}
    assert paths == {".retrieval-cache"}
    assert "--retrieval-cache=.retrieval-cache" in command


def test_the_readme_runs_the_same_command_as_the_workflow(page: Page) -> None:
    readme = read_page("README.md")
    (command,) = _commands(page.titled(".github/workflows/golden.yml").text)
    assert f"- run: {command}" in readme.text


def test_gitlab_s_file_is_one_by_its_schema(page: Page, tmp_path: Path) -> None:
    file = tmp_path / ".gitlab-ci.yml"
    file.write_text(page.titled(".gitlab-ci.yml").text, encoding="utf-8")
    check_schema("vendor.gitlab-ci", file)


def test_gitlab_s_script_writes_what_it_keeps(project: Project, page: Page) -> None:
    (job,) = yaml.safe_load(page.titled(".gitlab-ci.yml").text).values()
    (command,) = job["script"]
    project.break_it()
    ran = project.shell(command, CI="true")
    assert ran.returncode == 1, ran.stdout
    kept = [*job["artifacts"]["paths"], job["artifacts"]["reports"]["junit"]]
    assert all((project.path / name).is_file() for name in kept)


def test_the_action_is_one_by_github_s_schema(action: dict[str, Any]) -> None:
    check_schema("vendor.github-actions", ACTION)
    assert {step.get("shell") for step in action["runs"]["steps"] if "run" in step} == {"bash"}


def _script(action: dict[str, Any], **inputs: str) -> tuple[str, dict[str, str]]:
    """The action's script, and its environment for these inputs and the defaults of others."""
    (step,) = (step for step in action["runs"]["steps"] if "run" in step)
    values = {name: given["default"] for name, given in action["inputs"].items()} | inputs
    environment = {}
    for name, text in step["env"].items():
        environment[name] = values[text.removeprefix("${{ inputs.").removesuffix(" }}")]
    return step["run"], environment


def test_the_action_annotates_and_sums_up(
    project: Project, action: dict[str, Any], job: dict[str, str]
) -> None:
    script, environment = _script(action)
    _green_then_red(project, script, {**job, **environment})


def test_the_action_hands_arguments_on_line_by_line(
    project: Project, action: dict[str, Any], job: dict[str, str]
) -> None:
    script, environment = _script(
        action, args="--retrieval-gate=RR@10 >= 0.5\n\n-v\n$(touch owned)\n", cache=""
    )
    ran = project.shell(script, **job, **environment)
    assert ran.returncode == 4, ran.stdout
    assert "$(touch owned)" in ran.stdout  # a path that is not there: text, not a command
    assert not (project.path / "owned").exists()
    script, environment = _script(action, args="--retrieval-gate=RR@10 >= 0.5\n-v\n", cache="")
    ran = project.shell(script, **job, **environment)
    assert ran.returncode == 0, ran.stdout
    assert "animals.golden.yaml::gate[RR@10 >= 0.5] PASSED" in ran.stdout


def test_no_input_is_pasted_into_the_action_s_script(action: dict[str, Any]) -> None:
    assert all("${{" not in step.get("run", "") for step in action["runs"]["steps"])


def test_the_page_names_every_input_of_the_action(action: dict[str, Any], page: Page) -> None:
    table = page.text[page.text.index("### As one step") : page.text.index("## GitLab")]
    assert {name for name in action["inputs"] if f"`{name}`" not in table} == set()
