"""Contracts: suites of checks that users aim at their own functions, or at another library's.

>>> from retrieval_checks.contracts import metric_checks
>>> def precision(ranking, grades, k):
...     return sum(grades.get(doc_id, 0) > 0 for doc_id in ranking[:k]) / k
>>> suite = metric_checks(precision, metric="P", max_examples=20)
>>> len(suite), list(suite.broken())
(18, ['duplicates'])

Each suite runs in pytest, a test a check, or by `run`, `results` and `broken` without it. A fault
that is known is waived with its reason, and the waiver fails once it is no longer needed:

>>> str(suite.waive({"duplicates": "our index has none"}).run()).partition("; ")[2]
'waived: duplicates'
"""

from retrieval_checks.contracts.bi_encoder_contract import bi_encoder_checks
from retrieval_checks.contracts.check import Check, Result
from retrieval_checks.contracts.metric_contract import metric_checks
from retrieval_checks.contracts.reranker_contract import reranker_checks
from retrieval_checks.contracts.retriever_contract import retriever_checks
from retrieval_checks.contracts.suite import Suite, Summary

__all__ = [
    "Check",
    "Result",
    "Suite",
    "Summary",
    "bi_encoder_checks",
    "metric_checks",
    "reranker_checks",
    "retriever_checks",
]
