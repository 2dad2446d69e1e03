"""Every check in one call."""

from retrieval_checks.data.collection import Corpus
from retrieval_checks.data.run import Run
from retrieval_checks.golden.lint import lint
from tests.golden.lint.conftest import CORPUS, Lay, shown

RUN = Run.from_ids({"purring": ["cat"], "hooting": ["owl"]})


def test_a_sound_file_gets_the_note_of_its_limits_only(lay: Lay) -> None:
    assert shown(lint(lay())) == [("note", "certifiable-margin", 1)]


def test_every_check_is_asked_and_findings_stand_in_the_order_of_the_file(lay: Lay) -> None:
    text = (
        "  - {id: a, text: Cats purr when they are content, relevant: {cat: 1, gone: 1},\n"
        "     expect: {within: {cat: 1, owl: 1}}}\n"
        "  - {id: b, text: Cats purr when they are content, relevant: {owl: 1}}\n"
    )
    documents = dict(zip(CORPUS.doc_ids, CORPUS.texts, strict=True))
    corpus = Corpus.from_dict(documents | {"tom": documents["cat"]})
    blind = {"random": Run.from_ids({"a": ["cat"], "b": ["owl"]})}
    gates = ["P@1 >= 0.9", "churn@1 <= 100%", "P@1 drop <= 0.05"]
    found = lint(lay(text, corpus=corpus, gates=gates), blind=blind, bm25=blind["random"])
    assert shown(found) == [
        ("note", "certifiable-margin", 1),
        ("error", "stale-label", 3),
        ("error", "contradictory-expectations", 3),
        ("warning", "near-verbatim", 3),
        ("warning", "unjudged-copy", 3),
        ("warning", "same-text", 5),
        ("error", "blind-retriever-passes", 7),
        ("warning", "saturated", 7),
        ("error", "cannot-fail", 8),
        ("error", "margin-out-of-reach", 9),
        ("warning", "saturated", 9),
    ]


def test_without_a_corpus_it_says_what_was_not_looked_at(lay: Lay) -> None:
    (note,) = (found for found in lint(lay(corpus=None)) if found.code == "no-collection")
    assert note.message.startswith("there are no documents to look at: stale labels, copies,")
