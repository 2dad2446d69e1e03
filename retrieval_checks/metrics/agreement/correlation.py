"""Rank correlation of two rankings over the documents that both hold: tau-b, tau_ap."""

import numpy as np

from retrieval_checks.data.postings import FloatArray, IntArray
from retrieval_checks.data.run import Run
from retrieval_checks.errors import DataError, MetricError, listed
from retrieval_checks.metrics.agreement.inversions import greater_before
from retrieval_checks.metrics.agreement.queries import by_query, per_query
from retrieval_checks.metrics.agreement.shared import Shared
from retrieval_checks.metrics.agreement.ties import first_of_tie, tied_pairs, with_ties_by


def kendall_tau(run: Run, reference: Run, *, undefined: float | None = None) -> dict[str, float]:
    """Kendall's tau-b of the scores of the documents that both rankings hold, in [-1, 1].

    tau-b = (C - D) / sqrt((N - T) (N - U)), with N pairs of such documents, of which C stand the
    same way round in both rankings, D the other way; T are tied in the run, U in the reference.
    Equal scores are ties, whatever order a run gives them. 1 is the same order, -1 the reverse.
    Documents that only one ranking holds do not count: lay `overlap_at` beside it, and cut with
    `Run.top` what is too deep to matter.

    Not defined for a query with fewer than two documents in both rankings, or whose scores are all
    equal in one. That is an error, since any number would move the mean unseen; `undefined=0.0`
    says that such a query counts as uncorrelated.

    Takes O(n log n) for n documents.
    Source: Kendall 1945, Biometrika 33(3).

    Args:
        run: the rankings.
        reference: what they are laid beside; tau-b is symmetric.
        undefined: the value of queries without one, in [-1, 1].

    Raises:
        DataError: the runs have not the same queries; a query's tau is not defined.
        MetricError: `undefined` is not a number in [-1, 1].

    >>> run = Run.from_dict({"q1": {"a": 3, "b": 2, "c": 1}})
    >>> kendall_tau(run, Run.from_dict({"q1": {"b": 7, "a": 5, "c": 0, "x": 9}}))  # a, b swapped
    {'q1': 0.3333333333333333}
    """
    _check_undefined(undefined)
    values = per_query(run, reference, _tau_b)
    why = "fewer than two documents in both rankings, or all scores of these equal in one"
    return _defined(run, reference, values, f"Kendall's tau: {why}", undefined)


def tau_ap(run: Run, reference: Run, *, undefined: float | None = None) -> dict[str, float]:
    """AP correlation of the run with the reference, in [-1, 1]: Kendall's tau, top-weighted.

    tau_ap = 2/(n-1) sum_{i=2..n} C(i)/(i-1) - 1, over the n documents that both rankings hold, in
    the order of the run; C(i) of the i-1 documents above the i-th are above it in the reference
    too. The reference is the truth and the run is judged: exchanged, they give another value. An
    error at the top costs more than one below; 1 is the same order, -1 the reverse.

    Documents of equal score are not tied here: a run's order decides, that of the ids. Documents
    that only one ranking holds do not count, as in `kendall_tau`. Not defined for a query with
    fewer than two documents in both; that is an error unless `undefined` gives a value.

    Takes O(n log n) for n documents.
    Source: Yilmaz, Aslam & Robertson 2008, SIGIR.

    Args:
        run: the rankings that are judged.
        reference: the order that is right.
        undefined: the value of queries without one, in [-1, 1].

    Raises:
        DataError: the runs have not the same queries; a query's tau_ap is not defined.
        MetricError: `undefined` is not a number in [-1, 1].

    >>> reference = Run.from_ids({"top": ["a", "b", "c"], "end": ["a", "b", "c"]})
    >>> tau_ap(Run.from_ids({"top": ["b", "a", "c"], "end": ["a", "c", "b"]}), reference)
    {'top': 0.0, 'end': 0.5}
    """
    _check_undefined(undefined)
    values = per_query(run, reference, _tau_ap)
    why = "fewer than two documents in both rankings"
    return _defined(run, reference, values, f"tau_ap: {why}", undefined)


def _tau_b(shared: Shared) -> FloatArray:
    """Tau-b of each query, NaN where it has none."""
    rows, starts = shared.rows, shared.starts
    in_reference = _places_in_reference(shared)
    by_reference = _inverse(in_reference)
    tie = first_of_tie(rows, shared.scores)
    reference_tie = first_of_tie(rows, shared.reference_scores[by_reference])
    # Ties of one stand as the other has them, so that none is an inversion.
    first = with_ties_by(in_reference, tie)
    places = _inverse(first)
    second = by_reference[with_ties_by(places[by_reference], reference_tie)]
    discordant = _sums(shared, greater_before(starts, _inverse(second)[first] - starts))
    tie_number: IntArray = np.cumsum(reference_tie, dtype=np.int64)[in_reference][first]
    both = tie | first_of_tie(rows, tie_number)
    tied, reference_tied, tied_in_both = (
        _sums(shared, tied_pairs(each)) for each in (tie, reference_tie, both)
    )
    pairs = shared.counts * (shared.counts - 1) / 2
    difference = pairs - tied - reference_tied + tied_in_both - 2 * discordant
    return _ratio(difference, np.sqrt((pairs - tied) * (pairs - reference_tied)))


def _tau_ap(shared: Shared) -> FloatArray:
    """tau_ap of each query, NaN where it has none."""
    starts = shared.starts
    wrong = greater_before(starts, _places_in_reference(shared) - starts)
    above = np.arange(len(wrong)) - starts
    return 1 - 2 * _ratio(_sums(shared, wrong / np.maximum(above, 1)), shared.counts - 1)


def _places_in_reference(shared: Shared) -> IntArray:
    """Where each entry stands once those of each query are in the order of the reference, (n,)."""
    width = int(shared.reference_lengths.max(initial=0)) + 1
    cells = shared.rows * width + shared.reference_ranks
    there = np.zeros(len(shared) * width, np.bool_)
    there[cells] = True
    places: IntArray = np.cumsum(there)[cells] - 1
    return places


def _inverse(permutation: IntArray) -> IntArray:
    inverse = np.empty_like(permutation)
    inverse[permutation] = np.arange(len(permutation))
    return inverse


def _sums(shared: Shared, values: IntArray | FloatArray) -> FloatArray:
    """The sum over each query's entries, float64 (n_queries,)."""
    return np.asarray(np.bincount(shared.rows, values, len(shared)), np.float64)


def _ratio(numerator: FloatArray, denominator: FloatArray | IntArray) -> FloatArray:
    """The quotients, NaN where the denominator is not positive."""
    there = denominator > 0
    return np.where(there, numerator / np.where(there, denominator, 1), np.nan)


def _defined(
    run: Run, reference: Run, values: FloatArray, what: str, undefined: float | None
) -> dict[str, float]:
    """The values by query, `undefined` in place of NaN; refuses NaN where that is None."""
    without = np.flatnonzero(np.isnan(values)).tolist()
    if without and undefined is None:
        ids = listed([run.query_ids[row] for row in without], most=3)
        raise DataError(
            f"{what} in runs {run.name!r} and {reference.name!r} for {len(without)} of {len(run)}"
            f" queries ({ids}); give their value, for example undefined=0.0, or leave them out"
            " with Run.select"
        )
    values[without] = np.nan if undefined is None else undefined
    return by_query(run, values)


def _check_undefined(undefined: float | None) -> None:
    if undefined is None:
        return
    if not isinstance(undefined, int | float) or not -1 <= undefined <= 1:
        raise MetricError(f"undefined must be a number in [-1, 1]: {undefined!r}")
