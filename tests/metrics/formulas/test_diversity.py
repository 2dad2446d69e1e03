"""alpha-nDCG, worked by hand: subtopics covered before gain less, and the ideal is greedy."""

import re
import tracemalloc
from collections.abc import Sequence
from math import log2
from random import Random

import pytest

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.errors import MetricError
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.formula import find_formula
from tests.metrics.formulas.cases import close, facts

# a covers s and u, b covers s, c covers t; n is judged and covers nothing; v is covered by none
SUBTOPICS = {
    "s": {"a": 1, "b": 2, "n": 0},
    "t": {"c": 1, "n": -1},
    "u": {"a": 2},
    "v": {"a": 0},
}
RANKING = ["b", "a", "x", "c"]
IDEAL = [2, 1 / log2(3), 0.5 / log2(4)]  # a, c, b


def value(ranking: Sequence[str], metric: str, *, level: float = 1) -> float:
    run = Run.from_ids({"q": ranking, "other": ["o"]})
    qrels = Qrels.from_subtopics({"q": SUBTOPICS, "other": {"s": {"o": 9}}})
    evaluation = evaluate(run, qrels, [metric, "RR"], relevance_level=level)
    return evaluation.per_query(metric)["q"]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("alpha_nDCG@1", 1 / 2),
        ("alpha_nDCG@2", (1 + 1.5 / log2(3)) / sum(IDEAL[:2])),
        ("alpha_nDCG@3", (1 + 1.5 / log2(3)) / sum(IDEAL)),
        ("alpha_nDCG@4", (1 + 1.5 / log2(3) + 1 / log2(5)) / sum(IDEAL)),
        ("alpha_nDCG", (1 + 1.5 / log2(3) + 1 / log2(5)) / sum(IDEAL)),
        ("alpha_nDCG@9", (1 + 1.5 / log2(3) + 1 / log2(5)) / sum(IDEAL)),
        ("alpha_nDCG(judged_only=True)", (1 + 1.5 / log2(3) + 1 / log2(4)) / sum(IDEAL)),
        # nothing is gained less: b 1, a 2, c 1
        (
            "alpha_nDCG(alpha=0)",
            (1 + 2 / log2(3) + 1 / log2(5)) / (2 + 1 / log2(3) + 1 / log2(4)),
        ),
        # what was covered before gains nothing: b 1, a 1, c 1
        ("alpha_nDCG(alpha=1)", (1 + 1 / log2(3) + 1 / log2(5)) / (2 + 1 / log2(3))),
        ("alpha_nDCG(alpha=0.9)@2", (1 + 1.1 / log2(3)) / (2 + 1 / log2(3))),
        # of grade 2 are b for s and a for u
        ("alpha_nDCG(rel=2)", 1.0),
        ("alpha_nDCG(rel=0)@1", 1 / 3),  # s of s, t, u, v; a covers s, u and v
        ("alpha_nDCG(rel=3)", 0.0),
    ],
)
def test_value(metric: str, expected: float) -> None:
    assert value(RANKING, metric) == close(expected)


def test_level_is_the_evaluations_unless_said_otherwise() -> None:
    assert value(["c", "b"], "alpha_nDCG@1", level=2) == 0.0
    assert value(["c", "b"], "alpha_nDCG", level=2) == close((1 / log2(3)) / (1 + 1 / log2(3)))
    assert value(["c", "b"], "alpha_nDCG(rel=1)@1", level=2) == 1 / 2


def test_order_of_the_ideal_is_worth_1() -> None:
    assert value(["a", "c", "b", "n"], "alpha_nDCG") == 1.0
    assert value(["a", "c"], "alpha_nDCG@2") == 1.0
    assert value(["a", "b", "c"], "alpha_nDCG") < 1.0


def test_nothing_found_is_0() -> None:
    assert value([], "alpha_nDCG") == 0.0
    assert value(["n", "x"], "alpha_nDCG@2") == 0.0
    lacking = evaluate({}, Qrels.from_subtopics({"q": SUBTOPICS}), "alpha_nDCG@3")
    assert lacking.mean == {"alpha_nDCG@3": 0.0}


