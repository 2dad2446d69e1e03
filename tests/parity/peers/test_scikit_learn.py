"""Equal to scikit-learn on generated full rankings; where it differs, a test says how.

Full: every judged document is retrieved and every retrieved one judged, since that is all that
scikit-learn's functions can be told; scores are distinct and finite, grades not negative.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval_checks.metrics.evaluation import evaluate

metrics = pytest.importorskip("sklearn.metrics")

DOCUMENTS = [f"d{n}" for n in range(12)]
CUTOFFS = (1, 2, 5, 20)


@st.composite
def full_rankings(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """A grade and a score, one unlike the other, of each document; two at least."""
    grades = draw(st.lists(st.integers(0, 4), min_size=2, max_size=12).filter(any))
    return grades, draw(st.permutations(range(len(grades))))


CASES, LEVELS, CUTS = full_rankings(), st.sampled_from([1, 2]), st.integers(1, 12)
Case = tuple[list[int], list[int]]


@settings(max_examples=50)
@given(CASES, LEVELS, CUTS)
def test_every_value_is_scikit_learns(case: Case, level: int, k: int) -> None:
    check(case, level, k)


@pytest.mark.slow
@settings(max_examples=2000)
@given(CASES, LEVELS, CUTS)
def test_every_value_is_scikit_learns_in_2000_cases(case: Case, level: int, k: int) -> None:
    check(case, level, k)


def test_scikit_learn_averages_ndcg_over_the_orders_of_a_tie() -> None:
    first, second = 1.0, 1 / np.log2(3)
    assert metrics.ndcg_score([[1, 0]], [[1, 1]]) == pytest.approx((first + second) / 2)
    assert ours([1, 0], [1, 1], ["nDCG"])["nDCG"] == pytest.approx(second)  # d1 before d0


def test_scikit_learn_takes_tied_documents_for_one_place_in_ap() -> None:
    assert metrics.average_precision_score([0, 1, 0], [1, 1, 0]) == 0.5
    assert metrics.label_ranking_average_precision_score([[0, 1, 0]], [[1, 1, 0]]) == 0.5
    assert ours([0, 1, 0], [1, 1, 0], ["AP"]) == {"AP": 1.0}  # d1 before d0


def test_scikit_learn_divides_by_what_was_returned_where_that_is_less_than_k() -> None:
    assert metrics.precision_score([1, 1, 0], [1, 1, 1]) == pytest.approx(2 / 3)
    assert ours([1, 1, 0], [3, 2, 1], ["P@5"]) == {"P@5": 2 / 5}


def test_scikit_learn_refuses_a_negative_grade() -> None:
    with pytest.raises(ValueError, match="negative"):
        metrics.ndcg_score([[1, -1]], [[2, 1]])
    assert ours([1, -1], [2, 1], ["nDCG"]) == {"nDCG": 1.0}


def check(case: Case, level: int, k: int) -> None:
    expected = {**their_ndcg(*case), **their_ap(*case, level), **their_sets(*case, k)}
    assert ours(*case, list(expected)) == pytest.approx(expected, rel=0, abs=1e-9)
    lrap = metrics.label_ranking_average_precision_score([np.array(case[0]) >= 1], [case[1]])
    assert ours(*case, ["AP"])["AP"] == pytest.approx(lrap, rel=0, abs=1e-9)


def their_ndcg(grades: list[int], scores: list[int]) -> dict[str, float]:
    exponential = [2**grade - 1 for grade in grades]
    values = {f"nDCG@{k}": metrics.ndcg_score([grades], [scores], k=k) for k in CUTOFFS}
    for k in CUTOFFS:
        values[f'nDCG(gain="exp")@{k}'] = metrics.ndcg_score([exponential], [scores], k=k)
    return values


def their_ap(grades: list[int], scores: list[int], level: int) -> dict[str, float]:
    level = level if max(grades) >= level else 1
    value = metrics.average_precision_score(np.array(grades) >= level, scores)
    return {f"AP(rel={level})": value}


def their_sets(grades: list[int], scores: list[int], k: int) -> dict[str, float]:
    k = min(k, len(scores))  # beyond, a place without a document is nothing to scikit-learn
    found = np.array(scores) >= len(scores) - k
    relevant = np.array(grades) >= 1
    values = metrics.precision_recall_fscore_support(relevant, found, average="binary")[:3]
    return dict(zip((f"P@{k}", f"R@{k}", f"F1@{k}"), values, strict=True))


def ours(grades: list[int], scores: list[int], names: list[str]) -> dict[str, float]:
    run = {"q": {d: float(score) for d, score in zip(DOCUMENTS, scores, strict=False)}}
    judged = {"q": dict(zip(DOCUMENTS, grades, strict=False))}
    evaluation = evaluate(run, judged, names)
    return dict(zip(names, evaluation.values[0].tolist(), strict=True))
