"""Labels that the corpus lacks."""

from retrieval_checks.data.collection import Corpus
from retrieval_checks.golden.lint.checks.stale_labels import find_stale_labels
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
    # SOUND has the labels cat, dog and owl: 1 of 3 is stale
    overall, query = find_stale_labels(lay(corpus=chunks))
    assert shown([overall, query]) == [
        ("error", "corpus-rechunked", 1),
        ("error", "stale-label", 3),
    ]
    assert overall.message.startswith(
        "the corpus was re-chunked or renamed: 1 of 3 labels name documents that it lacks, 'cat'"
        " for one; did you mean 'cat#"
    )
    assert query.message.endswith("4 documents: 'cat'")


def test_exactly_a_fifth_does_not(lay: Lay) -> None:
    text = "  - {id: a, text: Why?, relevant: {cat: 1, dog: 1, owl: 1, bee: 1, lynx: 1}}\n"
    assert shown(find_stale_labels(lay(text))) == [("error", "stale-label", 3)]


def test_a_label_that_stands_twice_counts_once(lay: Lay) -> None:
    assert "{cat: 1}" in SOUND  # judged, within and above name the same document
    (_, query) = find_stale_labels(lay(corpus=Corpus.from_dict({"dog": "x", "owl": "y"})))
    assert query.message.startswith("1 document of query 'purring'")
