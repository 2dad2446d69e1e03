"""Copies of relevant documents that nobody has judged."""

from retrieval_checks.data.collection import Corpus
from retrieval_checks.golden.lint.checks.duplicates import find_duplicates
from tests.golden.lint.conftest import CORPUS, Lay, shown

LONG = " ".join(f"w{i}" for i in range(40))  # 38 shingles


def _with(more: dict[str, str]) -> Corpus:
    return Corpus.from_dict(dict(zip(CORPUS.doc_ids, CORPUS.texts, strict=True)) | more)


def test_different_documents_are_silent(lay: Lay) -> None:
    assert find_duplicates(lay()) == []
    assert find_duplicates(lay(corpus=None)) == []


def test_an_unjudged_copy_of_a_relevant_document_is_a_warning(lay: Lay) -> None:
    corpus = _with({"tom": "cats  PURR when they are content."})
    (found,) = find_duplicates(lay(corpus=corpus))
    assert shown([found]) == [("warning", "unjudged-copy", 3)]
    assert found.message == (
        "'tom' has the text of 'cat' (relevant to query 'purring', grade 2), and is not judged for"
        " it: found instead, it counts as not relevant"
    )


def test_a_near_copy_is_told_as_one(lay: Lay) -> None:
    corpus = Corpus.from_dict({"cat": f"{LONG} x", "tom": f"{LONG} y", "tim": f"{LONG} z"})
    (found,) = find_duplicates(lay("  - {id: a, text: Why?, relevant: {cat: 1}}\n", corpus=corpus))
    assert found.message.startswith("'tom', 'tim' have nearly the text of 'cat' (relevant to")


def test_a_copy_that_is_judged_too_is_only_counted(lay: Lay) -> None:
    corpus = _with({"tom": "Cats purr when they are content."})
    text = "  - {id: a, text: Why?, relevant: {cat: 2, tom: 2}}\n"
    assert shown(find_duplicates(lay(text, corpus=corpus))) == [("note", "copies-in-corpus", 1)]


def test_a_copy_of_what_is_not_relevant_is_only_counted(lay: Lay) -> None:
    corpus = _with({"rex": "Dogs bark at strangers and postmen.", "b2": "x y z", "b3": "x y z"})
    (found,) = find_duplicates(lay(corpus=corpus))
    assert shown([found]) == [("note", "copies-in-corpus", 1)]
    assert found.message == (
        "2 documents of 7 are a copy of another one, or nearly: 'dog = rex', 'b2 = b3'; no"
        " judgement of this file depends on them"
    )


def test_each_query_is_told_and_harmless_copies_are_counted_beside(lay: Lay) -> None:
    corpus = _with({"tom": "Cats purr when they are content.", "b2": "x y", "b3": "X  y"})
    text = (
        "  - {id: a, text: Why?, relevant: {cat: 1}}\n  - {id: b, text: Who?, relevant: {tom: 1}}\n"
    )
    found = find_duplicates(lay(text, corpus=corpus))
    assert shown(found) == [
        ("warning", "unjudged-copy", 3),
        ("warning", "unjudged-copy", 4),
        ("note", "copies-in-corpus", 1),
    ]
    assert found[1].message.startswith("'cat' has the text of 'tom'")
    assert found[2].message.startswith("1 document of 7 is a copy of another one")
