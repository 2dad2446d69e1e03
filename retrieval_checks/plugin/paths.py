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

from retrieval_checks.plugin.options import COLLECTION_NAMES, REPORT_SUFFIXES

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


def given_paths(config: pytest.Config, key: str, *, is_checked: bool) -> tuple[Path, ...]:
    """The paths of a flag, each once, or else the one of its ini key.

    Flags count from where pytest was called, ini keys from the root folder.

    Args:
        config: where at least one of the two is set.
        key: `retrieval_collection`, `retrieval_report` or `retrieval_cache`.
        is_checked: whether an ini key's path must be fit for it; a flag's must always.

    Raises:
        pytest.UsageError: a path that cannot be what its key asks for.
    """
    flags = config.getoption(key)
    texts = [text for text in ([flags] if isinstance(flags, str) else flags or []) if text]
    flag, here = f"--{key.replace('_', '-')}", config.invocation_params.dir
    if not texts and (ini := config.getini(key)):
        return (_given(config.rootpath, ini, key, f"ini key {key}" if is_checked else ""),)
    return tuple(dict.fromkeys(_given(here, text, key, flag) for text in texts))


def given_baseline(config: pytest.Config, *, is_checked: bool) -> str:
    """A path that exists, from the folder that it counts from, or else a name.

    Raises:
        pytest.UsageError: what can only be a path, and no file is there.
    """
    flag = config.getoption("retrieval_baseline")
    text = str(flag or config.getini("retrieval_baseline"))
    base = config.invocation_params.dir if flag else config.rootpath
    path = base / Path(text).expanduser()
    if path.is_file():
        return str(path)
    if is_checked and Path(text).name != text:
        from retrieval_checks.data.formats.lines import near_files

        source = "--retrieval-baseline" if flag else "ini key retrieval_baseline"
        raise pytest.UsageError(f"{source}: there is no file {path}{near_files(path)}")
    return text


def _given(base: Path, text: str, key: str, source: str) -> Path:
    """The path, checked where it has a source to blame."""
    if key == "retrieval_collection" and text.startswith(COLLECTION_NAMES):
        return Path(text)
    path = (base / Path(text).expanduser()).resolve()
    if source:
        _CHECKS[key](path, source)
    return path


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
