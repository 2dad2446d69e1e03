"""`Decision`: PASS, FAIL or INCONCLUSIVE of one metric's differences, and the numbers behind it."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from retrieval_checks.comparison.significance.arrays import finite_column
from retrieval_checks.comparison.significance.non_inferiority import (
    certifiable_margin,
    check_margin,
    default_margin,
    lower_bound,
    queries_needed,
)
from retrieval_checks.comparison.significance.randomization import drop_p_values, smallest_p
from retrieval_checks.data.postings import FloatArray
from retrieval_checks.errors import SettingsError
from retrieval_checks.judgement.verdict import Outcome
from retrieval_checks.metrics.evaluation import mean_of


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of the aggregate gate; differences and bounds in the metric's units."""

    outcome: Outcome
    queries: int
    changed: int  # queries whose difference is not 0
    mean: float  # of the differences, unchanged queries included
    p_value: float  # one-sided: that the candidate is no worse
    lower_bound: float  # of the true mean, with confidence 1 - alpha
    margin: float  # the largest drop that passes
    alpha: float
    min_effect: float  # the smallest drop that fails, unless the margin is smaller
    smallest_p: float  # that so many changed queries can reach
    certifiable: float  # the best margin for which so many queries pass where nothing changed
    needed: int | None  # queries to certify the margin without a true change; None: over a million

    def adjusted(self, p_value: float) -> Self:
        """The decision by a p value adjusted for other tests: a FAIL stands only if it is small."""
        stands = self.outcome != "FAIL" or p_value < self.alpha
        outcome: Outcome = self.outcome if stands else "INCONCLUSIVE"
        return replace(self, outcome=outcome, p_value=p_value)


def decide(
    differences: FloatArray,
    *,
    margin: float | None = None,
    alpha: float = 0.05,
    min_effect: float = 0.01,
    seed: int = 0,
) -> Decision:
    """Whether the candidate is shown to be not worse than can be accepted, or shown to be worse.

    PASS where the lower bound of the mean is above -margin, or above 0 where the set is too small
    to certify the margin even if nothing changed: it then passes by what it gained, which must be
    certain, and not by luck. FAIL where the randomisation test has
    p < alpha and the mean is down by `min_effect` or more, or by the margin where that is smaller.
    INCONCLUSIVE otherwise: this set cannot tell. A drop that is certain but lies within the margin
    passes: the margin says what can be accepted, so the bound is asked first.

    Args:
        differences: candidate - baseline of a metric in [0, 1], (n_queries,).
        margin: the largest drop that can be accepted; .02 from 100 queries on, .05 below.
        alpha: how often a wrong FAIL, or a wrong PASS, may happen; below 0.5.
        min_effect: the smallest drop of the mean that fails, if it lies within the margin.
        seed: of the randomisation test where more than 20 queries changed.

    Raises:
        DataError: differences of another shape, without a query, or not finite.
        SettingsError: alpha not in (0, 0.5), margin not above 0, min_effect below 0.

    >>> decide(np.array([-1.0] * 5 + [0.0] * 7)).outcome
    'FAIL'
    >>> decide(np.zeros(12)).outcome, decide(np.zeros(100)).outcome
    ('INCONCLUSIVE', 'PASS')
    """
    values = finite_column(differences, "differences")
    _check_settings(alpha, min_effect)
    n, confidence = len(values), 1 - alpha
    accepted = default_margin(n) if margin is None else check_margin(margin)
    changed, mean = int(np.count_nonzero(values)), mean_of(values)
    p_value = float(drop_p_values(values[:, None], seed=seed)[0])
    bound = lower_bound(values, confidence=confidence)
    certifiable = certifiable_margin(n, confidence=confidence)
    passes = bound > (-accepted if certifiable < accepted else 0.0)
    is_worse = p_value < alpha and mean <= -min(min_effect, accepted)
    return Decision(
        outcome="PASS" if passes else "FAIL" if is_worse else "INCONCLUSIVE",
        queries=n,
        changed=changed,
        mean=mean,
        p_value=p_value,
        lower_bound=bound,
        margin=accepted,
        alpha=alpha,
        min_effect=min_effect,
        smallest_p=smallest_p(changed),
        certifiable=certifiable,
        needed=queries_needed(values, margin=accepted, confidence=confidence),
    )


def _check_settings(alpha: float, min_effect: float) -> None:
    if not 0 < alpha < 0.5:
        raise SettingsError(f"alpha must lie above 0 and below 0.5, got {alpha!r}; 5 % is 0.05")
    if not 0 <= min_effect < float("inf"):
        raise SettingsError(f"min_effect must not be below 0, got {min_effect!r}")
