from retrieval_checks.data.collection import Corpus, Document, Queries
from retrieval_checks.judgement.explain import document_lines, query_line


def test_query_is_named_with_its_text_on_one_line() -> None:
    queries = Queries.from_dict({"q": "What\nis\x1b[1m it?"})
    assert query_line("q", queries) == "query 'q': What is it?"


def test_query_without_text_is_named() -> None:
    assert query_line("q") == "query 'q'"
    assert query_line("q", Queries.from_dict({"p": "What?"})) == "query 'q'"


def test_long_query_ends_after_four_lines() -> None:
    text = query_line("q", Queries.from_dict({"q": "word " * 200}), width=60)
    assert len(text.splitlines()) == 4
    assert text.endswith("…")
    assert max(map(len, text.splitlines())) <= 60


def test_documents_have_title_and_text_in_at_most_three_lines() -> None:
    corpus = Corpus.from_documents([Document("a", "Body.", "Title"), Document("b", "word " * 99)])
    first, *rest = document_lines(["a", "b", "unknown"], corpus, width=60).splitlines()
    assert first == "'a': Title Body."
    assert len(rest) == 3


def test_without_texts_there_is_nothing_to_show() -> None:
    assert document_lines(["a"]) == ""
