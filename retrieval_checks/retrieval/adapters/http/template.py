"""What is sent for a query: a URL, a body and headers with places to be filled in."""

import os
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from retrieval_checks.errors import SettingsError, did_you_mean

_PLACES = ("query", "k", "query_id")
_PLACE = re.compile(r"\{(query|k|query_id)\}")
_BRACES = re.compile(r"\{([^{}]*)\}")
_SECRET = re.compile(r"\$\{([^{}]*)\}")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def check_url(url: str) -> None:
    """Nothing, where requests can go to this URL template.

    Raises:
        SettingsError: no http(s) URL, a place that does not exist or that stands in the host, or a
            secret, which would be logged.
    """
    shown = "the URL" if "@" in url else f"URL {url!r}"
    if _SECRET.search(url) or "@" in urlsplit(url).netloc:
        raise SettingsError(
            f"{shown} holds a secret, and URLs are logged; put it in a header:"
            ' headers={"Authorization": "Bearer ${NAME}"}, which is read from the environment'
        )
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "{" in parts.netloc:
        raise SettingsError(f"{shown} must start with http:// or https:// and a host")
    for word in _BRACES.findall(url):
        if word not in _PLACES:
            raise SettingsError(f"{shown}: no place {{{word}}}; {did_you_mean(word, _PLACES)}")


def has_place(template: object, place: str) -> bool:
    """Whether a template, or any text in it, has this place.

    >>> has_place({"query": {"match": {"text": "{query}"}}, "size": "{k}"}, "query")
    True
    """
    if isinstance(template, Mapping):
        return any(has_place(value, place) for value in template.values())
    if isinstance(template, list | tuple):
        return any(has_place(value, place) for value in template)
    return isinstance(template, str) and f"{{{place}}}" in template


def fill_url(template: str, values: Mapping[str, str | int]) -> str:
    """The URL with every value percent-encoded.

    >>> fill_url("http://h/s?q={query}&n={k}", {"query": "a&b c?", "k": 5})
    'http://h/s?q=a%26b%20c%3F&n=5'
    """
    return _PLACE.sub(lambda place: quote(str(values[place[1]]), safe=""), template)


def fill_body(template: Any, values: Mapping[str, str | int]) -> Any:
    """The body with every place filled in once; a text that is one place alone becomes its value.

    >>> fill_body({"q": "text:{query}", "size": "{k}"}, {"query": "{k} cats", "k": 5})
    {'q': 'text:{k} cats', 'size': 5}
    """
    if isinstance(template, Mapping):
        return {key: fill_body(value, values) for key, value in template.items()}
    if isinstance(template, list | tuple):
        return [fill_body(value, values) for value in template]
    if not isinstance(template, str):
        return template
    if alone := _PLACE.fullmatch(template):
        return values[alone[1]]
    return _PLACE.sub(lambda place: str(values[place[1]]), template)


def check_headers(headers: Mapping[str, str]) -> None:
    """Nothing, where these can be headers.

    Raises:
        SettingsError: a name that is none, or a value that is no text. Values are never shown.
    """
    for name, value in headers.items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            raise SettingsError(f"header {name!r} has a name that HTTP does not allow")
        if not isinstance(value, str) or not _can_be_sent(value):
            raise SettingsError(f"header {name!r} must be one line of ASCII text")


def fill_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers with `${NAME}` read from the environment.

    Raises:
        SettingsError: no such variable, or one that cannot be sent. Values are never shown.

    >>> fill_headers({"Accept": "application/json"})
    {'Accept': 'application/json'}
    """
    # os.environ is no argument: pytest's --showlocals would print it
    for header, value in headers.items():
        for name in _SECRET.findall(value):
            if name not in os.environ:
                raise SettingsError(
                    f"header {header!r} needs the environment variable {name!r}, which is not set"
                )
            if not _can_be_sent(os.environ[name]):
                raise SettingsError(
                    f"environment variable {name!r}, for header {header!r}, must be one line of"
                    " ASCII text; does it end with a line break?"
                )
    return {
        header: _SECRET.sub(lambda name: os.environ[name[1]], value)
        for header, value in headers.items()
    }


def secrets_in(headers: Mapping[str, str]) -> list[str]:
    """The values that must not be shown: what headers take from the environment."""
    names = {name for value in headers.values() for name in _SECRET.findall(value)}
    return [os.environ[name] for name in sorted(names) if os.environ.get(name)]


def _can_be_sent(value: str) -> bool:
    return value.isascii() and value.isprintable()
