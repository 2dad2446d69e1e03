"""trec_eval, through pytrec_eval, as oracle: our spelling of a measure to its."""

from collections.abc import Sequence

import pytrec_eval

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run

CUTOFFS = (1, 2, 3, 5, 10, 100)
_CUT = {"nDCG": "ndcg_cut", "P": "P", "R": "recall", "AP": "map_cut", "Success": "success"}
_UNCUT = {"nDCG": "ndcg", "AP": "map", "RR": "recip_rank", "Rprec": "Rprec"}


def trec_name(metric: str) -> str:
    """`ndcg_cut_10` for `nDCG@10`."""
    name, _, k = metric.partition("@")
    return f"{_CUT[name]}_{k}" if k else _UNCUT[name]


def trec_eval(
    run: Run, qrels: Qrels, metrics: Sequence[str], *, relevance_level: int = 1
) -> dict[str, dict[str, float]]:
    """`{query_id: {metric: value}}` of the queries that the run has; grades must be whole."""
    grades = {q: {d: int(grade) for d, grade in qrels[q].items()} for q in qrels}
    measures = {_dotted(trec_name(metric)) for metric in metrics}
    evaluator = pytrec_eval.RelevanceEvaluator(grades, measures, relevance_level=relevance_level)
    values = evaluator.evaluate(run.to_dict())
    return {q: {m: values[q][trec_name(m)] for m in metrics} for q in values}


def _dotted(name: str) -> str:
    """`ndcg_cut.10`, as parameters are requested, for `ndcg_cut_10`, as they are answered."""
    head, _, k = name.rpartition("_")
    return f"{head}.{k}" if k.isdigit() else name
