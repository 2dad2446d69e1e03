"""What is sent: places filled in once, secrets only where they may be."""

import pytest

from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.adapters.http.template import (
    check_headers,
    check_url,
    fill_body,
    fill_headers,
    fill_url,
    has_place,
    secrets_in,
)

VALUES: dict[str, str | int] = {"query": 'cats & "dogs"/é {k}', "k": 7, "query_id": "q 1"}


def test_a_url_has_every_value_encoded() -> None:
    url = fill_url("http://h/{query_id}?q={query}&n={k}", VALUES)
    assert url == "http://h/q%201?q=cats%20%26%20%22dogs%22%2F%C3%A9%20%7Bk%7D&n=7"


def test_a_body_is_filled_at_any_depth_and_only_once() -> None:
    body = {"match": [{"text": "title:{query}"}, 1.5, None, True], "size": "{k}", "as": "{k} hits"}
    assert fill_body(body, VALUES) == {
        "match": [{"text": 'title:cats & "dogs"/é {k}'}, 1.5, None, True],
        "size": 7,
        "as": "7 hits",
    }


def test_other_braces_in_a_body_stay() -> None:
    assert fill_body("year:{2000 TO *} {query}", {"query": "cats"}) == "year:{2000 TO *} cats"


def test_a_place_is_found_at_any_depth() -> None:
    assert has_place(["http://h", {"a": [{"b": "x {query}"}]}], "query")
    assert not has_place(["http://h", {"{query}": 5}, None], "query")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://h/{query}", "URL 'ftp://h/{query}' must start with http:// or https:// and a host"),
        ("h/{query}", "must start with http"),
        ("http:///{query}", "must start with http"),
        ("http://{query}/", "must start with http"),
        ("http://h/{quary}", "no place {quary}; did you mean 'query'"),
        ("http://h/{query}?key=${KEY}", "holds a secret, and URLs are logged; put it in a header"),
        ("http://me:s3cret@h/{query}", "the URL holds a secret, and URLs are logged"),
    ],
)
def test_a_url_that_makes_no_sense_is_refused(url: str, message: str) -> None:
    with pytest.raises(SettingsError) as raised:
        check_url(url)
    assert message in str(raised.value)
    assert "s3cret" not in str(raised.value)


def test_headers_take_secrets_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "s3cret")
    monkeypatch.setenv("MY_NAME", "me ${MY_KEY}")
    headers = {"Authorization": "Bearer ${MY_KEY}", "X-Both": "${MY_NAME}:${MY_KEY}", "Accept": "*"}
    assert fill_headers(headers) == {
        "Authorization": "Bearer s3cret",
        "X-Both": "me ${MY_KEY}:s3cret",
        "Accept": "*",
    }
    assert secrets_in(headers) == ["s3cret", "me ${MY_KEY}"]


def test_a_variable_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    with pytest.raises(SettingsError, match="header 'X-Key' needs the environment variable 'MY_KE"):
        fill_headers({"X-Key": "${MY_KEY}"})


@pytest.mark.parametrize("value", ["s3cret\n", "s3crét", "s3\tcret"])
def test_a_variable_that_cannot_be_sent_is_named_and_not_shown(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", value)
    with pytest.raises(
        SettingsError, match=r"environment variable 'MY_KEY'.*one line of"
    ) as raised:
        fill_headers({"X-Key": "${MY_KEY}"})
    assert "s3" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value"), [("X Key", "a"), ("", "a"), ("X-Key", "s3cret\r\nHost: evil"), ("X-Key", 5)]
)
def test_headers_that_http_does_not_allow_are_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"header '{name}'") as raised:
        check_headers({name: value})
    assert "s3cret" not in str(raised.value)
