"""A search service, by its URL: what it is asked, what it answers, what it fails to."""

import json
import logging
import pickle
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from retrieval_checks.data.collection import Queries
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.adapters.hits import SearchError
from retrieval_checks.retrieval.adapters.http.endpoint import HttpRetriever
from retrieval_checks.retrieval.adapters.http.sending import HttpLimits
from retrieval_checks.retrieval.inspection.description import describe
from retrieval_checks.retrieval.protocols import Retriever
from tests.retrieval.adapters.http.server import Answer, Asked, Service, serving
from tests.retrieval.adapters.http.test_sending import server_certificate

pytest.importorskip("httpx2")

QUERIES = Queries.from_dict({"q1": "cats & dogs", "q2": "é"})
FOUND = {"cats & dogs": [("d1", 2.5), ("d2", 1)], "é": [("d3", 0.5)], "nothing": []}
SECRET = "s3cret"  # a global, since the test looks at the locals of its traceback
QUICK = HttpLimits(backoff=0.0, retries=1)


def _elastic(asked: Asked) -> Answer:
    """Answers in Elasticsearch's shape what was asked in it."""
    body = json.loads(asked.body)
    found = FOUND[body["query"]["match"]["text"]][: body["size"]]
    hits = [{"_id": doc_id, "_score": score} for doc_id, score in found]
    return Answer({"took": 3, "hits": {"hits": hits}})


def _plain(asked: Asked) -> Answer:
    """Answers a list of ids to a query in the URL."""
    found = FOUND[asked.fields["q"]][: int(asked.fields["n"])]
    return Answer({"ids": [doc_id for doc_id, _ in found]})


@pytest.fixture
def plain() -> Iterator[Service]:
    with serving(_plain) as service:
        yield service


def _get(service: Service, **options: Any) -> HttpRetriever:
    options = {"limits": QUICK, **options}
    return HttpRetriever(f"{service.url}/search?q={{query}}&n={{k}}", "ids[*]", **options)


def test_a_service_is_asked_with_a_body_and_answers_with_scores() -> None:
    with serving(_elastic) as service:
        retriever = HttpRetriever(
            f"{service.url}/docs/_search",
            ids="hits.hits[*]._id",
            scores="hits.hits[*]._score",
            body={"query": {"match": {"text": "{query}"}}, "size": "{k}"},
            name="elastic",
        )
        run = retriever.retrieve(QUERIES, 10)
    assert run.to_dict() == {"q1": {"d1": 2.5, "d2": 1.0}, "q2": {"d3": 0.5}}
    assert run.name == "elastic"
    assert {asked.method for asked in service.seen} == {"POST"}
    assert isinstance(retriever, Retriever)


def test_a_service_is_asked_by_its_url_and_answers_without_scores(plain: Service) -> None:
    run = _get(plain).retrieve(QUERIES, 10)
    assert run.to_dict() == {"q1": {"d1": 1.0, "d2": 0.5}, "q2": {"d3": 1.0}}
    assert sorted((a.method, a.fields["q"], a.fields["n"]) for a in plain.seen) == [
        ("GET", "cats & dogs", "10"),
        ("GET", "é", "10"),
    ]


def test_an_empty_list_is_an_empty_ranking(plain: Service) -> None:
    run = _get(plain).retrieve(Queries.from_dict({"q": "nothing"}), 10)
    assert run.to_dict() == {"q": {}}


def test_chunks_count_once_and_more_are_asked_for() -> None:
    chunks = ["d1#1", "d1#2", "d2#1"]
    with serving(lambda asked: Answer({"ids": chunks[: int(asked.fields["n"])]})) as service:
        retriever = _get(service, doc_id_of=lambda chunk: chunk.split("#")[0])
        run = retriever.retrieve(QUERIES.select(["q1"]), 2)
    assert run.to_dict() == {"q1": {"d1": 1.0, "d2": 0.5}}
    assert [asked.fields["n"] for asked in service.seen] == ["2", "4"]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer({"error": "busy"}, 503), r"status 503: '{\"error\": \"busy\"}' \(2 attempts\)"),
        (Answer({"error": "timed out"}), "the answer has no 'ids' at its top, where .* 'error'"),
        (Answer({"ids": None}), "the answer has no list in ids, which is a NoneType"),
        (Answer({"ids": [None]}), "document id None at rank 1"),
        (Answer({"ids": [17]}), r"document id 17 at rank 1 is of type int; .*use str\(...\)"),
        (Answer(b"[" * 100_000), "RecursionError|no JSON"),
    ],
)
def test_a_failure_is_an_error_that_names_the_query_never_a_miss(
    answer: Answer, message: str
) -> None:
    def failing(asked: Asked) -> Answer:
        return answer if asked.fields["q"] == "é" else _plain(asked)

    with (
        serving(failing) as service,
        pytest.raises(SearchError, match=f"http: query 'q2'.*: {message}"),
    ):
        _get(service).retrieve(QUERIES, 10)


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ([1.0], r"2 ids at 'ids\[\*\]' but 1 scores at 'scores\[\*\]'"),
        ([1.0, None], r"score None at 'scores\[\*\]' is not a number"),
        ([1.0, "0.5"], "score '0.5' at .* is not a number"),
        ([True, False], "score True at .* is not a number"),
        ([0.1, 0.5], "scores rise from 0.1 at rank 1 to 0.5"),
        ([0.5, float("nan")], "the score of document 'd2' is NaN"),
    ],
)
def test_scores_that_make_no_sense_are_an_error(scores: list[object], message: str) -> None:
    answer = Answer({"ids": ["d1", "d2"], "scores": scores})
    with (
        serving(lambda asked: answer) as service,
        pytest.raises(SearchError, match=f"http: query 'q1': {message}"),
    ):
        _get(service, scores="scores[*]").retrieve(QUERIES.select(["q1"]), 10)


