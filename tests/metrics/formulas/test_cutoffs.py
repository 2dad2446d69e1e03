"""A formula that is called by hand looks no deeper than its cut-off, whoever cut the ranking."""

import numpy as np
import pytest

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.formula import find_formula
from retrieval_checks.metrics.joins.columns import join_columns
from retrieval_checks.metrics.metric import Metric
from retrieval_checks.metrics.ranked import RankedRelevance

NAMES = (
    *("Success", "P", "R", "RCap", "F1", "Rprec", "RR", "AP", "RBP", "RBP_residual", "nDCG"),
    *("ERR", "Judged", "bpref", "infAP", "alpha_nDCG", "NumRet", "NumRel", "NumRelRet"),
)
SUBTOPICS = {"q": {"s1": {"a": 1, "c": 1}, "s2": {"a": 0, "b": 1, "c": 1}}}


def _ranked(name: str) -> RankedRelevance:
    """Relevant documents at ranks 2, 3 and 5, judged ones that are not at 1 and 6."""
    run = Run.from_ids({"q": ["n", "a", "b", "x", "c", "m"]})
    judged = {"q": {"a": 1, "b": 2, "c": 3, "n": 0, "m": 0}}
    qrels = Qrels.from_dict(judged)
    if name == "alpha_nDCG":
        qrels = Qrels.from_subtopics(SUBTOPICS)
    return join_columns(run, qrels, None).block(0, 1, relevance_level=1)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_what_lies_below_the_cut_off_does_not_count(name: str, k: int) -> None:
    ranked, formula = _ranked(name), find_formula(Metric(name, k).name)
    whole = formula.function(ranked, k, **formula.defaults)
    cut = formula.function(ranked.cut(k), k, **formula.defaults)
    np.testing.assert_array_equal(whole, cut)
