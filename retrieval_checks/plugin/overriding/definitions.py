"""`Definition`: a fixture that a conftest of the user's defines, and where."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

_MADE_BY_PYTEST = "FixtureFunctionDefinition"  # the type that pytest.fixture returns, from 8.4


class Definition(NamedTuple):
    """A fixture in a conftest."""

    name: str
    path: Path
    line: int  # 1-based


def definitions(config: pytest.Config) -> Iterator[Definition]:
    """Every fixture of the conftests that are loaded so far.

    Pytest has no public list of fixtures, and its own changes with its versions; what stands in a
    conftest does not.
    """
    for plugin in config.pluginmanager.get_plugins():
        path = Path(getattr(plugin, "__file__", None) or "")
        if path.name != "conftest.py":
            continue
        for value in list(vars(plugin).values()):
            if type(value).__name__ == _MADE_BY_PYTEST:
                code = getattr(inspect.unwrap(value), "__code__", None)
                yield Definition(value.name, path, code.co_firstlineno if code else 1)


def override_of(name: str, config: pytest.Config, folder: Path) -> str:
    """`conftest.py:7`, where the fixture of this name is overridden for a folder; else empty."""
    found = [
        each
        for each in definitions(config)
        if each.name == name and folder.is_relative_to(each.path.parent)
    ]
    if not found:
        return ""
    nearest = max(found, key=lambda each: len(each.path.parts))
    path, root = nearest.path, config.rootpath
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    return f"{shown}:{nearest.line}"
