"""trec_eval, through pytrec_eval, as oracle: our spelling of a measure to its."""

from collections.abc import Sequence

import pytrec_eval

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run

CUTOFFS = (1, 2, 3, 5, 10, 100)
_CUT = {
    "nDCG": "ndcg_cut",
    "P": "P",
    "R": "recall",
    "RCap": "relative_P",
    "AP": "map_cut",
    "Success": "success",
}
_UNCUT = {
    "nDCG": "ndcg",
    "AP": "map",
    "RR": "recip_rank",
    "Rprec": "Rprec",
    "bpref": "bpref",
    "infAP": "infAP",
    "NumRet": "num_ret",
    "NumRel": "num_rel",
    "NumRelRet": "num_rel_ret",
}


def trec_name(metric: str) -> str:
    """`ndcg_cut_10` for `nDCG@10`; a name of trec_eval's own stays as it is."""
    name, _, k = metric.partition("@")
    if name == "IPrec":
        return f"iprec_at_recall_{float(k):.2f}"
    return f"{_CUT[name]}_{k}" if k else _UNCUT.get(name, name)


def trec_eval(
    run: Run,
    qrels: Qrels,
    metrics: Sequence[str],
    *,
    relevance_level: int = 1,
    judged_only: bool = False,
) -> dict[str, dict[str, float]]:
    """`{query_id: {metric: value}}` of the queries that the run has; grades must be whole."""
    grades = {q: {d: int(grade) for d, grade in qrels[q].items()} for q in qrels}
    evaluator = pytrec_eval.RelevanceEvaluator(
        grades,
        {_dotted(trec_name(metric)) for metric in metrics},
        relevance_level=relevance_level,
        judged_docs_only_flag=judged_only,
    )
    values = evaluator.evaluate(run.to_dict())
    return {q: {m: values[q][trec_name(m)] for m in metrics} for q in values}


def _dotted(name: str) -> str:
    """`ndcg_cut.10`, as parameters are requested, for `ndcg_cut_10`, as they are answered."""
    head, _, parameter = name.rpartition("_")
    return f"{head}.{parameter}" if parameter.replace(".", "").isdigit() else name
