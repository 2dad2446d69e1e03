"""`reranker_checks`: what a scorer of (query, document) pairs must do, whoever made it."""

from collections.abc import Callable
from math import isfinite

from retrieval_checks.contracts.promise import subject_name, suite_of
from retrieval_checks.contracts.reranker.invariance import INVARIANCE
from retrieval_checks.contracts.reranker.scores import SCORES
from retrieval_checks.contracts.reranker.subject import Scorer
from retrieval_checks.contracts.suite import Suite
from retrieval_checks.errors import SettingsError

PROMISES = SCORES + INVARIANCE
DECLARED = 14  # said apart from the promises: one that gets lost is noticed


def reranker_checks(
    factory: Callable[[], object], *, name: str | None = None, tolerance: float = 1e-4
) -> Suite:
    """The checks of a reranker, as (check, id) pairs for pytest, or to `run` without it.

    14 checks: scores are finite for odd, empty and long documents, and the query is read beside
    these; the answer scores above texts about something else; `rank()` orders by score; the whole
    depth is reranked, not only what is shown; and the other pairs, their order, copies, threads and
    a reload do not matter, in scores and in what comes first. Nothing is loaded before the first
    check runs; a store is not asked. Two do not apply to a model without `rank()` or a stage that
    goes no deeper than ten; pytest skips them and says so.

    Args:
        factory: makes the reranker: a model with `score_pairs(pairs)`, `predict(pairs)` or
            `rank(query, documents)`, or a stage with such a model inside, as `Reranker` has.
        name: in test ids and messages; the factory's own unless given.
        tolerance: how far scores that should be equal may lie apart, as a share of the spread of
            scores over 48 ordinary pairs.

    Raises:
        SettingsError: an argument that has no meaning.

    >>> class Shared:
    ...     def score_pairs(self, pairs):
    ...         return [-len(set(q.lower().split()) & set(d.lower().split())) for q, d in pairs]
    >>> list(reranker_checks(Shared).broken())  # fewer shared words, higher score: the wrong sign
    ['answers']
    """
    if not isfinite(tolerance) or tolerance < 0:
        raise SettingsError(f"tolerance must be a number from 0, got {tolerance!r}")
    subject = Scorer(subject_name(factory, name), factory, tolerance)
    return suite_of(PROMISES, subject, declared=DECLARED)
