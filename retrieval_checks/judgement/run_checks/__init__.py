"""Checks of one run beside another, as they stand, without statistics."""

from retrieval_checks.judgement.run_checks.agreement import check_rankings_agree
from retrieval_checks.judgement.run_checks.reranker import check_reranker_improves

__all__ = ["check_rankings_agree", "check_reranker_improves"]
