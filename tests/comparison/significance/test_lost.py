import pytest
from scipy.stats import binomtest

from retrieval_checks.comparison.significance.lost import lost_share_bound
from retrieval_checks.errors import DataError, SettingsError


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
@pytest.mark.parametrize(
    ("lost", "queries"), [(0, 1), (0, 30), (1, 30), (7, 12), (12, 12), (3, 900)]
)
def test_the_bound_is_scipys(lost: int, queries: int, confidence: float) -> None:
    test = binomtest(lost, queries, alternative="less")
    expected = test.proportion_ci(confidence, method="exact").high
    found = lost_share_bound(lost, queries, confidence=confidence)
    assert found == pytest.approx(expected, abs=1e-12)


def test_none_lost_still_leaves_a_share_open() -> None:
    # (1 - p)^n = 0.05 at the bound
    assert lost_share_bound(0, 20) == pytest.approx(1 - 0.05 ** (1 / 20), abs=1e-12)


@pytest.mark.parametrize(("lost", "queries"), [(0, 0), (-1, 5), (6, 5)])
def test_counts_that_cannot_be_are_refused(lost: int, queries: int) -> None:
    with pytest.raises(DataError, match=f"{lost} lost of {queries} queries; expected 0 to all"):
        lost_share_bound(lost, queries)


def test_a_confidence_in_percent_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"95 % is 0\.95"):
        lost_share_bound(0, 5, confidence=95)
