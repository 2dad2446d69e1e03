"""The command line: which command, which arguments, which exit code."""

import os
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from retrieval_checks.cli.main import main

ROOT = Path(__file__).parents[2]
EXAMPLE = str(ROOT / "fixtures" / "golden")
CALL = "import sys; from retrieval_checks.cli.main import main; sys.exit(main())"


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


def test_a_path_behind_options_is_told_where_it_belongs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = _refused(capsys, "compare", "a.trec", "--qrels", "q.trec", "b.trec")
    assert "'b.trec' is one too many; paths stand together" in said


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
    assert main(["accept", str(path), "--in-ci", "--from", str(path)]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err == (
        f"retrieval-checks accept: {path}:2: unknown key 'queris' in the golden file; did you mean"
        " 'queries'?\n"
    )


def test_the_console_script_is_this_function() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    script = EntryPoint("retrieval-checks", project["scripts"]["retrieval-checks"], "scripts")
    assert script.load() is main


def _process(*argv: str, **settings: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", CALL, *argv], capture_output=True, env={**os.environ, **settings}
    )


def test_the_arguments_of_the_process_are_the_default() -> None:
    done = _process("lint")
    assert done.returncode == 2
    assert b"PATH" in done.stderr


@pytest.mark.parametrize("argv", [("--help",), ("runs", EXAMPLE)], ids=["help", "runs"])
def test_a_reader_that_is_gone_is_no_traceback(argv: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-c", CALL, *argv]
    buffered = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, env=buffered)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_full_disk_is_a_message() -> None:
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-c", CALL, "runs", EXAMPLE]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert done.stderr == b"retrieval-checks: the output: No space left on device\n"


def test_an_interruption_is_no_traceback() -> None:
    code = f"""
import sys
from retrieval_checks.cli.golden import lint
def interrupted(args):
    raise KeyboardInterrupt
lint.run = interrupted
{CALL}
"""
    done = subprocess.run([sys.executable, "-c", code, "lint", EXAMPLE], capture_output=True)
    assert (done.returncode, done.stderr) == (130, b"retrieval-checks: interrupted\n")


def test_letters_that_the_terminal_lacks_are_escaped(tmp_path: Path) -> None:
    path = tmp_path / "g.golden.yaml"
    text = "format: 1\nqueries:\n  - {id: q, text: x, expect: {within: {Ü: 1}, absent: {Ü: 2}}}"
    path.write_text(text, encoding="utf-8")
    done = _process("lint", str(path), PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert rb"'\xdc'" in done.stdout


def test_help_loads_no_library_and_no_command() -> None:
    code = "import sys; before = set(sys.modules); from retrieval_checks.cli.main import main\n"
    code += "try: main(['--help'])\n"
    code += "except SystemExit: print('|' + ' '.join(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.rpartition("|")[2].split()
    assert not {"numpy", "scipy", "yaml", "torch", "shtab", "json"} & set(loaded)
    ours = {name for name in loaded if name.startswith("retrieval_checks.")}
    assert ours == {f"retrieval_checks.{n}" for n in ("cli", "cli.main", "cli.commands", "errors")}


def test_the_version_is_the_distributions(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^0$"):
        main(["--version"])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert capsys.readouterr().out == f"retrieval-checks {project['version']}\n"


@pytest.mark.parametrize("file", ["", "no_such.file"], ids=["folder", "missing"])
def test_a_path_that_cannot_be_read_names_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    place = tmp_path / file
    assert main(["compare", str(place), str(place)]) == 2
    assert f"retrieval-checks compare: {place}: " in capsys.readouterr().err
