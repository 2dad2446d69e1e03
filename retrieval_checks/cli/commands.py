"""The commands of `retrieval-checks`, and a parser of their arguments."""

import argparse
from collections.abc import Collection
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

_UNUSABLE = "could not be done: arguments, files or settings; the message says which"
_EVERY_CODE = f"""\
exit codes:
  0    nothing to object to
  1    something to object to: a gate that fails, what lint calls an error, a damaged file
  2    {_UNUSABLE}
  130  interrupted
  141  the reader of the output closed it, as `head` does"""


class Command(NamedTuple):
    """What help says of a command, and the module that has its arguments and its code."""

    module: str  # under retrieval_checks.cli; imported where the command is used, not for --help
    help: str
    example: str
    objection: str  # what exit code 1 means

    @property
    def epilog(self) -> str:
        """The example and the exit codes, below the arguments."""
        return (
            f"example:\n  retrieval-checks {self.example}\n\nexit codes:\n"
            f"  0  nothing to object to\n  1  {self.objection}\n  2  {_UNUSABLE}"
        )

    def load(self) -> ModuleType:
        """The module, with `add_arguments(parser)` and `run(args) -> int`."""
        return import_module(f"retrieval_checks.cli.{self.module}")


COMMANDS = {
    "compare": Command(
        "judging.compare",
        "Compare two saved baselines or TREC runs, query by query.",
        "compare may.trec june.trec --qrels qrels.trec",
        "the second is worse (with --strict: not shown to be as good)",
    ),
    "gate": Command(
        "judging.gate",
        "Judge gates over a saved run, without retrieving anything.",
        'gate june.trec --baseline may.trec --qrels qrels.trec --gate "nDCG@10 drop <= 0.02"',
        "a gate fails (with --strict: or cannot tell)",
    ),
    "runs": Command(
        "judging.runs",
        "List saved baselines, accepted rankings and TREC runs, with their means.",
        "runs tests/golden --collection data/my_collection",
        "a file is damaged; the list names it",
    ),
    "report": Command(
        "report",
        "Make a page or a text of a report that was saved as JSON.",
        "report report.json -o report.html",
        "never",
    ),
    "new": Command(
        "golden.starting.new",
        "Start a golden file: judged queries of a collection, and what may be expected of them.",
        "new data/my_collection -o tests/mine.golden.yaml --queries 20",
        "never",
    ),
    "lint": Command(
        "golden.lint",
        "Say what golden files can and cannot tell, before any run.",
        "lint tests --strict",
        "an error was found in files that can be read (with --strict: or a warning)",
    ),
    "accept": Command(
        "golden.accept",
        "Accept rankings into the lock of golden files: today's, or those of a saved baseline.",
        'accept tests/mine.golden.yaml --mode all --reason "new chunks"',
        "a query was refused, or something else than accepting failed",
    ),
    "label": Command(
        "labelling.label",
        "Judge the (query, document) pairs that matter most; each answer is saved at once.",
        "label may.trec june.trec --qrels qrels.trec --collection data/my_collection",
        "never",
    ),
    "rerank-curve": Command(
        "reranking.rerank_curve",
        "Measure what a reranker gains and costs at several depths, and mark the knee.",
        "rerank-curve data/my_collection --depths 10,50,200 --svg curve.svg",
        "never",
    ),
    "cache": Command(
        "cache",
        "Say what the cache of embeddings and scores holds, verify it, or clear it.",
        "cache clear --older-than 30d",
        "something was damaged; it was dropped and is computed again",
    ),
    "completion": Command(
        "completion",
        "Print the script that completes this command's arguments in a shell.",
        "completion bash > ~/.local/share/bash-completion/completions/retrieval-checks",
        "never",
    ),
}


def make_parser(complete: Collection[str]) -> argparse.ArgumentParser:
    """The parser of all commands; only of these are the arguments declared.

    >>> args = make_parser(["completion"]).parse_args(["completion", "zsh"])
    >>> args.command, args.shell
    ('completion', 'zsh')
    """
    parser = argparse.ArgumentParser(
        prog="retrieval-checks",
        description="Checks for retrieval pipelines, outside of pytest.",
        epilog=f"`retrieval-checks COMMAND --help` has the arguments and an example.\n\n"
        f"{_EVERY_CODE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, help="Print the version and exit.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        own = commands.add_parser(
            name,
            help=command.help,
            description=command.help,
            epilog=command.epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        own.set_defaults(parser=own)
        if name in complete:
            command.load().add_arguments(own)
    return parser


class _Version(argparse.Action):
    """Looks the version up only where it is asked for."""

    def __init__(self, option_strings: list[str], dest: str, help: str) -> None:
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it and exit."""
        from importlib.metadata import version

        print(f"retrieval-checks {version('retrieval-checks')}")
        parser.exit()
