"""`main`: the command line of `retrieval-checks`, one module a subcommand."""

import argparse
import re
import sys
from collections.abc import Sequence

from retrieval_checks.cli import compare, lint
from retrieval_checks.errors import RetrievalChecksError, did_you_mean

UNUSABLE = 2  # what argparse exits with, too
_COMMANDS = {"compare": compare, "lint": lint}


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 for nothing to object to, 1 for what was found, 2 for unusable arguments.

    Args:
        argv: the arguments without the program's name; the process's own by default.

    Raises:
        SystemExit: after `--help`, and with code 2 for arguments that argparse refuses.
    """
    parser = _parser()
    given = list(sys.argv[1:] if argv is None else argv)
    if given and not given[0].startswith("-") and given[0] not in _COMMANDS:
        parser.error(f"no command {given[0]!r}; {did_you_mean(given[0], _COMMANDS)}")
    args, unknown = parser.parse_known_args(given)
    if unknown:
        known = re.findall(r"--[a-z-]+", args.parser.format_help())
        args.parser.error(f"no argument {unknown[0]!r}; {did_you_mean(unknown[0], known)}")
    try:
        return int(_COMMANDS[args.command].run(args))
    except RetrievalChecksError as error:
        print(f"retrieval-checks {args.command}: {error}", file=sys.stderr)
        return UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="retrieval-checks",
        description="Checks for retrieval pipelines, outside of pytest.",
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in _COMMANDS.items():
        own = commands.add_parser(
            name, help=module.HELP, description=module.HELP, allow_abbrev=False
        )
        own.set_defaults(parser=own)
        module.add_arguments(own)
    return parser
