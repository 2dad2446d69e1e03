"""Runs of retrievers that need no model: at random, the longest first, BM25."""

import numpy as np

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.run import Run
from retrieval_checks.retrieval.lexical import BM25Retriever


def random_order(corpus: Corpus, queries: Queries, depth: int, seed: int) -> Run:
    """The run "random": other documents for each query, drawn from the corpus.

    >>> corpus = Corpus.from_dict({"a": "one", "b": "two"})
    >>> run = random_order(corpus, Queries.from_dict({"q": "?"}), 10, seed=0)
    >>> sorted(run.ranking("q"))
    ['a', 'b']
    """
    rng, width = np.random.default_rng(seed), min(depth, len(corpus))
    rankings = {
        query_id: [corpus.doc_ids[i] for i in rng.choice(len(corpus), width, replace=False)]
        for query_id in queries
    }
    return Run.from_ids(rankings, name="random")


def longest_first(corpus: Corpus, queries: Queries, depth: int) -> Run:
    """The run "longest document": the same for each query, by characters of title and text.

    >>> corpus = Corpus.from_dict({"a": "one", "b": "three"})
    >>> longest_first(corpus, Queries.from_dict({"q": "?"}), 10).ranking("q")
    ('b', 'a')
    """
    length = dict(zip(corpus.doc_ids, map(len, corpus.contents), strict=True))
    ranking = sorted(corpus.doc_ids, key=lambda doc_id: (-length[doc_id], doc_id))[:depth]
    return Run.from_ids(dict.fromkeys(queries, ranking), name="longest document")


def bm25_run(corpus: Corpus, queries: Queries, depth: int) -> Run:
    """The run "BM25" of the library's own lexical search.

    >>> corpus = Corpus.from_dict({"a": "cats purr", "b": "dogs bark"})
    >>> bm25_run(corpus, Queries.from_dict({"q": "purring cats"}), 10).ranking("q")
    ('a',)
    """
    return BM25Retriever(corpus, name="BM25").retrieve(queries, depth)
