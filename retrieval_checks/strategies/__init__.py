"""Hypothesis strategies for rankings, judgements, runs, collections and metrics.

For property tests of metrics, retrievers and rerankers. What they draw is small and tells traps
apart: ids whose code point order is not their numeric order (`d9` after `d10`), tied, negative and
infinite scores, judged documents that were not retrieved and the reverse. Failing examples shrink
towards few queries, few documents, first ids, first grades and score 0.

>>> from hypothesis import given, settings
>>> from retrieval_checks.metrics.evaluation import evaluate
>>> @settings(max_examples=10)
... @given(judged_runs(), metrics(names=["nDCG", "AP", "RR"]))
... def values_lie_between_0_and_1(judged_run, metric):
...     values = evaluate(*judged_run, metric).values
...     assert ((values >= 0) & (values <= 1)).all()
>>> values_lie_between_0_and_1()
"""

from retrieval_checks.strategies.collections import WORDS, collections
from retrieval_checks.strategies.ids import DOC_IDS, QUERY_IDS
from retrieval_checks.strategies.metrics import metrics
from retrieval_checks.strategies.qrels import GRADES, JudgedRun, judged_runs, qrels
from retrieval_checks.strategies.runs import rankings, runs, scores

__all__ = [
    "DOC_IDS",
    "GRADES",
    "QUERY_IDS",
    "WORDS",
    "JudgedRun",
    "collections",
    "judged_runs",
    "metrics",
    "qrels",
    "rankings",
    "runs",
    "scores",
]
