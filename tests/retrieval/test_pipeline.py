"""Stages: what each is given, what is kept, what comes out."""

import copy
import pickle
from collections.abc import Callable

import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.fusion import Hybrid
from retrieval_checks.retrieval.lexical import BM25Retriever
from retrieval_checks.retrieval.pipeline import Pipeline
from retrieval_checks.retrieval.protocols import Movable, Retriever, Stage
from retrieval_checks.retrieval.rerank import Reranker
from tests.retrieval.conftest import SharedWords


class Service:
    """A user's own search: knows its ranking by heart, remembers how much it was asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def retrieve(self, queries: Queries, k: int, /) -> Run:
        self.asked.append(k)
        return Run.from_ids({q: ["d4", "d3", "d2", "d1"][:k] for q in queries})


def test_each_stages_run_is_kept_under_its_name(corpus: Corpus, queries: Queries) -> None:
    pipeline = Pipeline(
        {"service": Service(), "rerank": Reranker(SharedWords(), depth=3)}, corpus=corpus
    )
    runs = pipeline.retrieve_stages(queries, 2)
    assert list(runs) == [run.name for run in runs.values()] == ["service", "rerank"]
    assert runs["service"].ranking("q1") == ("d4", "d3", "d2")
    assert runs["rerank"].ranking("q1") == ("d2", "d4", "d3")


def test_result_is_the_last_stage_cut_to_k(corpus: Corpus, queries: Queries) -> None:
    pipeline = Pipeline({"service": Service(), "rerank": Reranker(SharedWords())}, corpus=corpus)
    run = pipeline.retrieve(queries, 1)
    assert run.ranking("q1") == ("d2",)
    assert run.name == "service > rerank"


@pytest.mark.parametrize(("k", "asked"), [(2, 50), (80, 80)])
def test_first_stage_is_asked_for_what_the_deepest_stage_needs(
    corpus: Corpus, queries: Queries, k: int, asked: int
) -> None:
    service = Service()
    stages: dict[str, Retriever | Stage] = {
        "service": service,
        "wide": Reranker(SharedWords(), depth=50),
        "narrow": Reranker(SharedWords(), depth=2),
    }
    Pipeline(stages, corpus=corpus).retrieve(queries, k)
    assert service.asked == [asked]


def test_second_reranker_sees_the_firsts_best(corpus: Corpus, queries: Queries) -> None:
    last = SharedWords()
    stages: dict[str, Retriever | Stage] = {
        "s": Service(),
        "a": Reranker(SharedWords()),
        "b": Reranker(last, depth=1),
    }
    Pipeline(stages, corpus=corpus).retrieve(queries.select(["q1"]), 4)
    assert last.asked == [("cat in the garden", "dogs chase cats in the garden")]


def test_corpus_is_the_retrievers_own(corpus: Corpus, queries: Queries) -> None:
    pipeline = Pipeline({"bm25": BM25Retriever(corpus), "rerank": Reranker(SharedWords())})
    assert pipeline.corpus is corpus
    assert pipeline.retrieve(queries, 1).ranking("q2") == ("d4",)


def test_hybrid_is_a_first_stage(corpus: Corpus, queries: Queries) -> None:
    hybrid = Hybrid([BM25Retriever(corpus), Service()])
    pipeline = Pipeline({"hybrid": hybrid, "rerank": Reranker(SharedWords())}, name="mine")
    run = pipeline.retrieve(queries, 4)
    assert (run.name, run.ranking("q1")[0]) == ("mine", "d2")


def test_over_moves_retriever_and_rerankers(corpus: Corpus, queries: Queries) -> None:
    pipeline = Pipeline({"bm25": BM25Retriever(corpus), "rerank": Reranker(SharedWords())})
    moved = pipeline.over(Corpus.from_dict({"new": "market"}))
    assert moved.retrieve(queries, 3).to_dict() == {"q1": {}, "q2": {"new": 1.0}}
    assert isinstance(pipeline, Retriever)
    assert isinstance(pipeline, Movable)


def test_stages_cannot_be_changed_afterwards(corpus: Corpus) -> None:
    stages: dict[str, Retriever | Stage] = {"bm25": BM25Retriever(corpus)}
    pipeline = Pipeline(stages)
    stages["other"] = Service()
    with pytest.raises(TypeError, match="does not support item assignment"):
        pipeline.stages["other"] = Service()  # type: ignore[index]  # what is refused
    assert list(pipeline.stages) == ["bm25"]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda made: pickle.loads(pickle.dumps(made))])
def test_copy_finds_the_same(
    corpus: Corpus, queries: Queries, copied: Callable[[Pipeline], Pipeline]
) -> None:
    pipeline = Pipeline({"bm25": BM25Retriever(corpus), "rerank": Reranker(SharedWords())})
    again = copied(pipeline)
    assert again.retrieve(queries, 3).to_dict() == pipeline.retrieve(queries, 3).to_dict()
    with pytest.raises(TypeError, match="does not support item assignment"):
        again.stages["other"] = Service()  # type: ignore[index]  # what is refused


def test_impossible_pipelines_are_refused(corpus: Corpus) -> None:
    with pytest.raises(SettingsError, match="at least one stage"):
        Pipeline({})
    with pytest.raises(SettingsError, match="stage 'rerank' is Reranker; the first stage must"):
        Pipeline({"rerank": Reranker(SharedWords())})
    with pytest.raises(SettingsError, match="stage 'again' is BM25Retriever; a later stage must"):
        Pipeline({"bm25": BM25Retriever(corpus), "again": BM25Retriever(corpus)})
    with pytest.raises(SettingsError, match="give the pipeline a corpus"):
        Pipeline({"service": Service(), "rerank": Reranker(SharedWords())})
