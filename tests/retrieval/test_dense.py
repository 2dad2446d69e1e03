"""Exact dense search over vectors that the test decides."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.encoding.models import BiEncoder
from retrieval_checks.errors import ModelError, SettingsError
from retrieval_checks.retrieval.dense import DenseRetriever
from retrieval_checks.retrieval.protocols import Movable, Retriever
from retrieval_checks.retrieval.search.engines import Engine
from tests.retrieval.conftest import TableEncoder

CORPUS = Corpus.from_dict({"d1": "east", "d2": "north", "d3": "far east", "d4": "north east"})
QUERIES = Queries.from_dict({"q": "eastwards"})
VECTORS = {
    "east": [1, 0],
    "far east": [5, 0],
    "north": [0, 1],
    "north east": [1, 1],
    "eastwards": [2, 0],
}


def test_cosine_ignores_length_and_breaks_ties_by_id() -> None:
    run = DenseRetriever(CORPUS, TableEncoder(VECTORS)).retrieve(QUERIES, 4)
    assert list(run["q"].items()) == [
        ("d3", 1.0),
        ("d1", 1.0),
        ("d4", pytest.approx(np.sqrt(0.5))),
        ("d2", 0.0),
    ]


def test_dot_product_counts_length_where_the_model_says_dot() -> None:
    run = DenseRetriever(CORPUS, TableEncoder(VECTORS, "dot")).retrieve(QUERIES, 4)
    assert run.to_dict() == {"q": {"d3": 10.0, "d4": 2.0, "d1": 2.0, "d2": 0.0}}


def test_tie_at_the_cut_goes_to_the_higher_id() -> None:
    run = DenseRetriever(CORPUS, TableEncoder(VECTORS)).retrieve(QUERIES, 1)
    assert run.ranking("q") == ("d3",)


def test_k_beyond_the_corpus_returns_the_corpus() -> None:
    run = DenseRetriever(CORPUS, TableEncoder(VECTORS)).retrieve(QUERIES, 1000)
    assert len(run["q"]) == 4


@pytest.mark.parametrize("block_bytes", [1, 8, 24, 1 << 20])
def test_block_size_changes_nothing(block_bytes: int) -> None:
    rng = np.random.default_rng(5)
    texts = {f"d{i}": f"text {i % 40}" for i in range(100)}  # many duplicates
    table = {text: rng.standard_normal(6).tolist() for text in [*texts.values(), "a", "b"]}
    corpus, queries = Corpus.from_dict(texts), Queries.from_dict({"q1": "a", "q2": "b"})
    whole = DenseRetriever(corpus, TableEncoder(table)).retrieve(queries, 17)
    blocked = DenseRetriever(corpus, TableEncoder(table), block_bytes=block_bytes)
    assert blocked.retrieve(queries, 17).to_dict() == whole.to_dict()


def test_documents_are_encoded_once_and_with_their_titles() -> None:
    corpus = Corpus(("d1",), ("east",), ("far",))
    encoder = TableEncoder({"far east": [1, 0], "eastwards": [1, 0]})
    retriever = DenseRetriever(corpus, encoder)
    retriever.retrieve(QUERIES, 1)
    retriever.retrieve(QUERIES, 1)
    assert encoder.encoded == ["far east"]


def test_empty_corpus_gives_empty_rankings() -> None:
    run = DenseRetriever(Corpus.from_dict({}), TableEncoder(VECTORS)).retrieve(QUERIES, 3)
    assert run.to_dict() == {"q": {}}


def test_over_searches_another_corpus_with_the_same_encoder() -> None:
    retriever = DenseRetriever(CORPUS, TableEncoder(VECTORS), name="mine")
    other = retriever.over(Corpus.from_dict({"x": "north"}))
    assert other.retrieve(QUERIES, 3).to_dict() == {"q": {"x": 0.0}}
    assert other.name == "mine"


def test_it_is_a_retriever_that_can_be_moved() -> None:
    retriever = DenseRetriever(CORPUS, TableEncoder(VECTORS))
    assert isinstance(retriever, Retriever)
    assert isinstance(retriever, Movable)


def test_nothing_is_looked_for_before_the_first_search() -> None:
    retriever = DenseRetriever(CORPUS, BiEncoder("./absent"))
    with pytest.raises(ModelError, match="no such folder"):
        retriever.retrieve(QUERIES, 1)


def test_any_object_with_encode_is_taken_as_a_bi_encoder() -> None:
    class Lengths:
        def encode(self, texts: Sequence[str]) -> list[list[float]]:
            return [[len(text), 1.0] for text in texts]

    run = DenseRetriever(CORPUS, Lengths()).retrieve(Queries.from_dict({"q": "12345"}), 1)
    assert run.ranking("q") == ("d2",)


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        ({**VECTORS, "east": [np.nan, 0]}, "expected finite numbers"),
        ({**VECTORS, "eastwards": [1, 2, 3]}, "queries have 3 dimensions, documents 2"),
    ],
)
def test_vectors_that_make_no_sense_are_refused(
    vectors: dict[str, list[float]], message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        DenseRetriever(CORPUS, TableEncoder(vectors)).retrieve(QUERIES, 1)


def test_unknown_similarity_is_refused() -> None:
    with pytest.raises(ModelError, match="similarity 'euclidean'"):
        DenseRetriever(CORPUS, TableEncoder(VECTORS, "euclidean")).retrieve(QUERIES, 1)


def test_k_below_one_is_refused() -> None:
    with pytest.raises(SettingsError, match="at least 1, got 0"):
        DenseRetriever(CORPUS, TableEncoder(VECTORS)).retrieve(QUERIES, 0)


def test_an_engine_that_does_not_exist_is_refused_when_built() -> None:
    with pytest.raises(SettingsError, match="search engine 'nunpy' does not exist; did you mean"):
        DenseRetriever(CORPUS, TableEncoder(VECTORS), engine="nunpy")  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ["numpy", "torch", "faiss"])
def test_the_engine_changes_nothing(engine: Engine) -> None:
    pytest.importorskip(engine)
    run = DenseRetriever(CORPUS, TableEncoder(VECTORS), engine=engine).retrieve(QUERIES, 3)
    assert (
        run.to_dict()
        == DenseRetriever(CORPUS, TableEncoder(VECTORS)).retrieve(QUERIES, 3).to_dict()
    )


def test_vectors_in_a_memory_mapped_file_are_not_copied(tmp_path: Path) -> None:
    np.save(tmp_path / "vectors.npy", np.eye(4, dtype=np.float32))
    mapped: NDArray[np.float32] = np.load(tmp_path / "vectors.npy", mmap_mode="r")

    class Mapped(TableEncoder):
        def encode_documents(self, texts: Sequence[str], /) -> NDArray[np.float32]:
            return mapped

    retriever = DenseRetriever(CORPUS, Mapped({"eastwards": [0, 0, 1, 0]}))
    assert retriever.retrieve(QUERIES, 1).ranking("q") == ("d3",)
    assert np.shares_memory(retriever.vectors, mapped)
