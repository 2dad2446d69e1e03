"""How far two runs agree on each query, whatever the judgements say."""

from retrieval_checks.metrics.agreement.correlation import kendall_tau, tau_ap
from retrieval_checks.metrics.agreement.queries import check_same_queries
from retrieval_checks.metrics.agreement.rank_biased import rbo, rbo_bounds
from retrieval_checks.metrics.agreement.sets import jaccard_at, overlap_at, top_1_churn

__all__ = [
    "check_same_queries",
    "jaccard_at",
    "kendall_tau",
    "overlap_at",
    "rbo",
    "rbo_bounds",
    "tau_ap",
    "top_1_churn",
]
