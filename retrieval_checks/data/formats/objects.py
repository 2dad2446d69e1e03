"""`JsonLine`: one JSON object of a file, whose fields are read or refused with file and line."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from retrieval_checks.data.formats.lines import FilePath, numbered_lines
from retrieval_checks.data.postings import first_duplicate
from retrieval_checks.errors import DataError, did_you_mean


@dataclass(frozen=True, slots=True)
class JsonLine:
    """An object and where it stands. Of several keys for one field the first that is there counts.

    Every method raises `DataError` with file and line for a missing key or a wrong type.
    """

    path: str
    line: int
    fields: Mapping[str, Any]

    def id(self, *keys: str, kind: str) -> str:
        """The id under one of these keys: a non-empty string."""
        value = self._value(keys)
        if not isinstance(value, str):
            raise self.error(f"{kind} id is {_kind(value)}; ids are strings: put it in quotes")
        if not value:
            raise self.error(f"empty {kind} id; ids are non-empty strings")
        return value

    def text(self, key: str, *, default: str | None = None) -> str:
        """The string under a key; `default`, if given, where the key is absent or null."""
        if default is not None and self.fields.get(key) is None:
            return default
        value = self._value((key,))
        return value if isinstance(value, str) else self._refuse(key, value, "a string")

    def number(self, *keys: str) -> float:
        """The number under one of these keys, as float64."""
        value = self._value(keys)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._refuse(keys[0], value, "a number")
        try:
            return float(value)
        except OverflowError:
            raise self.error(f"{keys[0]!r} is too large for a float64; fix the line") from None

    def mapping(self, key: str) -> dict[str, Any]:
        """The object under a key, empty where the key is absent or null."""
        value = self.fields.get(key)
        if value is None:
            return {}
        return value if isinstance(value, dict) else self._refuse(key, value, "an object")

    def tags(self, value: Any) -> tuple[str, ...]:
        """A list of strings as a tuple."""
        if isinstance(value, list) and all(isinstance(tag, str) for tag in value):
            return tuple(value)
        return self._refuse("tags", value, "a list of strings")

    def error(self, message: str) -> DataError:
        """The error that says this about this line."""
        return DataError(f"{self.path}:{self.line}: {message}")

    def _value(self, keys: tuple[str, ...]) -> Any:
        for key in keys:
            if key in self.fields:
                return self.fields[key]
        asked = " or ".join(map(repr, keys))
        hint = did_you_mean(keys[0], self.fields) if self.fields else "the object is empty"
        raise self.error(f"no key {asked}; {hint.replace('allowed:', 'the object has:')}")

    def _refuse(self, key: str, value: Any, wanted: str) -> NoReturn:
        raise self.error(f"{key!r} is {_kind(value)}; write {wanted}")


def json_lines(path: FilePath) -> Iterator[JsonLine]:
    """The object on each line of a JSONL file, plain or gzip; blank lines are skipped.

    Raises:
        DataError: a line that is no JSON object, has a key twice, NaN or Infinity (neither is
            JSON), half a surrogate pair, a number too long or a nesting too deep to read.
    """
    name = os.fspath(path)
    for number, line in numbered_lines(path):
        content = line.strip()
        if not content:
            continue
        yield JsonLine(name, number, json_object(content, f"{name}:{number}"))


def json_object(text: bytes, place: str) -> dict[str, Any]:
    """The object that a line, or a whole file, is.

    Raises:
        DataError: the place, and what `json_lines` refuses.

    >>> json_object(b'{"a": 1, "a": 2}', "runs/a.jsonl:1")
    Traceback (most recent call last):
    ...
    retrieval_checks.errors.DataError: runs/a.jsonl:1: key 'a' stands twice in one object; drop one
    """
    try:
        return _parsed(text)
    except _Unreadable as error:
        raise DataError(f"{place}: {error}") from None


def json_text(fields: Mapping[str, Any], what: str) -> str:
    """The line for an object, as UTF-8 rather than escapes.

    Raises:
        DataError: a value that JSON cannot express, such as a date or NaN in metadata.
    """
    try:
        return json.dumps(fields, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise DataError(f"{what} cannot be written as JSON: {error}") from None


class _Unreadable(Exception):
    """What is wrong with a line."""


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        text = line.decode("utf-8")
        value = _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise _Unreadable(f"byte {error.start + 1} is not UTF-8; save the file as UTF-8") from None
    except json.JSONDecodeError as error:
        lines = f"line {error.lineno}, " if error.lineno > 1 else ""
        where = f"{lines}column {error.colno}"
        raise _Unreadable(f"not JSON at {where}: {error.msg}; fix the line") from None
    except RecursionError:
        raise _Unreadable("the JSON is nested too deeply to read; flatten it") from None
    except ValueError:  # Python's limit on the digits of an integer
        raise _Unreadable("a number has too many digits to read; shorten it") from None
    if not isinstance(value, dict):
        raise _Unreadable(f"one JSON object is needed, this is {_kind(value)}")
    if ("\\ud" in text or "\\uD" in text) and _has_half_pair(value):
        raise _Unreadable("a \\ud... escape is half of a surrogate pair, so no character; mend it")
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    item = dict(pairs)
    if len(item) != len(pairs):
        twice = first_duplicate([key for key, _ in pairs])
        raise _Unreadable(f"key {twice!r} stands twice in one object; drop one")
    return item


def _no_constant(name: str) -> NoReturn:
    raise _Unreadable(f"{name} is not JSON; write a number (an infinite score is 1e999), or null")


def _has_half_pair(item: dict[str, Any]) -> bool:
    try:
        json.dumps(item, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list" if not value else f"a list of {len(value)}"
    if isinstance(value, str):
        return f"the string {value[:40]!r}"
    return "null" if value is None else f"{str(value).lower()[:40]}"


_DECODER = json.JSONDecoder(object_pairs_hook=_unique_keys, parse_constant=_no_constant)
