"""The queries that two runs are compared on, and a measure's value for each."""

from collections.abc import Callable

import numpy as np

from retrieval_checks.data.postings import FloatArray
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, listed
from retrieval_checks.metrics.agreement.shared import Shared, shared_blocks


def check_same_queries(run: Run, reference: Run) -> None:
    """Refuse two runs whose queries differ; order does not matter.

    Raises:
        DataError: they differ; the message names both runs and the first queries that only one has.

    >>> check_same_queries(Run.from_ids({"q1": ["a"]}), Run.from_ids({"q1": ["b"]}))
    """
    for given in (run, reference):
        if not isinstance(given, Run):
            raise DataError(f"expected a Run, got {type(given).__name__}; see Run.from_dict")
    for one, other in ((run, reference), (reference, run)):
        only = [query_id for query_id in one if query_id not in other]
        if only:
            raise DataError(
                f"run {one.name!r} has queries that run {other.name!r} lacks"
                f" ({len(only)}: {listed(only, most=3)}); compare runs of the same queries,"
                " see Run.select"
            )


def per_query(
    run: Run,
    reference: Run,
    measure: Callable[[Shared], FloatArray],
    *,
    depth: int | None = None,
) -> FloatArray:
    """The measure of each query, in the order of the run: (n_queries,) or (n_queries, columns).

    `depth` cuts both runs to their first documents.

    Raises:
        DataError: the runs have not the same queries.
    """
    check_same_queries(run, reference)
    blocks = shared_blocks(run, reference, depth=depth)
    return np.concatenate([measure(shared) for shared in blocks])


def by_query(run: Run, values: FloatArray) -> dict[str, float]:
    """`{query_id: value}`, in the order of the run."""
    return dict(zip(run.query_ids, values.tolist(), strict=True))
