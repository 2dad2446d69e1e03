"""sentence-transformers' evaluators as collections."""

from typing import Any

import pytest

from retrieval_checks.data.formats.foreign.evaluator import collection_from_evaluator
from retrieval_checks.errors import DataError
from tests.data.formats.example import example

CORPUS = {"d1": "Cats purr.", "d2": "Dogs bark."}
QUERIES = {"q1": "who purrs?", "q2": "who flies?"}


def evaluator(*inputs: Any, **settings: Any) -> Any:
    from sentence_transformers.sentence_transformer.evaluation import InformationRetrievalEvaluator

    return InformationRetrievalEvaluator(*inputs, **settings)


def test_an_evaluator_is_a_collection_of_what_it_kept() -> None:
    given = evaluator(QUERIES, CORPUS, {"q1": {"d1"}, "q2": set()}, name="cats")
    found = collection_from_evaluator(given)
    assert found.name == "cats"
    assert [found.corpus[doc_id].text for doc_id in found.corpus] == ["Cats purr.", "Dogs bark."]
    assert dict(zip(found.queries.query_ids, found.queries.texts, strict=True)) == {
        "q1": "who purrs?"
    }
    assert found.qrels.to_dict() == {"q1": {"d1": 1.0}}


def test_the_example_is_the_same_with_grades_of_one() -> None:
    wanted = example()
    judged = wanted.judged_queries
    given = evaluator(
        dict(zip(judged.query_ids, judged.texts, strict=True)),
        dict(zip(wanted.corpus.doc_ids, wanted.corpus.contents, strict=True)),
        {query_id: set(wanted.qrels.relevant(query_id)) for query_id in wanted.qrels},
    )
    found = collection_from_evaluator(given)
    assert found.queries.texts == judged.texts
    assert found.corpus.contents == wanted.corpus.contents
    assert {q: set(found.qrels[q]) for q in found.qrels} == {
        q: set(wanted.qrels.relevant(q)) for q in wanted.qrels
    }


def test_relevant_documents_of_an_unknown_query_are_refused() -> None:
    given = evaluator(QUERIES, CORPUS, {"q1": {"d1"}, "q9": {"d1"}})
    with pytest.raises(DataError, match="has judgements for 'q9', which the queries lack"):
        collection_from_evaluator(given)


def test_another_object_is_refused() -> None:
    with pytest.raises(
        DataError, match=r"Evaluator is needed, got dict; dicts are read by Collection"
    ):
        collection_from_evaluator(CORPUS)
