"""A golden run over a search service: a failing service is an error of the run, never a miss."""

import pytest

from tests.retrieval.adapters.http.server import Answer, Asked, serving

pytest.importorskip("httpx2")

CONFTEST = """
import pytest
from retrieval_checks.retrieval.adapters.http.endpoint import HttpRetriever
from retrieval_checks.retrieval.adapters.http.sending import HttpLimits

@pytest.fixture(scope="session")
def retriever():
    return HttpRetriever(
        "{url}/search?q={{query}}", "[*]", limits=HttpLimits(retries=1, backoff=0)
    )
"""
GOLDEN = """
format: 1
lock: none
queries:
  - {id: purring, text: cats, expect: {within: {d1: 3}}}
  - {id: barking, text: dogs, expect: {within: {d2: 3}}}
"""


@pytest.mark.parametrize(
    ("answer", "outcomes", "line"),
    [
        (Answer(["d1"]), {"passed": 1, "failed": 1}, "*'d2'*"),
        (
            Answer(b"shard lost", 503),
            {"errors": 2},
            "*http: query 'barking': status 503: 'shard lost' (2 attempts)*",
        ),
    ],
    ids=["a miss", "an error"],
)
def test_only_what_the_service_says_is_judged(
    pytester: pytest.Pytester, answer: Answer, outcomes: dict[str, int], line: str
) -> None:
    def behaviour(asked: Asked) -> Answer:
        return Answer(["d1"]) if asked.fields["q"] == "cats" else answer

    pytester.makefile(".golden.yaml", animals=GOLDEN)
    with serving(behaviour) as service:
        pytester.makeconftest(CONFTEST.format(url=service.url))
        result = pytester.runpytest_subprocess("--retrieval-golden", "-p", "no:cacheprovider")
    result.assert_outcomes(**outcomes)
    result.stdout.fnmatch_lines([line])
