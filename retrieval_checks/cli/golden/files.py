"""The golden files that paths name."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from retrieval_checks.data.formats.lines import near_files
from retrieval_checks.errors import SettingsError

SUFFIXES = (".golden.yaml", ".golden.yml")


def golden_files(paths: Iterable[Path]) -> list[Path]:
    """The files of these paths, each once; of a folder those in it and below, sorted.

    Hidden folders are left alone, such as a virtual environment in `.venv`.

    Raises:
        SettingsError: a path that is not there (near names are listed), a folder without any.

    >>> golden_files([Path("fixtures/golden/ai_act.golden.yaml")])[0].name
    'ai_act.golden.yaml'
    """
    return list(dict.fromkeys(file for path in paths for file in _files(path)))


def _files(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise SettingsError(f"{path}: no such file or folder{near_files(path)}")
    if not path.is_dir():
        yield path
        return
    below = (file for suffix in SUFFIXES for file in path.rglob(f"*{suffix}"))
    found = sorted(file for file in below if not _is_hidden(file.relative_to(path)))
    if not found:
        raise SettingsError(f"{path}: no golden file in this folder, none ends in {SUFFIXES[0]}")
    yield from found


def _is_hidden(file: Path) -> bool:
    return any(part.startswith(".") for part in file.parent.parts)
