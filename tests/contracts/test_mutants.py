"""Right formulas pass; each with one fault is caught by a check that names the fault."""

import random
from collections.abc import Callable
from math import log2, nan
from typing import Any

import pytest

from retrieval_checks.contracts import metric_checks
from retrieval_checks.errors import RetrievalAssertionError
from tests.contracts.peers import Grades, dcg, gain, ideal, ndcg, recall

Metric = Callable[[list[str], Grades, int], float]


def _distinct(metric: Metric) -> Metric:
    return lambda ranking, grades, k: metric(list(dict.fromkeys(ranking)), grades, k)


def _hits(ranking: list[str], grades: Grades) -> list[int]:
    return [int(gain(grades, d) > 0) for d in ranking]


def precision(ranking: list[str], grades: Grades, k: int) -> float:
    return sum(_hits(ranking[:k], grades)) / k


def average_precision(ranking: list[str], grades: Grades, k: int) -> float:
    hits = _hits(ranking[:k], grades)
    relevant = sum(_hits(list(grades), grades))
    found = (sum(hits[: i + 1]) / (i + 1) for i, hit in enumerate(hits) if hit)
    return sum(found) / relevant if relevant else 0.0


def reciprocal_rank(ranking: list[str], grades: Grades, k: int) -> float:
    hits = _hits(ranking[:k], grades)
    return 1 / (hits.index(1) + 1) if any(hits) else 0.0


RIGHT: list[tuple[str, Metric]] = [
    ("nDCG", ndcg),
    ("P", precision),
    ("R", recall),
    ("AP", average_precision),
    ("RR", reciprocal_rank),
]


@pytest.mark.parametrize(("name", "fn"), RIGHT, ids=[name for name, _ in RIGHT])
def test_right_formula_passes(name: str, fn: Metric) -> None:
    metric_checks(_distinct(fn), metric=name, max_examples=40).run()


def discounts_from_the_second_rank(ranking: list[str], grades: Grades, k: int) -> float:
    value = sum(gain(grades, d) / log2(i + 3) for i, d in enumerate(ranking[:k]))
    best = ideal(grades, k)
    return value / best if best else 0.0


def does_not_discount(ranking: list[str], grades: Grades, k: int) -> float:
    best = sum(sorted((gain(grades, d) for d in grades), reverse=True)[:k])
    return sum(gain(grades, d) for d in ranking[:k]) / best if best else 0.0


def has_an_ideal_that_is_not_cut(ranking: list[str], grades: Grades, k: int) -> float:
    best = ideal(grades, len(grades))
    return dcg([gain(grades, d) for d in ranking[:k]]) / best if best else 0.0


def has_exponential_gain(ranking: list[str], grades: Grades, k: int) -> float:
    return ndcg(ranking, {d: 2**g - 1 for d, g in grades.items() if g > 0}, k)


def looks_one_rank_too_far(ranking: list[str], grades: Grades, k: int) -> float:
    return ndcg(ranking, grades, k + 1)


def never_looks_past_rank_10(ranking: list[str], grades: Grades, k: int) -> float:
    return ndcg(ranking, grades, min(k, 10))


def ignores_k(ranking: list[str], grades: Grades, k: int) -> float:
    return ndcg(ranking, grades, 100)


def lets_negative_grades_lower_it(ranking: list[str], grades: Grades, k: int) -> float:
    best = ideal(grades, k)
    return dcg([grades.get(d, 0) for d in ranking[:k]]) / best if best else 0.0


def leaves_unjudged_documents_out(ranking: list[str], grades: Grades, k: int) -> float:
    return ndcg([d for d in ranking if d in grades], grades, k)


def fails_on_unjudged_documents(ranking: list[str], grades: Grades, k: int) -> float:
    return ndcg(ranking, {d: grades[d] for d in [*ranking, *grades]}, k)


def is_nan_without_relevant_documents(ranking: list[str], grades: Grades, k: int) -> float:
    return ndcg(ranking, grades, k) if any(g > 0 for g in grades.values()) else nan


def fails_on_an_empty_ranking(ranking: list[str], grades: Grades, k: int) -> float:
    return ndcg([ranking[0], *ranking[1:]], grades, k)


def trusts_the_order_of_judgements(ranking: list[str], grades: Grades, k: int) -> float:
    best = dcg([gain(grades, d) for d in grades][:k])
    return min(dcg([gain(grades, d) for d in ranking[:k]]) / best, 1.0) if best else 0.0


def prefers_low_ids(ranking: list[str], grades: Grades, k: int) -> float:
    return ndcg(sorted(ranking), grades, k)


