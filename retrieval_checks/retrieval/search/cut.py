"""The cut at k: how many documents are asked for, and which of equal scores stay."""

from collections.abc import Callable, Sequence

import numpy as np

from retrieval_checks.data.postings import FloatArray, IntArray
from retrieval_checks.errors import SettingsError

Places = Callable[[IntArray], IntArray]


def check_k(k: int) -> int:
    """The number of documents asked for.

    Raises:
        SettingsError: not a whole number of at least 1.

    >>> check_k(10)
    10
    """
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
        raise SettingsError(f"k must be a whole number of at least 1, got {k!r}")
    return int(k)


def best(scores: FloatArray, k: int, *, places: Places) -> IntArray:
    """Positions of the `k` largest scores; among equal ones, those of the larger place.

    Args:
        scores: float64 (n,).
        k: how many.
        places: the place of each of these positions; asked only where equal scores are cut apart.

    >>> best(np.array([1.0, 2.0, 1.0]), 2, places=lambda tied: tied).tolist()
    [1, 2]
    """
    if k >= len(scores):
        return np.arange(len(scores))
    cut = np.partition(scores, len(scores) - k)[len(scores) - k]
    above = np.flatnonzero(scores > cut)
    tied = np.flatnonzero(scores == cut)
    need = k - len(above)
    if need < len(tied):
        tied = tied[np.argpartition(places(tied), len(tied) - need)[len(tied) - need :]]
    return np.sort(np.concatenate([above, tied]))


def id_places(doc_ids: Sequence[str]) -> IntArray:
    """The rank of each id among all in ascending order, int64 (n,).

    >>> id_places(["d9", "d10", "a"]).tolist()
    [2, 1, 0]
    """
    places = np.empty(len(doc_ids), np.int64)
    places[sorted(range(len(doc_ids)), key=doc_ids.__getitem__)] = np.arange(len(doc_ids))
    return places
