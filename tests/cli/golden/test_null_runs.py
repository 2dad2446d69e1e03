"""Runs that need no model."""

from retrieval_checks.cli.golden.null_runs import bm25_run, longest_first, random_order
from retrieval_checks.data.collection import Corpus, Queries

CORPUS = Corpus.from_dict({f"d{i}": "word " * (i % 7) + f"name{i}" for i in range(50)})
QUERIES = Queries.from_dict({"a": "name3", "b": "name9"})


def test_chance_is_the_same_for_a_seed_and_differs_between_queries_and_seeds() -> None:
    first, again, other = (random_order(CORPUS, QUERIES, 10, seed) for seed in (0, 0, 1))
    assert first.to_dict() == again.to_dict()
    assert first.ranking("a") != first.ranking("b")
    assert first.ranking("a") != other.ranking("a")
    assert (first.name, len(first.ranking("a"))) == ("random", 10)


def test_chance_reaches_every_document_about_as_often() -> None:
    queries = Queries.from_dict({f"q{i}": "?" for i in range(2000)})
    run = random_order(CORPUS, queries, 10, seed=0)
    counts = [0] * 50
    for query_id in run:
        for doc_id in run.ranking(query_id):
            counts[int(doc_id[1:])] += 1
    # 2000 queries of 10 in 50: 400 each, standard deviation 17.9
    assert all(abs(count - 400) < 5 * 17.9 for count in counts)


def test_the_longest_come_first_and_ties_go_by_id() -> None:
    corpus = Corpus(("b", "a", "c", "d"), ("xx", "xx", "x", ""), ("", "", "title", ""))
    run = longest_first(corpus, QUERIES, 3)
    assert [run.ranking(q) for q in ("a", "b")] == [("c", "a", "b")] * 2


def test_a_small_corpus_is_returned_as_a_whole() -> None:
    corpus = Corpus.from_dict({"x": "one", "y": "three"})
    assert sorted(random_order(corpus, QUERIES, 10, 0).ranking("a")) == ["x", "y"]
    assert len(longest_first(corpus, QUERIES, 10).ranking("a")) == 2
    assert random_order(Corpus.from_dict({}), QUERIES, 10, 0).ranking("a") == ()


def test_bm25_reads_the_query() -> None:
    run = bm25_run(CORPUS, QUERIES, 10)
    assert (run.name, run.ranking("a"), run.ranking("b")) == ("BM25", ("d3",), ("d9",))
