"""Assertions for tests: each a check whose failure is raised with its whole explanation.

They raise `RetrievalAssertionError` themselves, so that they hold under `python -O` too, and return
the verdict where it passes. What cannot be judged (NaN, empty or mismatched input, ids that do not
exist) raises another error, as the check says.
"""

from retrieval_checks.judgement.assertions.metrics import (
    assert_accuracy_at_least,
    assert_map_at_least,
    assert_metric_at_least,
    assert_mrr_at_least,
    assert_ndcg_at_least,
    assert_precision_at_least,
    assert_recall_at_least,
)
from retrieval_checks.judgement.assertions.rankings import (
    assert_not_ranked_within,
    assert_ranked_above,
    assert_ranked_within,
    assert_rankings_agree,
    assert_reranker_improves,
)

__all__ = [
    "assert_accuracy_at_least",
    "assert_map_at_least",
    "assert_metric_at_least",
    "assert_mrr_at_least",
    "assert_ndcg_at_least",
    "assert_not_ranked_within",
    "assert_precision_at_least",
    "assert_ranked_above",
    "assert_ranked_within",
    "assert_rankings_agree",
    "assert_recall_at_least",
    "assert_reranker_improves",
]
