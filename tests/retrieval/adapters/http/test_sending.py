"""Requests that fail: which are repeated, which are not, and how much is read."""

import gzip
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.adapters.hits import SearchError
from retrieval_checks.retrieval.adapters.http.sending import HttpLimits, Sender
from tests.retrieval.adapters.http.server import Answer, Asked, Behaviour, serving

httpx2 = pytest.importorskip("httpx2")

QUICK = HttpLimits(backoff=0.0, retries=2, read_timeout=10)


def _json(
    behaviour: Behaviour, limits: HttpLimits = QUICK, *, body: object | None = None
) -> tuple[object, list[Asked]]:
    """What one request gets, and what arrived at the server."""
    with serving(behaviour) as service, _client(limits) as client:
        answer = Sender(client, limits).json(
            "GET" if body is None else "POST", f"{service.url}/search", body
        )
        return answer, service.seen


def _fails(behaviour: Behaviour, limits: HttpLimits = QUICK) -> tuple[str, int]:
    """The message of one request that fails, and how often it was sent."""
    with serving(behaviour) as service, _client(limits) as client:
        with pytest.raises(SearchError, match=r".") as raised:
            Sender(client, limits, ["s3cret"]).json("GET", f"{service.url}/search", None)
        return str(raised.value), len(service.seen)


def _client(limits: HttpLimits) -> Any:
    return httpx2.Client(timeout=limits.read_timeout, trust_env=False)


def _after(times: int, first: Answer, then: Answer) -> Behaviour:
    """An answer that comes so many times before another one does."""
    answers = iter([first] * times)
    return lambda asked: next(answers, then)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_status_that_says_later_is_asked_again(status: int) -> None:
    answer, seen = _json(_after(2, Answer(b"busy", status), Answer(["d1"])), body={"q": "cats"})
    assert answer == ["d1"]
    assert [(asked.method, asked.body) for asked in seen] == [("POST", b'{"q":"cats"}')] * 3


def test_a_status_that_says_later_once_too_often_is_an_error() -> None:
    message, times = _fails(lambda asked: Answer(b"index is \xff closed", 503))
    assert message == "status 503: 'index is \ufffd closed' (3 attempts)"
    assert times == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 501])
def test_a_status_that_says_never_is_an_error_at_once(status: int) -> None:
    message, times = _fails(lambda asked: Answer(b"no", status))
    assert (message, times) == (f"status {status}: 'no'", 1)


def test_a_pause_grows_and_the_server_may_make_it_longer_up_to_a_bound() -> None:
    limits = HttpLimits(backoff=0.1, retries=2, longest_pause=0.3)
    begun = time.monotonic()
    _json(_after(2, Answer(b"", 503), Answer([])), limits)
    assert 0.3 <= time.monotonic() - begun < 3  # 0.1 + 0.2
    begun = time.monotonic()
    _json(_after(1, Answer(b"", 429, {"Retry-After": "3600"}), Answer([])), limits)
    assert 0.3 <= time.monotonic() - begun < 3


def test_a_server_that_hangs_up_is_asked_again_then_an_error() -> None:
    def hang_up(asked: Asked) -> Answer:
        raise ConnectionResetError

    message, times = _fails(hang_up)
    assert message.startswith("no connection: RemoteProtocolError: ")
    assert message.endswith(" (3 attempts)")
    assert times == 3


def test_a_server_that_is_not_there_is_an_error() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))  # bound, but nobody listens
        url = f"http://127.0.0.1:{reserved.getsockname()[1]}/"
        with _client(QUICK) as client, pytest.raises(SearchError, match="no connection: ConnectE"):
            Sender(client, QUICK).json("GET", url, None)


def test_an_answer_that_does_not_come_in_time_is_an_error() -> None:
    def slow(asked: Asked) -> Answer:
        time.sleep(1)
        return Answer([])

    message, times = _fails(slow, HttpLimits(read_timeout=0.1, retries=1, backoff=0))
    assert (message, times) == ("no answer in time: ReadTimeout (2 attempts)", 2)


def test_an_answer_that_never_ends_is_given_up_by_time_and_by_size() -> None:
    def dripping(asked: Asked) -> Iterator[bytes]:
        for _ in range(40):
            time.sleep(0.05)
            yield b" "

    message, _ = _fails(dripping, HttpLimits(read_timeout=0.2, retries=0))
    assert message == "no complete answer within 0.2 s"

    def flooding(asked: Asked) -> Iterator[bytes]:
        for _ in range(1000):
            yield b" " * 1000

    message, times = _fails(flooding, HttpLimits(max_bytes=5000))
    assert (message, times) == ("the answer is longer than max_bytes=5000", 1)


