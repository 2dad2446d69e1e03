"""Two queries that the formulas are worked out for by hand, and their value of a metric."""

from collections.abc import Mapping, Sequence

import pytest

from retrieval_checks.data.qrels import Qrels
from retrieval_checks.data.run import Run
from retrieval_checks.metrics.evaluation import evaluate
from retrieval_checks.metrics.metric import Metric, parse_metric

# Ranks 1..5 hold h = 0, 1, 1, 0, 1; x at rank 1 is unjudged, n at rank 4 judged not relevant;
# d (relevant) and e (judged, not relevant) are not retrieved.
RANKING = ["x", "a", "b", "n", "c"]
JUDGED = {"a": 1, "b": 1, "c": 1, "d": 1, "n": 0, "e": 0}  # R = 4

# Ranks 1..5 hold the grades 1, 0, 3, none, 2.
GRADED_RANKING = ["b", "n", "a", "u", "c"]
GRADED = {"a": 3, "b": 1, "c": 2, "n": 0}


def value(ranking: Sequence[str], judged: Mapping[str, float], metric: str) -> float:
    """Beside metrics without a cut-off, so that the whole ranking is there to be cut."""
    metrics = [metric, "RR", "AP", "nDCG"]
    evaluation = evaluate(Run.from_ids({"q": ranking}), Qrels.from_dict({"q": judged}), metrics)
    return evaluation.per_query(metric)["q"]


def without_relevant(ranking: Sequence[str], judged: Mapping[str, float], metric: str) -> float:
    """The value of a query that has no relevant document, which never stands alone."""
    run = Run.from_ids({"q": ranking, "other": ["z"]})
    qrels = Qrels.from_dict({"q": judged, "other": {"z": 1}})
    return evaluate(run, qrels, metric).per_query(metric)["q"]


def missing(metric: str) -> float:
    """The value of a query that the run lacks; the same as that of an empty ranking."""
    judged = Qrels.from_dict({"q": JUDGED})
    lacking = evaluate(Run.from_dict({}), judged, metric).values[0, 0]
    assert lacking == value([], JUDGED, metric)
    return float(lacking)


def close(expected: float) -> object:
    return pytest.approx(expected, rel=0, abs=1e-15)


def facts(name: str) -> tuple[object, ...]:
    """Bounds, whether higher is better, and k and depth at a cut-off of 5."""
    metric = parse_metric(f"{name}@5")
    condensed = Metric(metric.name, 5, (("judged_only", True),))
    assert (condensed.k, condensed.depth) == (5, None)  # any document may be left out above
    return metric.bounds, metric.higher_is_better, metric.k, metric.depth
