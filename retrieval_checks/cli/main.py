"""`main`: the command line of `retrieval-checks`, which dispatches to one module a command."""

import argparse
import os
import re
import sys
from collections.abc import Sequence

from retrieval_checks.cli.commands import COMMANDS, make_parser
from retrieval_checks.errors import RetrievalChecksError, did_you_mean

UNUSABLE = 2  # what argparse exits with, too
_INTERRUPTED = 130  # 128 + SIGINT, as shells have it
_READER_GONE = 141  # 128 + SIGPIPE


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 for nothing to object to, 1 for what was found, 2 for unusable arguments.

    130 where it is interrupted; 141 where the reader of the output closes it, as `head` does.

    Args:
        argv: the arguments without the program's name; the process's own by default.

    Raises:
        SystemExit: after `--help`, and with code 2 for arguments that argparse refuses.
    """
    for stream in (sys.stdout, sys.stderr):  # a terminal may lack the letters of an id
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            return _dispatch(list(sys.argv[1:] if argv is None else argv))
        finally:
            sys.stdout.flush()  # here, where it may still fail in peace
    except BrokenPipeError:
        _drop_output()
        return _READER_GONE
    except KeyboardInterrupt:
        print("retrieval-checks: interrupted", file=sys.stderr)
        return _INTERRUPTED
    except OSError as error:
        _drop_output()
        place = error.filename or "the output"
        print(f"retrieval-checks: {place}: {error.strerror or error}", file=sys.stderr)
        return UNUSABLE


def _dispatch(given: list[str]) -> int:
    named = [given[0]] if given and given[0] in COMMANDS else []
    parser = make_parser(complete=named)
    if given and not named and not given[0].startswith("-"):
        parser.error(f"no command {given[0]!r}; {did_you_mean(given[0], COMMANDS)}")
    args, unknown = parser.parse_known_args(given)
    if unknown:
        args.parser.error(_not_known(unknown[0], args.parser))
    try:
        return int(COMMANDS[args.command].load().run(args))
    except RetrievalChecksError as error:
        print(f"retrieval-checks {args.command}: {error}", file=sys.stderr)
        return UNUSABLE


def _not_known(word: str, parser: argparse.ArgumentParser) -> str:
    if not word.startswith("-"):
        return f"{word!r} is one too many; paths stand together, without options between"
    known = re.findall(r"--[a-z-]+", parser.format_usage())
    return f"no argument {word!r}; {did_you_mean(word, known)}"


def _drop_output() -> None:
    """Let what is still buffered go nowhere: Python flushes once more when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
