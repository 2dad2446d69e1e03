"""How far two runs agree on each query, whatever the judgements say."""

from collections.abc import Sequence

from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MetricError, listed


def overlap_at(run: Run, reference: Run, k: int) -> dict[str, float]:
    """The share of documents that the two top k have in common, per query, in [0, 1].

    overlap@k = |A_k ∩ B_k| / max(|A_k|, |B_k|), where A_k holds the first k documents or all of a
    shorter ranking. Order within the top k does not matter. Two empty rankings agree (1), an empty
    one and another do not (0).

    Raises:
        DataError: the runs have not the same queries.
        MetricError: k is not a whole number from 1.

    >>> run, reference = Run.from_ids({"q1": ["a", "b"]}), Run.from_ids({"q1": ["b", "c"]})
    >>> overlap_at(run, reference, 2)
    {'q1': 0.5}
    """
    if not isinstance(k, int) or isinstance(k, bool) or k < 1:
        raise MetricError(f"cut-off of overlap must be a whole number from 1: {k!r}")
    check_same_queries(run, reference)
    return {q: _overlap(run.ranking(q, k=k), reference.ranking(q, k=k)) for q in run}


def rbo(run: Run, reference: Run, p: float = 0.9) -> dict[str, float]:
    """Rank-biased overlap of the whole rankings, extrapolated, per query, in [0, 1].

    With lists S and L of lengths s <= l, X_d the number of documents in both down to depth d:

        RBO = (1-p)/p (sum_{d=1..l} X_d/d p^d + sum_{d=s+1..l} X_s (d-s)/(s d) p^d)
              + ((X_l - X_s)/l + X_s/s) p^l

    The weight of a rank falls by the factor p: at p = 0.9 the first ten ranks carry 86 % of it. It
    assumes that agreement goes on below the shorter list as it was within it, so a list and its own
    beginning agree fully (1). Two empty rankings agree (1), an empty one and another do not (0).
    Source: Webber, Moffat & Zobel 2010, TOIS 28(4), eq. 32.

    Raises:
        DataError: the runs have not the same queries.
        MetricError: p does not lie strictly between 0 and 1.

    >>> run, reference = Run.from_ids({"q1": ["a", "b"]}), Run.from_ids({"q1": ["b", "a"]})
    >>> rbo(run, reference, p=0.5)
    {'q1': 0.5}
    """
    if not 0 < p < 1:
        raise MetricError(f"p of RBO must lie strictly between 0 and 1: {p!r}")
    check_same_queries(run, reference)
    return {q: _rbo(run.ranking(q), reference.ranking(q), p) for q in run}


def check_same_queries(run: Run, reference: Run) -> None:
    """Refuse two runs whose queries differ; order does not matter.

    Raises:
        DataError: they differ; the message names both runs and the first queries that only one has.
    """
    for one, other in ((run, reference), (reference, run)):
        only = [query_id for query_id in one if query_id not in other]
        if only:
            raise DataError(
                f"run {one.name!r} has queries that run {other.name!r} lacks"
                f" ({len(only)}: {listed(only, most=3)}); compare runs of the same queries,"
                " see Run.select"
            )


def _overlap(first: Sequence[str], second: Sequence[str]) -> float:
    longest = max(len(first), len(second))
    return len(set(first) & set(second)) / longest if longest else 1.0


def _rbo(first: Sequence[str], second: Sequence[str], p: float) -> float:
    short, long = sorted((first, second), key=len)
    if not short:
        return float(not long)
    if tuple(long[: len(short)]) == tuple(short):
        return 1.0  # what the sum below comes to, but for rounding
    s, deepest = len(short), len(long)
    common = _common(short, long)
    total = sum(common[d - 1] / d * p**d for d in range(1, deepest + 1))
    beyond = sum((d - s) / d * p**d for d in range(s + 1, deepest + 1)) * common[s - 1] / s
    tail = (common[-1] - common[s - 1]) / deepest + common[s - 1] / s
    return min(1.0, (1 - p) / p * (total + beyond) + tail * p**deepest)


def _common(short: Sequence[str], long: Sequence[str]) -> list[int]:
    """X_d, the number of documents in both lists down to each depth of the longer one."""
    seen: set[str] = set()
    common, shared = [], 0
    for depth, doc_id in enumerate(long):
        for item in (doc_id, *short[depth : depth + 1]):
            shared += item in seen
            seen.add(item)
        common.append(shared)
    return common
