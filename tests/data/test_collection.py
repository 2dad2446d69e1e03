"""`Corpus`, `Queries`, `Collection`: checked once, never changed."""

import copy
import pickle

import pandas as pd
import pytest

from retrieval_checks.data.collection import Collection, Corpus, Document, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.errors import DataError

CORPUS = Corpus.from_documents(
    [Document("d2", "Dogs bark.", "Dogs", {"year": 2024}), Document("d1", "Cats purr.")]
)
QUERIES = Queries(("q2", "q1"), ("what barks?", "what purrs?"), ({"tags": ("a", "b")}, {}))


def test_a_corpus_keeps_its_order() -> None:
    assert (len(CORPUS), list(CORPUS), CORPUS.doc_ids) == (2, ["d2", "d1"], ("d2", "d1"))
    assert "d1" in CORPUS
    assert "d3" not in CORPUS
    assert CORPUS["d1"] == Document("d1", "Cats purr.")
    with pytest.raises(DataError, match="document 'd3' is not in the corpus"):
        CORPUS["d3"]


def test_content_is_title_and_text_joined_by_a_blank() -> None:
    assert CORPUS.contents == ("Dogs Dogs bark.", "Cats purr.")
    assert CORPUS["d2"].content == "Dogs Dogs bark."
    assert Document("d", "", "Title").content == "Title"


@pytest.mark.parametrize(
    ("ids", "texts", "titles", "message"),
    [
        (("a", "a"), ("x", "y"), (), "duplicate document id 'a'; every document id occurs once"),
        (("",), ("x",), (), "empty document id; ids are non-empty strings"),
        ((1,), ("x",), (), r"document id 1 is of type int; ids are strings: use str\(\.\.\.\)"),
        (("a",), (None,), (), "text of 'a' is of type NoneType, not a string"),
        (("a",), ("x",), (float("nan"),), "title of 'a' is of type float, not a string"),
        (("a", "b"), ("x",), (), "2 ids but 1 texts"),
    ],
)
def test_a_bad_document_is_refused(
    ids: tuple[str, ...], texts: tuple[str, ...], titles: tuple[str, ...], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        Corpus(ids, texts, titles)


def test_metadata_is_checked_and_cannot_be_changed() -> None:
    given = {"year": 2024}
    corpus = Corpus(("a", "b"), ("x", "y"), metadata=(given, {}))
    given["year"] = 1
    assert corpus["a"].metadata == {"year": 2024}
    with pytest.raises(TypeError, match="does not support item assignment"):
        corpus["b"].metadata["year"] = 1  # type: ignore[index]
    with pytest.raises(DataError, match="2 ids but 1 metadata entries"):
        Corpus(("a", "b"), ("x", "y"), metadata=(given,))
    with pytest.raises(DataError, match="metadata of 'a' is of type list, not a mapping"):
        Corpus(("a",), ("x",), metadata=([],))  # type: ignore[arg-type]


def test_a_corpus_goes_through_a_frame() -> None:
    frame = CORPUS.to_frame()
    assert list(frame.columns) == ["doc_id", "title", "text"]
    assert Corpus.from_frame(frame).contents == CORPUS.contents
    other = pd.DataFrame({"id": ["a"], "body": ["x"]})
    assert Corpus.from_frame(other, doc_id="id", text="body")["a"].text == "x"
    with pytest.raises(DataError, match="no column 'doc_id' in the frame; it has: id, body"):
        Corpus.from_frame(other)


def test_queries_keep_their_order_and_tags() -> None:
    assert (len(QUERIES), list(QUERIES), QUERIES["q1"]) == (2, ["q2", "q1"], "what purrs?")
    assert "q1" in QUERIES
    assert "q3" not in QUERIES
    assert QUERIES.tags("q2") == ("a", "b")
    assert QUERIES.tags("q1") == ()
    with pytest.raises(DataError, match="query 'q3' is not among the 2 queries"):
        QUERIES["q3"]


@pytest.mark.parametrize("text", ["", " \n"])
def test_a_query_without_text_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="query 'q' has no text"):
        Queries.from_dict({"q": text})


def test_selected_queries_stand_in_the_order_asked() -> None:
    part = QUERIES.select(["q1", "q2"])
    assert part.query_ids == ("q1", "q2")
    assert part.tags("q2") == ("a", "b")
    with pytest.raises(DataError, match="query 'q3' is not among the 2 queries"):
        QUERIES.select(["q3"])


def test_queries_go_through_a_frame() -> None:
    frame = QUERIES.to_frame()
    assert Queries.from_frame(frame)["q1"] == "what purrs?"
    with pytest.raises(DataError, match="no column 'text' in the frame; it has: query_id, 7"):
        Queries.from_frame(frame.rename(columns={"text": 7}))


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
