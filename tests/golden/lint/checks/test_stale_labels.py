"""Labels that the corpus lacks."""

from retrieval_checks.data.collection import Corpus
from retrieval_checks.golden.lint.checks.stale_labels import find_empty_documents, find_stale_labels
from tests.golden.lint.conftest import CORPUS, SOUND, Lay, shown


def test_a_corpus_with_every_label_is_sound(lay: Lay) -> None:
    assert find_stale_labels(lay()) == []


def test_without_a_corpus_nothing_is_known(lay: Lay) -> None:
    assert find_stale_labels(lay(corpus=None)) == []


def test_judged_and_expected_documents_are_named_with_near_names(lay: Lay) -> None:
    # 10 labels, 2 of them stale: not more than a fifth
    judged = ", ".join(f"d{i}: 0" for i in range(6))
    corpus = Corpus.from_dict(
        dict(zip(CORPUS.doc_ids, CORPUS.texts, strict=True)) | {f"d{i}": "text" for i in range(6)}
    )
    text = (
        f"  - {{id: a, text: Why?, relevant: {{cat: 1, {judged}}},"
        " expect: {absent: {owls: 1}}}\n"
        "  - {id: b, text: Who?, relevant: {beee: 1, owl: 0}}\n"
    )
    first, second = find_stale_labels(lay(text, corpus=corpus))
    assert shown([first, second]) == [("error", "stale-label", 3), ("error", "stale-label", 4)]
    assert first.message == (
        "1 document of query 'a' is not in the corpus of 10 documents: 'owls'; did you mean 'owl'?"
    )
    assert (
        "query 'b' is not in the corpus of 10 documents: 'beee'; did you mean 'bee'?"
        in second.message
    )


def test_more_than_a_fifth_says_that_the_corpus_changed(lay: Lay) -> None:
    chunks = Corpus.from_dict(
        {"cat#0": "Cats", "cat#1": "purr.", "dog": "Dogs bark.", "owl": "Hoot."}
    )
    judged = "  - {id: a, text: Why?, relevant: {cat: 1, bee: 1, ant: 1, dog: 0, owl: 0}}\n"
    overall, query = find_stale_labels(lay(judged, corpus=chunks))  # 3 of 5 labels are stale
    assert shown([overall, query]) == [
        ("error", "corpus-rechunked", 1),
        ("error", "stale-label", 3),
    ]
    assert overall.message.startswith(
        "the corpus was re-chunked or renamed: 3 of 5 labels name documents that it lacks, 'cat'"
        " for one; did you mean 'cat#"
    )
    assert query.message.endswith("4 documents: 'cat', 'bee', 'ant'")


def test_one_or_two_labels_are_misspelt_however_few_there_are(lay: Lay) -> None:
    text = "  - {id: a, text: Why?, relevant: {catt: 1, owll: 0}}\n"
    (found,) = find_stale_labels(lay(text))
    assert found.code == "stale-label"
    assert "did you mean 'cat'?" in found.message


def test_a_document_without_text_that_a_query_wants_is_a_warning_and_others_a_note(
    lay: Lay,
) -> None:
    texts = {"cat": " ", "dog": "", "owl": "Owls hoot.", "bee": "\n"}
    wanted, rest = find_empty_documents(lay(corpus=Corpus.from_dict(texts)))
    assert shown([wanted, rest]) == [
        ("warning", "empty-document", 3),  # 'dog' is only to be absent
        ("note", "empty-documents", 1),
    ]
    assert wanted.message.startswith("query 'purring' wants 'cat', of which the corpus has neither")
    assert rest.message.startswith("2 documents of 4 have neither title nor text: 'dog', 'bee'")
    assert find_empty_documents(lay()) == []
    assert find_empty_documents(lay(corpus=None)) == []


def test_exactly_a_fifth_does_not(lay: Lay) -> None:
    known = Corpus.from_dict({f"d{i}": "text" for i in range(12)})
    judged = ", ".join(f"{doc_id}: 1" for doc_id in [*known.doc_ids, "ant", "bat", "eel"])
    text = f"  - {{id: a, text: Why?, relevant: {{{judged}}}}}\n"  # 3 of 15
    assert shown(find_stale_labels(lay(text, corpus=known))) == [("error", "stale-label", 3)]
    fewer = text.replace("d0: 1, ", "")  # 3 of 14
    assert shown(find_stale_labels(lay(fewer, corpus=known)))[0][1] == "corpus-rechunked"


def test_a_label_that_stands_twice_counts_once(lay: Lay) -> None:
    assert "{cat: 1}" in SOUND  # judged, within and above name the same document
    (query,) = find_stale_labels(lay(corpus=Corpus.from_dict({"dog": "x", "owl": "y"})))
    assert query.message.startswith("1 document of query 'purring'")
