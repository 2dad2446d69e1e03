"""Assertions of where documents stand and of how one run ranks beside another."""

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.judgement.rank_checks import (
    check_not_ranked_within,
    check_ranked_above,
    check_ranked_within,
)
from retrieval_checks.judgement.run_checks import check_rankings_agree, check_reranker_improves
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.metrics.evaluation import NoRelevant
from retrieval_checks.metrics.metric import Metric


def assert_ranked_within(
    run: Run,
    query_id: str,
    doc_id: str,
    rank: int,
    *,
    corpus: Corpus | None = None,
    qrels: Qrels | None = None,
    queries: Queries | None = None,
) -> Verdict:
    """A document stands at this rank or a better one; see `check_ranked_within`.

    >>> assert_ranked_within(Run.from_ids({"q1": ["b", "a"]}), "q1", "a", 2).passed
    True
    """
    __tracebackhide__ = True
    return check_ranked_within(
        run, query_id, doc_id, rank, corpus=corpus, qrels=qrels, queries=queries
    ).raise_if_failed()


def assert_not_ranked_within(
    run: Run,
    query_id: str,
    doc_id: str,
    rank: int,
    *,
    corpus: Corpus | None = None,
    qrels: Qrels | None = None,
    queries: Queries | None = None,
) -> Verdict:
    """A document stays out of the first `rank` results; see `check_not_ranked_within`.

    >>> assert_not_ranked_within(Run.from_ids({"q1": ["b", "a"]}), "q1", "a", 1).passed
    True
    """
    __tracebackhide__ = True
    return check_not_ranked_within(
        run, query_id, doc_id, rank, corpus=corpus, qrels=qrels, queries=queries
    ).raise_if_failed()


def assert_ranked_above(
    run: Run,
    query_id: str,
    upper: str,
    lower: str,
    *,
    corpus: Corpus | None = None,
    qrels: Qrels | None = None,
    queries: Queries | None = None,
) -> Verdict:
    """One document is retrieved and stands above another; see `check_ranked_above`.

    >>> assert_ranked_above(Run.from_ids({"q1": ["b", "a"]}), "q1", "b", "a").passed
    True
    """
    __tracebackhide__ = True
    return check_ranked_above(
        run, query_id, upper, lower, corpus=corpus, qrels=qrels, queries=queries
    ).raise_if_failed()


def assert_reranker_improves(
    first_stage: Run,
    reranked: Run,
    qrels: Qrels,
    metric: str | Metric = "nDCG@10",
    *,
    by: float = 0.0,
    relevance_level: float = 1,
    no_relevant: NoRelevant = "zero",
    queries: Queries | None = None,
    corpus: Corpus | None = None,
) -> Verdict:
    """A reranker raises the mean of a metric, by at least `by`; see `check_reranker_improves`.

    >>> first, second = Run.from_ids({"q1": ["a", "b"]}), Run.from_ids({"q1": ["b", "a"]})
    >>> assert_reranker_improves(first, second, Qrels.from_dict({"q1": {"b": 1}}), by=0.3).passed
    True
    """
    __tracebackhide__ = True
    return check_reranker_improves(
        first_stage,
        reranked,
        qrels,
        metric,
        by=by,
        relevance_level=relevance_level,
        no_relevant=no_relevant,
        queries=queries,
        corpus=corpus,
    ).raise_if_failed()


def assert_rankings_agree(
    run: Run,
    reference: Run,
    *,
    overlap: float | None = None,
    rbo: float | None = None,
    k: int = 10,
    p: float = 0.9,
    every_query: bool = False,
    queries: Queries | None = None,
    corpus: Corpus | None = None,
) -> Verdict:
    """Two runs rank alike, by overlap@k, rank-biased overlap or both; see `check_rankings_agree`.

    >>> run, reference = Run.from_ids({"q1": ["a", "b"]}), Run.from_ids({"q1": ["b", "a"]})
    >>> assert_rankings_agree(run, reference, overlap=1.0).passed
    True
    """
    __tracebackhide__ = True
    return check_rankings_agree(
        run,
        reference,
        overlap=overlap,
        rbo=rbo,
        k=k,
        p=p,
        every_query=every_query,
        queries=queries,
        corpus=corpus,
    ).raise_if_failed()
