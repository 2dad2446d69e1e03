"""`Corpus`: documents in one order, checked once."""

import pandas as pd
import pytest

from retrieval_checks.data.corpus import Corpus, Document
from retrieval_checks.errors import DataError

CORPUS = Corpus.from_documents(
    [Document("d2", "Dogs bark.", "Dogs", {"year": 2024}), Document("d1", "Cats purr.")]
)


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


def test_a_corpus_goes_through_a_frame() -> None:
    frame = CORPUS.to_frame()
    assert list(frame.columns) == ["doc_id", "title", "text"]
    assert Corpus.from_frame(frame).contents == CORPUS.contents
    other = pd.DataFrame({"id": ["a"], "body": ["x"]})
    assert Corpus.from_frame(other, doc_id="id", text="body")["a"].text == "x"
    with pytest.raises(DataError, match="no column 'doc_id' in the frame; it has: id, body"):
        Corpus.from_frame(other)
