"""`Sender`: one request, again where that may help, never more of an answer than allowed."""

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.adapters.hits import SearchError

if TYPE_CHECKING:
    import httpx2

_WORTH_ANOTHER_TRY = frozenset({408, 425, 429, 500, 502, 503, 504})
_SHOWN = 200  # characters of an answer that is no success


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpLimits:
    """How long a request may take, how often it is repeated, how much is read.

    Args:
        connect_timeout: seconds until there must be a connection.
        read_timeout: seconds between parts of an answer, and for an answer as a whole.
        retries: how often a request is repeated after a time-out, a broken connection, or a status
            that says "later": 408, 425, 429, 500, 502, 503, 504.
        backoff: seconds before the first repetition, doubled each time; longer where the server's
            `Retry-After` says so.
        longest_pause: seconds that are waited at most, whatever the server says.
        max_bytes: of an answer, unpacked.
        redirects: followed at most, and only to the same host, with the same method.

    Raises:
        SettingsError: a number out of range.

    >>> HttpLimits(retries=0).retries
    0
    """

    connect_timeout: float = 5.0
    read_timeout: float = 30.0
    retries: int = 3
    backoff: float = 0.5
    longest_pause: float = 30.0
    max_bytes: int = 16 << 20
    redirects: int = 3

    def __post_init__(self) -> None:
        for name in ("connect_timeout", "read_timeout", "max_bytes"):
            if not getattr(self, name) > 0:
                raise SettingsError(f"{name} must be above 0, got {getattr(self, name)!r}")
        for name in ("retries", "backoff", "longest_pause", "redirects"):
            if not getattr(self, name) >= 0:
                raise SettingsError(f"{name} must be at least 0, got {getattr(self, name)!r}")


class _Later(Exception):
    """An attempt that failed in a way that may pass."""

    def __init__(self, what: str, pause: float = 0.0) -> None:
        super().__init__(what)
        self.pause = pause  # seconds that the server asked for


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends requests through one client, within limits.

    Args:
        client: an `httpx2.Client` that follows no redirects by itself.
        limits: how long, how often, how much.
        secrets: what must not stand in a message, even if the server repeats it.
    """

    client: "httpx2.Client"
    limits: HttpLimits
    secrets: Sequence[str] = field(default=(), repr=False)

    def json(self, method: str, url: str, body: object | None) -> object:
        """The JSON document that the server answers with.

        Raises:
            SearchError: no answer, a status that is no success, too much, or no JSON.
        """
        content = self._patiently(method, url, body)
        try:
            return json.loads(content)
        except ValueError as error:
            raise SearchError(
                f"the answer is no JSON ({error}): {self._excerpt(content)}"
            ) from None

    def _patiently(self, method: str, url: str, body: object | None) -> bytes:
        for attempt in range(self.limits.retries + 1):
            try:
                return self._once(method, url, body)
            except _Later as failure:
                last = failure
            if attempt < self.limits.retries:
                pause = max(self.limits.backoff * 2**attempt, last.pause)
                time.sleep(min(pause, self.limits.longest_pause))
        times = f" ({self.limits.retries + 1} attempts)" if self.limits.retries else ""
        raise SearchError(f"{last}{times}") from None

    def _once(self, method: str, url: str, body: object | None) -> bytes:
        import httpx2

        try:
            return self._followed(self.client.build_request(method, url, **_json(body)))
        except httpx2.TimeoutException as error:
            raise _Later(f"no answer in time: {type(error).__name__}") from None
        except httpx2.TransportError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise SearchError(
                    f"the server's certificate is not trusted ({error}); give the certificate of"
                    " its authority as ca_file"
                ) from None
            raise _Later(f"no connection: {type(error).__name__}: {error}") from None
        except httpx2.DecodingError as error:
            raise SearchError(f"the answer cannot be unpacked: {error}") from None

    def _followed(self, request: "httpx2.Request") -> bytes:
        for _ in range(self.limits.redirects + 1):
            response = self.client.send(request, stream=True)
            try:
                following = response.next_request
                if following is None:
                    return self._read(response)
                _check_redirect(request, following)
                request = following
            finally:
                response.close()
        raise SearchError(f"more than {self.limits.redirects} redirects")

    def _read(self, response: "httpx2.Response") -> bytes:
        status, content = response.status_code, self._content(response)
        if status in _WORTH_ANOTHER_TRY:
            raise _Later(f"status {status}: {self._excerpt(content)}", _retry_after(response))
        if not 200 <= status < 300:
            raise SearchError(f"status {status}: {self._excerpt(content)}")
        return content

    def _content(self, response: "httpx2.Response") -> bytes:
        """The body, read part by part: a server may send without end, or very slowly."""
        end = time.monotonic() + self.limits.read_timeout
        content = bytearray()
        for part in response.iter_bytes():
            content += part
            if len(content) > self.limits.max_bytes:
                raise SearchError(f"the answer is longer than max_bytes={self.limits.max_bytes}")
            if time.monotonic() > end:
                raise _Later(f"no complete answer within {self.limits.read_timeout:g} s")
        return bytes(content)

    def _excerpt(self, content: bytes) -> str:
        text = content.decode("utf-8", "replace")
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return repr(text[:_SHOWN]) if text else "an empty answer"


def _json(body: object | None) -> Mapping[str, Any]:
    return {} if body is None else {"json": body}


def _check_redirect(request: "httpx2.Request", following: "httpx2.Request") -> None:
    """Nothing, where headers and body may go there too."""
    here, there = request.url, following.url
    if (here.scheme, here.host, here.port) != (there.scheme, there.host, there.port):
        raise SearchError(
            f"redirected to {there.scheme}://{there.netloc.decode('ascii')}, another server;"
            " headers are not sent there: give its URL"
        )
    if following.method != request.method:
        raise SearchError(
            f"redirected from {request.method} to {following.method}, which loses the body; give"
            " the URL that it leads to"
        )


def _retry_after(response: "httpx2.Response") -> float:
    """Seconds; 0 where the server does not say, or gives a date."""
    with suppress(ValueError):
        return max(0.0, float(response.headers.get("retry-after", "0")))
    return 0.0
