"""`HttpRetriever`: a search service behind an HTTP endpoint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from retrieval_checks.data.collection import Queries
from retrieval_checks.data.run import Run
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.adapters.hits import (
    DocIdOf,
    Hit,
    SearchError,
    digest_of,
    need,
    search_each,
)
from retrieval_checks.retrieval.adapters.http.field_path import FieldPath
from retrieval_checks.retrieval.adapters.http.sending import HttpLimits, Sender
from retrieval_checks.retrieval.adapters.http.template import (
    check_headers,
    check_url,
    fill_body,
    fill_headers,
    fill_url,
    has_place,
    secrets_in,
)

Method = Literal["GET", "POST"]


@dataclass(frozen=True, eq=False)
class HttpRetriever:
    """What a search service answers, one request a query, as a Run.

    A query that the service fails to answer is an error, after some repetitions; an empty ranking
    means that the service said so with an empty list. Places `{query}`, `{k}` and `{query_id}` are
    filled in, percent-encoded in the URL; in the body a text that is `"{k}"` alone becomes the
    number. Where hits are chunks and some are of one document, the service is asked again for more.

    Secrets stand in headers as `${NAME}` and are read from the environment with each search; they
    are neither kept nor shown. TLS certificates are always verified.

        HttpRetriever(
            "https://search.example.com/docs/_search",
            ids="hits.hits[*]._id",
            scores="hits.hits[*]._score",
            body={"query": {"match": {"text": "{query}"}}, "size": "{k}"},
            headers={"Authorization": "ApiKey ${SEARCH_KEY}"},
        )

    Args:
        url: where requests go.
        ids: where the documents' ids stand in the answer; see `FieldPath`.
        scores: where their scores do, higher is better; without, the score of rank r is 1 / r.
        method: `"POST"` where there is a body, else `"GET"`, unless given.
        body: sent as JSON.
        headers: beside those that httpx2 adds.
        limits: how long, how often, how much.
        ca_file: certificates to trust instead of the usual ones.
        threads: queries asked at once.
        doc_id_of: turns an id of the answer into the corpus's: `str` for numbers.
        name: what reports call the run.

    Raises:
        SettingsError: a URL, path, header or number that makes no sense; no place for the query.
        MissingDependencyError: httpx2 is not installed.
    """

    url: str
    ids: str
    scores: str | None = field(default=None, kw_only=True)
    method: Method | None = field(default=None, kw_only=True)
    body: Mapping[str, Any] | None = field(default=None, kw_only=True)
    headers: Mapping[str, str] = field(default_factory=dict, kw_only=True, repr=False)
    limits: HttpLimits = field(default_factory=HttpLimits, kw_only=True)
    ca_file: str | Path | None = field(default=None, kw_only=True)
    threads: int = field(default=4, kw_only=True)
    doc_id_of: DocIdOf | None = field(default=None, kw_only=True)
    name: str = field(default="http", kw_only=True)

    def __post_init__(self) -> None:
        check_url(self.url)
        check_headers(self.headers)
        for path in filter(None, (self.ids, self.scores)):
            FieldPath(path)
        if not has_place([self.url, self.body], "query"):
            raise SettingsError(
                f"neither URL {self.url!r} nor the body says where the query goes: write {{query}}"
            )
        if self.method not in (None, "GET", "POST"):
            raise SettingsError(f"method is {self.method!r}; allowed: 'GET', 'POST'")
        if self.threads < 1:
            raise SettingsError(f"threads must be at least 1, got {self.threads}")
        need("httpx2", "http")

    @property
    def fingerprint(self) -> str:
        """A digest of how the service is asked; what it searches is not known here."""
        return digest_of(self.url, self.method, self.body, self.ids, self.scores)

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        """At most `k` documents a query.

        Raises:
            SettingsError: k below 1; a header's environment variable that is not set.
            SearchError: the service did not answer a query, or its answer lacks a field.
        """
        with self._client() as client:
            sender = Sender(client, self.limits, secrets_in(self.headers))
            return search_each(
                queries,
                k,
                lambda asked, n: self._search(sender, asked, n),
                list(zip(queries.query_ids, queries.texts, strict=True)),
                name=self.name,
                doc_id_of=self.doc_id_of,
                threads=self.threads,
            )

    def _client(self) -> Any:
        httpx2 = need("httpx2", "http")
        return httpx2.Client(
            headers=fill_headers(self.headers),
            timeout=httpx2.Timeout(self.limits.read_timeout, connect=self.limits.connect_timeout),
            verify=_trusting(self.ca_file),
            follow_redirects=False,
        )

    def _search(self, sender: Sender, asked: tuple[str, str], k: int) -> list[Hit]:
        values: dict[str, str | int] = {"query_id": asked[0], "query": asked[1], "k": k}
        method = self.method or ("GET" if self.body is None else "POST")
        answer = sender.json(method, fill_url(self.url, values), fill_body(self.body, values))
        ids = FieldPath(self.ids).values(answer)
        if self.scores is None:
            return [(own, None) for own in ids]
        return list(zip(ids, self._numbers(answer, len(ids)), strict=True))

    def _numbers(self, answer: object, n: int) -> Sequence[float]:
        assert self.scores is not None  # noqa: S101  # asked before
        scores = FieldPath(self.scores).values(answer)
        if len(scores) != n:
            raise SearchError(
                f"{n} ids at {self.ids!r} but {len(scores)} scores at {self.scores!r}"
            )
        for score in scores:
            if isinstance(score, bool) or not isinstance(score, int | float):
                raise SearchError(f"score {score!r:.40} at {self.scores!r} is not a number")
        return scores  # type: ignore[return-value]  # checked one by one


def _trusting(ca_file: str | Path | None) -> Any:
    """What httpx verifies certificates with."""
    if ca_file is None:
        return True
    import ssl

    try:
        return ssl.create_default_context(cafile=str(ca_file))
    except OSError as error:
        raise SettingsError(f"ca_file {str(ca_file)!r} cannot be read: {error}") from None
