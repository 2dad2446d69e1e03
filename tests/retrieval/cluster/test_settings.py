"""What is refused before Ray is asked, and what runs without it."""

import subprocess
import sys

import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.cluster.dense import RayDenseRetriever, on_ray
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.lexical import BM25Retriever
from retrieval_checks.retrieval.pipeline import Pipeline
from retrieval_checks.retrieval.rerank import Reranker
from tests.retrieval.cluster.encoders import Words
from tests.retrieval.conftest import SharedWords

WITHOUT_RAY = """\
import sys
sys.modules["ray"] = None
from retrieval_checks import Corpus, MissingDependencyError
from retrieval_checks.retrieval.cluster.dense import RayDenseRetriever
try:
    RayDenseRetriever(Corpus.from_dict({}), object())
except MissingDependencyError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"workers": 0}, "workers must be at least 1, got 0"),
        ({"gpus_per_worker": -1}, "gpus_per_worker must not be negative, got -1"),
    ],
)
def test_impossible_settings_are_refused(options: dict[str, int], message: str) -> None:
    pytest.importorskip("ray")
    with pytest.raises(SettingsError, match=message):
        RayDenseRetriever(Corpus.from_dict({}), Words(), **options)  # type: ignore[arg-type]


def test_k_is_checked_before_anything_is_started(corpus: Corpus, queries: Queries) -> None:
    pytest.importorskip("ray")
    with pytest.raises(SettingsError, match="k must be a whole number of at least 1, got 0"):
        RayDenseRetriever(corpus, Words()).retrieve(queries, 0)


class Mine(DenseRetriever):
    """Dense, and searched in a way of its own."""


def test_what_is_not_exact_and_dense_stays_as_it_is(corpus: Corpus) -> None:
    for first in (BM25Retriever(corpus), Mine(corpus, Words())):
        assert on_ray(first) is first
        pipeline = Pipeline({"first": first})
        assert on_ray(pipeline) is pipeline


def test_a_dense_stage_moves_to_ray_and_rerankers_stay(corpus: Corpus) -> None:
    pytest.importorskip("ray")
    stage = Reranker(SharedWords(), depth=20)
    here = Pipeline({"first": DenseRetriever(corpus, Words(), name="mine"), "second": stage})
    there = on_ray(here)
    assert isinstance(there, Pipeline)
    first = there.stages["first"]
    assert isinstance(first, RayDenseRetriever)
    assert (first.documents, first.name) == (corpus, "mine")
    assert there.stages["second"] is stage
    assert there.name == here.name


def test_without_ray_the_extra_is_named() -> None:
    command = [sys.executable, "-c", WITHOUT_RAY]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.endswith('pip install "retrieval-checks[ray]"\n'), done.stdout
