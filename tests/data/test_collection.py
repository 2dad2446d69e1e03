"""`Collection`: a corpus, its queries, and judgements that may be stale."""

import copy
import pickle

from retrieval_checks.data.collection import Collection, Corpus, Document, Queries
from retrieval_checks.data.qrels import Qrels

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
