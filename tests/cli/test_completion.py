"""Shell completion: the script is one that the shell takes, and completes what there is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval_checks.cli.commands import COMMANDS
from retrieval_checks.cli.completion import SHELLS
from retrieval_checks.cli.main import main

BASH = shutil.which("bash")


def _script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["completion", shell]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_is_in_the_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    script = _script(shell, capsys)
    assert all(name in script for name in COMMANDS)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_takes_the_script(
    shell: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    path = tmp_path / "script"
    path.write_text(_script(shell, capsys))
    done = subprocess.run([program, "-n", str(path)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(BASH is None, reason="bash is not installed")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["retrieval-checks", "ga"], {"gate"}),
        (["retrieval-checks", "gate", "--str"], {"--strict"}),
        (["retrieval-checks", "accept", "--mode", "im"], {"improved"}),
        (["retrieval-checks", "compare", "--qrels", "judged"], {"judged.trec"}),
    ],
    ids=["command", "option", "choice", "file"],
)
def test_bash_offers_what_fits(
    words: list[str], offered: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "judged.trec").touch()
    (tmp_path / "script").write_text(_script("bash", capsys))
    asked = " ".join(f"'{word}'" for word in words)
    ask = f"""
source ./script
complete -p retrieval-checks > registered
COMP_WORDS=({asked}); COMP_CWORD={len(words) - 1}; COMP_LINE="{" ".join(words)}"
COMP_POINT=${{#COMP_LINE}}
$(sed 's/.*-F \\([^ ]*\\).*/\\1/' registered)
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(
        [str(BASH), "--norc", "-c", ask], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stderr == ""
    assert {line.strip() for line in done.stdout.splitlines()} == offered


def test_another_shell_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^2$"):
        main(["completion", "csh"])
    assert "invalid choice: 'csh' (choose from 'bash', 'zsh', 'fish')" in capsys.readouterr().err


def test_the_program_prints_the_same_script_each_time() -> None:
    code = "import sys; from retrieval_checks.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "completion", "bash"]
    scripts = {
        subprocess.run(
            command, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(scripts) == 1
