"""What help says: of every command an example that its own arguments fit, and exit codes."""

import re
import shlex
from pathlib import Path

import pytest

from retrieval_checks.cli.commands import COMMANDS, make_parser
from retrieval_checks.cli.main import main

NAMES = sorted(COMMANDS)


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_a_command_fits_its_arguments(name: str) -> None:
    argv = shlex.split(
        COMMANDS[name].example.partition(">")[0] if name == "completion" else COMMANDS[name].example
    )
    assert argv[0] == name
    assert make_parser(complete=[name]).parse_args(argv).command == name


@pytest.mark.parametrize("name", NAMES)
def test_help_has_the_example_and_the_exit_codes(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match=r"^0$"):
        main([name, "--help"])
    said = capsys.readouterr().out
    assert f"example:\n  retrieval-checks {COMMANDS[name].example}\n" in said
    assert re.search(r"exit codes:\n  0  nothing to object to\n  1  .+\n  2  could not", said)


@pytest.mark.parametrize("name", NAMES)
def test_no_argument_lacks_help(name: str) -> None:
    parser = make_parser(complete=[name])
    commands = next(a.choices for a in parser._actions if isinstance(a.choices, dict))
    assert commands is not None
    assert [a.dest for a in commands[name]._actions if not a.help and a.dest != "action"] == []


def test_help_lists_every_command_and_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^0$"):
        main(["--help"])
    said = capsys.readouterr().out
    assert all(f"    {name} " in said or f"    {name}\n" in said for name in NAMES)
    assert all(f"\n  {code}" in said for code in (0, 1, 2, 130, 141))


def test_every_command_prints_json_but_the_one_that_prints_a_script() -> None:
    without = []
    for name, command in COMMANDS.items():
        source = Path(str(command.load().__file__)).read_text("utf-8")
        without += [] if '"--json"' in source else [name]
    assert without == ["completion"]
