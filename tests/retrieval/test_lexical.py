"""BM25 against the formula worked by hand, and at its edges."""

import math

import pytest

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.errors import SettingsError
from retrieval_checks.retrieval.lexical import BM25Retriever, Method


def test_scores_are_lucenes_formula() -> None:
    corpus = Corpus.from_dict({"d1": "cat cat dog", "d2": "dog", "d3": "bird bird"})
    retriever = BM25Retriever(corpus, k1=1.2, b=0.75)
    run = retriever.retrieve(Queries.from_dict({"q": "cat dog"}), 10)

    def score(frequency: int, having: int, length: int) -> float:
        idf = math.log(1 + (3 - having + 0.5) / (having + 0.5))
        return idf * frequency / (frequency + 1.2 * (1 - 0.75 + 0.75 * length / 2))

    expected = {"d1": score(2, 1, 3) + score(1, 2, 3), "d2": score(1, 2, 1)}
    assert run["q"] == pytest.approx(expected, rel=1e-6)
    assert run.ranking("q") == ("d1", "d2")


@pytest.mark.parametrize("method", ["lucene", "robertson", "atire", "bm25l", "bm25+"])
def test_document_without_a_common_word_is_not_returned(method: Method) -> None:
    corpus = Corpus.from_dict({"d1": "red fish", "d2": "blue fish", "d3": "green birds"})
    run = BM25Retriever(corpus, method=method).retrieve(Queries.from_dict({"q": "fish"}), 10)
    assert set(run.ranking("q")) == {"d1", "d2"}


def test_ties_at_the_cut_go_to_the_higher_id() -> None:
    corpus = Corpus.from_dict({f"d{i}": "same words" for i in range(10)})
    run = BM25Retriever(corpus).retrieve(Queries.from_dict({"q": "words"}), 3)
    assert run.ranking("q") == ("d9", "d8", "d7")


def test_title_is_searched() -> None:
    corpus = Corpus(("d1", "d2"), ("text", "text"), ("zebra", ""))
    run = BM25Retriever(corpus).retrieve(Queries.from_dict({"q": "zebras"}), 3)
    assert run.ranking("q") == ("d1",)


def test_query_of_unknown_or_stop_words_finds_nothing() -> None:
    corpus = Corpus.from_dict({"d1": "red fish"})
    queries = Queries.from_dict({"q1": "the of and", "q2": "xylophone", "q3": "fish?"})
    run = BM25Retriever(corpus).retrieve(queries, 3)
    assert {query_id: run.ranking(query_id) for query_id in run} == {
        "q1": (),
        "q2": (),
        "q3": ("d1",),
    }


@pytest.mark.parametrize("texts", [{}, {"d1": ""}, {"d1": "the of", "d2": "!"}])
def test_corpus_without_words_finds_nothing(texts: dict[str, str]) -> None:
    run = BM25Retriever(Corpus.from_dict(texts)).retrieve(Queries.from_dict({"q": "fish"}), 3)
    assert run.to_dict() == {"q": {}}


def test_no_queries_give_an_empty_run() -> None:
    corpus = Corpus.from_dict({"d1": "red fish"})
    assert len(BM25Retriever(corpus).retrieve(Queries.from_dict({}), 3)) == 0


def test_without_stemmer_and_stop_words_words_are_taken_as_they_are() -> None:
    corpus = Corpus.from_dict({"d1": "the cats"})
    retriever = BM25Retriever(corpus, stemmer=None, stopwords=None)
    run = retriever.retrieve(Queries.from_dict({"q1": "cat", "q2": "the"}), 3)
    assert [run.ranking("q1"), run.ranking("q2")] == [(), ("d1",)]


def test_own_stop_words() -> None:
    corpus = Corpus.from_dict({"d1": "red fish"})
    retriever = BM25Retriever(corpus, stopwords=("red",))
    assert retriever.retrieve(Queries.from_dict({"q": "red"}), 3).ranking("q") == ()


def test_over_searches_another_corpus() -> None:
    retriever = BM25Retriever(Corpus.from_dict({"d1": "red"}), k1=2.0)
    retriever.retrieve(Queries.from_dict({"q": "red"}), 1)
    other = retriever.over(Corpus.from_dict({"x": "red", "y": "blue"}))
    assert other.retrieve(Queries.from_dict({"q": "blue"}), 3).ranking("q") == ("y",)
    assert other.k1 == 2.0


def test_it_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    corpus = Corpus.from_dict({"d1": "red"})
    BM25Retriever(corpus).retrieve(Queries.from_dict({"q": "red"}), 1)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"k1": 0}, "k1 must be above 0"),
        ({"b": 1.5}, r"b must lie in \[0, 1\]"),
        ({"method": "lucen"}, "did you mean 'lucene'"),
        ({"stemmer": "englsh"}, "did you mean 'english'"),
    ],
)
def test_impossible_parameters_are_refused(options: dict[str, object], message: str) -> None:
    corpus, queries = Corpus.from_dict({"d1": "red"}), Queries.from_dict({"q": "red"})
    with pytest.raises(SettingsError, match=message):
        BM25Retriever(corpus, **options).retrieve(queries, 1)  # type: ignore[arg-type]
