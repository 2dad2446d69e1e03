"""Search over sparse weights of a model: letters by hand."""

from collections.abc import Sequence

import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.encoding.models import SparseEncoderModel
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.indexes.sparse import SparseRetriever
from retrieval_checks.retrieval.inspection.description import describe
from retrieval_checks.retrieval.protocols import Movable, Retriever

CORPUS = Corpus.from_dict({"d1": "cab", "d2": "abba", "d3": "xyz", "d4": "ba"})
QUERIES = Queries.from_dict({"q1": "bb", "q2": "x"})


class Letters:
    fingerprint = "0123456789abcdef"

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        return [[float(text.count(c)) for c in "abc"] for text in texts]


def test_documents_that_share_nothing_are_not_returned() -> None:
    run = SparseRetriever(CORPUS, Letters()).retrieve(QUERIES, 10)
    assert run.to_dict() == {"q1": {"d2": 4.0, "d4": 2.0, "d1": 2.0}, "q2": {}}


def test_tie_at_the_cut_goes_to_the_higher_id() -> None:
    assert SparseRetriever(CORPUS, Letters()).retrieve(QUERIES, 2).ranking("q1") == ("d2", "d4")


def test_cosine_where_the_model_says_so() -> None:
    model = Letters()
    model.similarity_fn_name = "cosine"  # type: ignore[attr-defined]
    run = SparseRetriever(CORPUS, model).retrieve(QUERIES, 10)
    assert run["q1"] == pytest.approx({"d2": 0.5**0.5, "d4": 0.5**0.5, "d1": 3**-0.5})


@pytest.mark.parametrize("block_bytes", [1, 100, 1 << 20])
def test_block_size_changes_nothing(block_bytes: int) -> None:
    run = SparseRetriever(CORPUS, Letters(), block_bytes=block_bytes).retrieve(QUERIES, 2)
    assert run.to_dict() == SparseRetriever(CORPUS, Letters()).retrieve(QUERIES, 2).to_dict()


def test_it_is_a_retriever_that_can_be_moved_described_and_empty() -> None:
    retriever = SparseRetriever(CORPUS, SparseEncoderModel(Letters()), name="mine")
    assert isinstance(retriever, Retriever)
    assert isinstance(retriever, Movable)
    assert describe(retriever).startswith("mine Letters float32 ")
    moved = retriever.over(Corpus.from_dict({}))
    assert (moved.name, moved.retrieve(QUERIES, 1).to_dict()) == ("mine", {"q1": {}, "q2": {}})
    with pytest.raises(SettingsError, match="at least 1, got 0"):
        retriever.retrieve(QUERIES, 0)