def test_queries_are_asked_at_once() -> None:
    both = threading.Barrier(2, timeout=10)  # passes only when two requests are there at once

    def together(asked: Asked) -> Answer:
        both.wait()
        return _plain(asked)

    with serving(together) as service:
        run = _get(service, threads=2).retrieve(QUERIES, 10)
    assert list(run) == ["q1", "q2"]


def test_a_secret_is_sent_and_stands_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SEARCH_KEY", SECRET)
    caplog.set_level(logging.DEBUG)

    def refusing(asked: Asked) -> Answer:
        return Answer(f"wrong key: {asked.headers['Authorization']}".encode(), 401)

    with serving(refusing) as service:
        retriever = _get(service, headers={"Authorization": "Bearer ${SEARCH_KEY}"})
        with pytest.raises(SearchError, match=r"status 401: 'wrong key: Bearer \*\*\*'") as raised:
            retriever.retrieve(QUERIES, 10)
    assert service.seen[0].headers["Authorization"] == f"Bearer {SECRET}"
    shown = [repr(retriever), describe(retriever), caplog.text, raised.getrepr(showlocals=True)]
    for text in map(str, shown):
        assert SECRET not in text
    assert SECRET.encode() not in pickle.dumps(retriever)


def test_a_header_written_out_is_not_shown_either(plain: Service) -> None:
    assert "s3cret" not in repr(_get(plain, headers={"X-Key": "s3cret"}))


def test_a_secret_that_is_not_set_is_an_error_before_anything_is_sent(
    plain: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEARCH_KEY", raising=False)
    retriever = _get(plain, headers={"X-Key": "${SEARCH_KEY}"})
    with pytest.raises(SettingsError, match="'X-Key' needs the environment variable 'SEARCH_KEY'"):
        retriever.retrieve(QUERIES, 10)
    assert plain.seen == []


def test_a_certificate_of_ones_own_authority_is_trusted_where_it_is_named(tmp_path: Path) -> None:
    tls = server_certificate(tmp_path)
    with serving(_plain, tls=tls) as service:
        url = f"https://127.0.0.1:{service.port}/search?q={{query}}&n={{k}}"
        untrusting = HttpRetriever(url, "ids[*]")
        with pytest.raises(SearchError, match="the server's certificate is not trusted"):
            untrusting.retrieve(QUERIES, 10)
        trusting = HttpRetriever(url, "ids[*]", ca_file=tmp_path / "cert.pem")
        assert trusting.retrieve(QUERIES, 10).ranking("q2") == ("d3",)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"url": "http://h/search"}, "neither URL 'http://h/search' nor the body .* write {query}"),
        ({"url": "h/{query}"}, "must start with http"),
        ({"ids": "ids"}, "field path 'ids' names one value"),
        ({"scores": "scores["}, r"field path 'scores\[' cannot be read"),
        ({"headers": {"X Key": "a"}}, "header 'X Key' has a name"),
        ({"method": "PUT"}, "method is 'PUT'; allowed: 'GET', 'POST'"),
        ({"threads": 0}, "threads must be at least 1, got 0"),
    ],
)
def test_settings_that_make_no_sense_are_refused_when_built(
    options: dict[str, Any], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        HttpRetriever(**{"url": "http://h/{query}", "ids": "ids[*]", **options})


def test_a_file_of_certificates_that_is_not_there_is_named(plain: Service) -> None:
    with pytest.raises(SettingsError, match=r"ca_file 'absent.pem' cannot be read"):
        _get(plain, ca_file="absent.pem").retrieve(QUERIES, 10)


def test_its_description_changes_with_how_it_asks(plain: Service) -> None:
    get = _get(plain)
    same = _get(plain, headers={"X-Key": "s3cret"}, threads=1)
    other = _get(plain, scores="scores[*]")
    assert describe(get) == describe(same) != describe(other)
    assert re.fullmatch("HttpRetriever [0-9a-f]{12}", describe(get))
