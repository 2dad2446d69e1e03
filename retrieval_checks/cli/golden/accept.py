"""`retrieval-checks accept`: today's rankings, or saved ones, into the lock of golden files.

Today's rankings are those of the user's own pipeline, which their conftest may make: only pytest
knows it, so pytest is run, on these golden files and nothing else. A saved baseline needs no
pipeline: CI saves one (`--retrieval-save`), and somebody who looked at it accepts it at their desk.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from retrieval_checks.cli.golden.files import golden_files
from retrieval_checks.cli.golden.from_saved import accept_saved
from retrieval_checks.comparison.baseline import SUFFIX
from retrieval_checks.comparison.records import QueryRecord
from retrieval_checks.errors import SettingsError
from retrieval_checks.golden.accept import MODES
from retrieval_checks.golden.lock import lock_path, read_lock

FORMAT = 1
_UNUSABLE = 2
_STDERR = 2
_Records = Mapping[str, QueryRecord]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this command."""
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="A golden file, or a folder with some."
    )
    parser.add_argument(
        "--mode",
        choices=MODES,
        default="new",
        help="'new' adds queries, 'improved' also those that rose, 'all' whatever differs (with"
        " --reason). Default: new.",
    )
    parser.add_argument("--reason", metavar="TEXT", default="", help="Why; kept in the lock.")
    parser.add_argument(
        "--from",
        dest="saved",
        type=Path,
        metavar="FILE",
        help=f"Accept the rankings of a file *{SUFFIX} of this golden file: nothing is retrieved.",
    )
    parser.add_argument(
        "--pytest",
        default="",
        metavar="ARGS",
        help="More arguments of pytest, in one text: --pytest='-n 2 --retrieval-reranker=none'.",
    )
    parser.add_argument("--in-ci", action="store_true", help="Also where CI is set.")
    parser.add_argument("--json", action="store_true", help="Print what was accepted as JSON.")


def run(args: argparse.Namespace) -> int:
    """Accept, and say what changed; 1 where a query was refused or pytest failed otherwise.

    2 where pytest could not run: no golden file, a setting without meaning.

    Raises:
        SettingsError: mode `all` without a reason, `CI` set, several golden files of one baseline.
        RetrievalChecksError: a file that cannot be read or written, or is not comparable.
    """
    _check(args)
    files = golden_files(args.paths)
    before = {file: read_lock(file).records for file in files}
    code = _by_pytest(args, files) if args.saved is None else _from_saved(args, files)
    if args.json:
        told = [_changes(file, records) for file, records in before.items()]
        print(json.dumps({"format": FORMAT, "locks": told}, indent=1))
    return code


def _check(args: argparse.Namespace) -> None:
    if args.mode == "all" and not args.reason.strip():
        raise SettingsError("--mode all also lets worse rankings in: say why, --reason TEXT")
    in_ci = os.environ.get("CI", "").lower() not in ("", "0", "false")
    if in_ci and not args.in_ci:
        raise SettingsError(
            "refused where CI is set: accepting is a decision that somebody commits; --in-ci"
            " allows it"
        )


def _by_pytest(args: argparse.Namespace, files: Sequence[Path]) -> int:
    """Pytest's verdict on accepting, in this program's exit codes; its output passes through."""
    command = [sys.executable, "-m", "pytest", "--retrieval-golden"]
    command += [f"--retrieval-accept={args.mode}"]
    command += [f"--retrieval-reason={args.reason}"] if args.reason else []
    command += ["--retrieval-accept-in-ci"] if args.in_ci else []
    command += [*map(str, files), *shlex.split(args.pytest)]
    sys.stdout.flush()
    stdout = _STDERR if args.json else None
    done = subprocess.run(command, check=False, stdout=stdout)  # noqa: S603  # the user's own
    return done.returncode if done.returncode in (0, 1) else _UNUSABLE


def _from_saved(args: argparse.Namespace, files: Sequence[Path]) -> int:
    if len(files) != 1 or args.pytest:
        raise SettingsError(
            "--from takes one golden file, whose baseline it is, and runs no pytest;"
            f" got {len(files)} files{' and --pytest' if args.pytest else ''}"
        )
    accepted = accept_saved(files[0], args.saved, mode=args.mode, reason=args.reason)
    if not args.json:
        print(f"{lock_path(files[0])}: {accepted.explain()}")
    return int(bool(accepted.refused))


def _changes(golden: Path, before: _Records) -> dict[str, Any]:
    """What is in the lock now that was not, and the other way round."""
    now = read_lock(golden).records
    return {
        "golden": str(golden),
        "lock": str(lock_path(golden)),
        "queries": len(now),
        "new": [query_id for query_id in now if query_id not in before],
        "changed": [q for q in now if q in before and now[q] != before[q]],
        "removed": [query_id for query_id in before if query_id not in now],
    }
