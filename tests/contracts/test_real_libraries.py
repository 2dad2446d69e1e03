"""What the contract says of real libraries, as far as they are installed."""

from typing import Any

import pytest

from retrieval_checks.contracts import metric_checks
from retrieval_checks.errors import RetrievalAssertionError

Scored = dict[str, float]
Grades = dict[str, int]
Runs = dict[str, Scored]
Judged = dict[str, Grades]


def _broken(fn: Any, metric: str) -> set[str]:
    return set(metric_checks(fn, metric=metric, form="run", max_examples=40).broken())


def test_pytrec_eval_keeps_float32_scores_and_drops_missing_queries() -> None:
    pytrec_eval = pytest.importorskip("pytrec_eval")

    def ndcg(run: Runs, qrels: Judged, k: int) -> dict[str, float]:
        values = pytrec_eval.RelevanceEvaluator(qrels, {f"ndcg_cut.{k}"}).evaluate(run)
        return {query_id: found[f"ndcg_cut_{k}"] for query_id, found in values.items()}

    assert _broken(ndcg, "nDCG") == {"close-scores", "missing-query", "values-in-general"}


def test_ir_measures_ndcg_keeps_float32_scores() -> None:
    ir_measures = pytest.importorskip("ir_measures")

    def ndcg(run: Runs, qrels: Judged, k: int) -> dict[str, float]:
        found = ir_measures.iter_calc([ir_measures.nDCG @ k], qrels, run)
        return {value.query_id: value.value for value in found}

    assert _broken(ndcg, "nDCG") == {"close-scores"}


def test_ir_measures_rr_at_k_breaks_ties_its_own_way() -> None:
    ir_measures = pytest.importorskip("ir_measures")

    def reciprocal_rank(run: Runs, qrels: Judged, k: int) -> dict[str, float]:
        found = ir_measures.iter_calc([ir_measures.RR @ k], qrels, run)
        return {value.query_id: value.value for value in found}

    assert _broken(reciprocal_rank, "RR") == {"ties", "values-in-general"}


def _sklearn_ndcg(run: Runs, qrels: Judged, k: int) -> dict[str, float]:
    from sklearn.metrics import ndcg_score

    values = {}
    for query_id, grades in qrels.items():
        scored = run.get(query_id, {})
        lowest = min(scored.values(), default=0.0) - 1
        doc_ids = [*sorted({*grades, *scored}), "padding: sklearn wants two documents"]
        truth = [max(grades.get(doc_id, 0), 0) for doc_id in doc_ids]
        scores = [scored.get(doc_id, lowest) for doc_id in doc_ids]
        values[query_id] = float(ndcg_score([truth], [scores], k=k))
    return values


def test_sklearn_averages_over_ties() -> None:
    pytest.importorskip("sklearn")
    checks = {
        name: check for check, name in metric_checks(_sklearn_ndcg, metric="nDCG", form="run")
    }
    with pytest.raises(RetrievalAssertionError, match=r"returned  \{'q1': 0\.5\}"):
        checks["ties"]()
    checks["scores-only-order"]()


@pytest.mark.slow  # ranx compiles its metrics
def test_ranx_pairs_plain_dictionaries_by_position() -> None:
    ranx = pytest.importorskip("ranx")

    def ndcg(run: Runs, qrels: Judged, k: int) -> float:
        return float(ranx.evaluate(qrels, run, f"ndcg@{k}"))

    assert "order-of-queries" in _broken(ndcg, "nDCG")
