"""`retrieval-checks accept`: through the user's own pytest, or from a saved baseline."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval_checks.golden.lock import read_lock
from tests.cli.conftest import Said
from tests.plugin.conftest import GREEN, Project

CALL = "import sys; from retrieval_checks.cli.main import main; sys.exit(main())"
Accept = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def accept(project: Project) -> Accept:
    """The command in a user's project, whose golden file has a lock."""
    (project.path / "animals.golden.yaml").write_text(GREEN)

    def call(*argv: str, code: int = 0, **settings: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "PYTEST_PLUGINS": "retrieval_checks.plugin", **settings}
        command = [sys.executable, "-c", CALL, "accept", *argv]
        done = subprocess.run(command, cwd=project.path, env=env, capture_output=True, text=True)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    return call


def _accepted(project: Project) -> list[str]:
    return list(read_lock(project.path / "animals.golden.yaml").records)


def test_pytest_retrieves_with_the_users_pipeline_and_the_lock_is_written(
    accept: Accept, project: Project
) -> None:
    done = accept("animals.golden.yaml")
    assert "3 queries accepted: 3 new" in done.stdout
    assert _accepted(project) == ["drink", "hunter", "purring"]
    assert project.calls() == ["purring hunter drink"]


def test_a_folder_names_its_golden_files_and_no_test_is_run(
    accept: Accept, project: Project
) -> None:
    (project.path / "test_red.py").write_text("def test_red():\n    assert False\n")
    accept(".")
    assert len(_accepted(project)) == 3


def test_json_says_what_changed_and_pytests_own_output_goes_elsewhere(
    accept: Accept, project: Project
) -> None:
    accept("animals.golden.yaml")
    project.edit(
        "conftest.py",
        "return self.inner.retrieve(queries, k)",
        "return Run.from_ids({q: ['owl', 'cow', 'cat'] for q in queries})",
    )
    project.edit("conftest.py", "import BM25Retriever", "import BM25Retriever, Run")
    (project.path / "animals.golden.yaml").write_text(
        GREEN.replace("  - id: purring\n    tags: [sound]\n    expect: {within: {cat: 1}}\n", "")
    )
    done = accept("animals.golden.yaml", "--json", "--mode", "all", "--reason", "new", code=1)
    assert json.loads(done.stdout) == {
        "format": 1,
        "locks": [
            {
                "golden": "animals.golden.yaml",
                "lock": "animals.golden.lock.jsonl",
                "queries": 2,
                "new": [],
                "changed": ["drink", "hunter"],
                "removed": ["purring"],
            }
        ],
    }
    assert "test session starts" in done.stderr


def test_reason_and_further_arguments_reach_pytest(accept: Accept, project: Project) -> None:
    done = accept("animals.golden.yaml", "--reason", "first day", "--pytest=-v --tb no")
    assert "animals.golden.yaml::purring PASSED" in done.stdout
    record = read_lock(project.path / "animals.golden.yaml").records["purring"]
    assert record.accepted is not None
    assert record.accepted.reason == "first day"


def test_a_refused_query_exits_with_1(accept: Accept, project: Project) -> None:
    (project.path / "animals.golden.yaml").write_text(GREEN.replace("{cat: 1}", "{owl: 1}"))
    accept("animals.golden.yaml", code=1)
    assert _accepted(project) == ["drink", "hunter"]


def test_a_selection_accepts_nothing(accept: Accept, project: Project) -> None:
    done = accept("animals.golden.yaml", "--pytest=-k 'purring or accept'", code=1)
    assert "nothing was written: 2 of 3 queries were left out" in done.stdout
    assert _accepted(project) == []


def test_what_pytest_cannot_run_exits_with_2(accept: Accept) -> None:
    accept("animals.golden.yaml", "--pytest=--no-such-option", code=2)


def test_accepting_is_refused_in_ci_unless_it_is_allowed(accept: Accept, project: Project) -> None:
    done = accept("animals.golden.yaml", code=2, CI="true")
    assert done.stderr.startswith("retrieval-checks accept: refused where CI is set")
    assert _accepted(project) == []
    accept("animals.golden.yaml", "--in-ci", CI="true")
    assert len(_accepted(project)) == 3


def test_a_saved_baseline_is_accepted_without_a_pipeline(accept: Accept, project: Project) -> None:
    project.run("--retrieval-save=may")
    (project.path / "conftest.py").unlink()
    done = accept("animals.golden.yaml", "--from", "animals.may.baseline.jsonl")
    assert done.stdout == "animals.golden.lock.jsonl: 3 queries accepted: 3 new\n"
    assert _accepted(project) == ["drink", "hunter", "purring"]
    same = accept("animals.golden.yaml", "--from", "animals.may.baseline.jsonl", "--json")
    assert json.loads(same.stdout)["locks"][0]["changed"] == []


def test_what_was_saved_is_accepted_as_pytest_accepts_it(accept: Accept, project: Project) -> None:
    project.run("--retrieval-save=may")
    accept("animals.golden.yaml", "--from", "animals.may.baseline.jsonl")
    lock = project.path / "animals.golden.lock.jsonl"
    saved = lock.read_bytes()
    lock.unlink()
    accept("animals.golden.yaml")
    assert lock.read_bytes() == saved


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (["none.golden.yaml"], "none.golden.yaml: no such file or folder"),
        ([".", "--mode", "all"], "--mode all also lets worse rankings in: say why, --reason TEXT"),
        ([".", "--from", "x", "--pytest=-v"], "--from takes one golden file, whose baseline it is"),
        ([".", "--from", "x.baseline.jsonl"], "x.baseline.jsonl: no such file"),
    ],
    ids=["path", "reason", "both", "saved"],
)
def test_what_has_no_meaning_is_refused(argv: list[str], why: str, accept: Accept) -> None:
    assert why in accept(*argv, code=2).stderr


def test_another_mode_is_refused_by_name(said: Said, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^2$"):
        said("accept", Path(), "--mode", "better")
    assert "invalid choice: 'better' (choose from 'new', 'improved', 'all')" in (
        capsys.readouterr().err
    )
