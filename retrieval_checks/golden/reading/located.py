"""`Located`: YAML values that know their file and line, so that every error can name them."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import yaml

from retrieval_checks.errors import SettingsError, did_you_mean

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_TAGS = {"!", *(_TAG + name for name in ("str", "int", "float", "bool", "null", "seq", "map"))}
_DEEPEST = 20  # the format itself needs six levels


@dataclass(frozen=True, slots=True)
class Located:
    """One YAML node and where it stands; values are taken out with the type they must have."""

    node: yaml.Node
    path: Path

    @property
    def line(self) -> int:
        """The 1-based line in the file."""
        return self.node.start_mark.line + 1

    def fail(self, message: str) -> NoReturn:
        """Raise the error that this value has no meaning, with file and line in front."""
        raise SettingsError(f"{self.path}:{self.line}: {message}")

    def mapping(self, what: str) -> dict[str, tuple["Located", "Located"]]:
        """`{key: (key node, value node)}`; keys are scalars as written, each once."""
        if not isinstance(self.node, yaml.MappingNode):
            self.fail(f"{what} must be a mapping, got {self._shown()}")
        found: dict[str, tuple[Located, Located]] = {}
        for key_node, value_node in self.node.value:
            key = Located(key_node, self.path)
            name = key.text(f"a key of {what}")
            if name in found:
                key.fail(
                    f"key {name!r} stands twice in {what}, first in line {found[name][0].line}"
                )
            found[name] = (key, Located(value_node, self.path))
        return found

    def fields(self, what: str, allowed: Iterable[str]) -> dict[str, "Located"]:
        """A mapping all of whose keys are allowed ones."""
        names = tuple(allowed)
        fields = {}
        for name, (key, value) in self.mapping(what).items():
            if name not in names:
                key.fail(f"unknown key {name!r} in {what}; {did_you_mean(name, names)}")
            fields[name] = value
        return fields

    def items(self, what: str) -> Iterator["Located"]:
        """The members of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.fail(f"{what} must be a list, got {self._shown()}")
        return (Located(node, self.path) for node in self.node.value)

    def text(self, what: str) -> str:
        """A scalar's text as written, so that the id `007` needs no quotes; never empty."""
        if not isinstance(self.node, yaml.ScalarNode) or self.node.tag == f"{_TAG}null":
            self.fail(f"{what} must be text, got {self._shown()}")
        if not self.node.value.strip():
            self.fail(f"{what} is empty")
        return str(self.node.value)

    def words(self, what: str) -> str:
        """A text that YAML does not take for a number, a date or yes and no, unless quoted."""
        text = self.text(what)
        if self.node.tag != f"{_TAG}str":
            kind = str(self.node.tag).removeprefix(_TAG)
            self.fail(f"{what} is {text!r}, which YAML reads as {kind}; write it in quotes")
        return text

    def whole_number(self, what: str, *, least: int) -> int:
        """A whole number of at least `least`."""
        number = self.number(what)
        if number != int(number) or number < least:
            self.fail(f"{what} must be a whole number from {least}, got {self._shown()}")
        return int(number)

    def number(self, what: str) -> float:
        """A finite number."""
        is_number = self.node.tag in (f"{_TAG}int", f"{_TAG}float")
        try:
            value = float(self.node.value) if is_number else math.nan
        except (TypeError, ValueError):  # YAML knows numbers that nobody means here: 0x1f, 1:30
            value = math.nan
        if not math.isfinite(value):
            self.fail(f"{what} must be a number, got {self._shown()}")
        return value

    def _shown(self) -> str:
        if isinstance(self.node, yaml.ScalarNode):
            return repr(self.node.value) if self.node.tag != f"{_TAG}null" else "nothing"
        return "a list" if isinstance(self.node, yaml.SequenceNode) else "a mapping"


def read_yaml(path: Path) -> Located:
    """The root value of a YAML file, read by the safe loader.

    Raises:
        SettingsError: the file cannot be read, is not UTF-8, is not YAML, or is empty.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError(f"{path}:{line}: not UTF-8: save the file as UTF-8") from None
    try:
        _refuse_foreign(text, path)
        node = yaml.compose(text, _Loader)
    except yaml.YAMLError as error:
        raise SettingsError(f"{path}:{_line_of(error)}: not YAML: {_problem(error)}") from None
    if node is None:
        raise SettingsError(
            f"{path}:1: the file is empty; it needs at least 'format: 1' and queries"
        )
    return Located(node, path)


def _refuse_foreign(text: str, path: Path) -> None:
    """Refuse what no golden file needs before it is composed: aliases, deep nesting, tags."""
    depth = 0
    for event in yaml.parse(text, _Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        tag = getattr(event, "tag", None)  # one that is written, as in `!env NAME`
        is_foreign = tag is not None and tag not in _TAGS
        if isinstance(event, yaml.AliasEvent) or is_foreign or depth > _DEEPEST:
            fault = f"a tag ({tag})" if is_foreign else "an alias (*name)"
            fault = fault if depth <= _DEEPEST else "nested too deeply"
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise SettingsError(f"{path}:{line}: {fault}; a golden file writes its values out")


def _line_of(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return mark.line + 1 if mark else 1


def _problem(error: yaml.YAMLError) -> str:
    problem = getattr(error, "problem", None)
    return str(problem or error).splitlines()[0]
