"""What surrounds today's run: the environment, and the baseline that was named."""

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from retrieval_checks.comparison.baseline import SUFFIX
from retrieval_checks.errors import SettingsError, did_you_mean

_LIBRARIES = ("retrieval-checks", "numpy", "torch", "sentence-transformers", "transformers")


def environment() -> str:
    """Platform and versions that may change a ranking, in one line; no library is imported."""
    versions = [f"{name} {_version(name)}" for name in _LIBRARIES]
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return ", ".join([machine, *versions])


def baseline_path(golden: Path, name: str) -> Path:
    """Where a named baseline of a golden file stands.

    >>> baseline_path(Path("tests/legal.golden.yaml"), "may").name
    'legal.may.baseline.jsonl'
    """
    return golden.with_name(f"{_stem(golden)}.{name}{SUFFIX}")


def baseline_of(golden: Path, name: str) -> Path:
    """The file of the baseline that a setting names, by path or by name.

    Raises:
        SettingsError: there is none; near names are listed.
    """
    if Path(name).is_file():
        return Path(name)
    if Path(name).name != name:
        raise SettingsError(f"no baseline: there is no file {name}")
    beside = baseline_path(golden, name)
    if beside.is_file():
        return beside
    prefix = f"{_stem(golden)}."
    known = [
        path.name.removeprefix(prefix).removesuffix(SUFFIX)
        for path in golden.parent.glob(f"*{SUFFIX}")
        if path.name.startswith(prefix)
    ]
    hint = did_you_mean(name, known) if known else "none is saved yet"
    raise SettingsError(
        f"no baseline {name!r}: there is neither {beside.name} beside {golden.name} nor a file of"
        f" this name; {hint}. Save one: pytest --retrieval-golden --retrieval-save NAME"
    )


def _stem(golden: Path) -> str:
    return golden.name.rpartition(".golden.")[0]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