def changes_its_input(ranking: list[str], grades: Grades, k: int) -> float:
    value = ndcg(ranking, grades, k)
    ranking.sort(reverse=True)
    return value


def is_random(ranking: list[str], grades: Grades, k: int) -> float:
    return ndcg(ranking, grades, k) * random.Random().uniform(0.5, 1)


def returns_a_word(ranking: list[str], grades: Grades, k: int) -> Any:
    return "high"


def divides_by_what_was_retrieved(ranking: list[str], grades: Grades, k: int) -> float:
    return precision(ranking, grades, k) * k / max(len(ranking[:k]), 1)


def divides_by_k_plus_1(ranking: list[str], grades: Grades, k: int) -> float:
    return precision(ranking, grades, k) * k / (k + 1)


def asks_for_a_grade_above_1(ranking: list[str], grades: Grades, k: int) -> float:
    return precision(ranking, {d: g - 1 for d, g in grades.items()}, k)


def divides_by_min_of_k_and_r(ranking: list[str], grades: Grades, k: int) -> float:
    relevant = sum(_hits(list(grades), grades))
    return recall(ranking, grades, k) * relevant / min(k, relevant) if relevant else 0.0


def forgets_to_divide_by_r(ranking: list[str], grades: Grades, k: int) -> float:
    return average_precision(ranking, grades, k) * sum(_hits(list(grades), grades))


def divides_by_the_hits_found(ranking: list[str], grades: Grades, k: int) -> float:
    return forgets_to_divide_by_r(ranking, grades, k) / max(sum(_hits(ranking[:k], grades)), 1)


def starts_ranks_at_0(ranking: list[str], grades: Grades, k: int) -> float:
    hits = _hits(ranking[:k], grades)
    return 1 / max(hits.index(1), 1) if any(hits) else 0.0


def takes_the_last_relevant_rank(ranking: list[str], grades: Grades, k: int) -> float:
    hits = _hits(ranking[:k], grades)
    return 1 / (len(hits) - hits[::-1].index(1)) if any(hits) else 0.0


def falls_where_it_should_rise(ranking: list[str], grades: Grades, k: int) -> float:
    return 1 - reciprocal_rank(ranking, grades, k)


MUTANTS: list[tuple[str, Metric, str]] = [
    ("nDCG", never_looks_past_rank_10, "long-rankings"),
    ("nDCG", discounts_from_the_second_rank, "values"),
    ("nDCG", does_not_discount, "values"),
    ("nDCG", has_an_ideal_that_is_not_cut, "values"),
    ("nDCG", has_exponential_gain, "graded-values"),
    ("nDCG", looks_one_rank_too_far, "below-k"),
    ("nDCG", ignores_k, "below-k"),
    ("nDCG", lets_negative_grades_lower_it, "negative-grade"),
    ("nDCG", leaves_unjudged_documents_out, "unjudged-document"),
    ("nDCG", fails_on_unjudged_documents, "unjudged-document"),
    ("nDCG", is_nan_without_relevant_documents, "no-relevant-document"),
    ("nDCG", fails_on_an_empty_ranking, "empty-ranking"),
    ("nDCG", trusts_the_order_of_judgements, "order-of-judgements"),
    ("nDCG", prefers_low_ids, "renamed-documents"),
    ("nDCG", is_random, "repeatable"),
    ("nDCG", returns_a_word, "number-in-range"),
    ("P", divides_by_what_was_retrieved, "short-ranking"),
    ("P", divides_by_k_plus_1, "values"),
    ("P", asks_for_a_grade_above_1, "values"),
    ("R", divides_by_min_of_k_and_r, "values"),
    ("AP", forgets_to_divide_by_r, "number-in-range"),
    ("AP", divides_by_the_hits_found, "values"),
    ("RR", starts_ranks_at_0, "values"),
    ("RR", takes_the_last_relevant_rank, "values"),
    ("RR", falls_where_it_should_rise, "better-document-up"),
]


@pytest.mark.parametrize(
    ("metric", "fn", "found_by"), MUTANTS, ids=[fn.__name__ for _, fn, _ in MUTANTS]
)
def test_fault_is_caught(metric: str, fn: Metric, found_by: str) -> None:
    checks = {name: check for check, name in metric_checks(_distinct(fn), metric=metric)}
    with pytest.raises(RetrievalAssertionError, match=f"breaks '{found_by}'"):
        checks[found_by]()


def test_changed_input_is_caught() -> None:
    checks = {name: check for check, name in metric_checks(changes_its_input, metric="nDCG")}
    shown = r"right     ranking left as it was; it is now \['b', 'a'\]"
    with pytest.raises(RetrievalAssertionError, match=shown):
        checks["input-unchanged"]()
