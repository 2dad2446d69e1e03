"""Assertions of what a run is worth by a metric; what raises is told in the package."""

from retrieval_checks.data.collection import Corpus, Queries
from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.judgement.metric_checks import check_metric_at_least
from retrieval_checks.judgement.verdict import Verdict
from retrieval_checks.metrics.evaluation import NoRelevant
from retrieval_checks.metrics.metric import Metric


def assert_metric_at_least(
    run: Run,
    qrels: Qrels,
    metric: str | Metric,
    bound: float,
    *,
    relevance_level: float = 1,
    no_relevant: NoRelevant = "zero",
    queries: Queries | None = None,
    corpus: Corpus | None = None,
) -> Verdict:
    """The mean of a metric over the judged queries reaches a bound; see `check_metric_at_least`.

    >>> run, qrels = Run.from_ids({"q1": ["b", "a"]}), Qrels.from_dict({"q1": {"a": 1}})
    >>> assert_metric_at_least(run, qrels, "RR@10", 0.5).passed
    True
    """
    __tracebackhide__ = True
    return check_metric_at_least(
        run,
        qrels,
        metric,
        bound,
        relevance_level=relevance_level,
        no_relevant=no_relevant,
        queries=queries,
        corpus=corpus,
    ).raise_if_failed()


def assert_ndcg_at_least(
    run: Run,
    qrels: Qrels,
    bound: float,
    *,
    k: int | None = 10,
    relevance_level: float = 1,
    no_relevant: NoRelevant = "zero",
    queries: Queries | None = None,
    corpus: Corpus | None = None,
) -> Verdict:
    """Mean nDCG@k, in [0, 1], linear gain, is at least the bound; `k=None` does not cut.

    >>> run, qrels = Run.from_ids({"q1": ["b", "a"]}), Qrels.from_dict({"q1": {"a": 1}})
    >>> assert_ndcg_at_least(run, qrels, 0.63, k=10).passed
    True
    """
    __tracebackhide__ = True
    return check_metric_at_least(
        run,
        qrels,
        Metric("nDCG", k),
        bound,
        relevance_level=relevance_level,
        no_relevant=no_relevant,
        queries=queries,
        corpus=corpus,
    ).raise_if_failed()


def assert_accuracy_at_least(
    run: Run,
    qrels: Qrels,
    bound: float,
    *,
    k: int = 10,
    relevance_level: float = 1,
    no_relevant: NoRelevant = "zero",
    queries: Queries | None = None,
    corpus: Corpus | None = None,
) -> Verdict:
    """The share of queries with a relevant document in their top k is at least the bound.

    >>> run, qrels = Run.from_ids({"q1": ["b", "a"]}), Qrels.from_dict({"q1": {"a": 1}})
    >>> assert_accuracy_at_least(run, qrels, 1.0, k=2).passed
    True
    """
    __tracebackhide__ = True
    return check_metric_at_least(
        run,
        qrels,
        Metric("Success", k),
        bound,
        relevance_level=relevance_level,
        no_relevant=no_relevant,
        queries=queries,
        corpus=corpus,
    ).raise_if_failed()


def assert_precision_at_least(
    run: Run,
    qrels: Qrels,
    bound: float,
    *,
    k: int = 10,
    relevance_level: float = 1,
    no_relevant: NoRelevant = "zero",
    queries: Queries | None = None,
    corpus: Corpus | None = None,
) -> Verdict:
    """Mean P@k, the relevant share of the top k, in [0, 1], is at least the bound.

    >>> run, qrels = Run.from_ids({"q1": ["b", "a"]}), Qrels.from_dict({"q1": {"a": 1}})
    >>> assert_precision_at_least(run, qrels, 0.5, k=2).passed
    True
    """
    __tracebackhide__ = True
    return check_metric_at_least(
        run,
        qrels,
        Metric("P", k),
        bound,
        relevance_level=relevance_level,
        no_relevant=no_relevant,
        queries=queries,
        corpus=corpus,
    ).raise_if_failed()


def assert_recall_at_least(
    run: Run,
    qrels: Qrels,
    bound: float,
    *,
    k: int = 10,
    relevance_level: float = 1,
    no_relevant: NoRelevant = "zero",
    queries: Queries | None = None,
    corpus: Corpus | None = None,
) -> Verdict:
    """Mean R@k, the share of the relevant documents in the top k, is at least the bound.

    >>> run, qrels = Run.from_ids({"q1": ["b", "a"]}), Qrels.from_dict({"q1": {"a": 1}})
    >>> assert_recall_at_least(run, qrels, 1.0, k=2).passed
    True
    """
    __tracebackhide__ = True
    return check_metric_at_least(
        run,
        qrels,
        Metric("R", k),
        bound,
        relevance_level=relevance_level,
        no_relevant=no_relevant,
        queries=queries,
        corpus=corpus,
    ).raise_if_failed()


def assert_mrr_at_least(
    run: Run,
    qrels: Qrels,
    bound: float,
    *,
    k: int | None = 10,
    relevance_level: float = 1,
    no_relevant: NoRelevant = "zero",
    queries: Queries | None = None,
    corpus: Corpus | None = None,
) -> Verdict:
    """Mean reciprocal rank, in [0, 1], is at least the bound; `k=None` does not cut.

    >>> run, qrels = Run.from_ids({"q1": ["b", "a"]}), Qrels.from_dict({"q1": {"a": 1}})
    >>> assert_mrr_at_least(run, qrels, 0.5).passed
    True
    """
    __tracebackhide__ = True
    return check_metric_at_least(
        run,
        qrels,
        Metric("RR", k),
        bound,
        relevance_level=relevance_level,
        no_relevant=no_relevant,
        queries=queries,
        corpus=corpus,
    ).raise_if_failed()


def assert_map_at_least(
    run: Run,
    qrels: Qrels,
    bound: float,
    *,
    k: int | None = None,
    relevance_level: float = 1,
    no_relevant: NoRelevant = "zero",
    queries: Queries | None = None,
    corpus: Corpus | None = None,
) -> Verdict:
    """Mean average precision, in [0, 1], is at least the bound; `k=None` does not cut.

    >>> run, qrels = Run.from_ids({"q1": ["b", "a"]}), Qrels.from_dict({"q1": {"a": 1}})
    >>> assert_map_at_least(run, qrels, 0.5).passed
    True
    """
    __tracebackhide__ = True
    return check_metric_at_least(
        run,
        qrels,
        Metric("AP", k),
        bound,
        relevance_level=relevance_level,
        no_relevant=no_relevant,
        queries=queries,
        corpus=corpus,
    ).raise_if_failed()
