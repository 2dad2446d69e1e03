"""Paths of flags and ini keys: whether they can be what is asked for, and a trap of pytest's.

A flag's value that is an existing path can move the root folder: before it knows a plugin's flags,
pytest takes `--retrieval-cache /elsewhere` for a flag and a test path, and looks for its root and
ini file above both. Without the ini file every setting in it is silently lost.
`--retrieval-cache=/elsewhere` is read as meant.
"""

import os
from itertools import pairwise
from pathlib import Path

import pytest

from retrieval_checks.plugin.options import REPORT_SUFFIXES

_INI_FILES = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini")
_WITHOUT_VALUE = {
    f"--retrieval-{name}" for name in ("golden", "with-tests", "no-cache", "strict", "accept-in-ci")
}


def check_root(config: pytest.Config) -> None:
    """Refuse a run whose ini file was passed over because of one of our flags.

    Raises:
        pytest.UsageError: names the flag and the spelling that works.
    """
    args = [str(arg) for arg in config.invocation_params.args]
    here = config.invocation_params.dir
    for flag, value in pairwise(args):
        if not flag.startswith("--retrieval-") or "=" in flag or flag in _WITHOUT_VALUE:
            continue
        if not (here / value).exists():
            continue
        passed_over = _ini_file_below(config.rootpath, here)
        if passed_over and not value.startswith("-") and config.inipath != passed_over:
            raise pytest.UsageError(
                f"write {flag}={value}: with a blank between, pytest took the path for a folder of"
                f" tests, chose {config.rootpath} as its root and did not read {passed_over}"
            )


def check_path(path: Path, key: str, source: str) -> None:
    """Refuse a path that cannot be what its key asks for.

    Args:
        path: absolute.
        key: `retrieval_collection`, `retrieval_report` or `retrieval_cache`.
        source: the flag or ini key, as it is spelt.

    Raises:
        pytest.UsageError: says what is wrong with it.
    """
    _CHECKS[key](path, source)


def _check_collection(path: Path, source: str) -> None:
    if not path.exists():
        raise pytest.UsageError(f"{source}: no collection at {path}")


def _check_report(path: Path, source: str) -> None:
    if path.suffix not in REPORT_SUFFIXES:
        raise pytest.UsageError(f"{source}: {path.name!r} must end in {', '.join(REPORT_SUFFIXES)}")
    if not path.parent.is_dir():
        raise pytest.UsageError(f"{source}: there is no folder {path.parent}")
    if path.is_dir():
        raise pytest.UsageError(f"{source}: {path} is a folder")
    if not os.access(path.parent, os.W_OK):
        raise pytest.UsageError(f"{source}: the folder {path.parent} cannot be written to")


def _check_cache(path: Path, source: str) -> None:
    if path.exists() and not path.is_dir():
        raise pytest.UsageError(f"{source}: {path} is not a folder")


def _ini_file_below(root: Path, here: Path) -> Path | None:
    """The first ini file from `here` upward, below the root that was chosen."""
    for folder in (here, *here.parents):
        if folder == root:
            return None
        for name in _INI_FILES:
            if (folder / name).is_file():
                return folder / name
        project = folder / "pyproject.toml"
        if project.is_file() and "[tool.pytest" in project.read_text("utf-8", "replace"):
            return project
    return None


_CHECKS = {
    "retrieval_collection": _check_collection,
    "retrieval_report": _check_report,
    "retrieval_cache": _check_cache,
}
