"""Contracts: suites of checks that users aim at their own functions, or at another library's.

>>> from retrieval_checks.contracts import metric_checks
>>> def precision(ranking, grades, k):
...     return sum(grades.get(doc_id, 0) > 0 for doc_id in ranking[:k]) / k
>>> suite = metric_checks(precision, metric="P", max_examples=20)
>>> len(suite), list(suite.broken())
(18, ['duplicates'])
"""

from retrieval_checks.contracts.metric_contract import metric_checks
from retrieval_checks.contracts.suite import Check, Suite, Summary

__all__ = ["Check", "Suite", "Summary", "metric_checks"]