# all three cover two of four subtopics; after z each other one has half of a new pair
TWO_PAIRS = {"1": "az", "2": "a", "3": "bz", "4": "b"}


def two_pairs(ranking: Sequence[str], *, z: str) -> float:
    """The document called z here stands under another id."""
    names = {"a": "a", "b": "b", "z": z}
    judged = {topic: {names[d]: 1 for d in docs} for topic, docs in TWO_PAIRS.items()}
    run = Run.from_ids({"q": [names[doc_id] for doc_id in ranking]})
    return float(evaluate(run, Qrels.from_subtopics({"q": judged}), "alpha_nDCG@2").values[0, 0])


def test_larger_id_comes_first_in_the_ideal_among_equal_gains() -> None:
    after_z, after_b = 2 + 1.5 / log2(3), 2 + 2 / log2(3)
    assert two_pairs(["z", "a"], z="z") == 1.0
    assert two_pairs(["z", "a"], z="0") == close(after_z / after_b)
    assert two_pairs(["b", "a"], z="0") == 1.0


def test_ranking_that_beats_the_greedy_ideal_is_worth_1() -> None:
    assert two_pairs(["b", "a"], z="z") == 1.0


@pytest.mark.parametrize("alpha", [0.3, 0.5])
def test_subtopics_of_other_queries_change_no_bit(alpha: float) -> None:
    random, metric = Random(0), f"alpha_nDCG(alpha={alpha})@5"
    topics, doc_ids = [f"s{i}" for i in range(24)], [f"d{i}" for i in range(8)]
    for _ in range(12):
        judged = {
            q: {t: dict.fromkeys(random.sample(doc_ids, 5), 1) for t in random.sample(topics, n)}
            for q, n in (("q1", 10), ("q2", 14))
        }
        run = Run.from_ids({q: random.sample(doc_ids, 8) for q in judged})
        together = evaluate(run, Qrels.from_subtopics(judged), metric).per_query(metric)
        for query_id, own in judged.items():
            alone = evaluate(run, Qrels.from_subtopics({query_id: own}), metric)
            assert alone.per_query(metric)[query_id] == together[query_id]


def test_own_subtopics_of_each_query_cost_no_more_than_shared_ones() -> None:
    n_queries = 300
    run = Run.from_ids({f"q{i}": [f"d{j}" for j in range(20)] for i in range(n_queries)})
    judged = {
        f"q{i}": {f"{i}-{t}": {f"d{j}": 1 for j in range(t, 20, 8)} for t in range(8)}
        for i in range(n_queries)
    }
    qrels = Qrels.from_subtopics(judged)
    tracemalloc.start()
    try:
        evaluation = evaluate(run, qrels, "alpha_nDCG@10")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20e6  # one column for each of the 2400 would be 115 MB a matrix
    assert evaluation.mean == {"alpha_nDCG@10": 1.0}  # each subtopic once, then two twice


@pytest.mark.parametrize("alpha", [-0.1, 1.1, 2])
def test_alpha_lies_between_0_and_1(alpha: float) -> None:
    message = f"alpha of alpha_nDCG must lie in [0, 1], got {alpha!r}"
    with pytest.raises(MetricError, match=f"^{re.escape(message)}$"):
        value(["a"], f"alpha_nDCG(alpha={alpha})")


def test_judgements_without_subtopics_are_refused() -> None:
    message = (
        "alpha_nDCG needs to know which subtopics a document covers: make the judgements with"
        " Qrels.from_subtopics, or read them with read_trec_qrels(path, subtopics=True)"
    )
    with pytest.raises(MetricError, match=f"^{re.escape(message)}$"):
        evaluate({"q": {"a": 1.0}}, {"q": {"a": 1}}, "alpha_nDCG@10")


def test_share_is_better_the_higher() -> None:
    assert facts("alphaNDCG") == ((0.0, 1.0), True, 5, 5)
    found = find_formula("alpha_nDCG")
    assert (found.rewards, found.uses_level, found.cutoff) == (None, True, "optional")
    assert found.defaults == {"alpha": 0.5}
