"""`retrieval-checks completion SHELL`: the script that completes this command's arguments."""

import argparse
from collections.abc import Iterator
from pathlib import Path

import shtab

from retrieval_checks.cli.commands import COMMANDS, make_parser

SHELLS = ("bash", "zsh", "fish")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument("shell", choices=SHELLS, help="The shell that reads the script.")


def run(args: argparse.Namespace) -> int:
    """Print the script; always 0."""
    parser = make_parser(complete=COMMANDS)
    for action in _actions(parser):
        if action.type is Path:
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # where shtab looks for it
    print(shtab.complete(parser, args.shell))
    return 0


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Every argument of a parser and of its commands."""
    for action in parser._actions:  # argparse has no public list of them
        yield action
        if isinstance(action.choices, dict):
            for command in action.choices.values():
                yield from _actions(command)
