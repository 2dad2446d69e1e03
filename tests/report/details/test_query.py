"""One query, now and as accepted."""

from retrieval_checks.data.collection import Corpus
from retrieval_checks.report.details.query import query_details
from tests.report.details.factories import bound_suite, reported


def test_every_document_has_its_place_in_both_rankings_and_its_grade() -> None:
    corpus = Corpus.from_dict({"a": "Cats purr.", "b": "Dogs bark.", "c": "Cows moo."})
    bound = bound_suite({"q": {"a": 2, "b": 0}}, corpus=corpus)
    made = reported(bound, {"q": {"b": 0.9, "c": 0.8}}, {"q": {"a": 0.7, "b": 0.6}})
    assert query_details(made, "q") == {
        "figures": {"nDCG@10": {"now": 0.0, "accepted": 1.0}},
        "relevant": 1,
        "ranking": [
            {"doc_id": "b", "score": 0.9, "grade": 0.0, "was": 2},
            {"doc_id": "c", "score": 0.8, "grade": None, "was": None},
        ],
        "accepted": [
            {"doc_id": "a", "score": 0.7, "grade": 2.0, "now": None},
            {"doc_id": "b", "score": 0.6, "grade": 0.0, "now": 1},
        ],
        "documents": {"a": "Cats purr.", "b": "Dogs bark.", "c": "Cows moo."},
    }


def test_ten_documents_are_shown_and_the_ranks_below_are_known() -> None:
    scores = {f"d{number:02}": 100.0 - number for number in range(12)}
    made = reported(bound_suite({"q": {"x": 1}}), {"q": scores}, {"q": {"d11": 1.0}})
    found = query_details(made, "q")
    assert [row["doc_id"] for row in found["ranking"]] == list(scores)[:10]
    assert found["accepted"] == [{"doc_id": "d11", "score": 1.0, "grade": None, "now": 12}]


def test_without_an_accepted_ranking_or_judgements_there_is_less() -> None:
    made = reported(bound_suite({"q": {}}), {"q": {"a": float("inf")}})
    assert query_details(made, "q") == {
        "figures": {},
        "relevant": 0,
        "ranking": [{"doc_id": "a", "score": None, "grade": None, "was": None}],
        "accepted": None,
        "documents": {"a": ""},
    }


def test_a_long_text_is_cut() -> None:
    corpus = Corpus.from_dict({"a": "word " * 4000})
    made = reported(bound_suite({"q": {}}, corpus=corpus), {"q": {"a": 1.0}})
    text = query_details(made, "q")["documents"]["a"]
    assert len(text) <= 240
    assert text.endswith("…")