def test_the_bound_on_size_holds_for_what_is_unpacked() -> None:
    packed = gzip.compress(b" " * 1_000_000)
    answer = Answer(packed, headers={"Content-Encoding": "gzip"})
    assert len(packed) < 5000
    message, _ = _fails(lambda asked: answer, HttpLimits(max_bytes=5000))
    assert message == "the answer is longer than max_bytes=5000"


def test_an_answer_at_the_bound_is_read() -> None:
    answer, _ = _json(lambda asked: Answer(b'["abc"]'), HttpLimits(max_bytes=7))
    assert answer == ["abc"]
    message, _ = _fails(lambda asked: Answer(b'["abc"]'), HttpLimits(max_bytes=6))
    assert message == "the answer is longer than max_bytes=6"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            Answer(b"<html>"),
            "the answer is no JSON (Expecting value: line 1 column 1 (char 0)): '<",
        ),
        (
            Answer(b""),
            "the answer is no JSON (Expecting value: line 1 column 1 (char 0)): an empty",
        ),
        (
            Answer(b"no gzip at all", headers={"Content-Encoding": "gzip"}),
            "the answer cannot be unpacked: ",
        ),
        (Answer(b"key s3cret is wrong", 403), "status 403: 'key *** is wrong'"),
        (Answer(b"x" * 9999, 400), f"status 400: '{'x' * 200}'"),
    ],
)
def test_an_answer_that_is_none_is_an_error_and_secrets_are_not_repeated(
    answer: Answer, message: str
) -> None:
    said, times = _fails(lambda asked: answer)
    assert said.startswith(message)
    assert times == 1


def test_a_redirect_on_the_same_server_is_followed() -> None:
    def moved(asked: Asked) -> Answer:
        if asked.path == "/search":
            return Answer(status=307, headers={"Location": "/new/search"})
        return Answer(["d1"])

    answer, seen = _json(moved, body={"q": "cats"})
    assert answer == ["d1"]
    assert [(a.method, a.path, a.body) for a in seen] == [
        ("POST", "/search", b'{"q":"cats"}'),
        ("POST", "/new/search", b'{"q":"cats"}'),
    ]


def test_redirects_without_end_are_an_error() -> None:
    def moved(asked: Asked) -> Answer:
        return Answer(status=307, headers={"Location": "/search"})

    assert _fails(moved, HttpLimits(redirects=2)) == ("more than 2 redirects", 3)
    assert _fails(moved, HttpLimits(redirects=0)) == ("more than 0 redirects", 1)


def test_a_redirect_to_another_server_is_an_error_and_nothing_is_sent_there() -> None:
    with serving(lambda asked: Answer(["d1"])) as other:

        def moved(asked: Asked) -> Answer:
            return Answer(status=302, headers={"Location": f"{other.url}/search"})

        message, times = _fails(moved)
        assert message.startswith(f"redirected to {other.url}, another server; headers are not")
        assert times == 1
        assert other.seen == []


def test_a_redirect_that_loses_the_body_is_an_error() -> None:
    def moved(asked: Asked) -> Answer:
        return Answer(status=302, headers={"Location": "/new"})

    with pytest.raises(SearchError, match="redirected from POST to GET, which loses the body"):
        _json(moved, body={"q": "cats"})


def test_a_certificate_that_nobody_trusts_is_an_error_at_once(tmp_path: Path) -> None:
    tls = server_certificate(tmp_path)
    with serving(lambda asked: Answer([]), tls=tls) as service, _client(QUICK) as client:
        url = f"https://127.0.0.1:{service.port}/"
        with pytest.raises(SearchError, match=r"the server's certificate is not trusted .*ca_file"):
            Sender(client, QUICK).json("GET", url, None)
        assert service.seen == []


@pytest.mark.parametrize("name", ["connect_timeout", "read_timeout", "max_bytes"])
def test_limits_that_allow_nothing_are_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} must be above 0, got 0"):
        HttpLimits(**{name: 0})


@pytest.mark.parametrize("name", ["retries", "backoff", "longest_pause", "redirects"])
def test_limits_below_zero_are_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} must be at least 0, got -1"):
        HttpLimits(**{name: -1})


def server_certificate(folder: Path) -> ssl.SSLContext:
    """What a server needs for https://127.0.0.1; its certificate, signed by itself, is cert.pem."""
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=checks"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"]
    try:
        subprocess.run([*command.split(), *names], cwd=folder, check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed, which makes the certificate")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return tls
