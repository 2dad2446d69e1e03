"""`Collection`: a corpus, its queries, and judgements that may be stale."""

import copy
import pickle
import re
from typing import Any

import pytest

from retrieval_checks.data.collection import Collection, Corpus, Document, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.errors import DataError

CORPUS = Corpus.from_documents(
    [Document("d2", "Dogs bark.", "Dogs", {"year": 2024}), Document("d1", "Cats purr.")]
)
QUERIES = Queries(("q2", "q1"), ("what barks?", "what purrs?"), ({"tags": ("a", "b")}, {}))


def test_judgements_of_absent_documents_are_listed_sorted() -> None:
    qrels = Qrels.from_dict({"q2": {"z": 1, "d1": 1}, "q1": {"y": 0, "z": 1}})
    collection = Collection(CORPUS, QUERIES, qrels)
    assert collection.stale_judgements == (("q1", "y"), ("q1", "z"), ("q2", "z"))
    assert Collection(CORPUS, QUERIES, Qrels.from_dict({"q1": {"d1": 1}})).stale_judgements == ()
    unused = qrels.select(["q2"])  # its vocabulary still knows "y"
    assert Collection(CORPUS, QUERIES, unused).stale_judgements == (("q2", "z"),)


def test_judged_queries_stand_in_the_order_of_the_queries() -> None:
    qrels = Qrels.from_dict({"q1": {"d1": 1}, "q2": {"d2": 1}})
    assert Collection(CORPUS, QUERIES, qrels).judged_queries.query_ids == ("q2", "q1")
    assert Collection(CORPUS, QUERIES, qrels.select(["q1"])).judged_queries.query_ids == ("q1",)


def test_copies_from_another_process_are_equal() -> None:
    collection = Collection(CORPUS, QUERIES, Qrels.from_dict({"q1": {"d1": 1}}), name="pets")
    for copied in (pickle.loads(pickle.dumps(collection)), copy.deepcopy(collection)):
        assert copied.name == "pets"
        assert [copied.corpus[d] for d in copied.corpus] == [CORPUS[d] for d in CORPUS]
        assert copied.queries.tags("q2") == ("a", "b")
        assert copied.qrels.to_dict() == {"q1": {"d1": 1.0}}


TEXTS, ASKED = {"d1": "Cats purr.", "d2": "Dogs bark."}, {"q1": "what purrs?", "q2": "what flies?"}


@pytest.mark.parametrize(
    "relevant", [{"q1": {"d1", "d2"}}, {"q1": ["d1", "d2"]}, {"q1": {"d1": 1, "d2": 1}, "q9": []}]
)
def test_dicts_of_other_libraries_are_a_collection(relevant: Any) -> None:
    found = Collection.from_dicts(TEXTS, ASKED, relevant, name="pets")
    assert found.qrels.to_dict() == {"q1": {"d1": 1.0, "d2": 1.0}}
    assert (found.name, found.queries.query_ids) == ("pets", ("q1", "q2"))
    assert [found.corpus[doc_id].text for doc_id in found.corpus] == list(TEXTS.values())


def test_documents_may_have_a_title_and_more() -> None:
    corpus: dict[str, Any] = {
        "d1": {"title": "Cats", "text": "They purr.", "year": 2024},
        "d2": {"text": "x"},
    }
    found = Collection.from_dicts(corpus, ASKED, {"q1": {"d1": 3, "d2": 0}})
    assert found.corpus["d1"] == Document("d1", "They purr.", "Cats", {"year": 2024})
    assert found.corpus["d2"] == Document("d2", "x")
    assert found.qrels.to_dict() == {"q1": {"d1": 3.0, "d2": 0.0}}


def test_whole_numbers_as_ids_become_strings() -> None:
    found = Collection.from_dicts({7: "Cats."}, {1: "what?"}, {1: [7]})
    assert found.qrels.to_dict() == {"1": {"7": 1.0}}
    assert (found.corpus.doc_ids, found.queries.query_ids) == (("7",), ("1",))


@pytest.mark.parametrize(
    ("corpus", "queries", "relevant", "message"),
    [
        (
            {1.0: "x"},
            ASKED,
            {},
            "document id 1.0 in corpus is a float, often made of whole numbers",
        ),
        (
            {1: "x", "1": "y"},
            ASKED,
            {},
            "document id '1' is in corpus as text and as a number; kee",
        ),
        (TEXTS, ASKED, {"q9": ["d1"]}, "has judgements for 'q9', which the queries lack; add the"),
        (TEXTS, ASKED, {"q1": "d1"}, "relevant_docs of 'q1' is a str; give document ids, as a set"),
        (TEXTS, ASKED, {"q1": 7}, "relevant_docs of 'q1' is a int; give document ids"),
        (TEXTS, ASKED, {"q1": ["d1", "d1"]}, "duplicate document 'd1' in relevant_docs of 'q1'"),
        (TEXTS, ASKED, {"q1": [1.5]}, "document id 1.5 in relevant_docs of 'q1' is a float"),
        (TEXTS, ASKED, ["q1"], "relevant_docs must be a mapping of ids to texts, got list"),
        ({"d1": {"body": "x"}}, ASKED, {}, "document 'd1' has no key 'text'; it has: body"),
        ({"d1": 7}, ASKED, {}, "text of 'd1' is of type int, not a string"),
        (TEXTS, {"q1": " "}, {}, "query 'q1' has no text"),
    ],
)
def test_dicts_without_a_meaning_are_refused(
    corpus: Any, queries: Any, relevant: Any, message: str
) -> None:
    with pytest.raises(DataError, match=re.escape(message)):
        Collection.from_dicts(corpus, queries, relevant)
