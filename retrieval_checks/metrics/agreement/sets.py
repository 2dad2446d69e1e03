"""Agreement of two top k as sets: overlap, Jaccard, and whether the first document changed."""

import numpy as np

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.data.run import Run
from retrieval_checks.errors import MetricError
from retrieval_checks.metrics.agreement.queries import by_query, per_query
from retrieval_checks.metrics.agreement.shared import Shared


def overlap_at(run: Run, reference: Run, k: int) -> dict[str, float]:
    """The share of documents that the two top k have in common, per query, in [0, 1].

    overlap@k = |A_k ∩ B_k| / max(|A_k|, |B_k|), where A_k holds the first k documents or all of a
    shorter ranking. Order within the top k does not matter. Two empty rankings agree (1), an empty
    one and another do not (0). Documents of equal score are cut by a run's order, that of the ids.

    Raises:
        DataError: the runs have not the same queries.
        MetricError: k is not a whole number from 1.

    >>> run, reference = Run.from_ids({"q1": ["a", "b"]}), Run.from_ids({"q1": ["b", "c"]})
    >>> overlap_at(run, reference, 2)
    {'q1': 0.5}
    """
    _check_cutoff(k, "overlap")
    return by_query(run, per_query(run, reference, _overlap, depth=k))


def jaccard_at(run: Run, reference: Run, k: int) -> dict[str, float]:
    """The Jaccard index of the two top k, per query, in [0, 1].

    Jaccard@k = |A_k ∩ B_k| / |A_k ∪ B_k|, with A_k as in `overlap_at`. Never above overlap@k: of
    two top 10 that share nine, the overlap is 0.9 and the index 9/11. Two empty rankings agree (1),
    an empty one and another do not (0).
    Source: Jaccard 1912, The New Phytologist 11(2).

    Raises:
        DataError: the runs have not the same queries.
        MetricError: k is not a whole number from 1.

    >>> run, reference = Run.from_ids({"q1": ["a", "b"]}), Run.from_ids({"q1": ["b", "c", "d"]})
    >>> jaccard_at(run, reference, 3)
    {'q1': 0.25}
    """
    _check_cutoff(k, "Jaccard")
    return by_query(run, per_query(run, reference, _jaccard, depth=k))


def top_1_churn(run: Run, reference: Run) -> dict[str, float]:
    """Whether the first document differs, per query: 1 where it does, 0 where it is the same.

    The mean over queries is the churn, the share of queries whose first document changed. Between
    documents of equal score a run's order decides, that of the ids. Two empty rankings have not
    changed (0), an empty one and another have (1).

    Raises:
        DataError: the runs have not the same queries.

    >>> run = Run.from_ids({"q1": ["a", "b"], "q2": ["a"]})
    >>> top_1_churn(run, Run.from_ids({"q1": ["b", "a"], "q2": ["a", "c"]}))
    {'q1': 1.0, 'q2': 0.0}
    """
    return by_query(run, per_query(run, reference, _first_differs, depth=1))


def _check_cutoff(k: object, of: str) -> None:
    if not isinstance(k, int | np.integer) or isinstance(k, bool) or k < 1:
        raise MetricError(f"cut-off of {of} must be a whole number from 1: {k!r}")


def _overlap(shared: Shared) -> FloatArray:
    longer = np.maximum(shared.lengths, shared.reference_lengths)
    return np.where(longer > 0, shared.counts / np.maximum(longer, 1), 1.0)


def _jaccard(shared: Shared) -> FloatArray:
    either = shared.lengths + shared.reference_lengths - shared.counts
    return np.where(either > 0, shared.counts / np.maximum(either, 1), 1.0)


def _first_differs(shared: Shared) -> FloatArray:
    there = (shared.lengths > 0) | (shared.reference_lengths > 0)
    return np.where(there & (shared.counts == 0), 1.0, 0.0)
