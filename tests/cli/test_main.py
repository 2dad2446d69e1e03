"""The command line: which command, which arguments, which exit code."""

import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from retrieval_checks.cli.main import main

ROOT = Path(__file__).parents[2]


def _refused(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    with pytest.raises(SystemExit, match=r"^2$"):
        main(argv)
    return capsys.readouterr().err


def test_an_unknown_command_is_told_its_near_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert "no command 'lnt'; did you mean 'lint'?" in _refused(capsys, "lnt", "x.golden.yaml")


def test_an_unknown_argument_is_told_its_near_name(capsys: pytest.CaptureFixture[str]) -> None:
    said = _refused(capsys, "lint", "x.golden.yaml", "--strct")
    assert "retrieval-checks lint: error: no argument '--strct'; did you mean '--strict'?" in said


def test_an_abbreviation_is_no_argument(capsys: pytest.CaptureFixture[str]) -> None:
    assert "no argument '--js'; " in _refused(capsys, "lint", "x.golden.yaml", "--js")


def test_no_command_and_no_path_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "the following arguments are required: COMMAND" in _refused(capsys)
    assert "the following arguments are required: PATH" in _refused(capsys, "lint")


def test_help_names_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^0$"):
        main(["--help"])
    assert "lint" in capsys.readouterr().out


def test_what_cannot_be_read_is_a_message_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "g.golden.yaml"
    path.write_text("format: 1\nqueris: []\n")
    assert main(["lint", str(path)]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err == (
        f"retrieval-checks lint: {path}:2: unknown key 'queris' in the golden file; did you mean"
        " 'queries'?\n"
    )


def test_the_console_script_is_this_function() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    script = EntryPoint("retrieval-checks", project["scripts"]["retrieval-checks"], "scripts")
    assert script.load() is main


def test_the_arguments_of_the_process_are_the_default() -> None:
    code = "import sys; from retrieval_checks.cli.main import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", code, "lint"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "PATH" in done.stderr
