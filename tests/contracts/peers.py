"""Faulty metrics, each ten lines with exactly the fault that the library it is named after had."""

from math import log2

import numpy as np

Scored = dict[str, float]
Grades = dict[str, int]


def gain(grades: Grades, doc_id: str) -> int:
    return max(grades.get(doc_id, 0), 0)


def dcg(gains: list[int]) -> float:
    return sum(g / log2(rank + 1) for rank, g in enumerate(gains, start=1))


def ideal(grades: Grades, k: int) -> float:
    return dcg(sorted((gain(grades, d) for d in grades), reverse=True)[:k])


def ndcg(ranking: list[str], grades: Grades, k: int) -> float:
    """Right, but for duplicates."""
    best = ideal(grades, k)
    return dcg([gain(grades, d) for d in ranking[:k]]) / best if best else 0.0


def recall(ranking: list[str], grades: Grades, k: int) -> float:
    relevant = {d for d in grades if gain(grades, d)}
    return len(relevant & set(ranking[:k])) / len(relevant) if relevant else 0.0


def ordered(scored: Scored) -> list[str]:
    return sorted(scored, key=lambda d: (scored[d], d), reverse=True)


def right_ndcg(run: dict[str, Scored], qrels: dict[str, Grades], k: int) -> dict[str, float]:
    return {q: ndcg(ordered(run.get(q, {})), qrels[q], k) for q in qrels}


def haystack_ndcg(ranking: list[str], grades: Grades, k: int) -> float:
    """A duplicate gains again; the ideal knows it once."""
    return ndcg(ranking, grades, k)


def llama_index_hit_rate(ranking: list[str], grades: Grades, k: int) -> float:
    """Hits over expected documents: a duplicate is another hit."""
    expected = [d for d in grades if gain(grades, d)]
    return sum(d in expected for d in ranking[:k]) / len(expected) if expected else 0.0


def torchmetrics_recall(run: dict[str, Scored], qrels: dict[str, Grades], k: int) -> float:
    """Documents with a score of 0 or less are no longer relevant."""
    values = []
    for query_id, grades in qrels.items():
        scored = run.get(query_id, {})
        top = [d for d in ordered(scored)[:k] if scored[d] > 0]
        values.append(recall(top, grades, k))
    return sum(values) / len(values)


def torchmetrics_ndcg(ranking: list[str], grades: Grades, k: int) -> float:
    """Gets predictions and targets alone: a relevant document not retrieved is unknown to it."""
    return ndcg(ranking, {d: grades.get(d, 0) for d in ranking}, k)


def ranx_ndcg(run: dict[str, Scored], qrels: dict[str, Grades], k: int) -> float:
    """Plain dictionaries are paired by position."""
    judged = list(qrels.values())
    rankings = [ordered(scored) for q, scored in run.items() if q in qrels]
    return sum(map(ndcg, rankings, judged, [k] * len(judged))) / len(judged)


def beir_ndcg(run: dict[str, Scored], qrels: dict[str, Grades], k: int) -> float:
    """A document called like the query is dropped."""
    kept = {q: {d: s for d, s in scored.items() if d != q} for q, scored in run.items()}
    values = right_ndcg(kept, qrels, k)
    return sum(values.values()) / len(values)


def beir_rounded_ndcg(run: dict[str, Scored], qrels: dict[str, Grades], k: int) -> float:
    """Rounded to five digits."""
    values = right_ndcg(run, qrels, k)
    return round(sum(values.values()) / len(values), 5)


def pytrec_eval_ndcg(run: dict[str, Scored], qrels: dict[str, Grades], k: int) -> dict[str, float]:
    """Queries that the run lacks are dropped."""
    values = right_ndcg(run, qrels, k)
    return {query_id: values[query_id] for query_id in run if query_id in qrels}


def float32_ndcg(run: dict[str, Scored], qrels: dict[str, Grades], k: int) -> dict[str, float]:
    """Scores are kept in single precision."""
    single = {q: {d: float(np.float32(s)) for d, s in run[q].items()} for q in run}
    return right_ndcg(single, qrels, k)


def stable_ndcg(run: dict[str, Scored], qrels: dict[str, Grades], k: int) -> dict[str, float]:
    """Ties stay in input order."""
    rankings = {q: sorted(run[q], key=lambda d, q=q: -run[q][d]) for q in run}  # type: ignore[misc]
    return {q: ndcg(rankings.get(q, []), qrels[q], k) for q in qrels}


def unsorted_ndcg(run: dict[str, Scored], qrels: dict[str, Grades], k: int) -> dict[str, float]:
    """The dictionary is taken for a ranking."""
    return {q: ndcg(list(run.get(q, {})), qrels[q], k) for q in qrels}


def pooled_recall(run: dict[str, Scored], qrels: dict[str, Grades], k: int) -> float:
    """Hits of all queries over relevant documents of all queries."""
    relevant = {(q, d) for q in qrels for d in qrels[q] if gain(qrels[q], d)}
    found = {(q, d) for q in run for d in ordered(run[q])[:k]}
    return len(relevant & found) / len(relevant)


def all_queries_recall(run: dict[str, Scored], qrels: dict[str, Grades], k: int) -> float:
    """A query without judgements counts as 0."""
    values = [recall(ordered(run.get(q, {})), qrels.get(q, {}), k) for q in {*run, *qrels}]
    return sum(values) / len(values)
