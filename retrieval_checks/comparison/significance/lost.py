"""Lost queries: how large their share may be beyond the set at hand."""

from retrieval_checks.comparison.significance.arrays import check_confidence
from retrieval_checks.errors import DataError


def lost_share_bound(lost: int, queries: int, *, confidence: float = 0.95) -> float:
    """One-sided upper bound of the share of queries that are lost, in (0, 1].

    Exact (Clopper & Pearson, Biometrika 1934). None lost of n bounds the share by about 3 / n.

    Args:
        lost: queries that found something relevant before and find nothing now.
        queries: how many were compared.
        confidence: that the true share is below the bound, such as 0.95.

    Raises:
        DataError: no query, or lost ones that are not some of them.
        SettingsError: confidence not above 0.5 and below 1.

    >>> round(lost_share_bound(0, 59), 3), lost_share_bound(5, 5)
    (0.05, 1.0)
    """
    level = check_confidence(confidence)
    if queries < 1 or not 0 <= lost <= queries:
        raise DataError(f"{lost!r} lost of {queries!r} queries; expected 0 to all of at least 1")
    if lost == queries:
        return 1.0
    from scipy.special import betaincinv

    return float(betaincinv(lost + 1, queries - lost, level))
