"""Questions that name what their answers rest on, by id or by text."""

import re

import pytest

from retrieval_checks.data.corpus import Corpus
from retrieval_checks.data.formats.foreign.questions import (
    Question,
    question_collection,
    strings,
)
from retrieval_checks.errors import DataError

CATS = Corpus.from_dict({"d1": "Cats purr.\n", "d2": "Dogs bark.", "d3": "Same.", "d4": "Same."})


def asked(*doc_ids: str, texts: tuple[str, ...] = ()) -> Question:
    return Question("s:3", "q1", "who?", doc_ids, texts)


def test_documents_with_id_and_text_are_the_corpus() -> None:
    other = Question("s:4", "q2", "what?", ("d2", "d1"), ("Dogs bark.", "Cats purr."))
    found = question_collection([asked("d1", texts=("Cats purr.",)), other], None, name="set")
    assert found.qrels.to_dict() == {"q1": {"d1": 1.0}, "q2": {"d2": 1.0, "d1": 1.0}}
    assert {doc_id: found.corpus[doc_id].text for doc_id in found.corpus} == {
        "d1": "Cats purr.",
        "d2": "Dogs bark.",
    }
    assert (found.name, found.queries["q2"]) == ("set", "what?")


def test_texts_are_found_in_the_corpus() -> None:
    found = question_collection([asked(texts=(" Cats purr.", "Dogs bark."))], CATS, name="set")
    assert found.qrels.to_dict() == {"q1": {"d1": 1.0, "d2": 1.0}}
    assert found.corpus is CATS


def test_ids_that_the_corpus_lacks_are_stale() -> None:
    found = question_collection([asked("d1", "gone")], CATS, name="set")
    assert found.stale_judgements == (("q1", "gone"),)


@pytest.mark.parametrize(
    ("questions", "corpus", "message"),
    [
        ([], CATS, "set: no questions; a question set has at least one"),
        ([asked()], CATS, "s:3: no document for question 'q1'; name what its answer rests on, or"),
        ([asked("d1")], None, "s:3: its documents have ids but no texts; give the documents: cor"),
        ([asked(texts=("x",))], None, "s:3: its documents have texts but no ids; give the documen"),
        ([asked(texts=("Birds.",))], CATS, "s:3: no document has the text 'Birds.', so its id is"),
        ([asked(texts=("Same.",))], CATS, "s:3: documents 'd3', 'd4' have the text 'Same.', so"),
        (
            [asked("d1", texts=("a",)), asked("d1", texts=("b",))],
            None,
            "s:3: document 'd1' has another text above",
        ),
        ([asked("d1"), asked("d2")], CATS, "duplicate query id 'q1'"),
    ],
)
def test_what_cannot_be_told_is_refused(
    questions: list[Question], corpus: Corpus | None, message: str
) -> None:
    with pytest.raises(DataError, match=re.escape(message)):
        question_collection(questions, corpus, name="set")


def test_a_question_needs_its_text_and_a_text_for_each_id() -> None:
    for text in ("", " ", None, 7):
        with pytest.raises(DataError, match=r"s:3: the question is .*; write its text"):
            Question("s:3", "q1", text, ("d1",))
    with pytest.raises(DataError, match="s:3: 2 ids of documents but 1 texts"):
        asked("d1", "d2", texts=("a",))


def test_lists_are_strings_or_ids() -> None:
    assert strings(None, "ids", "s:3") == ()
    assert strings(["a", 7], "ids", "s:3", ids=True) == ("a", "7")
    with pytest.raises(DataError, match=r"s:3: document id 1\.0 in 'ids' is a float"):
        strings([1.0], "ids", "s:3", ids=True)
    with pytest.raises(DataError, match="s:3: 'texts' holds 7; write strings"):
        strings(["a", 7], "texts", "s:3")
    with pytest.raises(DataError, match="s:3: 'ids' is a str; write a list"):
        strings("d1", "ids", "s:3", ids=True)
