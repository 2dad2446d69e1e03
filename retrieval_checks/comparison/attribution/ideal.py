"""The best that could be made: of a run's candidates, and of the judgements themselves."""

from dataclasses import replace

import numpy as np

from retrieval_checks.comparison.attribution.documents import judgement_ranks
from retrieval_checks.data.postings import row_numbers
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run


def ideal_rerank(run: Run, qrels: Qrels, *, depth: int) -> Run:
    """The run as an all-knowing reranker would leave it: its best `depth` documents by grade.

    Unjudged documents have grade 0; equal grades, and all below `depth`, keep their order. The
    score of rank r is 1 / r.

    >>> run, qrels = Run.from_ids({"q": ["x", "a", "b"]}), Qrels.from_dict({"q": {"a": 1, "b": 2}})
    >>> ideal_rerank(run, qrels, depth=2).ranking("q")
    ('a', 'x', 'b')
    """
    ranks = judgement_ranks(run, qrels)
    found = np.flatnonzero(ranks)
    starts = run.indptr[run.rows(qrels.query_ids)[row_numbers(qrels.indptr)[found]]]
    grades = np.zeros(len(run.docs))
    grades[starts + ranks[found] - 1] = qrels.grades[found]
    rows = row_numbers(run.indptr)
    places = np.arange(len(run.docs)) - run.indptr[rows]
    below = places >= depth
    order = np.lexsort((places, np.where(below, 0.0, -grades), below, rows))
    name = f"{run.name}, ideally reranked"
    return replace(run, docs=run.docs[order], scores=1 / (places + 1), name=name)


def ideal_run(qrels: Qrels) -> Run:
    """The judged documents of each query, best grade first: what no retriever can better.

    >>> ideal_run(Qrels.from_dict({"q": {"a": 1, "b": 2}})).ranking("q")
    ('b', 'a')
    """
    columns = (qrels.query_ids, qrels.doc_ids, qrels.indptr, qrels.docs, qrels.grades)
    return Run(*columns, name="ideal")
